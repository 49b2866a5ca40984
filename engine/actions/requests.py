"""Somebody asks a unit to be rung about a plan, by a public page: themselves, a relative, a school (S1-20, S1-27, S2-08).

Enters: a unit, a word for who asks, a name and a way to reach them. Leaves: a request that waits at the unit until somebody takes it, and a
notice to its staff. Nothing about health or need is asked for, no identity number, and no case begins by it: that is for staff to do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, Engine

from engine import asking
from engine.access import Act, Actor, may
from engine.errors import AlreadyClaimed, FieldError, InvalidForm
from engine.records import correspondence, directory, log
from engine.records import requests as rows
from engine.records.database import reading, writing

ASKERS = ("person", "guardian", "relative", "school", "insurance", "employment", "other")
"""Who may ask: see S1-27."""
MOST_LETTERS = 120
FORGOTTEN_AFTER = timedelta(days=30)
MOST_WAITING = 50
"""As many may wait at a unit as it can ring; whoever comes after is told to ring, so that no machine fills what people read."""
TOLD_AGAIN_AFTER = timedelta(hours=1)
"""The staff of a unit are told once in such a while, however many ask."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its unit sees it; `name` and `reach` are '' where nobody can read them any longer."""

    row: rows.Request
    name: str
    reach: str


def units(tx: Connection, *, today: datetime) -> list[directory.Unit]:
    """The units that may be asked: open ones where somebody works who may begin a case."""
    on = today.date()
    opened = {one.id: one for one in directory.all_units(tx) if one.is_open(on) and one.phone}
    staffed = rows.staffed(tx, on=on)
    return [one for unit_id, one in opened.items() if unit_id in staffed]


def ask(
    tx: Connection, unit_id: str, asked_as: str, name: str, reach: str, *, key: str, now: datetime
) -> str:
    """It waits at the unit from now; gives its id. Raises InvalidForm."""
    name, reach = (" ".join(text.split())[:MOST_LETTERS] for text in (name, reach))
    wrong = []
    if asked_as not in ASKERS:
        wrong.append(FieldError("asked_as", "unknown-choice"))
    if unit_id not in {one.id for one in units(tx, today=now)}:
        wrong.append(FieldError("unit", "unknown-choice"))
    elif rows.waiting(tx, [unit_id]) >= MOST_WAITING:
        wrong.append(FieldError("unit", "too-many-wait"))
    wrong += [FieldError(field, "required") for field, text in (("name", name), ("reach", reach)) if not text]
    if wrong:
        raise InvalidForm(tuple(wrong))
    sealed = _box(key).encrypt_at_time(json.dumps([name, reach]).encode(), int(now.timestamp())).decode()
    made = rows.insert(tx, unit_id, asked_as, sealed, now=now)
    if not rows.told_since(tx, unit_id, now - TOLD_AGAIN_AFTER):
        correspondence.put_notices(
            tx, kind=rows.NOTICE, case_id=None, element_id=None, unit_id=unit_id, roles=["staff"], now=now
        )
    return made


def listed(tx: Connection, actor: Actor, unit_ids: Collection[str], *, key: str) -> list[Asked]:
    """The requests of those of these units for which the actor may begin a case: those that wait first."""
    theirs = [unit_id for unit_id, unit in directory.units(tx, unit_ids).items() if _may(actor, unit)]
    return [Asked(one, *_read(one, key)) for one in rows.of_units(tx, theirs)]


def take(tx: Connection, actor: Actor, request_id: str, *, now: datetime) -> None:
    """The actor deals with it. Raises NotFound, NotAllowed, AlreadyClaimed."""
    one = rows.fetch(tx, request_id)
    unit = directory.units(tx, [one.unit_id])[one.unit_id]
    may(actor, Act.CASE_START, asking.unit_object(unit)).required()
    if not rows.take(tx, request_id, by=actor.id, now=now):
        raise AlreadyClaimed(one.taken_by or "", one.taken_at or now)
    log.note(tx, "contact_request_taken", who=asking.who(actor, one.unit_id), now=now, about=request_id)


def purge(engine: Engine, *, now: datetime) -> None:
    """Forget who asked, a while after somebody dealt with it. Writes only where there is something to forget."""
    with reading(engine) as tx:
        if not rows.are_old(tx, now - FORGOTTEN_AFTER):
            return
    with writing(engine) as tx:
        rows.forget(tx, now - FORGOTTEN_AFTER)


def _may(actor: Actor, unit: directory.Unit) -> bool:
    return bool(may(actor, Act.CASE_START, asking.unit_object(unit)))


def _read(one: rows.Request, key: str) -> tuple[str, str]:
    try:
        name, reach = json.loads(_box(key).decrypt((one.sealed or "").encode()))
    except InvalidToken:
        return "", ""
    return name, reach


def _box(key: str) -> Fernet:
    derived = hmac.new(key.encode(), b"contact request", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
