"""What was asked for is taken back, or decided by a second person: approved from a day on, or sent back; and called off until that day.

Enters: an open transaction and a publication. Leaves: a decision with the proof on which it rests, and a version in force where its day has
come. Running cases stay on their version. To call off one person is enough, since everybody stays with what is in force; to bring the
change into force after all goes the whole way anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from engine import asking, library
from engine.access import Act, Actor, RoutineObject, may
from engine.actions import actors, draft_sources, publishing, routine_drafts
from engine.actions.publishing import Unready
from engine.definitions import difference, files
from engine.definitions.difference import Change
from engine.errors import AlreadyClosed, NotAllowed
from engine.records import directory, publications, specs
from engine.records import routine_drafts as draft_rows
from engine.records.database import reading, writing
from engine.records.publications import Publication, Trial
from engine.records.routine_drafts import Draft
from engine.records.who import Who

AHEAD = timedelta(days=366)
"""No later day is chosen: what awaits its day keeps every other change of the routine waiting, and a mistyped year would for good."""
SOMEWHERE = ZoneInfo("Europe/Stockholm")
"""Where the days of a routine that all regions share begin."""


def approval(tx: Connection, publication: Publication, draft: Draft) -> RoutineObject:
    """The decision, as access is asked about it: nobody who asked or wrote in the draft is the second person."""
    by = publication.askers | draft_rows.writers(tx, draft.id) | ({draft.created_by} - {None})
    requested = frozenset(str(one) for one in by if one)
    return RoutineObject(draft.region_id, requested, asking.lately_given(tx, requested, draft.created_at))


def approve(
    tx: Connection, actor: Actor, publication_id: str, reason: str, valid_from: date, *, now: datetime
) -> Publication:
    """The second person's yes: new cases get the version from the beginning of that day, or from now on where that is today.

    Raises NotAllowed for whoever asked or wrote in the draft, without a reason, or for a day that has passed; Unready (`unread` and what
    `State` says) where something has come between; AlreadyClosed where it was decided.
    """
    asked, draft = publishing.held(tx, publication_id)
    actor, who = _second(tx, actor, asked, draft)
    if not reason.strip():
        raise NotAllowed("reason-needed")
    zone = _zone(tx, draft)
    if valid_from < now.astimezone(zone).date():
        raise NotAllowed("day-passed")
    if valid_from > now.astimezone(zone).date() + AHEAD:
        raise NotAllowed("day-too-far")
    at = max(now, datetime.combine(valid_from, time(), zone).astimezone(UTC))
    rows = {path: one.content for path, one in draft_rows.held(tx, draft.id).items()}
    contents = {path: text for path, text in rows.items() if text is not None}
    found = publishing.differing(tx, draft, contents) if draft.kind == "change" else ()
    trial = publications.trial(tx, draft.id, draft_sources.tried(tx, draft.folder, contents))
    read = publications.read_by(tx, draft.id, actor.id)
    obstacles = (
        *publishing.obstacles_of(tx, draft, found, trial, asked),
        *publishing.unread_of(tx, draft, actor, found),
        *publishing.unexplained(trial, asked),
    )
    if obstacles:
        raise Unready(obstacles)
    to_hash = _kept(tx, draft, contents, who, now) if draft.kind == "change" else None
    values = {
        "to_hash": to_hash, "valid_from": valid_from, "valid_from_at": at, "reason": reason.strip()[:publishing.LONGEST],
        "proof": {**asked.proof, **_proof(trial, found, {actor.id: read})},
    }  # fmt: skip
    publishing.settle(tx, asked, draft, who, "approved", now=now, **values)
    routine_drafts.note(
        tx, "version_approved", draft, who, now=now, about=f"publication:{asked.id} version:{to_hash or ''}"
    )
    if at <= now:
        _come_into_force(tx, publications.fetch(tx, publication_id), now=now)
    return publications.fetch(tx, publication_id)


def send_back(
    tx: Connection,
    actor: Actor,
    publication_id: str,
    reason: str,
    comments: Mapping[str, str] | None = None,
    *,
    now: datetime,
) -> None:
    """The second person's no, with a reason and comments by the key of a change; the draft is open again. NotAllowed, AlreadyClosed."""
    asked, draft = publishing.held(tx, publication_id)
    actor, who = _second(tx, actor, asked, draft)
    if not reason.strip():
        raise NotAllowed("reason-needed")
    told = {
        key[:64]: text.strip()[: publishing.LONGEST] for key, text in (comments or {}).items() if text.strip()
    }
    publishing.settle(
        tx,
        asked,
        draft,
        who,
        "sent_back",
        now=now,
        reason=reason.strip()[: publishing.LONGEST],
        comments=told,
    )
    routine_drafts.note(tx, "version_sent_back", draft, who, now=now, about=f"publication:{asked.id}")


def take_back(tx: Connection, actor: Actor, publication_id: str, *, now: datetime) -> None:
    """What was asked for no longer is; the draft is open again. Raises NotAllowed for whom `may_take_back` refuses, AlreadyClosed."""
    asked, draft = publishing.held(tx, publication_id)
    who = asking.acting(publishing.required(actor, draft))
    if not may_take_back(tx, actor, asked, draft, now=now):
        raise NotAllowed("not-yours")
    publishing.settle(tx, asked, draft, who, "withdrawn", now=now)
    routine_drafts.note(tx, "version_taken_back", draft, who, now=now)


