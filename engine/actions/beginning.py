"""New cases and new instances, as rows that are ready to take their first step.

Enters: who starts what, for which unit. Leaves: `Pending`: the ground, instance, step and writings that `advance` needs. Moves nothing
itself, so that an operation may ask for a deviation in the middle of a step and the deviation starts when that step is at rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.actions import telling
from engine.actions.ground import Ground, Pending
from engine.definitions import forms
from engine.definitions.routine import Element
from engine.errors import NotFound
from engine.facts import Place
from engine.library import Loaded
from engine.records import cases, directory, entries, grounds
from engine.records.facts import Who
from engine.status import CaseStatus

Options = Mapping[str, Collection[str]] | None
"""What a form's choices offer from the directory, by source; a source that is not there is not checked."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """Of which routine, for which unit, for whom or about which other case; `data` answers the start event's form, whose choices
    from the directory are `options`.
    """

    loaded: Loaded
    unit: directory.Unit
    data: Mapping[str, object]
    subject_id: str | None = None
    about_case_id: str | None = None
    is_test: bool = False
    options: Options = None


def case(tx: Connection, new: NewCase, *, who: Who, now: datetime) -> Pending:
    """A new case with its main instance; the unit that starts it convenes it, its principal owns it (S1-26, S3-049). Raises InvalidForm."""
    routine, unit = new.loaded.routine, new.unit
    region = directory.region(tx, unit.region_id)
    if region is None:
        raise NotFound
    year = now.astimezone(ZoneInfo(str(region["zone"]))).year
    number = _number(tx, str(region["id"]), "A" if new.about_case_id else "", year)
    where = {"region_id": unit.region_id, "principal_id": unit.principal_id, "unit_id": unit.id}
    about = {
        "process_id": routine.process_id,
        "subject_id": new.subject_id,
        "about_case_id": new.about_case_id,
    }
    began = {
        "status": CaseStatus.RUNNING,
        "is_test": new.is_test,
        "started_by": who.actor_id,
        "started_at": now,
    }
    row: dict[str, object] = {"number": number, **where, **about, **began}
    case_id = cases.insert(tx, values=row)
    grounds.appoint(tx, case_id, grounds.Slot("convener", unit.id, unit.principal_id, None, now))
    ground = Ground(tx, cases.fetch(tx, case_id), who, now)
    return instance(ground, new.loaded, "main", new.data, new.options)


def instance(
    ground: Ground, loaded: Loaded, kind: str, data: Mapping[str, object], options: Options = None
) -> Pending:
    """A new run of a routine in the case. Raises InvalidForm where its start event has a form that `data` does not answer."""
    begun = cases.insert_instance(
        ground.tx, case_id=ground.case.id, bundle_hash=loaded.bundle.hash, process_id=loaded.routine.process_id, kind=kind,
        by=ground.who.actor_id, now=ground.now,
    )  # fmt: skip
    start_event = _plain_start(loaded)
    writings: tuple[entries.Writing, ...] = ()
    form = loaded.routine.forms.get(start_event.id)
    if form is not None:
        known = ground.names_for("")
        cleaned = forms.clean(form, data, now=ground.now, zone=ground.zone, context=known, options=options)
        writings = as_writings("start", start_event.id, cleaned.by_category, begun, task_id=begun.id)
    place = Place(begun.process_id, start_event.id, start_event.name)
    if kind == "main":
        _tell_begun(ground, begun, place)
    else:
        telling.tell(ground, "instance_started", begun, place, bundle=begun.bundle_hash)
    return Pending(ground, begun, start_event.id, writings)


def _tell_begun(ground: Ground, begun: cases.Instance, place: Place) -> None:
    """That a case has begun, and under whose figures it stands."""
    case = ground.case
    telling.tell(
        ground, "case_started", begun, place, bundle=begun.bundle_hash, region=case.region_id, unit=case.unit_id, test=case.is_test,
        about_case=case.about_case_id is not None,
    )  # fmt: skip


def _plain_start(loaded: Loaded) -> Element:
    """Where a run begins that nobody sent a message to; the checks see to it that there is such a place."""
    starts = loaded.routine.start_events()
    return next((start for start in starts if not start.event), starts[0])


def as_writings(
    source: str, element_id: str, by_category: Mapping[str, Mapping[str, object]], run: cases.Instance, *, scope: str = "",
    task_id: str | None = None, on_behalf: object = None,
) -> tuple[entries.Writing, ...]:  # fmt: skip
    """One writing per category, in the order of the alphabet."""
    return tuple(
        entries.Writing(
            source, element_id, category, values, scope=scope, instance_id=run.id, task_id=task_id, bundle_hash=run.bundle_hash,
            on_behalf=on_behalf,
        )
        for category, values in sorted(by_category.items())
        if values
    )  # fmt: skip


def _number(tx: Connection, region_id: str, mark: str, year: int) -> str:
    series = f"{region_id[:1].upper()}{mark}-{year}"
    return f"{series}-{cases.next_number(tx, series):04d}"
