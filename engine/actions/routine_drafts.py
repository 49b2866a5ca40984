"""A routine is changed in a draft: every change is saved at once, can be undone one by one, and reaches no case before it is published.

Enters: an open transaction, somebody who answers for the routine, and bytes. Leaves: the draft with its files, or a conflict that holds
both texts where somebody else has changed the same file meanwhile. Looks into no file: what is wrong with one becomes findings
(`publishing`), and the file stays as it was handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, RoutineObject, may
from engine.actions import draft_files
from engine.definitions import files
from engine.errors import EngineError, StaleCase
from engine.records import ids, log, specs
from engine.records import routine_drafts as rows
from engine.records.routine_drafts import Conflict, Draft, Held, Present
from engine.records.who import Who

__all__ = ["Conflict", "Content", "Draft", "Held", "Locked", "Present", "Saved"]

PRESENT_FOR = timedelta(seconds=60)


class Locked(EngineError):
    """The draft waits for approval, or is closed: nobody changes it now."""


@dataclass(frozen=True, slots=True)
class Content:
    """A draft and its files by path relative to the processes root. `may_undo` and `may_redo` tell whether there is a change to."""

    draft: Draft
    files: Mapping[str, bytes]
    may_undo: bool
    may_redo: bool

    @property
    def own(self) -> dict[str, bytes]:
        """Only the files of the routine's own folder."""
        return {path: data for path, data in self.files.items() if files.folder_of(path) == self.draft.folder}


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft's revision after a change, and the paths that became otherwise."""

    revision: int
    paths: tuple[str, ...] = ()


def create(
    tx: Connection,
    actor: Actor | None,
    folder: str,
    contents: Mapping[str, bytes],
    *,
    title: str,
    origin: str,
    base_hash: str | None,
    now: datetime,
) -> Draft:
    """A draft of the routine in `folder` (`vastmanland/sip`) that begins with these files. `actor` is None for the command line.

    `draft_sources` says where files come from. Raises NotAllowed, and BrokenDefinition for what no routine can hold.
    """
    region_id = _region_of(folder)
    if actor is not None:
        actor = asking.face(actor, Act.VERSION_UPLOAD, RoutineObject(region_id))
        may(actor, Act.VERSION_UPLOAD, RoutineObject(region_id)).required()
    draft_files.fits(folder, contents)
    who = asking.acting(actor) if actor else Who()
    draft = Draft(
        id=ids.new(), process_id=files.process_id_of(folder), region_id=region_id, folder=folder, title=title, kind="change",
        origin=origin, base_hash=base_hash, revision=1, position=0, status="open",
        created_at=now, created_by=who.actor_id, changed_at=now, changed_by=who.actor_id,
    )  # fmt: skip
    rows.insert(tx, draft, contents)
    rows.note_hand(tx, draft.id, (who.actor_id, who.acting_for_id), now=now)
    note(tx, "draft_made", draft, who, now=now)
    return draft


def read(tx: Connection, actor: Actor, draft_id: str) -> Content:
    """The draft as it stands. NotFound, NotAllowed."""
    draft = allowed(actor, rows.fetch(tx, draft_id))
    held = {path: one.content for path, one in rows.held(tx, draft_id).items() if one.content is not None}
    return Content(draft, held, draft.position > 0, draft.position < rows.last_number(tx, draft_id))


def listed(tx: Connection, actor: Actor, process_id: str | None = None) -> list[Draft]:
    """The drafts that are open or wait, as far as the actor may change them; the one changed last first."""
    return [
        one
        for one in rows.listed(tx, process_id)
        if may(actor, Act.VERSION_UPLOAD, RoutineObject(one.region_id))
    ]


def save_file(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    content: bytes,
    *,
    expected_revision: int,
    now: datetime,
) -> Saved | Conflict:
    """One file as it is to be, made from what stood at `expected_revision`; see `save_files`."""
    return save_files(tx, actor, draft_id, {path: content}, expected_revision=expected_revision, now=now)


