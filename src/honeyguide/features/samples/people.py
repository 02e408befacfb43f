"""Made-up people: the same ones every time, at addresses that belong to nobody (example.com is reserved)."""

from __future__ import annotations

import random
from typing import Any

FIRST_NAMES = """
    Amara Anna Ben Carla Chen Daniel Elif Emma Fatima Felix Grace Hugo Ines Ivan Jamal Julia Kenji Lars Leila
    Liam Lucia Maria Mateo Mei Mia Mohammed Nadia Noah Nora Olga Oscar Priya Rosa Samuel Sara Sofia Tariq Theo
    Yara Zoe
"""
FIRST = tuple(FIRST_NAMES.split())
LAST_NAMES = """
    Abebe Andersson Bauer Bianchi Carter Costa Diaz Dubois Eriksen Fischer Garcia Haddad Hansen Ivanova Jansen
    Kaya Khan Kim Kowalski Larsen Lee Lopez Moreau Mwangi Nakamura Novak Okafor Olsen Patel Petrov Romano Rossi
    Sato Schmidt Silva Singh Smith Tanaka Weber Wang
"""
LAST = tuple(LAST_NAMES.split())
PLACES = (
    ("Berlin", "Germany"), ("Hamburg", "Germany"), ("Paris", "France"), ("Lyon", "France"), ("Madrid", "Spain"),
    ("Lisbon", "Portugal"), ("Milan", "Italy"), ("London", "United Kingdom"), ("Dublin", "Ireland"), ("Oslo", "Norway"),
    ("Prague", "Czech Republic"), ("Nairobi", "Kenya"), ("Toronto", "Canada"), ("Boston", "United States"),
    ("Austin", "United States"), ("Osaka", "Japan"),
)  # fmt: skip
COMPANIES = (
    "Alder Coffee", "Bluebird Bikes", "Cedar & Sons", "Driftwood Studio", "Ember Bakery", "Fern Analytics", "Granite Tools",
    "Harbour Foods", "Indigo Travel", "Juniper Health",
)  # fmt: skip
POSITIONS = ("Buyer", "Designer", "Developer", "Founder", "Marketing manager", "Office manager", "Owner", "Sales lead")
TAGS = ("customer", "newsletter", "spring fair", "trial")


def sample_people(count: int = 200) -> list[dict[str, Any]]:
    """Values for `create_contacts`."""
    dice = random.Random(20)  # noqa: S311 nothing secret: plausible people, the same each time
    people = []
    for number in range(count):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        city, country = dice.choice(PLACES)
        person: dict[str, Any] = {
            "firstname": first,
            "lastname": last,
            "email": f"{first}.{last}.{number + 1}@example.com".lower(),
            "city": city,
            "country": country,
            "points": dice.choice((0, 0, 5, 10, 15, 25, 40, 60, 80)),
            "tags": sorted(dice.sample(TAGS, dice.randint(0, 2))),
        }
        if dice.random() < 0.7:
            person |= {"company": dice.choice(COMPANIES), "position": dice.choice(POSITIONS)}
        people.append(person)
    return people
