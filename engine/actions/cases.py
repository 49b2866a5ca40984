"""What people do with a case: start one, start something in one, write a note, correct what was written.

Enters: an open transaction and the actor. Leaves: rows. The duplicate check answers only what `access` lets it: that a plan exists and
which unit to ask, never more, and nothing at all for a protected identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, Membership, Reason, may
from engine.access.objects import CategoryObject
from engine.actions import answers, identity, initiative, telling
from engine.actions.advance import Step, advance, begin
from engine.actions.beginning import NewCase, Options, as_writings
from engine.actions.beginning import case as new_case
from engine.actions.beginning import instance as new_instance
from engine.actions.ground import Ground
from engine.definitions.routine import Routine
from engine.errors import AlreadyClosed, NotAllowed, NotFound
from engine.facts import Place
from engine.records import cases, directory, entries, handed_in, subjects, tables, tasks
from engine.status import Protection


@dataclass(frozen=True, slots=True)
class Subject:
    """The person a case is about, as staff wrote it down. `born_on` only where there is no identity number."""

    name: str
    identity_number: str | None = None
    born_on: date | None = None
    protection: Protection = Protection.NONE


@dataclass(frozen=True, slots=True)
class Existing:
    """A plan that exists: whom to ask; `case_id` only where the actor may open it."""

    unit_id: str
    reason: str
    case_id: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A case of the person, and what the actor is told of it."""

    case: cases.Case
    told: Existing


def find_existing(
    tx: Connection, actor: Actor, identity_number: str, key: str, *, now: datetime
) -> list[Existing]:
    """Running cases of the person with that identity number, as far as the actor may know of them (S3-023).

    Raises identity.BadIdentityNumber. No hit and a hit that must not be told look the same.
    """
    return [match.told for match in matching(tx, actor, identity_number, key, now=now)]


def matching(tx: Connection, actor: Actor, identity_number: str, key: str, *, now: datetime) -> list[Match]:
    """The same with the cases themselves; until the transaction ends nobody else starts one for that person."""
    hashed = identity.keyed_hash(identity_number, key)
    subjects.hold(tx, hashed)
    found = []
    for case_id in subjects.running_of(tx, hashed):
        case = cases.fetch(tx, case_id)
        about = Ground(tx, case, asking.who(actor, None), now).about
        verdict = may(actor, Act.CASE_FIND, about)
        if verdict and not case.protected:
            opens = may(actor, Act.CASE_SEE_EXISTENCE, about)
            told = Existing(verdict.detail or case.unit_id, verdict.reason, case.id if opens else None)
            found.append(Match(case, told))
    return found


def may_start(place: Membership, routine: Routine, country: str) -> bool:
    """Whether people start this routine by hand, and whoever works there is among those who do (`start_roles`).

    It is the region's own, or a shared one whose law holds in the region's `country`.
    """
    here = routine.region == place.region_id or (
        routine.region is None and country in routine.settings.countries
    )
    return here and any(place.holds(role) for role in routine.settings.start_roles)


def start(  # noqa: PLR0913  what a start page asks for
    tx: Connection, actor: Actor, process_id: str, unit_id: str, subject: Subject, data: Mapping[str, object], key: str, *,
    options: Options = None, is_test: bool = False, now: datetime,
) -> str:  # fmt: skip
    """A new case of that routine, convened by the actor's unit; gives its id. Raises NotAllowed, InvalidForm, CaseStopped."""
    unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None:
        raise NotFound
    actor = asking.face(actor, Act.CASE_START, asking.unit_object(unit))
    may(actor, Act.CASE_START, asking.unit_object(unit)).required()
    loaded = library.current(tx, process_id)
    if loaded.routine.region not in (None, unit.region_id):
        raise NotFound
    countries, region = loaded.routine.settings.countries, directory.region(tx, unit.region_id)
    if countries and (region is None or region["country"] not in countries):
        raise NotFound
    roles, place = loaded.routine.settings.start_roles, actor.at(unit_id)
    if roles and place is not None and not any(place.holds(role) for role in roles):
        raise NotAllowed(Reason.MISSING_ROLE)
    if loaded.routine.region and region and initiative.of(_settings(region), unit) == initiative.NO:
        raise NotAllowed(Reason.NO_INITIATIVE)
    subject_id = _subject(tx, unit.region_id, subject, key, now=now)
    new = NewCase(loaded, unit, data, subject_id=subject_id, is_test=is_test, options=options)
    pending = new_case(tx, new, who=asking.who(actor, unit_id), now=now)
    begin(pending)
    return pending.ground.case.id


