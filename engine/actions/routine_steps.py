"""One thing in a drawing of a draft changed, from the list, the panel or a mended finding; each is one change that can be undone.

Enters: an open transaction, a process owner, a draft and what to change. Leaves: the draft saved anew. A change is made in the drawing
as it stands now, so two people who change different steps do not meet, and who changes the same answer as somebody else is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from engine import xml
from engine.access import Actor
from engine.actions import ground, operations, routine_drafts
from engine.actions.routine_drafts import Conflict, Content, Saved
from engine.definitions import files
from engine.definitions.editing import mending, moving, new_forms, questions, readable, ready, sequence
from engine.definitions.editing.drawing import Drawing, NotPossible, Put
from engine.definitions.editing.mending import Done
from engine.definitions.editing.offering import Mend
from engine.definitions.editing.ready_words import Wording
from engine.definitions.editing.timing import Length
from engine.errors import EngineError, NotFound, StaleCase
from engine.records import directory

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was shown (`was`) and what was written instead (`given`), for one question of a step."""

    was: str
    given: str


class AnsweredMeanwhile(EngineError):
    """Somebody else has answered the same question while this was written. `mine` and `theirs` by key."""

    def __init__(self, mine: Mapping[str, str], theirs: Mapping[str, str]) -> None:
        super().__init__(f"{len(mine)} answers were changed meanwhile")
        self.mine, self.theirs = dict(mine), dict(theirs)


@dataclass(frozen=True, slots=True)
class Summons:
    """What the ready step of a summons is told: which unit, as FEEL, and when to remind and to escalate."""

    unit: str
    remind: Length
    escalate: Length


@dataclass(frozen=True, slots=True)
class Reminders:
    """When to remind of a step, and when to escalate it."""

    remind: Length
    escalate: Length


@dataclass(frozen=True, slots=True)
class Consent:
    """The role that asks for consent."""

    role: str


def opened(content: Content, path: str) -> Drawing:
    """One drawing of a draft. NotFound; BrokenDefinition where it cannot be read at all."""
    data = content.files.get(path)
    if data is None or not path.endswith(".bpmn"):
        raise NotFound
    return Drawing(data, path, taken=_elsewhere(content, path))


def language_of(tx: Connection, content: Content) -> str:
    """The language that the routine is written in."""
    region = directory.region(tx, content.draft.region_id) if content.draft.region_id else None
    settings = region["settings"] if region else None
    return ground.language_of(settings if isinstance(settings, Mapping) else {})


def save_drawing(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    data: bytes,
    *,
    expected_revision: int,
    now: datetime,
) -> Saved | Conflict:
    """The whole drawing as an editor has it. A new task gets a form to begin with, and made-up ids become readable once there is a name.

    `Saved.paths` is empty where the drawing was kept as it came. Raises BrokenDefinition for what is no drawing, NotAllowed, Locked.
    """
    content = routine_drafts.read(tx, actor, draft_id)
    taken = _elsewhere(content, path)
    drawing = Drawing(data, path, taken=taken)
    renamed = readable.rename_made_up(drawing)
    written = drawing.written() if renamed else data
    saving: dict[str, bytes | None] = {path: written}
    folder, language = files.folder_of(path), language_of(tx, content)
    for task in drawing.root.iter(xml.bpmn("userTask")):
        form = f"{folder}/forms/{task.get('id', '')}.form"
        if task.get("name") and form not in content.files:
            title, task_id = task.get("name", ""), task.get("id", "")
            saving[form] = new_forms.form(task_id, new_forms.NOTE, title=title, language=language)
    saved = routine_drafts.save_files(
        tx, actor, draft_id, saving, expected_revision=expected_revision, now=now
    )
    return saved if isinstance(saved, Conflict) else Saved(saved.revision, tuple(renamed.values()))


