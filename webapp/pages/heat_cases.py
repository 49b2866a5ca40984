"""The cases behind a step of the picture: what waits there, and what was done too late.

Enters: what was asked for, and a step. Leaves: rows with number, unit and days, only those that `access` lets the person see, and how many
more there are.
"""

from __future__ import annotations

from datetime import date

from flask import url_for

from engine.definitions.routine import Element
from engine.reads import heat, missed, worklist
from webapp import words
from webapp.auth import actor
from webapp.pages import heat_asked
from webapp.pages.directory_names import unit_names
from webapp.pages.heat_asked import Chosen
from webapp.session import ZONE, now, today, tx

Rows = list[dict[str, object]]


def waiting(chosen: Chosen, element: Element, *, late: bool) -> tuple[Rows, int]:
    """What waits at the step, the oldest first; with `late` only what is past its last day."""
    found = [
        one
        for name in heat_asked.inside(chosen.routine, element)
        for one in heat.tasks_at(
            tx(), chosen.root, name, chosen.asked.scope, late=late, now=now(), version=chosen.bundle_hash
        )
    ]
    seen = [row for task_id in found if (row := worklist.one(tx(), actor(), task_id, now=now())) is not None]
    units = unit_names({row.task.unit_id for row in seen})
    rows: Rows = [
        {
            "number": row.case.number, "url": url_for("task.page", task_id=row.task.id), "name": row.task.name,
            "unit": units.get(row.task.unit_id, row.task.unit_id), "since": _day(row.task.opened_at.astimezone(ZONE).date()),
            "due": _day(row.task.due_on), "late": row.task.due_at is not None and row.task.due_at < now(),
        }
        for row in seen
    ]  # fmt: skip
    return rows, len(found) - len(seen)


def done_late(chosen: Chosen, element: Element) -> tuple[Rows, int]:
    """What was done at the step in the period after its last day, the newest first."""
    steps = heat_asked.inside(chosen.routine, element)
    found, hidden = missed.done_late(
        tx(),
        actor(),
        chosen.root,
        steps,
        chosen.asked.scope,
        chosen.asked.period,
        now=now(),
        version=chosen.bundle_hash,
    )
    units = unit_names({one.unit_id for one in found})
    rows: Rows = [
        {
            "number": one.number, "url": url_for("case.page", case_id=one.case_id) if one.opens else "", "name": one.name,
            "unit": units.get(one.unit_id, one.unit_id), "due": _day(one.due_on), "done": _day(one.done_at.astimezone(ZONE).date()),
        }
        for one in found
    ]  # fmt: skip
    return rows, hidden


def _day(day: date | None) -> str:
    return words.short_day(day, today()) if day else "–"