def _settings(region: Mapping[str, object]) -> Mapping[str, object]:
    told = region["settings"]
    return told if isinstance(told, Mapping) else {}


def start_linked(
    tx: Connection, actor: Actor, case_id: str, process_id: str, data: Mapping[str, object], *,
    options: Options = None, now: datetime,
) -> None:  # fmt: skip
    """Start a linked process from a running case (decision 23): its routine must name it, the actor hold its role."""
    case = cases.lock(tx, case_id)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    main = cases.main_instance(tx, case_id)
    settings = library.loaded(tx, main.bundle_hash).routine.settings
    if process_id == settings.deviation:
        actor = asking.face(actor, Act.CASE_SEE_EXISTENCE, ground.about)
        may(actor, Act.CASE_SEE_EXISTENCE, ground.about).required()
        ground.acts(asking.acting(actor, case.unit_id))
        return _start_deviation(ground, process_id, data, options)
    if process_id not in settings.linked:
        raise NotFound
    loaded = library.current(tx, process_id)
    start_event = loaded.routine.start_events()[0]
    started = asking.start_object(ground.about, start_event.role, case.unit_id)
    actor = asking.face(actor, Act.MESSAGE_START, started)
    may(actor, Act.MESSAGE_START, started).required()
    ground.acts(asking.acting(actor, case.unit_id))
    begin(new_instance(ground, loaded, "linked", data, options))
    return None


def receive(
    tx: Connection, actor: Actor, awaited_id: str, data: Mapping[str, object], *, options: Options = None,
    now: datetime,
) -> None:  # fmt: skip
    """Set a waiting message event going, with its form (decision 21). Raises AlreadyClosed where it waits no longer."""
    case = cases.lock_by(tx, tables.awaited, awaited_id)
    waiting = tasks.awaited(tx, awaited_id)
    ground = Ground(tx, case, asking.acting(actor, waiting.unit_id or case.unit_id, case.unit_id), now)
    if waiting.closed_at is not None and may(actor, Act.CASE_SEE_EXISTENCE, ground.about):
        raise AlreadyClosed(waiting.closed_at, None, "completed")
    message = asking.message_object(ground.about, waiting, case.unit_id)
    actor = asking.face(actor, Act.MESSAGE_START, message)
    may(actor, Act.MESSAGE_START, message).required()
    ground.acts(asking.acting(actor, waiting.unit_id or case.unit_id, case.unit_id))
    run = cases.instance(tx, waiting.instance_id)
    form = library.loaded(tx, run.bundle_hash).routine.forms.get(waiting.element_id)
    answered = answers.take(ground, form, data, waiting.scope, options)
    writings = as_writings(
        "message", waiting.element_id, answered, run, scope=waiting.scope, task_id=awaited_id
    )
    tasks.drop_draft(tx, awaited_id, actor.id)
    advance(ground, run, Step("receive", awaited_id, waiting.element_id), writings)


def note(tx: Connection, actor: Actor, case_id: str, text: str, category: str, *, now: datetime) -> None:
    """A case note; it changes nothing in the routine."""
    case = cases.lock(tx, case_id)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    actor = asking.face(actor, Act.CASE_NOTE, CategoryObject(ground.about, category))
    may(actor, Act.CASE_NOTE, CategoryObject(ground.about, category)).required()
    ground.acts(asking.acting(actor, case.unit_id))
    entries.insert(
        tx, case_id, [entries.Writing("note", "note", category, {"note": text})], who=ground.who, now=now
    )
    telling.tell(ground, "note_written")
    cases.change(tx, case_id)