def may_take_back(tx: Connection, actor: Actor, asked: Publication, draft: Draft, *, now: datetime) -> bool:
    """Whether it is the actor's to take back: whoever asked, and anybody else who answers for the routine once nobody who asked does.

    Else it would wait for good where the only second person has written in the draft, and keep every other change waiting.
    """
    if asked.askers & {actor.id, actor.acting_for}:
        return True
    today, about = now.astimezone(_zone(tx, draft)).date(), RoutineObject(draft.region_id)
    left = (actors.actor(tx, one, on=today) for one in asked.askers)
    return not any(may(one, Act.VERSION_UPLOAD, about) for one in left if one)


def call_off(tx: Connection, actor: Actor, publication_id: str, reason: str, *, now: datetime) -> None:
    """Stop it, whoever asked or approved. A withdrawal that is called off is given up.

    Raises NotFound, NotAllowed for whoever may not change the routine or gives no reason, AlreadyClosed where it is in force, was stopped
    already or was never approved.
    """
    approved, draft = publishing.held(tx, publication_id)
    who = asking.acting(publishing.required(actor, draft))
    if not reason.strip():
        raise NotAllowed("reason-needed")
    if approved.status != "approved" or approved.in_force_at is not None:
        ended = approved.in_force_at or approved.called_off_at or approved.decided_at
        raise AlreadyClosed(ended, approved.called_off_by or approved.decided_by, approved.status)
    publications.call_off(tx, approved.id, reason.strip()[: publishing.LONGEST], who=who, now=now)
    draft_rows.change(tx, draft.id, status="open" if draft.kind == "change" else "dropped")
    routine_drafts.note(tx, "version_called_off", draft, who, now=now, about=f"publication:{approved.id}")


def bring_into_force(engine: Engine, *, now: datetime) -> int:
    """Everything that is approved and whose day has come; gives how many. Writes only where there is something."""
    with reading(engine) as tx:
        if not publications.due(tx, now):
            return 0
    with writing(engine) as tx:
        found = [publications.lock(tx, one.id) for one in publications.due(tx, now)]
        todo = [one for one in found if one.status == "approved" and one.in_force_at is None]
        for one in todo:
            _come_into_force(tx, one, now=now)
    return len(todo)


# --- inside ---------------------------------------------------------------------------------------------------------------


def _second(tx: Connection, actor: Actor, asked: Publication, draft: Draft) -> tuple[Actor, Who]:
    about = approval(tx, asked, draft)
    face = asking.face(actor, Act.VERSION_APPROVE, about)
    may(face, Act.VERSION_APPROVE, about).required()
    if asked.status != "asked":
        raise AlreadyClosed(asked.decided_at, asked.decided_by, asked.status)
    return face, asking.acting(face)


def _kept(tx: Connection, draft: Draft, contents: Mapping[str, bytes], who: Who, now: datetime) -> str:
    """The version that the draft makes; where only scenarios or the README differ it is the same one, with those from its day on."""
    bundle = files.bundle(draft_sources.completed(tx, draft.folder, contents), draft.process_id)
    loaded = library.keep(bundle.files, bundle.process_id)
    _ = loaded.specification  # whatever the engine refuses is refused now, not when a case starts
    title = loaded.routine.title
    specs.insert_bundle(
        tx, bundle.files, hash=bundle.hash, process_id=draft.process_id, title=title, region_id=bundle.region, by=who.actor_id, now=now,
    )  # fmt: skip
    return bundle.hash


def _come_into_force(tx: Connection, approved: Publication, *, now: datetime) -> None:
    if approved.to_hash is None:
        specs.withdraw(tx, approved.process_id)
    else:
        specs.renew(tx, approved.to_hash, _with_its_scenarios(tx, approved.draft_id, approved.to_hash))
        if specs.current(tx, approved.process_id) != approved.to_hash:
            specs.make_current(tx, approved.process_id, approved.to_hash, by=approved.decided_by, now=now)
    publications.came_into_force(tx, approved.id, now=now)


def _with_its_scenarios(tx: Connection, draft_id: str, to_hash: str) -> dict[str, bytes]:
    """The files of that version, with those that decide nothing as the draft has them; nobody has changed it since it was approved."""
    decisive = {path: text for path, text in specs.files(tx, to_hash).items() if files.decides(path)}
    folders = {files.folder_of(path) for path in decisive}
    others = {
        path: one.content
        for path, one in draft_rows.held(tx, draft_id).items()
        if one.content is not None and not files.decides(path) and files.folder_of(path) in folders
    }
    return others | decisive


def _proof(
    trial: Trial | None, found: tuple[Change, ...], read: Mapping[str, Mapping[str, datetime]]
) -> dict[str, object]:
    tried: dict[str, object] = {}
    if trial is not None:
        tried = {
            "tried_at": trial.tried_at.isoformat(),
            "findings": [dict(one) for one in trial.findings],
            "scenarios": [dict(one) for one in trial.scenarios],
        }
    marks = {person: {key: at.isoformat() for key, at in keys.items()} for person, keys in read.items()}
    return {**tried, "changes": [difference.packed(one) for one in found], "read": marks}


def _zone(tx: Connection, draft: Draft) -> ZoneInfo:
    region = directory.region(tx, draft.region_id) if draft.region_id else None
    return ZoneInfo(str(region["zone"])) if region else SOMEWHERE
