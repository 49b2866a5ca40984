"""Somebody is away, and who acts for them meanwhile: registered by themself, their manager or an administrator (S3-022).

Enters: an open transaction, the actor, the period as instants, and who fills which role at which unit. Leaves: rows and a fact, or
InvalidForm with what to mend. The persons concerned are held, so that of two who register at once the second sees the first. A
substitution ends with its period by itself: nothing here runs later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, PersonObject, may
from engine.access.actor import NOT_CARE, Role
from engine.errors import AlreadyClosed, FieldError, InvalidForm, NotFound
from engine.records import absences, directory
from engine.records import facts as fact_rows
from engine.records.absences import Given


def places(tx: Connection, person_id: str, *, on: date) -> list[tuple[str, str]]:
    """(unit, role) of all that somebody could fill for that person on that day; whoever works in care is also staff.

    Roles outside care are not among them: who registers an absence would otherwise hand out, also to themself, what only those who keep
    the directory give.
    """
    found: dict[tuple[str, str], None] = {}
    for one in directory.memberships(tx, on=on, person_id=person_id):
        if one.role not in NOT_CARE:
            found.setdefault((one.unit_id, Role.STAFF))
            found.setdefault((one.unit_id, one.role))
    return list(found)


def person_object(
    tx: Connection, actor: Actor, person_id: str, units: Sequence[str] = (), *, on: date
) -> PersonObject:
    """The person as `access` is asked about them: for these units, else for those of theirs that the actor leads, else for all."""
    held = directory.memberships(tx, on=on, person_id=person_id)
    led = {one.unit_id for one in held} & actor.leads
    about = [one for one in held if one.unit_id in (set(units) or led or {one.unit_id for one in held})]
    return PersonObject(
        person_id,
        frozenset(one.region_id for one in about),
        frozenset(one.principal_id for one in about),
        frozenset([*units, *(one.unit_id for one in about)]),
    )


def register(
    tx: Connection, actor: Actor, person_id: str, from_at: datetime, until_at: datetime, given: Sequence[Given],
    *, zone: ZoneInfo, now: datetime,
) -> str:  # fmt: skip
    """The person is away from `from_at` until `until_at`, exclusive; gives the absence's id. Raises NotFound, NotAllowed, InvalidForm."""
    person = directory.person(tx, person_id)
    if person is None or not person.active:
        raise NotFound
    directory.hold(tx, [person_id, *(one.substitute_id for one in given)])
    on = max(from_at, now).astimezone(zone).date()
    about = person_object(tx, actor, person_id, [one.unit_id for one in given], on=on)
    face = asking.face(actor, Act.ABSENCE_REGISTER, about)
    may(face, Act.ABSENCE_REGISTER, about).required()
    errors = _period_errors(tx, person_id, from_at, until_at, now)
    if not errors:
        errors = _given_errors(tx, person_id, from_at, until_at, given, on)
    if errors:
        raise InvalidForm(tuple(errors))
    who = asking.acting(face, *about.unit_ids)
    absence_id = absences.insert(tx, person_id, from_at, until_at, given, who=who, now=now)
    told = [{"substitute": one.substitute_id, "unit": one.unit_id, "role": one.role} for one in given]
    period = {"absence": absence_id, "from_at": from_at, "until_at": until_at, "given": told}
    _tell(tx, "absence_registered", person_id, actor=face, about=about, now=now, data=period)
    return absence_id


def end(tx: Connection, actor: Actor, absence_id: str, *, now: datetime) -> None:
    """Over from now. Raises NotFound, NotAllowed, AlreadyClosed where it is over already."""
    absence = absences.fetch(tx, absence_id)
    directory.hold(tx, [absence.person_id])
    absence = absences.fetch(tx, absence_id)
    about = person_object(tx, actor, absence.person_id, [one.unit_id for one in absence.given], on=now.date())
    face = asking.face(actor, Act.ABSENCE_REGISTER, about)
    may(face, Act.ABSENCE_REGISTER, about).required()
    if absence.over_at <= now:
        raise AlreadyClosed(absence.over_at, absence.ended_by, "ended")
    absences.end(tx, absence_id, who=asking.acting(face, *about.unit_ids), now=now)
    _tell(
        tx, "absence_ended", absence.person_id, actor=face, about=about, now=now, data={"absence": absence_id}
    )


def uncovered(tx: Connection, absence: absences.Absence) -> list[tuple[str, absences.Absence]]:
    """(substitute, their own absence) where a substitute is away during the period: nobody acts for the person then."""
    clashes = absences.of_persons(
        tx, {one.substitute_id for one in absence.given}, over_after=absence.from_at
    )
    return [(one.person_id, one) for one in clashes if one.from_at < absence.over_at]


def _period_errors(
    tx: Connection, person_id: str, from_at: datetime, until_at: datetime, now: datetime
) -> list[FieldError]:
    if until_at <= from_at:
        return [FieldError("until", "ends-before-it-begins")]
    if until_at <= now:
        return [FieldError("until", "period-is-over")]
    for other in absences.of_persons(tx, [person_id], over_after=from_at):
        if other.from_at < until_at:
            detail = (("from", other.from_at.isoformat()), ("until", other.over_at.isoformat()))
            return [FieldError("from", "overlaps", detail)]
    return []


def _given_errors(
    tx: Connection, person_id: str, from_at: datetime, until_at: datetime, given: Sequence[Given], on: date
) -> list[FieldError]:
    """Each role at each unit: one in care that the person holds, filled once, by a colleague of the same body who is there."""
    held = set(places(tx, person_id, on=on))
    units = directory.units(tx, {one.unit_id for one in given})
    providers = directory.providers(tx, units)
    found: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(given):
        path = f"given[{number}]"
        if one.role in NOT_CARE:
            found.append(FieldError(path, "not-lent"))
            continue
        if (one.unit_id, one.role) not in held:
            found.append(FieldError(path, "not-held"))
            continue
        if (one.unit_id, one.role) in seen:
            found.append(FieldError(path, "filled-twice"))
        seen.add((one.unit_id, one.role))
        body = units[one.unit_id].principal_id, providers.get(one.unit_id)
        key, detail = _substitute_error(tx, person_id, one.substitute_id, body, from_at, until_at, on)
        if key:
            found.append(FieldError(path, key, detail))
    return found


def _substitute_error(
    tx: Connection, person_id: str, substitute_id: str, body: tuple[str, str | None], from_at: datetime, until_at: datetime,
    on: date,
) -> tuple[str, tuple[tuple[str, str], ...]]:  # fmt: skip
    person = directory.person(tx, substitute_id)
    if person is None or not person.active or person.reached_by != "account":
        return "no-such-colleague", ()
    if substitute_id == person_id:
        return "substitutes-themself", ()
    rows = directory.memberships(tx, on=on, person_id=substitute_id)
    if body not in {(one.principal_id, one.provider_id) for one in rows}:
        return "other-principal", (("person", substitute_id),)
    for away in absences.of_persons(tx, [substitute_id], over_after=from_at):
        if away.from_at < until_at:
            period = (("from", away.from_at.isoformat()), ("until", away.over_at.isoformat()))
            return "substitute-away", (("person", substitute_id), *period)
    return "", ()


def _tell(
    tx: Connection, kind: str, person_id: str, *, actor: Actor, about: PersonObject, now: datetime,
    data: Mapping[str, object],
) -> None:  # fmt: skip
    who = asking.acting(actor, *about.unit_ids)
    row = {"case_id": None, "instance_id": None, "kind": kind, "element_id": person_id, "task_id": None}
    fact_rows.insert(tx, [row | {"at": now, "data": data} | who.columns()])
