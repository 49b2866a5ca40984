"""What people do, and what they are refused, in the log.

Enters: a request. Leaves: a row of the log for an act that nothing else has told of, so that no page can forget it, and one for a refusal.
Of the address only the ids are kept, of what was sent nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import g, request
from sqlalchemy import Connection

from engine import asking
from engine.access import Actor
from engine.records import log
from engine.records.who import Who

NO_ACT = frozenset({"draft", "refresh", "search"})
"""Ends of endpoints that only keep what is half written, draw a form anew or remember what is looked for."""
CASE, TASK = "case_id", "task_id"


def begin(tx: Connection) -> None:
    """Nothing has been told of this request yet."""
    tx.info["logged"] = 0


def note(tx: Connection, *, now: datetime) -> None:
    """The request has done something: unless the engine told what, the log says which address was used."""
    endpoint = request.endpoint or ""
    done = request.method != "GET" and not tx.info.get("logged") and endpoint.rpartition(".")[2] not in NO_ACT
    actor: Actor | None = g.get("actor")
    if done and actor is not None:
        log.note(tx, endpoint[:64], who=by(actor), now=now, **_concerned())


def note_refusal(tx: Connection, actor: Actor, reason: str, *, now: datetime) -> None:
    """Somebody asked for what is not theirs."""
    page = (request.endpoint or "")[:64]
    log.note(tx, log.REFUSED, who=by(actor), now=now, page=page, ground=reason, **_concerned())


def note_sign_out(tx: Connection, person_id: str, *, now: datetime) -> None:
    """Somebody ended their session."""
    log.note(tx, log.SIGNED_OUT, who=Who(person_id), now=now)


def note_proof(tx: Connection, person_id: str, *, now: datetime) -> None:
    """Somebody who is signed in showed anew who they are."""
    log.note(tx, log.PROVED, who=Who(person_id), now=now)


def by(actor: Actor) -> Who:
    """Whoever asks, at a unit where they work with people, else at the one where they have another role."""
    found = asking.acting(actor)
    return (
        found if found.unit_id else asking.who(actor, next((one.unit_id for one in actor.memberships), None))
    )


def _concerned() -> dict[str, str]:
    """The ids of the address: case and task by their own columns, the rest together."""
    known: Mapping[str, object] = request.view_args or {}
    rest = " ".join(
        f"{name.removesuffix('_id')}:{value}"[:80]
        for name, value in known.items()
        if name not in (CASE, TASK)
    )
    found = {name: str(known[name])[:64] for name in (CASE, TASK) if name in known}
    return found | ({"about": rest} if rest else {})
