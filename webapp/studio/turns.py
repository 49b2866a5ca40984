"""Whose turn it is while a draft is played, and the form as that person would see it, with answers to begin from.

Enters: a position of the play. Leaves: the open tasks with somebody of the made-up people for each, and a form to draw. Nothing is
handed in here, and no real case or person is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import tasks
from engine.definitions import sample_papers
from engine.definitions.schema import Field
from engine.errors import EngineError, InvalidForm
from engine.records.database import reading
from engine.records.tasks import Task
from engine.scenarios import deeds, playing
from engine.scenarios.playing import Position, Theatre
from webapp.pages import forms, taskview
from webapp.session import tx
from webapp.studio.outset import BEGINS

NOT_ANSWERS = ("script", "do", "task")
"""What the page of the play sends beside the answers of a form."""


@dataclass(frozen=True)
class Turn:
    """An open task, and who of the made-up people does it."""

    task: Task
    username: str
    name: str


def of(position: Position) -> list[Turn]:
    """Every open task with somebody who may do it, as far as there is one."""
    if position.situation is None:
        return []
    made = []
    for task in position.situation.open:
        for username, name, _ in playing.people(position, task.unit_id or ""):
            with suppress(EngineError), reading(position.engine) as opened_tx:
                who = deeds.actor(position.engine, username, now=position.now)
                held = tasks.hold(opened_tx, who, task.id, now=position.now)
                if may(who, Act.TASK_COMPLETE, held.about):
                    made.append(Turn(task, username, name))
                    break
        else:
            made.append(Turn(task, "", ""))
    return made


def posted() -> dict[str, object]:
    """The answers of the form that was sent."""
    return {key: value for key, value in forms.posted().items() if key not in NOT_ANSWERS}


def form(position: Position, turn: Turn, place: Theatre, trouble: EngineError | None) -> dict[str, object]:
    """The task's form as that person would see it, with answers of the example or made up, or with what was written and is wrong."""
    with within(position):
        who = deeds.actor(position.engine, turn.username, now=position.now)
        held = tasks.hold(tx(), who, turn.task.id, now=position.now)
        sheet = taskview.sheet_for(held, who)
        if isinstance(trouble, InvalidForm):
            return forms.drawn(sheet, posted(), trouble.errors)
        known = taskview.known_to(held, who)
        answered = place.example.answered(turn.task.element_id, position.now.date(), place.known.zone)
        fields = [one for one in held.form.top_level() if one.required or not answered] if held.form else []
        made_up = {one.key: _answer(one, sheet.options, position) for one in fields}
        return forms.drawn(sheet, {**made_up, **answered, **known})


@contextmanager
def within(position: Position) -> Iterator[None]:
    """The parts of pages that draw forms ask the request for its transaction and its instant; here it is those of the play."""
    real = g.get("now")
    with reading(position.engine) as opened_tx:
        g.tx, g.now = opened_tx, position.now
        try:
            yield
        finally:
            g.pop("tx", None)
            g.pop("now", None)
            if real is not None:
                g.now = real


def _answer(one: Field, options: Mapping[str, list[tuple[str, ...]]], position: Position) -> object:
    """An answer to the question, as a browser would send it."""
    offered = [row[0] for row in options.get(one.options_source, [])] or [
        option.value for option in one.options
    ]
    day = position.now.date() + timedelta(days=7)
    match one.value_type:
        case "date":
            return (position.now.date() if one.past_allowed else day).isoformat()
        case "date and time":
            return datetime.combine(day, BEGINS).isoformat()
        case "list":
            return offered[:1]
        case "rows":
            return [{child.key: _answer(child, options, position) for child in one.children if child.key}]
    if one.type in ("radio", "select"):
        return offered[0] if offered else ""
    made = sample_papers.sample(one)
    return gettext("Made up") if made == sample_papers.TEXT else made
