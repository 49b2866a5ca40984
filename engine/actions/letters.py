"""Letters: what somebody is to be told is put into one, and it is handed to the mail server until that has taken it.

Enters: a database, a server, the words and a clock. Leaves: rows of `letters`. A letter says how many things of which kind, and never what
they are about: it leads to a page that asks who one is. At least once: the process that sends holds the letter for a while, outside any
transaction, and whoever dies between the server's answer and the commit leaves it to be sent again under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from engine.actions import appointments
from engine.actions import mail_kinds as kinds
from engine.actions.ground import calendar_of, language_of
from engine.deadlines.due import LATE_AFTER
from engine.mailing import Answer, Letter, Line, Said, Server
from engine.records import directory, ids, tellings
from engine.records import letters as rows
from engine.records.database import reading, writing
from engine.records.tellings import Telling

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60))
"""After each try in vain; the last one again and again."""
MOST_TRIES = 60
"""More than two days."""
HELD_FOR = timedelta(minutes=10)
MOST_IN_A_ROUND = 200
KEPT_FOR, DEAD_KEPT_FOR = timedelta(days=30), timedelta(days=90)
NO_ADDRESS, NOT_A_LETTER = "no_address", "not_a_letter"


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter says: how many things of each kind, how many of them for colleagues who are away, and how many come late, with the
    instant of the first of these in the zone of whoever reads it. `summary`: one a day, rather than at once.
    """

    language: str
    counts: Mapping[str, int]
    covering: int = 0
    late: int = 0
    late_since: datetime | None = None
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """How mail leaves: the server, what turns a `Told` into subject and text, and from which hour of a working day summaries go."""

    server: Server
    words: Callable[[Told], tuple[str, str]]
    summary_hour: int = 7
    name: str = field(default_factory=ids.new)


# --- written --------------------------------------------------------------------------------------------------------------


def write(engine: Engine, *, summary_hour: int, now: datetime) -> None:
    """Put what waits to be told into letters: at once what goes at once, the rest from that hour of a working day, once a day."""
    with reading(engine) as tx:
        at_once, daily = (tellings.is_waiting(tx, how) for how in (kinds.AT_ONCE, kinds.DAILY))
    if at_once:
        with writing(engine) as tx:
            _put_in_letters(tx, kinds.AT_ONCE, tellings.waiting(tx, kinds.AT_ONCE), now=now)
    if daily:
        _summaries(engine, summary_hour, now=now)


def _summaries(engine: Engine, hour: int, *, now: datetime) -> None:
    with reading(engine) as tx:
        due = [
            one for region_id in directory.region_ids(tx) if (one := _summary_due(tx, region_id, hour, now))
        ]
        known = tellings.known_events(tx, [event for event, _ in due])
    for event, region_id in due:
        if event in known:
            continue
        with writing(engine) as tx:
            if tellings.note_event(tx, event, now=now):
                there = tellings.people_in(tx, region_id, on=now.date())
                waiting = [one for one in tellings.waiting(tx, kinds.DAILY) if one.person_id in there]
                _put_in_letters(tx, kinds.DAILY, waiting, now=now)


def _summary_due(tx: Connection, region_id: str, hour: int, now: datetime) -> tuple[str, str] | None:
    region = directory.region(tx, region_id) or {}
    settings, zone = region.get("settings"), ZoneInfo(str(region.get("zone") or "UTC"))
    closing = region.get("closing_days") or ()
    told = settings if isinstance(settings, Mapping) else {}
    calendar = calendar_of(str(region.get("country")), zone, told, closing)  # type: ignore[arg-type]
    local = now.astimezone(zone)
    if local.hour < hour or not calendar.is_working_day(local.date()):
        return None
    return f"summary:{region_id}:{local.date()}", region_id


def _put_in_letters(tx: Connection, how: str, waiting: Iterable[Telling], *, now: datetime) -> None:
    """One letter for each person, but a meeting has one of its own, since an entry for the calendar goes with it."""
    found = list(waiting)
    still_open = tellings.still_open(tx, [one.task_id for one in found if one.task_id])
    gone = [one.id for one in found if one.task_id and one.task_id not in still_open]
    tellings.drop(tx, gone)
    for person_id, theirs in groupby(found, lambda one: one.person_id):
        rest = [one for one in theirs if one.id not in gone]
        for one in [each for each in rest if each.kind == kinds.MEETING]:
            letter_id = rows.insert(tx, person_id, how, _told([one]) | {"event": one.event}, now=now)
            tellings.put_in_letter(tx, [one.id], letter_id)
        others = [each for each in rest if each.kind != kinds.MEETING]
        if others:
            letter_id = rows.insert(tx, person_id, how, _told(others), now=now)
            tellings.put_in_letter(tx, [one.id for one in others], letter_id)


def _told(found: list[Telling]) -> dict[str, object]:
    """Counts by kind, a task once by the most urgent of what is told of it, and what came late."""
    things: dict[str, Telling] = {}
    for one in sorted(found, key=lambda each: -_urgency(each.kind)):
        things[one.task_id or one.event] = one
    counts = {kind: sum(one.kind == kind for one in things.values()) for kind in kinds.KINDS}
    late = [one.happened_at for one in things.values() if one.at - one.happened_at > LATE_AFTER]
    return {
        "counts": {kind: number for kind, number in counts.items() if number},
        "covering": sum(one.for_id is not None for one in things.values()),
        "late": len(late),
        "late_since": min(late, default=None),
        "first_at": min(one.happened_at for one in things.values()),
    }


