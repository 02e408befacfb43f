"""Loops in which nothing ever waits: contacts would go round for ever, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Iterator

from honeyguide.engine.resource import Refused
from honeyguide.features.campaigns.plan import Plan
from honeyguide.features.campaigns.steps import Step
from honeyguide.features.campaigns.timing import waits

JUMP, ADD_AND_REMOVE = "campaign.jump_to_event", "campaign.addremovelead"


def refuse_endless(plan: Plan) -> None:
    """Raises `Refused` (400) when steps lead back to themselves with no time in between and nothing that could end it: a
    condition, or something that the contact has to do."""
    if loop := endless(plan):
        names = ", ".join(f"“{step.name[:60]}”" for step in loop[:5])
        raise Refused(
            f"These steps lead back to themselves with no time in between: {names}. Let one of them wait, or put a condition"
            " between them."
        )


def endless(plan: Plan) -> list[Step]:
    """The steps of one such loop; none when there is none."""
    finished: set[int] = set()
    for start in plan.steps.values():
        way: list[tuple[Step, Iterator[Step]]] = [(start, _at_once(plan, start))]
        while way and start.id not in finished:
            following = next(way[-1][1], None)
            if following is None:
                finished.add(way.pop()[0].id)
                continue
            on_way = [step.id for step, _ in way]
            if following.id in on_way:
                return [step for step, _ in way[on_way.index(following.id) :]]
            if following.id not in finished:
                way.append((following, _at_once(plan, following)))
    return []


def _at_once(plan: Plan, step: Step) -> Iterator[Step]:
    """The steps that surely follow in the same moment."""
    if step.kind == "condition":
        return iter(())
    following = list(plan.after(step, None if step.kind == "action" else False))
    if step.type == JUMP and (target := plan.steps.get(step.id_of("jumpToEvent"))):
        following.append(target)
    if step.type == ADD_AND_REMOVE and all("this" in step.texts(name) for name in ("addTo", "removeFrom")):
        following += plan.roots(step.campaign_id)
    return (one for one in following if not waits(one.timing))
