"""Ten thousand people in a CSV file, and who of them belongs to the segment of the acceptance test."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

COUNT = 10_000
COUNTRIES = ("Germany", "France", "Japan", "Brazil", "Kenya")
FIRST_NAMES = ("Anna", "Zoë", "O'Neil", "李", "Tom & Jerry", "<b>Bo</b>", "")
HEADER = ("E-Mail", "First name", "Last name", "Country", "City", "Points")


@dataclass(frozen=True)
class Person:
    number: int

    @property
    def email(self) -> str:
        return f"person{self.number}@fair.test"

    @property
    def first_name(self) -> str:
        return FIRST_NAMES[self.number % len(FIRST_NAMES)]

    @property
    def last_name(self) -> str:
        return "Pathfinder" if self.number % 1000 == 7 else f"Number {self.number}"

    @property
    def country(self) -> str:
        return COUNTRIES[self.number % len(COUNTRIES)]

    @property
    def points(self) -> int:
        return self.number // len(COUNTRIES) % 50

    @property
    def is_wanted(self) -> bool:
        """The segment: country is Germany or France and points at least 35, or the last name is Pathfinder."""
        return (self.country in ("Germany", "France") and self.points >= 35) or self.last_name == "Pathfinder"

    @property
    def row(self) -> tuple[str, ...]:
        return (self.email, self.first_name, self.last_name, self.country, "Köln", str(self.points))


PEOPLE = {person.email: person for person in map(Person, range(COUNT))}
WANTED = {email: person for email, person in PEOPLE.items() if person.is_wanted}


def write_csv(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        rows.writerows(person.row for person in PEOPLE.values())
    return path
