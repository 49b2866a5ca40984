"""A draft is on its way to a version: how near it is, what it changes, and who asks that a second person decide.

Enters: an open transaction and a draft. Leaves: a publication that waits; `engine.actions.decisions` has what becomes of it. There is no
other way to a version once a routine has one. What is tried is tried in `engine.scenarios.trying`, since that takes its time and asks no
lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, RoutineObject, may
from engine.actions import draft_sources, routine_drafts
from engine.definitions import difference, files
from engine.definitions.difference import Change
from engine.errors import AlreadyClosed, EngineError, NotAllowed, NotFound
from engine.records import ids, publications, specs
from engine.records import routine_drafts as draft_rows
from engine.records.publications import Publication, Trial
from engine.records.routine_drafts import Draft
from engine.records.who import Who

LONGEST = 4_000
"""Signs of a message, a reason or a comment."""


class Unready(EngineError):
    """Something is missing before it can be published; `obstacles` are the words for it, as `State` has them."""

    def __init__(self, obstacles: tuple[str, ...]) -> None:
        super().__init__(", ".join(obstacles))
        self.obstacles = obstacles


@dataclass(frozen=True, slots=True)
class State:
    """How near a draft is to being a version, as one person sees it.

    `obstacles` keep it from being asked for: `untried`, `findings`, `scenarios`, `same` nothing differs, `base-moved` another version has
    come since, `awaits-day` another one is approved for a later day, `other-waits` another draft of the routine is asked for. `read` are
    the keys of the changes that this person has read. `called_by` are routines that call it or start it, by process id: they get the change
    only by publishing of their own.
    """

    draft: Draft
    publication: Publication | None
    trial: Trial | None
    changes: tuple[Change, ...]
    read: frozenset[str]
    obstacles: tuple[str, ...]
    called_by: tuple[str, ...]

    @property
    def unread(self) -> tuple[Change, ...]:
        """What this person has still to read."""
        return tuple(one for one in self.changes if one.key not in self.read)

    @property
    def warnings(self) -> tuple[Mapping[str, object], ...]:
        """What the checks warn of: it may stay where whoever asks says why."""
        return _warnings(self.trial)


def state(tx: Connection, actor: Actor, draft_id: str) -> State:
    """Everything that a page of publishing shows. Only looks. NotFound, NotAllowed."""
    content = routine_drafts.read(tx, actor, draft_id)
    draft = content.draft
    found = differing(tx, draft, content.files) if draft.kind == "change" else ()
    trial = publications.trial(tx, draft_id, draft_sources.tried(tx, draft.folder, content.files))
    asked = publications.asked_of(tx, draft_id)
    read = frozenset(publications.read_by(tx, draft_id, actor.id)) & {one.key for one in found}
    obstacles = obstacles_of(tx, draft, found, trial)
    return State(draft, asked, trial, found, read, obstacles, callers(tx, draft.process_id))


def differing(tx: Connection, draft: Draft, contents: Mapping[str, bytes]) -> tuple[Change, ...]:
    """What the draft says otherwise than the version whose place it is to take; a new routine differs from nothing."""
    old = library.whole(tx, draft.base_hash) if draft.base_hash else {}
    return difference.between(old, draft_sources.completed(tx, draft.folder, contents))


def callers(tx: Connection, process_id: str) -> tuple[str, ...]:
    """The routines in force that hold that process in their bundle, start it from a case or report deviations by it."""
    found = []
    for other, bundle_hash in specs.in_force(tx).items():
        routine = library.loaded(tx, bundle_hash).routine
        named = {*routine.processes, *routine.settings.linked, routine.settings.deviation}
        if other != process_id and process_id in named:
            found.append(other)
    return tuple(sorted(found))


def mark_read(
    tx: Connection, actor: Actor, draft_id: str, *change_keys: str, now: datetime
) -> frozenset[str]:
    """The actor has read these changes and no others. Gives the keys that the draft has no change for now; NotFound where that is all."""
    content = routine_drafts.read(tx, actor, draft_id)
    there = {one.key for one in differing(tx, content.draft, content.files)}
    given = frozenset(change_keys)
    if not given & there:
        raise NotFound
    for key in sorted(given & there):
        publications.mark_read(tx, draft_id, actor.id, key, now=now)
    return given - there


# --- asked for -----------------------------------------------------------------------------------------------------------


def ask(
    tx: Connection, actor: Actor, draft_id: str, message: str, warnings_stay: str = "", *, now: datetime
) -> str:
    """Ask that the draft be published; nobody changes it until that is decided. Gives the publication's id. `warnings_stay` is why what
    the checks warn of may stay.

    Raises NotAllowed without a right or a message, Unready (also `unread`: whoever asks has read every change, and `warnings`: somebody
    has to say why they may stay), Locked, StaleCase.
    """
    draft, who = _own(tx, actor, draft_id)
    if draft.status != "open" or draft.kind != "change":
        raise routine_drafts.Locked
    if not message.strip():
        raise NotAllowed("reason-needed")
    content = routine_drafts.read(tx, actor, draft_id)
    found, digest = (
        differing(tx, draft, content.files),
        draft_sources.tried(tx, draft.folder, content.files),
    )
    trial = publications.trial(tx, draft_id, digest)
    obstacles = obstacles_of(tx, draft, found, trial) + unread_of(tx, draft, actor, found)
    why = warnings_stay.strip()[:LONGEST] if _warnings(trial) else ""
    if _warnings(trial) and not why:
        obstacles += ("warnings",)
    if obstacles:
        raise Unready(obstacles)
    proof = {"warnings_stay": why, "warnings": [dict(one) for one in _warnings(trial)]} if why else {}
    return _asked(tx, draft, digest, message, who, now=now, proof=proof)


def ask_to_withdraw(tx: Connection, actor: Actor, process_id: str, message: str, *, now: datetime) -> str:
    """Ask that no new cases of the routine begin; those that run follow their version to the end. Gives the publication's id.

    Raises NotFound where none is in force, Unready (`called`) where other routines start or call it, NotAllowed, StaleCase.
    """
    current = library.current(tx, process_id)
    about = RoutineObject(current.routine.region)
    actor = asking.face(actor, Act.VERSION_UPLOAD, about)
    may(actor, Act.VERSION_UPLOAD, about).required()
    if not message.strip():
        raise NotAllowed("reason-needed")
    if callers(tx, process_id):
        raise Unready(("called",))
    if publications.awaits_its_day(tx, process_id) is not None:
        raise Unready(("awaits-day",))
    who = asking.acting(actor)
    draft = Draft(
        id=ids.new(), process_id=process_id, region_id=current.routine.region, folder=current.bundle.folder, title=current.routine.title,
        kind="withdrawal", origin="version", base_hash=current.bundle.hash, revision=1, position=0, status="waiting",
        created_at=now, created_by=who.actor_id, changed_at=now, changed_by=who.actor_id,
    )  # fmt: skip
    draft_rows.insert(tx, draft, {})
    return _asked(tx, draft, files.digest({}), message, who, now=now)


# --- what a decision asks too -------------------------------------------------------------------------------------------


def _own(tx: Connection, actor: Actor, draft_id: str) -> tuple[Draft, Who]:
    draft = draft_rows.lock(tx, draft_id)
    return draft, asking.acting(required(actor, draft))


def required(actor: Actor, draft: Draft) -> Actor:
    """Whoever changes the routine, in the membership that lets them. NotAllowed."""
    about = RoutineObject(draft.region_id)
    face = asking.face(actor, Act.VERSION_UPLOAD, about)
    may(face, Act.VERSION_UPLOAD, about).required()
    return face


def held(tx: Connection, publication_id: str) -> tuple[Publication, Draft]:
    """Locked, the draft first, as whoever saves in it does. NotFound."""
    draft = draft_rows.lock(tx, publications.fetch(tx, publication_id).draft_id)
    return publications.lock(tx, publication_id), draft


def obstacles_of(
    tx: Connection,
    draft: Draft,
    found: tuple[Change, ...],
    trial: Trial | None,
    asked: Publication | None = None,
) -> tuple[str, ...]:
    """What keeps the draft from being a version, in the words of `State`; `asked` is the publication that is being decided."""
    obstacles = []
    if draft.kind == "change":
        if trial is None:
            obstacles.append("untried")
        elif not trial.passed:
            findings = any(one.get("severity") == "error" for one in trial.findings)
            obstacles.append("findings" if findings else "scenarios")
        if not found:
            obstacles.append("same")
    elif callers(tx, draft.process_id):
        obstacles.append("called")
    if publications.awaits_its_day(tx, draft.process_id) is not None:
        obstacles.append("awaits-day")
    elif draft_sources.newest_of(tx, draft.process_id) not in (draft.base_hash, *_unborn(tx, draft)):
        obstacles.append("base-moved")
    waiting = [one for one in publications.waiting(tx) if one.process_id == draft.process_id]
    if any(asked is None and one.draft_id != draft.id for one in waiting):
        obstacles.append("other-waits")
    return tuple(obstacles)


def unread_of(tx: Connection, draft: Draft, reader: Actor, found: tuple[Change, ...]) -> tuple[str, ...]:
    """Whether the reader has a change left to read, as an obstacle."""
    read = publications.read_by(tx, draft.id, reader.id)
    return ("unread",) if any(one.key not in read for one in found) else ()


def unexplained(trial: Trial | None, asked: Publication) -> tuple[str, ...]:
    """Whether a later trial warns of something that whoever asked has not said of why it may stay, as an obstacle."""
    known = asked.proof.get("warnings")
    said = {_about(one) for one in known} if isinstance(known, list) else set()
    return ("warnings",) if any(_about(one) not in said for one in _warnings(trial)) else ()


def settle(
    tx: Connection,
    asked: Publication,
    draft: Draft,
    who: Who,
    status: str,
    *,
    now: datetime,
    **values: object,
) -> None:
    """The publication ends as `status`; the draft is published, or open again. AlreadyClosed."""
    if asked.status != "asked":
        raise AlreadyClosed(asked.decided_at, asked.decided_by, asked.status)
    publications.decide(tx, asked.id, who=who, now=now, values={"status": status, **values})
    over = "published" if status == "approved" else "open" if draft.kind == "change" else "dropped"
    draft_rows.change(tx, draft.id, status=over)


def _unborn(tx: Connection, draft: Draft) -> tuple[None, ...]:
    """A part came into force only with whatever calls it: its base is in force nowhere by itself."""
    never = draft.base_hash is not None and not publications.of_process(tx, draft.process_id)
    return (None,) if never and specs.current(tx, draft.process_id) is None else ()


def _warnings(trial: Trial | None) -> tuple[Mapping[str, object], ...]:
    return tuple(one for one in trial.findings if one.get("severity") == "warning") if trial else ()


def _about(warning: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(warning.get(name) for name in ("path", "rule", "element_id", "message"))


def _asked(
    tx: Connection,
    draft: Draft,
    digest: str,
    message: str,
    who: Who,
    *,
    now: datetime,
    proof: Mapping[str, object] | None = None,
) -> str:
    asked = publications.ask(tx, draft, digest, message.strip()[:LONGEST], proof or {}, who=who, now=now)
    draft_rows.change(tx, draft.id, status="waiting")
    act = "version_asked" if draft.kind == "change" else "withdrawal_asked"
    routine_drafts.note(tx, act, draft, who, now=now, about=f"publication:{asked}")
    return asked
