"""A link of the register as reading matter of a case (S0-28): added and taken away by those who write in the case.

Enters: an open transaction that locks the case. Leaves: a row and a fact. A link about a diagnosis tells of the person, so each has a
category like everything else in the case, and is read by whoever may read that.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, CategoryObject, may
from engine.actions import telling
from engine.actions.ground import Ground
from engine.errors import NotFound
from engine.records import cases, links

DIAGNOSIS, OTHERWISE = "health", "situation"


def category(link: links.Link) -> str:
    """Of which category the link is in a case: what names a diagnosis is about health, whatever people may think of it."""
    return (
        DIAGNOSIS
        if link.diagnoses or link.theme in ("rare_diseases", "csd", "expert_team", "ern")
        else OTHERWISE
    )


def offered(tx: Connection, case: cases.Case, *, now: datetime) -> list[links.Link]:
    """What the register has for the region of the case, and the case has not yet."""
    there = {one.link.id for one in links.of_case(tx, case.id)}
    return [
        one for one in links.in_force(tx, on=now.date())
        if one.id not in there and one.region_id in (None, case.region_id) and one.country in (None, case.country)
    ]  # fmt: skip


def attach(tx: Connection, actor: Actor, case_id: str, link_id: str, *, now: datetime) -> str:
    """The case has the link; twice the same is once. Raises NotFound, NotAllowed."""
    case = cases.lock(tx, case_id)
    _allowed_any(tx, actor, case, now)
    known = next((one for one in links.of_case(tx, case_id) if one.link.id == link_id), None)
    link = (
        known.link if known else next((one for one in offered(tx, case, now=now) if one.id == link_id), None)
    )
    if link is None:
        raise NotFound
    ground = _allowed(tx, actor, case, category(link), now)
    if known is not None:
        return known.id
    made = links.attach(tx, case_id, link_id, category(link), who=ground.who, now=now)
    telling.tell(ground, "reading_added", link=link_id, category=category(link))
    cases.change(tx, case_id)
    return made


def detach(tx: Connection, actor: Actor, case_id: str, case_link_id: str, *, now: datetime) -> None:
    """The case has it no longer. Raises NotFound, NotAllowed."""
    case = cases.lock(tx, case_id)
    _allowed_any(tx, actor, case, now)
    one = next((one for one in links.of_case(tx, case_id) if one.id == case_link_id), None)
    if one is None:
        raise NotFound
    ground = _allowed(tx, actor, case, one.category, now)
    links.detach(tx, case_link_id, now=now)
    telling.tell(ground, "reading_removed", link=one.link.id, category=one.category)
    cases.change(tx, case_id)


def _allowed_any(tx: Connection, actor: Actor, case: cases.Case, now: datetime) -> None:
    """Whoever may add nothing at all is told so, whether there is such a link or not."""
    about = Ground(tx, case, asking.acting(actor, case.unit_id), now).about
    found = [may(actor, Act.CASE_ATTACH, CategoryObject(about, of)) for of in (DIAGNOSIS, OTHERWISE)]
    if not any(found):
        found[0].required()


def _allowed(tx: Connection, actor: Actor, case: cases.Case, of: str, now: datetime) -> Ground:
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    about = CategoryObject(ground.about, of)
    may(actor, Act.CASE_ATTACH, about).required()
    ground.acts(asking.acting(asking.face(actor, Act.CASE_ATTACH, about), case.unit_id))
    return ground