def correct(
    tx: Connection, actor: Actor, handed_in_id: str, data: Mapping[str, object], reason: str, *,
    options: Options = None, now: datetime,
) -> None:  # fmt: skip
    """Hand the form of a task, a message or a start (`records.handed_in`) in again, with the reason.

    The old entries stay readable; the routine is not taken back.

    What the old values influenced is listed by `reads.influence`. Raises NotFound where nothing was handed in, NotAllowed, InvalidForm.
    """
    form_of = handed_in.fetch(tx, handed_in_id)
    case = cases.lock(tx, form_of.case_id)
    run, written = form_of.instance, entries.of_task(tx, handed_in_id)
    routine = library.loaded(tx, run.bundle_hash).routine
    form = routine.forms.get(form_of.element_id)
    if form is None:
        raise NotFound
    ground = Ground(tx, case, asking.acting(actor, form_of.unit_id or case.unit_id), now)
    for category in sorted({one.category for one in written}):
        may(actor, Act.CASE_CORRECT, CategoryObject(ground.about, category, form_of.unit_id)).required()
    if not reason.strip():
        raise NotAllowed("reason-needed")
    answered = answers.take(ground, form, data, form_of.scope, options)
    newest = {one.category: one.id for one in written}
    writings = [
        entries.Writing(
            "correction", form_of.element_id, category, values, scope=form_of.scope, instance_id=run.id, task_id=handed_in_id,
            bundle_hash=run.bundle_hash, corrects_id=newest.get(category), reason=reason,
        )
        for category, values in sorted(answered.items())
    ]  # fmt: skip
    entries.insert(tx, case.id, writings, who=ground.who, now=now)
    still_open = not form_of.scope or form_of.scope in ground.values
    rows = [
        (form_of.scope, name, one.category, value) for one in writings for name, value in one.data.items()
    ]
    cases.write_values(tx, case.id, rows if still_open else [])
    telling.tell_kind(ground, writings)
    names = sorted(name for one in writings for name in one.data)
    element = routine.element(form_of.process_id, form_of.element_id)
    name = form_of.name or (element.name if element else "")
    place = Place(form_of.process_id, form_of.element_id, name, (), form_of.scope)
    telling.tell(ground, "entry_corrected", run, place, handed_in_id, names=names)
    cases.change(tx, case.id)


def _subject(tx: Connection, region_id: str, subject: Subject, key: str, *, now: datetime) -> str:
    number = identity.normalised(subject.identity_number) if subject.identity_number else None
    hashed = identity.keyed_hash(number, key) if number else None
    born_on = identity.born_on(number) if number else subject.born_on
    if hashed:
        subjects.hold(tx, hashed)
    known = subjects.by_hash(tx, hashed) if hashed else ()
    levels = list(Protection)  # whoever forgets to say so must not lift it
    protection = max((subject.protection, *(Protection(one.protection) for one in known)), key=levels.index)
    if hashed:
        subjects.protect(tx, hashed, protection)
    for one in known:
        if one.name == subject.name:
            return str(one.id)
    return subjects.insert(
        tx, region_id=region_id, name=subject.name, identity_number=number, identity_hash=hashed, born_on=born_on,
        protection=protection, now=now,
    )  # fmt: skip


def _start_deviation(ground: Ground, process_id: str, data: Mapping[str, object], options: Options) -> None:
    unit = ground.unit(ground.who.unit_id or ground.case.unit_id)
    if unit is None:
        raise NotFound
    new = NewCase(
        library.current(ground.tx, process_id),
        unit,
        data,
        about_case_id=ground.case.id,
        is_test=ground.case.is_test,
        options=options,
    )
    begin(new_case(ground.tx, new, who=ground.who, now=ground.now))
