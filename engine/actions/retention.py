"""How long the cases of a principal are kept: what is due for disposal, and what is held back.

Enters: a principal, or a case. Leaves: the cases that are due with the rule that says so, in numbers and days only; holds, which are
facts of the case. What is due is disposed of by `disposing`, never by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, ControllerObject, may
from engine.actions import telling
from engine.actions.ground import Ground
from engine.deadlines import retention as rule_book
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.records import cases, directory, disposals
from engine.records import retention as rows

MOST = 100
"""Cases of one proposal."""


@dataclass(frozen=True, slots=True)
class Due:
    """A case that may go. `held` are the holds that keep it nevertheless, `asked` where a proposal about it waits."""

    case: rows.Closed
    disposal: rule_book.Disposal
    held: tuple[rows.Hold, ...]
    asked: bool

    @property
    def free(self) -> bool:
        """Whether it can be proposed."""
        return not self.held and not self.asked


def controller(principal: rows.Principal) -> ControllerObject:
    """A principal as access is asked about it."""
    return ControllerObject(principal.region_id, principal.id)


def approval(tx: Connection, one: disposals.Disposal) -> ControllerObject:
    """The decision on a proposal, as access is asked about it."""
    requested = frozenset(person for person in (one.asked_by, one.asked_for_id) if person)
    given = asking.lately_given(tx, requested, one.asked_at)
    return ControllerObject(one.region_id, one.principal_id, requested, given)


def due(tx: Connection, principal: rows.Principal, *, now: datetime) -> tuple[list[Due], bool]:
    """The first cases of the principal that are due, the longest first closed first; and whether there are more."""
    book, zone = _book(tx, principal.region_id)
    years = rule_book.shortest(book)
    if years is None:
        return [], False
    today = now.astimezone(zone).date()
    before = datetime.combine(rule_book.years_after(today, -years + 1), datetime.min.time(), zone)
    asked = disposals.asked_about(tx, principal.id)
    found = [
        (case, told)
        for case in rows.ended(tx, principal.id, before)
        if (told := reckoned(case, book, zone)) is not None and told.due_on <= today
    ]
    held = _held(tx, {case.id for case, _ in found[:MOST]}, today)
    return [Due(case, told, held.get(case.id, ()), case.id in asked) for case, told in found[:MOST]], len(
        found
    ) > MOST


def due_now(
    tx: Connection, region_id: str, case_ids: Collection[str], *, now: datetime
) -> dict[str, Due | str]:
    """Each of the cases as it stands: due, or the word for why it stays (`gone`, `running`, `not-due`)."""
    book, zone = _book(tx, region_id)
    today = now.astimezone(zone).date()
    known, held = rows.of_cases(tx, case_ids), _held(tx, case_ids, today)
    found: dict[str, Due | str] = {}
    for case_id in case_ids:
        case = known.get(case_id)
        told = reckoned(case, book, zone) if case else None
        if case is None or case.runs:
            found[case_id] = "gone" if case is None else "running"
        elif told is None or told.due_on > today:
            found[case_id] = "not-due"
        else:
            found[case_id] = Due(case, told, held.get(case_id, ()), False)
    return found


def reckoned(case: rows.Closed, book: rule_book.Rules, zone: ZoneInfo) -> rule_book.Disposal | None:
    """When the case may go and by which rule; None while anything of it runs."""
    days = [case.retention_from] + [
        one.astimezone(zone).date() for one in (case.ended_at, case.last_at) if one is not None
    ]
    last_on = None if case.runs else max(day for day in days if day is not None)
    kind = "personal" if case.has_subject else "deviation" if case.is_about_another else "other"
    started_on = case.started_at.astimezone(zone).date()
    told = rule_book.Kept(case.principal_id, case.principal_kind, kind, started_on, last_on, case.born_on)
    return rule_book.disposal(book, told)


def place_hold(
    tx: Connection, actor: Actor, number: str, reason: str, until_on: date | None, *, now: datetime
) -> str:
    """Hold the case of that number back, until the end of that day or until somebody ends it; gives the hold's id.

    Raises NotFound, NotAllowed without a reason or a right, StaleCase where the content is gone or the day has passed.
    """
    case = cases.lock(tx, cases.id_of(tx, number))
    ground = _keeping(tx, actor, case, now)
    if not reason.strip():
        raise NotAllowed("reason-needed")
    if case.purged_at is not None or (until_on is not None and until_on < ground.today):
        raise StaleCase("there is nothing to hold back, or the day has passed")
    hold_id = rows.place(tx, case.id, reason.strip(), until_on, who=ground.who, now=now)
    telling.tell(ground, "hold_placed", hold=hold_id)
    cases.change(tx, case.id)
    return hold_id


def end_hold(tx: Connection, actor: Actor, hold_id: str, because: str, *, now: datetime) -> None:
    """The case is no longer held back by it. Raises NotFound, NotAllowed, AlreadyClosed."""
    case = cases.lock(tx, rows.hold(tx, hold_id).case_id)
    ground = _keeping(tx, actor, case, now)
    held = rows.hold(tx, hold_id)
    if held.ended_at is not None:
        raise AlreadyClosed(held.ended_at, held.ended_by, "ended")
    if not because.strip():
        raise NotAllowed("reason-needed")
    rows.end(tx, hold_id, because.strip(), who=ground.who, now=now)
    telling.tell(ground, "hold_ended", hold=hold_id)
    cases.change(tx, case.id)


def _keeping(tx: Connection, actor: Actor, case: cases.Case, now: datetime) -> Ground:
    about = ControllerObject(case.region_id, case.principal_id)
    face = asking.face(actor, Act.RETENTION_KEEP, about)
    if not may(face, Act.RETENTION_SEE, about):
        raise NotFound  # a number tells nobody whether there is such a case
    may(face, Act.RETENTION_KEEP, about).required()
    return Ground(tx, case, asking.acting(face, case.unit_id), now)


def _held(tx: Connection, case_ids: Collection[str], today: date) -> Mapping[str, tuple[rows.Hold, ...]]:
    found: dict[str, tuple[rows.Hold, ...]] = {}
    for one in rows.holds_of(tx, case_ids):
        if one.holds(today):
            found[one.case_id] = (*found.get(one.case_id, ()), one)
    return found


def _book(tx: Connection, region_id: str) -> tuple[rule_book.Rules, ZoneInfo]:
    region = directory.region(tx, region_id)
    if region is None:
        raise NotFound
    settings = region["settings"]
    told = settings if isinstance(settings, Mapping) else {}
    return rule_book.rules_of(told), ZoneInfo(str(region["zone"]))
