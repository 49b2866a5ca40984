"""What the one whose case it is, or whoever stands by them, writes for themselves: theirs alone until they share it (S2-01).

Enters: a case as its session opens it, and texts. Leaves: one encrypted text for each author and case, or an entry in the case that whoever
may read the person's own words sees, with a fact that it was shared. While it is private nothing anywhere tells that it is there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection

from engine.access.family import folded
from engine.access.own import may_share
from engine.actions import telling
from engine.actions.ground import Ground
from engine.actions.own import OwnCase
from engine.errors import AlreadyClosed, NotAllowed
from engine.records import cases, entries
from engine.records import own_notes as rows
from engine.records.who import Who

PARTS = ("questions", "help", "goal")
"""What one may write: questions to ask (S2-01), what one wants help with, where one wants to get (S2-09)."""
MOST_LETTERS = 4_000
SOURCE, ELEMENT, CATEGORY = "own", "own_preparation", "situation"


@dataclass(frozen=True, slots=True)
class Note:
    """Part -> text, and when it was saved."""

    texts: Mapping[str, str]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What somebody has shared: as whom and under which name (`` for the person), and when."""

    texts: Mapping[str, str]
    capacity: str
    name: str
    at: datetime


def mine(tx: Connection, one: OwnCase, *, key: str) -> Note:
    """What they have written and not shared."""
    kept = rows.fetch(tx, _author(one, key))
    if kept is None:
        return Note({}, None)
    try:
        told = json.loads(_box(key).decrypt(kept[0].encode()))
    except InvalidToken:  # another SAMORDNA_LOOKUP_KEY: nobody can read it any longer
        return Note({}, None)
    return Note({part: str(told.get(part, "")) for part in PARTS}, kept[1])


def save(tx: Connection, one: OwnCase, texts: Mapping[str, str], *, key: str, now: datetime) -> None:
    """In place of what was there; with nothing left the row goes."""
    kept = {part: texts.get(part, "").strip()[:MOST_LETTERS] for part in PARTS}
    if not any(kept.values()):
        rows.drop(tx, _author(one, key))
        return
    sealed = _box(key).encrypt_at_time(json.dumps(kept).encode(), int(now.timestamp())).decode()
    rows.save(tx, _author(one, key), one.case.id, sealed, now=now)


def share(tx: Connection, one: OwnCase, parts: set[str], *, key: str, now: datetime) -> bool:
    """Put these parts into the case; they are private no longer. False where there was nothing. Raises NotAllowed, AlreadyClosed."""
    if not may_share(one.visible):
        raise NotAllowed("no-consent")
    case = cases.lock(tx, one.case.id)
    if case.ended_at is not None:
        raise AlreadyClosed(case.ended_at, None, "ended")
    texts = mine(tx, one, key=key).texts
    shared = {part: text for part, text in texts.items() if part in parts and text}
    if not shared:
        return False
    ground = Ground(tx, case, Who(), now)
    said = {"who": one.name, "how": "own", "capacity": str(one.capacity)}
    writing = entries.Writing(SOURCE, ELEMENT, CATEGORY, shared, on_behalf=said)
    entries.insert(tx, case.id, [writing], who=ground.who, now=now)
    telling.tell_as(ground, "own_words_shared", str(one.capacity), {"capacity": str(one.capacity)})
    save(tx, one, {part: text for part, text in texts.items() if part not in shared}, key=key, now=now)
    cases.change(tx, case.id)
    return True


def shared(tx: Connection, case_id: str) -> list[Shared]:
    """Everything that was shared in a case, the oldest first; for whoever may read `CATEGORY`."""
    found = []
    for one in entries.of_case(tx, case_id, [CATEGORY]):
        if one.source == SOURCE and isinstance(one.on_behalf, dict):
            texts = {part: str(one.data[part]) for part in PARTS if one.data.get(part)}
            capacity, name = str(one.on_behalf.get("capacity", "")), str(one.on_behalf.get("who", ""))
            found.append(Shared(texts, capacity, name, one.at))
    return found


def _author(one: OwnCase, key: str) -> str:
    """The person is one and the same however they come; a new letter makes nobody somebody else."""
    who = f"own notes:{one.case.id}:{one.capacity}:{folded(one.name)}"
    return hmac.new(key.encode(), who.encode(), hashlib.sha256).hexdigest()


def _box(key: str) -> Fernet:
    derived = hmac.new(key.encode(), b"own notes", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