def save_files(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    contents: Mapping[str, bytes | None],
    *,
    expected_revision: int,
    now: datetime,
) -> Saved | Conflict:
    """Several files in one change, which is undone as one; None removes a file. Nothing is written where nothing differs.

    Where somebody else has changed one of them since `expected_revision`, nothing is changed and both texts are kept as a Conflict; commit
    then as well. Raises NotAllowed, Locked, BrokenDefinition for a path or size that no routine can hold.
    """
    draft = _to_change(tx, actor, draft_id)
    held = rows.held(tx, draft_id)
    for path in contents:
        _writable(tx, actor, draft, path)
    new = {path: text for path, text in contents.items() if text != _content(held, path)}
    if not new:
        return Saved(draft.revision)
    for path, text in new.items():
        if path in held and held[path].revision > expected_revision:
            theirs = _content(held, path)
            found = rows.insert_conflict(tx, draft_id, path, text, theirs, by=actor.id, now=now)
            rows.note_hand(tx, draft_id, (actor.id, actor.acting_for), now=now)
            return Conflict(found, path, text, theirs, now, actor.id)
    return _stepped(tx, draft, held, new, asking.acting(actor), now)


def replace_parts(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    contents: Mapping[str, bytes | None],
    *,
    expected_revision: int,
    now: datetime,
) -> Saved:
    """Files of the routines that the draft calls, as `draft_sources` takes them from versions. StaleCase, NotAllowed, Locked."""
    draft = _to_change(tx, actor, draft_id)
    _unchanged(draft, expected_revision)
    held = rows.held(tx, draft_id)
    new = {path: text for path, text in contents.items() if text != _content(held, path)}
    return _stepped(tx, draft, held, new, asking.acting(actor), now) if new else Saved(draft.revision)


def undo(tx: Connection, actor: Actor, draft_id: str, *, expected_revision: int, now: datetime) -> Saved:
    """Take the last change back. Raises StaleCase where the draft has changed since, or there is nothing to undo; Locked."""
    draft = _to_change(tx, actor, draft_id)
    _unchanged(draft, expected_revision)
    steps = rows.steps(tx, draft_id, draft.position)
    if not steps:
        raise StaleCase("there is nothing to undo")
    before = {one.path: one.before for one in steps}
    return _stands(tx, draft, before, draft.position - 1, asking.acting(actor), now)


def redo(tx: Connection, actor: Actor, draft_id: str, *, expected_revision: int, now: datetime) -> Saved:
    """Do again what was undone last. Raises as `undo`."""
    draft = _to_change(tx, actor, draft_id)
    _unchanged(draft, expected_revision)
    steps = rows.steps(tx, draft_id, draft.position + 1)
    if not steps:
        raise StaleCase("there is nothing to do again")
    after = {one.path: one.after for one in steps}
    return _stands(tx, draft, after, draft.position + 1, asking.acting(actor), now)


def drop(tx: Connection, actor: Actor, draft_id: str, *, now: datetime) -> None:
    """The draft is given up; its rows stay, and it can be taken up again. Raises NotAllowed, Locked."""
    _turned(tx, actor, draft_id, ("open", "dropped"), "draft_dropped", now=now)


def take_up(tx: Connection, actor: Actor, draft_id: str, *, now: datetime) -> None:
    """A draft that was given up is open again, as it stood. Raises NotAllowed, Locked."""
    _turned(tx, actor, draft_id, ("dropped", "open"), "draft_taken_up", now=now)


def conflicts(tx: Connection, actor: Actor, draft_id: str) -> list[Conflict]:
    """What was saved too late and nobody has settled, the oldest first."""
    allowed(actor, rows.fetch(tx, draft_id))
    return rows.conflicts(tx, draft_id)


def settle(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    conflict_id: str,
    content: bytes | None,
    *,
    expected_revision: int,
    now: datetime,
) -> Saved | Conflict:
    """A conflict is over: with `content` in the file (one of the texts, or both made one), or None: what stands there stays."""
    draft = _to_change(tx, actor, draft_id)
    found = next((one for one in rows.conflicts(tx, draft_id) if one.id == conflict_id), None)
    if found is None:
        raise StaleCase("somebody has settled that already")
    rows.settle(tx, conflict_id, now=now)
    if content is None:
        return Saved(draft.revision)
    return save_file(tx, actor, draft_id, found.path, content, expected_revision=expected_revision, now=now)


