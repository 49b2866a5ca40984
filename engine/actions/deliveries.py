"""How a paper that was issued reached somebody: by which way, when, and to whom (S2-15, S3-045, S3-066).

Enters: a person's account of what they did outside the product. Leaves: a row beside the paper; the paper itself never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, CategoryObject, may
from engine.actions.ground import Ground
from engine.errors import FieldError, InvalidForm
from engine.records import cases, correspondence, documents, tables

CHANNELS = ("post", "handed over", "telephone", "meeting", "fax")
MOST_LETTERS = 200
CATEGORY = "coordination"
"""That a paper went to somebody is of the coordination, whatever stands in it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """`on` is a day in the region; `to` the name of whoever got it, as the one who hands in wrote it."""

    channel: str
    on: date | None
    to: str


def may_register(actor: Actor, ground: Ground) -> bool:
    """Whether the actor may write down how papers of the case were delivered."""
    asked = CategoryObject(ground.about, CATEGORY)
    return bool(may(asking.face(actor, Act.CASE_NOTE, asked), Act.CASE_NOTE, asked))


def register(tx: Connection, actor: Actor, document_id: str, told: Delivery, *, now: datetime) -> str:
    """Write it down; gives its id. Raises NotFound, NotAllowed, and InvalidForm where something is missing or cannot be."""
    case = cases.lock_by(tx, tables.documents, document_id)
    paper, ground = (
        documents.fetch(tx, document_id),
        Ground(tx, case, asking.acting(actor, case.unit_id), now),
    )
    asked = CategoryObject(ground.about, CATEGORY)
    may(asking.face(actor, Act.CASE_NOTE, asked), Act.CASE_NOTE, asked).required()
    ground.acts(ground.who)
    first = paper.issued_at.astimezone(ground.zone).date()
    if wrong := _wrong(told, first, ground.today):
        raise InvalidForm(wrong)
    assert told.on is not None
    return correspondence.register_dispatch(
        tx, case_id=case.id, kind=paper.kind, recipient=told.to.strip(), channel=told.channel, sent_on=told.on, sent_by=actor.name,
        note=None, who=ground.who, now=now, document_id=paper.id,
    )  # fmt: skip


def _wrong(told: Delivery, first: date, today: date) -> tuple[FieldError, ...]:
    found = []
    if told.channel not in CHANNELS:
        found.append(FieldError("channel", "choice"))
    if told.on is None or not first <= told.on <= today:
        found.append(FieldError("on", "range"))
    if not told.to.strip() or len(told.to) > MOST_LETTERS:
        found.append(FieldError("to", "required"))
    return tuple(found)
