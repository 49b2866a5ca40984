"""What a case looks like: what has happened, where it stands, who takes part.

Enters: an open transaction and a case. Leaves: facts, marks for the diagram and its outline, and the way that led to a place. Only what
`access` opens: facts of the routine's own course carry no content, entries are read by category alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.records import tables as t

COURSE = (
    "case_started", "instance_started", "task_opened", "task_completed", "task_cancelled", "task_claimed", "task_released",
    "task_reassigned", "task_reminded", "task_escalated", "escalation_held", "timer_fired", "message_received", "operation_performed",
    "instance_ended", "entry_corrected", "note_written",
    "incident_opened", "incident_resolved", "case_moved", "unit_taken_over", "duplicate_found",
)  # fmt: skip
"""Kinds of facts that people are told; gateways and armed timers are for `why` and the diagram."""
DONE_IN_STEPS = (
    "task_completed",
    "task_answered_on_behalf",
    "task_reminded",
    "task_escalated",
    "escalation_held",
)
"""Those that tell what somebody did in a step, and nothing of what was written in it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact as the rows have it."""

    id: int
    kind: str
    instance_id: str | None
    element_id: str | None
    task_id: str | None
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    at: datetime
    data: Mapping[str, object]


_FACT = select(*(t.facts.c[name] for name in Happened.__slots__))


def events(
    tx: Connection, case_id: str, kinds: Collection[str] = COURSE, *, limit: int | None = None
) -> list[Happened]:
    """What happened, the newest first."""
    query = _FACT.where(t.facts.c.case_id == case_id, t.facts.c.kind.in_(sorted(kinds))).order_by(
        t.facts.c.id.desc()
    )
    return [Happened(*row) for row in tx.execute(query.limit(limit) if limit else query)]


def passed(tx: Connection, case_id: str) -> list[Happened]:
    """Every element a token left, in order."""
    query = _FACT.where(t.facts.c.case_id == case_id, t.facts.c.kind == "element_passed").order_by(
        t.facts.c.id
    )
    return [Happened(*row) for row in tx.execute(query)]


def decisions(tx: Connection, case_id: str) -> list[Happened]:
    """Every decision made, in order, with inputs and matched rules: content, to be shown only to those who may read it all."""
    query = _FACT.where(t.facts.c.case_id == case_id, t.facts.c.kind == "decision_made").order_by(
        t.facts.c.id
    )
    return [Happened(*row) for row in tx.execute(query)]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a case stands in one diagram: element and flow ids by state; `done_at` is when an element was last passed."""

    done: frozenset[str]
    now: frozenset[str]
    stopped: frozenset[str]
    flows: frozenset[str]
    done_at: Mapping[str, datetime]


def places(tx: Connection, case_id: str, process_id: str, parents: Mapping[str, str]) -> Places:
    """Marks for the diagram of `process_id`.

    `parents` gives the enclosing sub-process ('' at process level) of each activity, gateway and event in the flow, so that what is
    open inside one, or inside a routine that it calls, shows on its outside too.
    """
    done_at: dict[str, datetime] = {}
    flows: set[str] = set()
    for fact in passed(tx, case_id):
        if fact.data.get("process") != process_id:
            continue
        done_at[str(fact.element_id)] = fact.at
        found = fact.data.get("flows")
        flows |= {str(flow) for flow in found} if isinstance(found, Sequence) else set()
    now = _standing(tx, case_id, process_id, parents)
    waiting = select(t.timers.c.element_id).where(
        t.timers.c.case_id == case_id, t.timers.c.status == "armed", t.timers.c.host == ""
    )
    now |= {
        row.element_id
        for row in tx.execute(waiting)
        if row.element_id in parents and row.element_id not in done_at
    }
    broken = select(t.incidents.c.element_id).where(
        t.incidents.c.case_id == case_id, t.incidents.c.resolved_at.is_(None)
    )
    stopped = {row.element_id for row in tx.execute(broken)} & set(parents)
    return Places(
        frozenset(set(done_at) - now), frozenset(now), frozenset(stopped), frozenset(flows), done_at
    )


def _standing(tx: Connection, case_id: str, process_id: str, parents: Mapping[str, str]) -> set[str]:
    """Where the open tasks stand, as the fact of their opening tells: in this diagram, or inside a call that it makes."""
    query = (
        select(t.tasks.c.process_id, t.tasks.c.element_id, t.facts.c.data)
        .join(t.facts, (t.facts.c.task_id == t.tasks.c.id) & (t.facts.c.kind == "task_opened"))
        .where(t.tasks.c.case_id == case_id, t.tasks.c.status.in_(["open", "claimed"]))
    )
    here: set[str] = set()
    for row in tx.execute(query):
        calls = [str(one) for one in row.data.get("calls", ()) if str(one) in parents]
        inside = row.element_id if row.process_id == process_id else next(iter(calls), "")
        while inside:
            here.add(inside)
            inside = parents.get(inside, "")
    return here