def note_present(
    tx: Connection, actor: Actor, draft_id: str, element_id: str = "", *, edits: bool, now: datetime
) -> list[Present]:
    """Say that the actor has the draft open, at `element_id` or as a whole; gives who else has."""
    allowed(actor, rows.fetch(tx, draft_id))
    rows.note_present(tx, draft_id, actor.id, element_id[:200], edits=edits, now=now)
    return [one for one in rows.present(tx, draft_id, now - PRESENT_FOR) if one.person_id != actor.id]


# --- what others here ask too ------------------------------------------------------------------------------------------


def allowed(actor: Actor, draft: Draft) -> Draft:
    """The draft, for whoever may change it. NotAllowed."""
    may(actor, Act.VERSION_UPLOAD, RoutineObject(draft.region_id)).required()
    return draft


def note(tx: Connection, act: str, draft: Draft, who: Who, *, now: datetime, about: str = "") -> None:
    """A row of the log about a draft."""
    who = replace(who, region_id=draft.region_id or who.region_id)
    log.note(tx, act, who=who, now=now, process_id=draft.process_id, about=about or f"draft:{draft.id}")


def _turned(
    tx: Connection, actor: Actor, draft_id: str, status: tuple[str, str], act: str, *, now: datetime
) -> None:
    draft = _to_change(tx, actor, draft_id, status=status[0])
    who = asking.acting(actor)
    rows.change(tx, draft.id, status=status[1], changed_at=now, changed_by=who.actor_id)
    note(tx, act, draft, who, now=now)


def _to_change(tx: Connection, actor: Actor, draft_id: str, *, status: str = "open") -> Draft:
    draft = allowed(actor, rows.lock(tx, draft_id))
    if draft.status != status or draft.kind != "change":
        raise Locked
    return draft


def _unchanged(draft: Draft, expected_revision: int) -> None:
    if draft.revision != expected_revision:
        raise StaleCase("somebody else has changed the draft meanwhile")


def _stepped(
    tx: Connection,
    draft: Draft,
    held: Mapping[str, Held],
    new: Mapping[str, bytes | None],
    who: Who,
    now: datetime,
) -> Saved:
    after = {path: one.content for path, one in held.items()} | dict(new)
    draft_files.fits(draft.folder, {path: text for path, text in after.items() if text is not None})
    number = draft.position + 1
    changed = [
        rows.Step(number, path, _content(held, path), text, now, who.actor_id)
        for path, text in sorted(new.items())
    ]
    rows.insert_step(tx, draft.id, changed)
    return _stands(tx, draft, new, number, who, now)


def _stands(
    tx: Connection, draft: Draft, contents: Mapping[str, bytes | None], position: int, who: Who, now: datetime
) -> Saved:
    revision = draft.revision + 1
    rows.place(tx, draft.id, contents, revision)
    rows.note_hand(tx, draft.id, (who.actor_id, who.acting_for_id), now=now)
    rows.change(tx, draft.id, revision=revision, position=position, changed_at=now, changed_by=who.actor_id)
    return Saved(revision, tuple(sorted(contents)))


def _content(held: Mapping[str, Held], path: str) -> bytes | None:
    return held[path].content if path in held else None


def _region_of(folder: str) -> str | None:
    region = folder.split("/", 1)[0]
    return None if region == files.SHARED else region


def changes(tx: Connection, draft: Draft, folder: str) -> bool:
    """Whether files of that folder are changed in this draft: the routine's own, and its parts that have no version of their own.

    A part that has one, or that belongs to another region or to all, has drafts of its own.
    """
    if folder == draft.folder:
        return True
    region, _, inner = folder.partition("/")
    near = region == draft.folder.partition("/")[0] and inner != files.DOCUMENTS
    return near and specs.current(tx, files.process_id_of(folder)) is None


def _writable(tx: Connection, actor: Actor, draft: Draft, path: str) -> None:
    """The routine's own files, and the papers of a region for whoever answers for it; another routine has drafts of its own."""
    draft_files.check_path(path)
    folder = files.folder_of(path)
    region, _, inner = folder.partition("/")
    if changes(tx, draft, folder):
        return
    if inner != files.DOCUMENTS:
        raise draft_files.refused(
            path, "The file belongs to another routine. Change it in a draft of that one."
        )
    may(actor, Act.VERSION_UPLOAD, RoutineObject(_region_of(region))).required()
