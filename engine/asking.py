"""Rows become the values that `access.may` is asked about.

Enters: a case's row and the grounds on which people take part in it. Leaves: access objects. Read under the lock by actions and
without it by pages; either way every page and action builds what it asks about here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.access import consent, four_eyes
from engine.access.actor import Actor
from engine.access.acts import Act
from engine.access.family import ChildView, Said, Withholding, folded
from engine.access.four_eyes import Given
from engine.access.may import may
from engine.access.objects import (
    CaseObject,
    MessageObject,
    Object,
    Participation,
    ParticipationState,
    Slot,
    TaskObject,
    UnitObject,
)
from engine.definitions.schema import Form, written
from engine.records import cases, directory, given, grounds
from engine.records.facts import Who
from engine.records.tasks import Awaited, Task
from engine.status import CaseStatus


def case_object(case: cases.Case, standing: grounds.Standing, *, now: datetime) -> CaseObject:
    """The case with its participants and what consents in force open to each of them."""
    given = consents(standing, ZoneInfo(case.zone))
    slots = {
        name: Slot(slot.unit_id, slot.principal_id, slot.person_id) for name, slot in standing.slots.items()
    }
    return CaseObject(
        case_id=case.id,
        region_id=case.region_id,
        principal_id=case.principal_id,
        unit_id=case.unit_id,
        participants=MappingProxyType(_participants(standing, given, now)),
        slots=MappingProxyType(slots),
        protection=case.protection,
        named_readers=_named(case, standing) if case.protected else frozenset(),
        status=CaseStatus(case.status),
        is_test=case.is_test,
        provider=case.provider_id,
    )


def _named(case: cases.Case, standing: grounds.Standing) -> frozenset[str]:
    """Who is named in a protected case: who started it, who holds a role of it, whom an open task is meant for, and whom one
    of these has named.
    """
    held = {slot.person_id for slot in standing.slots.values()}
    named = {one.person_id for one in standing.readers if one.until_at is None}
    return frozenset(person for person in {case.started_by, *held, *standing.meant_for, *named} if person)


def keeping(tx: Connection, about: CaseObject) -> frozenset[str]:
    """The units that run the case and belong to the body that keeps it: they read it on that ground, and consent changes nothing for
    them. A unit of a contracted provider that runs it for its principal reads by consent (S3-112).
    """
    same = {one.unit_id for one in about.slots.values() if one.principal_id == about.principal_id}
    provider = directory.providers(tx, same)
    return frozenset({about.unit_id} | {one for one in same if provider.get(one) == about.provider})


def consents(standing: grounds.Standing, zone: ZoneInfo) -> tuple[consent.Consent, ...]:
    """Recorded consents and withdrawals as `access` weighs them; a day of validity counts to its end in the region."""
    found: tuple[consent.Consent, ...] = ()
    events = [(one.recorded_at, 0, one) for one in standing.consents] + [
        (one.recorded_at, 1, one) for one in standing.withdrawals
    ]
    for at, _, one in sorted(events, key=lambda event: event[:2]):
        if isinstance(one, grounds.Consent):
            until = _end_of(one.valid_until, zone) if one.valid_until else None
            scope = consent.Scope(frozenset(one.categories), frozenset(one.units), frozenset())
            kind = consent.ConsentKind(one.kind)
            found += (consent.Consent(kind, scope, at, until, said=_said(one)),)
        elif one.scope == "all":
            found = consent.withdraw(found, consent.Scope(), at)
        elif one.categories or one.units:  # else only somebody without access was taken back
            scope = consent.Scope(frozenset(one.categories) or None, frozenset(one.units) or None)
            found = consent.withdraw(found, scope, at)
    return found


def agreed(one: grounds.Consent) -> bool:
    """Whether everybody who must agree to that consent does."""
    return _said(one).counts


def opened_to_people(standing: grounds.Standing, today: date) -> dict[str, frozenset[str]]:
    """The categories that consents in force open to people named in them, as far as they were not taken back; by folded name.
    `today` is the day in the region. What somebody said no to, and a yes to making a plan alone, open nothing.
    """
    found: dict[str, frozenset[str]] = {}
    events: list[grounds.Consent | grounds.Withdrawal] = [*standing.consents, *standing.withdrawals]
    for one in sorted(events, key=lambda event: event.recorded_at):
        if isinstance(one, grounds.Consent):
            given = one.kind != consent.ConsentKind.PLAN_CREATION and agreed(one)
            if given and (one.valid_until is None or today <= one.valid_until):
                for name in map(folded, one.others):
                    found[name] = found.get(name, frozenset()) | frozenset(one.categories)
        elif one.scope == "all":
            found = {}
        else:
            for name in map(folded, one.others or (() if one.units else tuple(found))):
                found[name] = found.get(name, frozenset()) - frozenset(one.categories or found.get(name, ()))
    return found


def named_besides(standing: grounds.Standing) -> list[str]:
    """People and bodies without access whom the person wants there, as far as that was not taken back."""
    events: list[grounds.Consent | grounds.Withdrawal] = [*standing.consents, *standing.withdrawals]
    events.sort(key=lambda one: one.recorded_at)
    named: dict[str, str] = {}
    for one in events:
        by_name = {folded(name): name for name in one.others}
        if isinstance(one, grounds.Consent):
            named |= by_name if agreed(one) else {}
        else:
            named = {} if one.scope == "all" else {key: named[key] for key in named.keys() - by_name.keys()}
    return sorted(named.values())


def _said(one: grounds.Consent) -> Said:
    """Who answered; where a guardian was asked and the answer cannot be read, it is no yes."""
    guardians = tuple((str(row.get("name", "")), row.get("agrees") is True) for row in one.guardians)
    return Said(guardians, ChildView(one.child_view) if one.child_view else None)


def withheld(standing: grounds.Standing) -> tuple[Withholding, ...]:
    """What is kept from guardians now."""
    return tuple(Withholding(one.category, one.guardian) for one in standing.withheld if one.until_at is None)


def guardians(standing: grounds.Standing) -> frozenset[str]:
    """The guardians whom the case knows by name: those asked in consents."""
    names = (str(row.get("name") or "") for one in standing.consents for row in one.guardians)
    return frozenset(name for name in names if name.strip())


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def lately_given(tx: Connection, by: Collection[str], asked_at: datetime) -> frozenset[Given]:
    """What these persons, who asked for a second pair of eyes at that instant, have given others since or shortly before."""
    if not by:
        return frozenset()
    return frozenset(Given(*row) for row in given.since(tx, by, asked_at - four_eyes.BEFORE))


def task_object(tx: Connection, case: CaseObject, task: Task, reveals: Collection[str]) -> TaskObject:
    """A task of the case; `reveals` as `revealed` says. Reads only where the task looks at another's step a second time."""
    not_by = frozenset(str(one) for one in task.not_by) if isinstance(task.not_by, list) else frozenset()
    return TaskObject(
        case,
        task.unit_id,
        task.role,
        reveals=frozenset(reveals),
        person_id=task.meant_for_id,
        holder_id=task.holder_id,
        not_by=not_by,
        given=lately_given(tx, not_by, task.opened_at),
    )


