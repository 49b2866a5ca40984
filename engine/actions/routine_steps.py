"""One thing in a drawing of a draft changed, from the list, the panel or a mended finding; each is one change that can be undone.

Enters: an open transaction, a process owner, a draft and what to change. Leaves: the draft saved anew. A change is made in the drawing
as it stands now, so two people who change different steps do not meet, and who changes the same answer as somebody else is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import xml
from engine.access import Actor
from engine.actions import ground, operations, routine_drafts, step_forms
from engine.actions.routine_drafts import Conflict, Content, Saved
from engine.definitions import files
from engine.definitions.editing import mending, moving, new_forms, questions, readable, sequence
from engine.definitions.editing.drawing import Drawing, NotPossible, Put
from engine.definitions.editing.mending import Done
from engine.definitions.editing.offering import Mend
from engine.errors import EngineError, NotFound, StaleCase
from engine.records import directory


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

    return changed(tx, actor, draft_id, path, write, now=now)[0]


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

    def put_in(drawing: Drawing, _: str) -> Done:
        made = sequence.add(drawing, flow_id, kind, name)
        return Done(Put([made], {made: new_forms.NOTE} if kind == "userTask" else {}))

    saved, done = changed(tx, actor, draft_id, path, put_in, now=now)
    return saved, done.put.ids[0]


def move(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, *, later: bool, now: datetime
) -> Saved:
    """Let a step change places with its neighbour. NotPossible at a branch, NotAllowed, Locked."""
    return changed(
        tx, actor, draft_id, path, lambda drawing, _: sequence.move(drawing, element_id, later=later), now=now
    )[0]


def move_to(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, flow_id: str, *, now: datetime
) -> Saved:
    """Put a step on a flow beyond a branch that it could not change places with. NotPossible, NotAllowed, Locked."""
    return changed(
        tx, actor, draft_id, path, lambda drawing, _: moving.move_to(drawing, element_id, flow_id), now=now
    )[0]


def take_out(
    tx: Connection, actor: Actor, draft_id: str, path: str, element_id: str, *, now: datetime
) -> Saved:
    """Remove a step, with its timers and with its form. NotPossible at a branch, NotAllowed, Locked."""

    def remove(drawing: Drawing, _: str) -> Done:
        before = drawing.ids()
        sequence.take_out(drawing, element_id)
        return Done(gone=tuple(before - drawing.ids()))

    return changed(tx, actor, draft_id, path, remove, now=now)[0]


def mend(tx: Connection, actor: Actor, draft_id: str, path: str, act: Mend, *, now: datetime) -> Saved:
    """Do one of the acts that are offered for a finding, with the forms that go along. NotPossible, NotAllowed, Locked."""
    return changed(
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
    return step_forms.along(content, path, drawing.written(), done, language)


def changed(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    change: Callable[[Drawing, str], Done | None],
    *,
    now: datetime,
) -> tuple[Saved, Done]:
    """Open, change, save, with the forms that go along; `change` gets the drawing and the routine's language."""
    content = routine_drafts.read(tx, actor, draft_id)
    drawing, language = opened(content, path), language_of(tx, content)
    before = drawing.written()
    done = change(drawing, language) or Done()
    after = drawing.written()
    if after == before and not done.put.asks:
        return Saved(content.draft.revision), done
    saving = step_forms.along(content, path, after, done, language)
    saved = routine_drafts.save_files(
        tx, actor, draft_id, saving, expected_revision=content.draft.revision, now=now
    )
    if isinstance(saved, Conflict):  # it was changed between the reading and the lock
        raise StaleCase("somebody else has changed the drawing at the same moment")
    return saved, done


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
    "Answer", "AnsweredMeanwhile", "NotPossible",
    "add", "answer", "change_file", "changed", "language_of", "mend", "mended", "move", "move_to", "opened", "save_drawing", "take_out",
]  # fmt: skip
