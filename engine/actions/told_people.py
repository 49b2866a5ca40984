"""Whom something is told: those who could act on it, and whoever stands in for them while they are away.

Enters: an open transaction and an instant. Leaves: persons, each once, and for whom. Who could act is asked of `access`, as for the page
that the letter leads to: nobody is told of what they would be refused. Of a protected person only those hear who may themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import DEMANDS, Act, Actor, RoutineObject, may, visible_categories
from engine.access.actor import NOT_CARE
from engine.access.objects import CaseObject, Object
from engine.actions import actors, recipients
from engine.actions import mail_kinds as kinds
from engine.actions.recipients import Recipient
from engine.records import absences, cases, directory, grounds, learned, tellings
from engine.records.tasks import Task
from engine.records.tellings import Put

HOME = ZoneInfo("Europe/Stockholm")
"""Where the days begin of what belongs to no region."""


@dataclass
class People:
    """Who is who at one instant; each person is read once."""

    tx: Connection
    now: datetime
    actors: dict[tuple[str, date], Actor | None] = field(default_factory=dict)
    cases: dict[str, tuple[cases.Case, CaseObject]] = field(default_factory=dict)

    def read_cases(self, case_ids: Collection[str]) -> None:
        """The cases that the next questions are about; two statements."""
        wanted = set(case_ids) - set(self.cases)
        found = cases.fetch_many(self.tx, wanted) if wanted else {}
        standings = grounds.standings(self.tx, found) if found else {}
        for key, case in found.items():
            self.cases[key] = case, asking.case_object(case, standings[key], now=self.now)

    def day(self, zone: ZoneInfo = HOME) -> date:
        """The day there."""
        return self.now.astimezone(zone).date()

    def who(self, person_id: str, on: date) -> Actor | None:
        """The person as `access` knows them, with all their faces."""
        if (person_id, on) not in self.actors:
            self.actors[person_id, on] = actors.actor(self.tx, person_id, on=on, now=self.now)
        return self.actors[person_id, on]

    def of_task(self, task: Task) -> list[Recipient]:
        """Who could do the task: its holder, else whom it is meant for, else everybody at the unit with the role."""
        case, about = self.cases[task.case_id]
        on = self.day(ZoneInfo(case.zone))
        asked = asking.task_object(self.tx, about, task, ())
        meant = (
            [task.holder_id]
            if task.holder_id
            else [one for one, _ in directory.colleagues(self.tx, task.unit_id, on=on)]
        )

        def could(face: Actor) -> bool:
            theirs = task.holder_id is None or face.is_person(task.holder_id)
            return theirs and bool(may(face, Act.TASK_COMPLETE, asked))

        return self._those(meant, on, could, protected=case.protected)

    def of_put(self, put: Put) -> list[Recipient]:
        """Whom a row of the outbox reaches."""
        case, about = self.cases.get(put.case_id or "", (None, None))
        zone = ZoneInfo(case.zone) if case else HOME
        hidden = case is not None and case.protected
        found = recipients.of(
            self.tx,
            put.unit_id or "",
            put.role,
            put.person_id,
            protected=hidden,
            on=self.day(zone),
            now=self.now,
        )
        if case is not None and about is not None and DEMANDS[case.protection].named_readers_only:
            found = [one for one in found if one.person_id in about.named_readers]
        return found

    def deciding(self, region_id: str | None, act: Act, about: Object) -> list[Recipient]:
        """Who in the region may be the second person."""
        on = self.day()
        kept = tellings.people_in(self.tx, region_id, on=on)
        meant = [one for one, roles in kept.items() if roles & NOT_CARE]
        return self._those(meant, on, lambda face: bool(may(face, act, about)), protected=True)

    def reading(self, region_id: str | None, process_id: str, version: str) -> list[Recipient]:
        """Who works in care by a routine and has not said that they have read that version of it."""
        on = self.day()
        there = tellings.people_in(self.tx, region_id, on=on)
        meant = sorted(one for one, roles in there.items() if roles - NOT_CARE)
        known = learned.of_people(self.tx, meant, version=version)
        done = {one.person_id for one in known if one.what == process_id and one.version == version}
        about = RoutineObject(region_id)
        return self._those(
            [one for one in meant if one not in done],
            on,
            lambda face: bool(may(face, Act.ROUTINE_SEE, about)),
            protected=True,
        )

    def meeting(self, case_id: str, holders: Iterable[str]) -> list[Recipient]:
        """Who holds a role or a task of the case, and may know when it meets; nobody where everything is done by hand."""
        case, about = self.cases[case_id]
        if DEMANDS[case.protection].by_hand:
            return []
        in_slots = {slot.person_id for slot in about.slots.values() if slot.person_id}
        on = self.day(ZoneInfo(case.zone))

        def knows(face: Actor) -> bool:
            return "coordination" in visible_categories(face, about)

        return self._those(sorted({*in_slots, *holders}), on, knows, protected=False)

    def _those(
        self, meant: Iterable[str], on: date, could: Callable[[Actor], bool], *, protected: bool
    ) -> list[Recipient]:
        wanted = set(meant)
        if not protected:
            acting = absences.substituting(self.tx, absent_ids=wanted, now=self.now)
            wanted |= {one.substitute_id for one in acting}
        found = []
        for person_id in sorted(wanted):
            actor = self.who(person_id, on)
            faces = [one for one in actor.each_face() if could(one)] if actor else []
            if protected:
                faces = [one for one in faces if one.acting_for is None]
            if faces:
                found.append(Recipient(person_id, faces[0].acting_for))
        return found


def tell(
    tx: Connection,
    event: str,
    kind: str,
    found: Iterable[Recipient],
    *,
    case_id: str | None = None,
    task_id: str | None = None,
    happened_at: datetime,
    now: datetime,
) -> None:
    """These people are to be told, each as they have chosen; who has no address, or wants nothing of the kind, is not."""
    meant = list(found)
    known = tellings.reached(tx, [one.person_id for one in meant])
    for one in meant:
        person = known.get(one.person_id)
        how = kinds.choice(person.choices, kind) if person and person.email else kinds.NONE
        if how != kinds.NONE:
            tellings.tell(
                tx, event, kind, one.person_id, how, for_id=one.for_id, case_id=case_id, task_id=task_id,
                happened_at=happened_at, now=now,
            )  # fmt: skip