def answer(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    element_id: str,
    answers: Mapping[str, Answer],
    *,
    now: datetime,
) -> Saved:
    """Change what a step says. Answers that were not changed are passed over. NotPossible, AnsweredMeanwhile, NotAllowed, Locked."""

    def write(drawing: Drawing, language: str) -> None:
        inputs = operations.inputs()
        stands = {one.key: one.value for one in questions.of(drawing, element_id, inputs=inputs)}
        changed = {key: one for key, one in answers.items() if _plain(one.given) != _plain(one.was)}
        beaten = {
            key
            for key, one in changed.items()
            if key in stands and stands[key] not in (_plain(one.was), _plain(one.given))
        }
        if beaten:
            raise AnsweredMeanwhile(
                {key: changed[key].given for key in beaten}, {key: stands[key] for key in beaten}
            )
        given = {key: _plain(one.given) for key, one in changed.items()}
        questions.answer(drawing, element_id, given, language=language, inputs=inputs)

    return _changed(tx, actor, draft_id, path, write, now=now)[0]


def change_file(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    change: Callable[[bytes], bytes],
    *,
    now: datetime,
) -> Saved:
    """Any other file of the draft, changed as it stands now: a cell, a field, a setting. NotFound, NotPossible, NotAllowed, Locked."""
    content = routine_drafts.read(tx, actor, draft_id)
    if path not in content.files:
        raise NotFound
    saved = routine_drafts.save_file(
        tx,
        actor,
        draft_id,
        path,
        change(content.files[path]),
        expected_revision=content.draft.revision,
        now=now,
    )
    if isinstance(saved, Conflict):
        raise StaleCase("somebody else has changed the file at the same moment")
    return saved


def add(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    flow_id: str,
    kind: str,
    name: str,
    *,
    now: datetime,
) -> tuple[Saved, str]:
    """A new step on a flow, a user task with a form to begin with; its id. NotPossible, NotAllowed, Locked."""

    def put_in(drawing: Drawing, _: str) -> Put:
        made = sequence.add(drawing, flow_id, kind, name)
        return Put([made], {made: new_forms.NOTE} if kind == "userTask" else {})

    saved, put = _changed(tx, actor, draft_id, path, put_in, now=now)
    return saved, put.ids[0]


def add_ready(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    place_id: str,
    what: Summons | Reminders | Consent,
    *,
    now: datetime,
) -> tuple[Saved, str]:
    """A ready step: a summons or a question of consent on the flow `place_id`, reminders around the task `place_id`; the first new id."""

    def put_in(drawing: Drawing, language: str) -> Put:
        words = Wording(language, _escalation(tx, actor, draft_id))
        match what:
            case Summons(unit, remind, escalate):
                return ready.summons(
                    drawing, place_id, unit=unit, remind=remind, escalate=escalate, words=words
                )
            case Reminders(remind, escalate):
                return ready.reminders(drawing, place_id, remind=remind, escalate=escalate, words=words)
            case Consent(role):
                return ready.consent(drawing, place_id, role=role, words=words)

    saved, put = _changed(tx, actor, draft_id, path, put_in, now=now)
    return saved, next(iter(put.asks), put.ids[0])


def move(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, *, later: bool, now: datetime
) -> Saved:
    """Let a step change places with its neighbour. NotPossible at a branch, NotAllowed, Locked."""
    return _changed(
        tx, actor, draft_id, path, lambda drawing, _: sequence.move(drawing, element_id, later=later), now=now
    )[0]


def move_to(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, flow_id: str, *, now: datetime
) -> Saved:
    """Put a step on a flow beyond a branch that it could not change places with. NotPossible, NotAllowed, Locked."""
    return _changed(
        tx, actor, draft_id, path, lambda drawing, _: moving.move_to(drawing, element_id, flow_id), now=now
    )[0]


def take_out(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, *, now: datetime
) -> Saved:
    """Remove a step, with its timers and with its form. NotPossible at a branch, NotAllowed, Locked."""

    def remove(drawing: Drawing, _: str) -> tuple[str, ...]:
        before = drawing.ids()
        sequence.take_out(drawing, element_id)
        return tuple(before - drawing.ids())

    return _changed(tx, actor, draft_id, path, remove, now=now)[0]


