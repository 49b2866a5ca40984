"""The log: every reading of what stands in a case, and every act, each as a row that is never changed (HSLF-FS 2016:40 4 kap. 9 §).

Enters: an open transaction and what was done. Leaves: rows of `log`: who, for which unit, when, in which case and routine, whose case,
what, and on what ground. Holds ids and words of the product, never what somebody wrote. Whose case it is and of which routine is looked
up as the row is written, since the row outlives the case. `engine.records.sealing` seals the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, bindparam, func, select

from engine.records import tables as t
from engine.records.who import Who

READ = "read"
SIGNED_IN, SIGN_IN_FAILED, SIGNED_OUT, PROVED = "signed_in", "sign_in_failed", "signed_out", "proved"
REFUSED = "refused"
PRUNED, EXPORTED = "log_pruned", "log_exported"

COURSE = frozenset(
    {
        "element_passed", "decision_made", "task_opened", "timer_set", "timer_fired", "operation_performed", "tasks_moved", "kind_chosen",
    }
)  # fmt: skip
"""Facts of a routine's own course: they follow from an act, and nobody does them."""

_NAMES = tuple(column.name for column in t.log.columns if column.name != "id")
_OF_CASE = frozenset({"case_number", "subject_id", "subject_key"})


def note(
    tx: Connection, act: str, *, who: Who, now: datetime, case_id: str | None = None, process_id: str | None = None,
    element_id: str | None = None, task_id: str | None = None, page: str | None = None, categories: Sequence[str] | None = None,
    ground: str | None = None, about: str | None = None,
) -> None:  # fmt: skip
    """One row. `act` is a word such as `read`, `task_completed`, `user_added`; `about` names by ids what else was concerned."""
    what: dict[str, object] = {
        "act": act,
        "at": now,
        "case_id": case_id,
        "process_id": process_id,
        "element_id": element_id,
    }
    what |= {"task_id": task_id, "page": page, "ground": ground, "about": about}
    note_all(tx, [what | {"categories": sorted(categories) if categories else None} | who.columns()])


def note_all(tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows that name columns of `tables.log`; one statement for those of a case, one for the others."""
    tx.info["logged"] = tx.info.get("logged", 0) + len(rows)
    of_case = [_whole(row) for row in rows if row.get("case_id")]
    others = [_whole(row) for row in rows if not row.get("case_id")]
    if of_case:
        tx.execute(_INSERT_OF_CASE, of_case)
    if others:
        tx.execute(t.log.insert(), others)


def note_facts(tx: Connection, facts: Sequence[Mapping[str, Any]], *, ground: str | None = None) -> None:
    """The acts among these rows of `facts`."""
    acts = [
        {name: row.get(name) for name in ("at", "case_id", "element_id", "task_id", *Who.__slots__)}
        | {"act": row["kind"], "process_id": row["data"].get("process"), "ground": ground}
        for row in facts
        if row["kind"] not in COURSE
    ]
    if acts:
        note_all(tx, acts)


def _whole(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row.get(name) for name in _NAMES}


def _insert_of_case() -> Insert:
    """Looks up the case's number, routine and person; a case that is not there (any more) leaves its id alone."""
    given = {name: bindparam(name, type_=t.log.c[name].type) for name in _NAMES if name not in _OF_CASE}
    one = select(given["case_id"].label("case_id")).subquery("one")
    source = one.outerjoin(t.cases, t.cases.c.id == one.c.case_id).outerjoin(
        t.subjects, t.subjects.c.id == t.cases.c.subject_id
    )
    looked_up = {
        "case_number": t.cases.c.number,
        "subject_id": t.subjects.c.id,
        "subject_key": t.subjects.c.identity_hash,
    }
    of_case = {"process_id": t.cases.c.process_id, "region_id": t.cases.c.region_id}
    values: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(given[name], of_case[name]) if name in of_case else given[name] for name in given
    }
    values |= looked_up
    return t.log.insert().from_select(
        list(_NAMES), select(*(values[name] for name in _NAMES)).select_from(source)
    )


_INSERT_OF_CASE = _insert_of_case()


def numbers_of_people(tx: Connection, region_id: str, since: datetime, until: datetime) -> list[int]:
    """Numbers of the rows in which somebody read or did something in a case of the region during that time, in order."""
    c = t.log.c
    query = select(c.id).where(c.region_id == region_id, c.at >= since, c.at < until)
    query = query.where(c.actor_id.is_not(None), c.case_id.is_not(None), c.act != REFUSED)
    return list(tx.execute(query.order_by(c.id)).scalars())
