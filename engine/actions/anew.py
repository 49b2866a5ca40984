"""A protected case that nobody can open: whoever answers for the unit that keeps it names a new reader, and sees nothing of it.

Enters: an open transaction, the actor, the case's id, the person and the reason. Leaves: a named reader, a fact and a row in the log.
That nobody can open it is looked up and never remembered: it becomes so also when nobody does anything, on the day after the last place
of work of the last named reader. It is shown to whoever fills the first post in the line of management that is filled, and nobody names
themself: who opens the case is another than who decided it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, Reason, may
from engine.access.objects import ReaderlessObject
from engine.actions import actors, telling
from engine.actions.ground import Ground
from engine.actions.shielding import reason_of
from engine.errors import FieldError, InvalidForm
from engine.records import cases, directory, shields


def waiting(tx: Connection, actor: Actor, *, now: datetime) -> list[cases.Case]:
    """The protected cases for which the actor is to name a reader, since nobody who decides in them is left."""
    found = cases.fetch_many(tx, shields.kept_by(tx, actor.leads))
    return [
        one
        for _, one in sorted(found.items())
        if may(actor, Act.CASE_NAME_ANEW, about(_ground(tx, actor, one, now)))
    ]


def about(ground: Ground) -> ReaderlessObject:
    """The case as access is asked about it: whether somebody named still decides in it, and who fills the post above."""
    case = ground.about
    post = ground.manager(case.unit_id, 1).unit_id
    return ReaderlessObject(case, post, has_reader=_has_reader(ground))


def seen(tx: Connection, actor: Actor, case_id: str, *, now: datetime) -> Ground:
    """The case, for whoever is to name a reader in it. Raises NotAllowed, NotFound."""
    ground = _ground(tx, actor, cases.fetch(tx, case_id), now)
    may(actor, Act.CASE_NAME_ANEW, about(ground)).required()
    return ground


def candidates(ground: Ground, actor: Actor) -> list[tuple[str, str]]:
    """(person id, name) of those in care at the keeping unit; neither the actor nor whom they substitute."""
    unit_id = ground.case.unit_id
    found = directory.colleagues(ground.tx, unit_id, on=ground.today)
    return [one for one in found if one[0] not in _own(actor) and _in_care(ground, one[0], unit_id)]


def name_reader(
    tx: Connection, actor: Actor, case_id: str, person_id: str, reason: str, *, now: datetime
) -> None:
    """From now on that person may open the case, and name others. Raises NotAllowed, InvalidForm."""
    ground = _ground(tx, actor, cases.lock(tx, case_id), now)
    asked = about(ground)
    may(actor, Act.CASE_NAME_ANEW, asked).required()
    ground.acts(asking.acting(asking.face(actor, Act.CASE_NAME_ANEW, asked), ground.case.unit_id))
    if person_id not in {one[0] for one in candidates(ground, actor)}:
        raise InvalidForm((FieldError("person", "unknown-choice"),))
    shields.name_reader(tx, case_id, person_id, reason=reason_of(reason), by=actor.id, now=now)
    telling.tell_as(ground, "reader_named_anew", Reason.MANAGER_ABOVE, {"person": person_id})
    cases.change(tx, case_id)


def _ground(tx: Connection, actor: Actor, case: cases.Case, now: datetime) -> Ground:
    return Ground(tx, case, asking.acting(actor, case.unit_id), now)


def _has_reader(ground: Ground) -> bool:
    people = (actors.actor(ground.tx, one, on=ground.today) for one in ground.about.named_readers)
    return any(may(one, Act.CASE_LET_OUT, ground.about) for one in people if one is not None)


def _in_care(ground: Ground, person_id: str, unit_id: str) -> bool:
    person = actors.actor(ground.tx, person_id, on=ground.today)
    return person is not None and person.at(unit_id) is not None


def _own(actor: Actor) -> frozenset[str | None]:
    return frozenset({actor.id, *(face.acting_for for face in actor.each_face())})
