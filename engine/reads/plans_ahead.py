"""Which plans somebody is responsible for, and what shall happen in each (S3-108).

Enters: an open transaction and who asks; then the goals of a plan that the page may show. Leaves: case ids, and days with what is to happen
on them. Only a case's row slots are read here: what stands in a plan is handed in, already less what is not the reader's to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from engine.access import Actor
from engine.access.objects import COORDINATOR
from engine.reads.plans import Activity, Goal, activities
from engine.records import tables as t

MOST = 100
"""So many plans are shown at once, the oldest case first."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to happen on a day: an activity that `begins`, is `done` by then or awaits a `decision`; a `follow_up`, an `evaluation`."""

    on: date
    kind: str
    activity: Activity | None = None


def held(tx: Connection, actor: Actor) -> list[str]:
    """Running cases whose plan the person is responsible for: by name, or because their unit is and nobody is named."""
    return list(tx.execute(_held(actor).order_by(t.cases.c.started_at, t.cases.c.id).limit(MOST)).scalars())


def holds_any(tx: Connection, actor: Actor) -> bool:
    """Whether there is such a plan at all."""
    return tx.execute(_held(actor).limit(1)).first() is not None


def _held(actor: Actor) -> Select[str]:
    slots = t.slots.c
    query = select(t.cases.c.id).join(t.slots, slots.case_id == t.cases.c.id)
    return query.where(
        slots.slot == COORDINATOR, slots.until_at.is_(None), t.cases.c.ended_at.is_(None), _by(actor)
    )


def _by(actor: Actor) -> ColumnElement[bool]:
    """The person's own, and those of whom they act for."""
    units = sorted({one.unit_id for one in actor.in_care()})
    people = sorted({one.acting_for or one.id for one in actor.each_face()})
    slots = t.slots.c
    return and_(slots.unit_id.in_(units), or_(slots.person_id.is_(None), slots.person_id.in_(people)))


def of_plan(goals: Sequence[Goal], *, follow_up_on: date | None, evaluation_on: date | None) -> list[Ahead]:
    """What is to happen in a plan, the nearest day first; of each activity the next that is to happen with it."""
    found = list(_of_activities(goals))
    if follow_up_on is not None:
        found.append(Ahead(follow_up_on, "follow_up"))
    if evaluation_on is not None:
        found.append(Ahead(evaluation_on, "evaluation"))
    return sorted(found, key=lambda one: one.on)


def _of_activities(goals: Sequence[Goal]) -> Iterator[Ahead]:
    for one in activities(goals):
        if one.over:
            continue
        if one.decision == "waiting":
            if one.expected_on is not None:
                yield Ahead(one.expected_on, "decision", one)
        elif one.progress == "not_begun" and one.starts_on is not None:
            yield Ahead(one.starts_on, "begins", one)
        elif one.ends_on is not None:
            yield Ahead(one.ends_on, "done", one)