def revealed(form: Form | None, values: Mapping[str, Mapping[str, object]], scope: str) -> frozenset[str]:
    """The categories of case data that the form would show prefilled: what others wrote, not what stands in its own item."""
    if form is None:
        return frozenset()
    case_level = values.get("", {})
    own = values.get(scope, {}) if scope else {}
    shown = {
        one.category
        for one in written(form.fields)
        if one.key in case_level and one.key not in own and not one.asked_anew
    }
    return frozenset(shown - {"coordination"})


def message_object(case: CaseObject, waiting: Awaited, default_unit: str) -> MessageObject:
    """Something people may start from the case."""
    slot = case.slots.get(waiting.role)
    return MessageObject(case, waiting.unit_id or (slot.unit_id if slot else default_unit), waiting.role)


def start_object(case: CaseObject, role: str, default_unit: str) -> MessageObject:
    """The start of a linked process, offered to a role of the case or of its own unit."""
    slot = case.slots.get(role)
    return MessageObject(case, slot.unit_id if slot else default_unit, role or "convener")


def unit_object(unit: directory.Unit) -> UnitObject:
    """A unit of the directory."""
    return UnitObject(unit.id, unit.principal_id, unit.region_id)


def face(actor: Actor, act: Act, about: Object) -> Actor:
    """As whom the actor does it: as themself if they may, else as substitute of the first who may; as themself where nobody may."""
    return next((one for one in actor.each_face() if may(one, act, about)), actor.each_face()[0])


def doer(actor: Actor, task: TaskObject) -> Actor:
    """As whom the actor does a task: as the one who holds it or whom it is meant for, else as `face` says."""
    slot = task.case.slots.get(task.role)
    named = task.holder_id or task.person_id or (slot.person_id if slot else None)
    if named != actor.id:
        substitute = actor.as_substitute_of(named)
        if substitute is not None and may(substitute, Act.TASK_COMPLETE, task):
            return substitute
    doing = face(actor, Act.TASK_COMPLETE, task)
    return doing if may(doing, Act.TASK_COMPLETE, task) else face(actor, Act.TASK_SEE, task)


def who(actor: Actor, unit_id: str | None) -> Who:
    """The actor as rows remember them, acting for that unit: for themself if they work there, else for whom they substitute there."""
    worn = (one for one in actor.each_face() if any(m.unit_id == unit_id for m in one.memberships))
    face = next(worn, actor.each_face()[0])
    at = next((one for one in face.memberships if one.unit_id == unit_id), None)
    return Who(
        face.id, face.acting_for, unit_id, at.principal_id if at else None, at.region_id if at else None
    )


def acting(actor: Actor, *units: str) -> Who:
    """The same, acting for the first of these units where they work, else for their own first."""
    own = [membership.unit_id for membership in actor.memberships]
    return who(actor, next((unit_id for unit_id in (*units, *own) if actor.at(unit_id) is not None), None))


def _participants(
    standing: grounds.Standing, given: tuple[consent.Consent, ...], now: datetime
) -> dict[str, Participation]:
    found: dict[str, Participation] = {}
    left: dict[str, datetime] = {}
    for one in standing.participants:
        if one.until_at is not None:
            left[one.unit_id] = max(one.until_at, left.get(one.unit_id, one.until_at))
    for one in sorted(
        standing.participants, key=lambda row: row.until_at is None
    ):  # a unit called anew is no longer gone
        if one.until_at is not None:
            found[one.unit_id] = Participation(ParticipationState.LEFT)
            continue
        joining = consent.Joining(one.since_at, left.get(one.unit_id))
        opened = consent.granted(given, one.unit_id, one.principal_id, now, joining)
        found[one.unit_id] = Participation(
            ParticipationState.CALLED if opened else ParticipationState.SUMMONED, opened
        )
    return found
