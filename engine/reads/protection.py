"""Which tasks a count or a list may take in at all: those of protected persons only for whoever is named in the case.

Enters: an actor. Leaves: a condition for a query on tasks. `access` judges every row that is shown; a number has no rows to judge, and
would tell of a case that must not be told of.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select

from engine.access import Actor
from engine.access.actor import Role
from engine.records import tables as t
from engine.status import Protection


def may_be_told(actor: Actor) -> ColumnElement[bool]:
    """Neither of a protected person, nor, where of one, without the actor's name: as starter, in a role, as whom a task is meant for,
    or as whom somebody has named; but what is addressed to a manager is told to whoever fills that post.
    """
    others = t.tasks.alias("meant")
    in_role = exists().where(
        t.slots.c.case_id == t.cases.c.id, t.slots.c.person_id == actor.id, t.slots.c.until_at.is_(None)
    )
    meant = exists().where(
        others.c.case_id == t.cases.c.id,
        others.c.meant_for_id == actor.id,
        others.c.status.in_(["open", "claimed"]),
    )
    reader = exists().where(
        t.named_readers.c.case_id == t.cases.c.id,
        t.named_readers.c.person_id == actor.id,
        t.named_readers.c.until_at.is_(None),
    )
    led = sorted({one.unit_id for one in actor.memberships if Role.MANAGER in one.roles})
    addressed = (t.tasks.c.role == Role.MANAGER) & t.tasks.c.unit_id.in_(led)
    untold = (
        select(t.cases.c.id)
        .join(t.subjects, t.subjects.c.id == t.cases.c.subject_id)
        .where(
            t.cases.c.id == t.tasks.c.case_id,
            t.subjects.c.protection != Protection.NONE,
            t.cases.c.started_by.is_distinct_from(actor.id),
            ~in_role,
            ~meant,
            ~reader,
        )
        .correlate(t.tasks)
    )
    return or_(~untold.exists(), addressed)
