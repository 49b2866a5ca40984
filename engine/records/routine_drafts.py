"""Drafts of routines: their files, every step of their making, who is at them, and what was tried.

Enters: an open transaction. Leaves: rows. A content is kept once under its hash; a step that was undone stays until something else is
done in its place. Whoever writes locks the draft's row first (`lock`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.upsert import insert_or_skip, upsert

HANDS = -1
"""Under this number of change stands a row for everybody who had a hand in the draft, where other rows have a path; no change has it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A routine being changed, or being withdrawn (`kind`). `status` is `open`, `waiting`, `published` or `dropped`; `base_hash` the
    version whose place it is to take, None for a new routine; `revision` counts every save, undo and redo.
    """

    id: str
    process_id: str
    region_id: str | None
    folder: str
    title: str
    kind: str
    origin: str
    base_hash: str | None
    revision: int
    position: int
    status: str
    created_at: datetime
    created_by: str | None
    changed_at: datetime
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A file of a draft; `content` is None where it was removed, `revision` that of the draft when it was last changed."""

    path: str
    content: bytes | None
    revision: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one change did to one file; None where there is no file."""

    number: int
    path: str
    before: bytes | None
    after: bytes | None
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the draft open; `element_id` is what they are at, '' for the whole."""

    person_id: str
    element_id: str
    edits: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody saved on top of what they had not seen; `theirs` is what stood there then."""

    id: str
    path: str
    mine: bytes | None
    theirs: bytes | None
    at: datetime
    by: str


_DRAFT = select(*(t.routine_drafts.c[name] for name in Draft.__slots__))


def insert(tx: Connection, draft: Draft, files: Mapping[str, bytes]) -> None:
    """A new draft with the files that it begins with."""
    tx.execute(t.routine_drafts.insert(), {name: getattr(draft, name) for name in Draft.__slots__})
    hashes = keep(tx, files.values())
    rows = [
        {"draft_id": draft.id, "path": path, "file_hash": hashes[content], "revision": draft.revision}
        for path, content in sorted(files.items())
    ]
    if rows:
        tx.execute(t.draft_files.insert(), rows)


def fetch(tx: Connection, draft_id: str) -> Draft:
    """NotFound where there is none."""
    row = tx.execute(_DRAFT.where(t.routine_drafts.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound
    return Draft(*row)


def lock(tx: Connection, draft_id: str) -> Draft:
    """The same, and nobody else changes it until the transaction ends."""
    row = tx.execute(_DRAFT.where(t.routine_drafts.c.id == draft_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return Draft(*row)


def listed(tx: Connection, process_id: str | None = None) -> list[Draft]:
    """Drafts that are open or wait for approval, the one changed last first."""
    d = t.routine_drafts.c
    query = _DRAFT.where(d.status.in_(("open", "waiting")))
    if process_id is not None:
        query = query.where(d.process_id == process_id)
    return [Draft(*row) for row in tx.execute(query.order_by(d.changed_at.desc(), d.id))]


def dropped(tx: Connection, since: datetime) -> list[Draft]:
    """Drafts of changes that somebody has given up since that instant, the last first; not what a later deployment has replaced."""
    d = t.routine_drafts.c
    query = _DRAFT.where(
        d.status == "dropped", d.kind == "change", d.changed_at >= since, d.changed_by.is_not(None)
    )
    return [Draft(*row) for row in tx.execute(query.order_by(d.changed_at.desc(), d.id))]


def of_origin(tx: Connection, process_id: str, origin: str) -> list[Draft]:
    """Every draft of a routine, whatever became of it, that began so; the newest first."""
    d = t.routine_drafts.c
    query = _DRAFT.where(d.process_id == process_id, d.origin == origin).order_by(d.created_at.desc(), d.id)
    return [Draft(*row) for row in tx.execute(query)]


def begun_with(tx: Connection, draft: Draft) -> dict[str, bytes]:
    """The files that a draft began with."""
    found = {path: one.content for path, one in held(tx, draft.id).items()}
    for number in range(draft.position, 0, -1):
        found |= {one.path: one.before for one in steps(tx, draft.id, number)}
    return {path: content for path, content in found.items() if content is not None}


def change(tx: Connection, draft_id: str, **values: object) -> None:
    """Columns of the draft's row."""
    tx.execute(update(t.routine_drafts).where(t.routine_drafts.c.id == draft_id).values(**values))


# --- files and steps ---------------------------------------------------------------------------------------------------


def keep(tx: Connection, contents: Iterable[bytes]) -> dict[bytes, str]:
    """Contents by their hash, kept; what is known already is left alone."""
    hashes = {content: hashlib.sha256(content).hexdigest() for content in contents}
    rows = [
        {"hash": digest, "content": content}
        for content, digest in sorted(hashes.items(), key=lambda one: one[1])
    ]
    upsert(tx, t.files, rows, key=["hash"])
    return hashes


def held(tx: Connection, draft_id: str) -> dict[str, Held]:
    """Every file that the draft has or had, by path."""
    d = t.draft_files.c
    query = (
        select(d.path, t.files.c.content, d.revision)
        .join(t.files, t.files.c.hash == d.file_hash, isouter=True)
        .where(d.draft_id == draft_id)
        .order_by(d.path)
    )
    return {row.path: Held(*row) for row in tx.execute(query)}