def _urgency(kind: str) -> int:
    return kinds.URGENCY.index(kind) if kind in kinds.URGENCY else len(kinds.URGENCY)


# --- sent -----------------------------------------------------------------------------------------------------------------


def send(
    engine: Engine, post: Post, *, time: Callable[[], datetime], stopped: Callable[[], bool] = bool
) -> int:
    """Hand over every letter whose turn it is; gives how many the server took. Where the server is away, all wait for a while."""
    taken = 0
    with reading(engine) as tx:
        if not rows.is_due(tx, now=time()):
            return 0
    with post.server.line() as line:
        for _ in range(MOST_IN_A_ROUND):
            now, holder = time(), ids.new()
            with writing(engine) as tx:
                letter = None if stopped() else rows.take(tx, holder, until=now + HELD_FOR, now=now)
            if letter is None:
                break
            answer, address = _send_one(engine, post, line, letter, now)
            with writing(engine) as tx:
                _note(tx, letter, answer, address, holder, now=time())
            taken += answer.said == Said.TAKEN
            if answer.said == Said.AWAY:
                break
    return taken


def _send_one(
    engine: Engine, post: Post, line: Line, letter: rows.Written, now: datetime
) -> tuple[Answer, str]:
    with reading(engine) as tx:
        person = tellings.reached(tx, [letter.person_id]).get(letter.person_id)
        if person is None or not person.email:
            return Answer(Said.REFUSED, None, NO_ADDRESS), ""
        region = _region_of(tx, letter.person_id, now)
        said = _said(letter, person.language or language_of(region[1]), region[0], now)
        entry = appointments.of_event(tx, str(letter.told.get("event") or ""), now=now)
    subject, text = post.words(said)
    try:
        whole = Letter(
            letter.id, person.email, subject, text, letter.created_at, said.language, entry.file if entry else None,
            "CANCEL" if entry and entry.cancelled else "REQUEST",
        )  # fmt: skip
        return line.send(whole), person.email
    except ValueError:
        return Answer(Said.REFUSED, None, NOT_A_LETTER), person.email


def _said(letter: rows.Written, language: str, zone: ZoneInfo, now: datetime) -> Told:
    counts = letter.told.get("counts")
    numbers = (
        {str(kind): _number(value) for kind, value in counts.items()} if isinstance(counts, Mapping) else {}
    )
    late, since = _number(letter.told.get("late")), letter.told.get("late_since")
    if now - letter.created_at > LATE_AFTER:  # the mail itself stood still
        late, since = sum(numbers.values()), letter.told.get("first_at")
    at = since.astimezone(zone) if isinstance(since, datetime) else None
    return Told(
        language, numbers, _number(letter.told.get("covering")), late, at, letter.how == kinds.DAILY
    )  # fmt: skip


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) or hasattr(value, "__int__") else 0


def _region_of(tx: Connection, person_id: str, now: datetime) -> tuple[ZoneInfo, Mapping[str, object]]:
    held = directory.memberships(tx, on=now.date(), person_id=person_id)
    region = directory.region(tx, held[0].region_id) if held else None
    settings = region.get("settings") if region else None
    zone = ZoneInfo(str(region["zone"])) if region else ZoneInfo("Europe/Stockholm")
    return zone, settings if isinstance(settings, Mapping) else {}


def _note(
    tx: Connection, letter: rows.Written, answer: Answer, address: str, holder: str, *, now: datetime
) -> None:
    word = answer.word or str(answer.said)
    match answer.said:
        case Said.TAKEN:
            rows.was_sent(tx, letter.id, now=now)
        case Said.NO_SUCH_ADDRESS:
            rows.nobody_takes(tx, letter.id, word, answer.code, now=now)
            rows.mark_refused(tx, letter.person_id, address, now=now)
        case Said.REFUSED:
            rows.nobody_takes(tx, letter.id, word, answer.code, now=now)
        case Said.NOT_NOW | Said.AWAY:
            later = now + pause(letter.attempts)
            rows.try_later(tx, letter.id, word, answer.code, at=later, holder=holder)
            if answer.said == Said.AWAY:
                rows.all_wait(tx, word, answer.code, until=later, now=now)
            rows.give_up(tx, MOST_TRIES, now=now)


def pause(attempts: int) -> timedelta:
    """How long nobody tries after so many tries in vain."""
    return PAUSES[min(attempts, len(PAUSES) - 1)]


def again(tx: Connection, letter_id: str, *, now: datetime) -> bool:
    """Somebody has seen to it: the letter is tried from the beginning, its address too. False where it does not wait for that."""
    person_id = rows.again(tx, letter_id, now=now)
    if person_id is not None:
        rows.clear_refused(tx, person_id)
    return person_id is not None


def tidy(engine: Engine, *, now: datetime) -> None:
    """Throw away letters that are long gone, and what nobody could be told."""
    with reading(engine) as tx:
        if not tellings.are_old(tx, now - KEPT_FOR):
            return
    with writing(engine) as tx:
        rows.forget(tx, now - KEPT_FOR, now - DEAD_KEPT_FOR)
        tellings.forget(tx, now - DEAD_KEPT_FOR)