def mend(tx: Connection, actor: Actor, draft_id: str, path: str, act: Mend, *, now: datetime) -> Saved:
    """Do one of the acts that are offered for a finding, with the forms that go along. NotPossible, NotAllowed, Locked."""
    return _changed(
        tx,
        actor,
        draft_id,
        path,
        lambda drawing, language: mending.mend(drawing, act, language=language),
        now=now,
    )[0]


def mended(content: Content, path: str, act: Mend, language: str) -> dict[str, bytes | None]:
    """What the act would write, None for a file that goes: the draft stays as it is. NotPossible, NotFound, BrokenDefinition."""
    drawing = opened(content, path)
    done = mending.mend(drawing, act, language=language)
    return _saving(content, path, drawing.written(), done, language)


def _changed(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    change: Callable[[Drawing, str], T],
    *,
    now: datetime,
) -> tuple[Saved, T]:
    """Open, change, save; with the forms that are needed or left over."""
    content = routine_drafts.read(tx, actor, draft_id)
    drawing, language = opened(content, path), language_of(tx, content)
    before = drawing.written()
    done = change(drawing, language)
    after = drawing.written()
    if after == before and not (isinstance(done, Done) and done.put.asks):
        return Saved(content.draft.revision), done
    saving = _saving(content, path, after, done, language)
    saved = routine_drafts.save_files(
        tx, actor, draft_id, saving, expected_revision=content.draft.revision, now=now
    )
    if isinstance(saved, Conflict):  # it was changed between the reading and the lock
        raise StaleCase("somebody else has changed the drawing at the same moment")
    return saved, done


def _saving(
    content: Content, path: str, after: bytes, done: object, language: str
) -> dict[str, bytes | None]:
    """The drawing with the forms that are new, moved or left over; None for a file that goes."""
    made = done if isinstance(done, Done) else Done(done if isinstance(done, Put) else Put([]))
    gone = done if isinstance(done, tuple) else made.gone
    saving: dict[str, bytes | None] = {path: after}
    folder = files.folder_of(path)
    drawing = Drawing(after, path)
    for task_id, kind in made.put.asks.items():
        title = drawing.element(task_id).get("name", "")
        saving[f"{folder}/forms/{task_id}.form"] = new_forms.form(
            task_id, kind, title=title, language=language
        )
    for old, new in made.renamed:
        before = content.files.get(f"{folder}/forms/{old}.form")
        if before is not None:
            named = re.sub(
                rb'("id"\s*:\s*)"' + re.escape(old.encode()) + b'"', rb'\1"' + new.encode() + b'"', before
            )
            saving |= {f"{folder}/forms/{old}.form": None, f"{folder}/forms/{new}.form": named}
    forms = (f"{folder}/forms/{one}.form" for one in gone)
    return saving | {one: None for one in forms if one in content.files}


def _escalation(tx: Connection, actor: Actor, draft_id: str) -> str:
    """The routine that the region escalates with: its own where it has one."""
    content = routine_drafts.read(tx, actor, draft_id)
    own = f"{content.draft.region_id}_escalation"
    calls = f'calledElement="{own}"'.encode()
    return (
        own
        if any(calls in data for path, data in content.files.items() if path.endswith(".bpmn"))
        else Wording("").escalation
    )


def _elsewhere(content: Content, path: str) -> frozenset[str]:
    """The ids of the other drawings of the draft."""
    others = [(one, data) for one, data in content.files.items() if one.endswith(".bpmn") and one != path]
    return frozenset(name for one, data in others for name in _ids(data, one))


def _ids(data: bytes, path: str) -> frozenset[str]:
    try:
        return Drawing(data, path).ids()
    except EngineError:
        return frozenset()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


__all__ = [
    "Answer", "AnsweredMeanwhile", "Consent", "NotPossible", "Reminders", "Summons",
    "add", "add_ready", "answer", "change_file", "language_of", "mend", "mended", "move", "move_to", "opened", "save_drawing", "take_out",
]  # fmt: skip