def place(tx: Connection, draft_id: str, contents: Mapping[str, bytes | None], revision: int) -> None:
    """The files as they stand from that revision on."""
    hashes = keep(tx, (content for content in contents.values() if content is not None))
    rows = [
        {
            "draft_id": draft_id,
            "path": path,
            "file_hash": None if content is None else hashes[content],
            "revision": revision,
        }
        for path, content in sorted(contents.items())
    ]
    upsert(tx, t.draft_files, rows, key=["draft_id", "path"])


def insert_step(tx: Connection, draft_id: str, steps: Iterable[Step]) -> None:
    """One change, a row for each file; whatever had been undone from that number on is gone."""
    rows = list(steps)
    c = t.draft_changes.c
    tx.execute(delete(t.draft_changes).where(c.draft_id == draft_id, c.number >= rows[0].number))
    hashes = keep(tx, (text for one in rows for text in (one.before, one.after) if text is not None))
    tx.execute(
        t.draft_changes.insert(),
        [
            {
                "draft_id": draft_id,
                "number": one.number,
                "path": one.path,
                "before_hash": None if one.before is None else hashes[one.before],
                "after_hash": None if one.after is None else hashes[one.after],
                "at": one.at,
                "by": one.by,
            }
            for one in rows
        ],
    )


def steps(tx: Connection, draft_id: str, number: int) -> list[Step]:
    """What the change of that number did; empty where there is none."""
    before, after, c = t.files.alias(), t.files.alias(), t.draft_changes.c
    query = (
        select(c.number, c.path, before.c.content, after.c.content, c.at, c.by)
        .join(before, before.c.hash == c.before_hash, isouter=True)
        .join(after, after.c.hash == c.after_hash, isouter=True)
        .where(c.draft_id == draft_id, c.number == number)
        .order_by(c.path)
    )
    return [Step(*row) for row in tx.execute(query)]


def last_number(tx: Connection, draft_id: str) -> int:
    """The number of the last change that can be redone or undone; 0 where there is none."""
    c = t.draft_changes.c
    return max(0, int(tx.execute(select(func.max(c.number)).where(c.draft_id == draft_id)).scalar() or 0))


def note_hand(tx: Connection, draft_id: str, people: Iterable[str | None], *, now: datetime) -> None:
    """These have made something of the draft what it is: wrote, took back, did again, or handed in what somebody else then put there."""
    for person_id in sorted({one for one in people if one}):
        row = {"draft_id": draft_id, "number": HANDS, "path": person_id, "at": now, "by": person_id}
        insert_or_skip(tx, t.draft_changes, row)


def writers(tx: Connection, draft_id: str) -> frozenset[str]:
    """Everybody who has had a hand in it, also in what was undone."""
    c = t.draft_changes.c
    found = tx.execute(select(c.by).where(c.draft_id == draft_id, c.by.is_not(None)).distinct()).scalars()
    return frozenset(str(one) for one in found)


# --- two at once -------------------------------------------------------------------------------------------------------


def insert_conflict(
    tx: Connection,
    draft_id: str,
    path: str,
    mine: bytes | None,
    theirs: bytes | None,
    *,
    by: str,
    now: datetime,
) -> str:
    """What somebody saved too late; gives its id."""
    hashes = keep(tx, (text for text in (mine, theirs) if text is not None))
    row: dict[str, object] = {"id": ids.new(), "draft_id": draft_id, "path": path, "at": now, "by": by}
    row |= {"mine_hash": hashes[mine] if mine is not None else None}
    row |= {"theirs_hash": hashes[theirs] if theirs is not None else None}
    tx.execute(t.draft_conflicts.insert(), row)
    return str(row["id"])


def conflicts(tx: Connection, draft_id: str) -> list[Conflict]:
    """Those that nobody has settled, the oldest first."""
    mine, theirs, c = t.files.alias(), t.files.alias(), t.draft_conflicts.c
    query = (
        select(c.id, c.path, mine.c.content, theirs.c.content, c.at, c.by)
        .join(mine, mine.c.hash == c.mine_hash, isouter=True)
        .join(theirs, theirs.c.hash == c.theirs_hash, isouter=True)
        .where(c.draft_id == draft_id, c.settled_at.is_(None))
        .order_by(c.at, c.id)
    )
    return [Conflict(*row) for row in tx.execute(query)]


def settle(tx: Connection, conflict_id: str, *, now: datetime) -> None:
    """Somebody has looked at it."""
    c = t.draft_conflicts.c
    tx.execute(update(t.draft_conflicts).where(c.id == conflict_id).values(settled_at=now))


def note_present(
    tx: Connection, draft_id: str, person_id: str, element_id: str, *, edits: bool, now: datetime
) -> None:
    """Somebody has the draft open just now."""
    row = {"draft_id": draft_id, "person_id": person_id, "element_id": element_id}
    upsert(
        tx,
        t.draft_presence,
        [row | {"edits": edits, "seen_at": now}],
        key=["draft_id", "person_id"],
    )


def present(tx: Connection, draft_id: str, since: datetime) -> list[Present]:
    """Who has had it open since that instant, by person."""
    p = t.draft_presence.c
    query = select(p.person_id, p.element_id, p.edits, p.seen_at).where(
        p.draft_id == draft_id, p.seen_at >= since
    )
    return [Present(*row) for row in tx.execute(query.order_by(p.person_id))]
