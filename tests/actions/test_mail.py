"""People are told by mail, through a real server that is stopped and started in between: each thing once, and never what it is about."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from engine import heartbeat
from engine.actions import decisions, letters, notifying, publishing, tasks
from engine.actions import mail_kinds as kinds
from engine.records import correspondence, learned, tellings
from engine.records import letters as rows
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from engine.status import Protection
from tests.actions.test_disposing import asked, ended
from tests.actions.test_substitutes import STAFF_AT_VC, away
from tests.mailserver import MailServer, text_of
from tests.owners import another
from tests.world import MONDAY, World
from webapp import mail_words

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])  # where both databases are asked the same
ADDRESS = "https://samordna.example.se"
EVERYTHING_AT_ONCE = dict.fromkeys(kinds.KINDS, kinds.AT_ONCE)
FORBIDDEN = (
    "Birgitta", "Holm", "19430515", "2383", "T-2026", "Ekdalen", "Bistånd", "Kvittera", "Registrera", "kallelse", "Sara", "Maria",
)  # fmt: skip


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


def everybody_at_once(world: World, *people: str, **choices: str) -> None:
    """All, or these people, have an address, and want to be told at once or as said."""
    with writing(world.engine) as tx:
        for one in people or [row.id for row in tx.execute(t.persons.select())]:
            tx.execute(update(t.persons).where(t.persons.c.id == one).values(email=f"{one}@testland.example"))
            tellings.choose(tx, one, EVERYTHING_AT_ONCE | choices)
        # what came into force long before is no news here
        tx.execute(update(t.routines).values(changed_at=MONDAY - timedelta(days=30)))


def post(mail: MailServer) -> letters.Post:
    return letters.Post(mail.server, lambda told: mail_words.letter(told, ADDRESS))


def told(world: World, mail: MailServer) -> int:
    return heartbeat.tell(world.engine, post(mail), time=lambda: world.now, pulse=heartbeat.Pulse())


def summoned(world: World) -> str:
    return world.summoned("bistand", own_situation="Trött och ängslig")


@on_sqlite
def test_a_new_task_is_told_to_those_who_could_do_it_and_says_nothing_of_what_it_is(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world)
    summoned(world)
    told(world, mail)
    assert {one["To"].split("@")[0] for one in mail.arrived} == {"maria", "malbychef"}
    (letter,) = mail.to("maria")
    assert letter["Subject"] == "Du har en sak att ta hand om i Samordna"
    assert f"{ADDRESS}/\n" in text_of(letter)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert told(world, mail) == 0


def test_a_server_that_is_away_for_more_than_a_day_loses_nothing_and_nothing_comes_twice(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world)
    summoned(world)
    told(world, mail)
    mail.stop()
    other = world.summoned("rehab")
    for _ in range(10):  # over a deadline and what is lifted to the manager
        world.travel(world.now + timedelta(hours=4))
        assert told(world, mail) == 0
    summoned(world)
    mail.start()
    world.travel(world.now + timedelta(hours=2))
    told(world, mail)
    with reading(world.engine) as tx:
        found = tx.execute(t.tellings.join(t.letters).select()).all()
        assert rows.state(tx).waiting == 0
        assert not rows.dead(tx, most=9)
    sent = [one["Message-ID"] for one in mail.arrived]
    assert len(sent) == len(set(sent))
    assert {f"<{row.letter_id}@example.se>" for row in found} == set(sent)
    events = [(row.event, row.person_id) for row in found]
    assert len(events) == len(set(events))
    assert {row.kind for row in found} >= {kinds.NEW, kinds.OVERDUE}
    assert world.elements(other) == ["acknowledge"]
    whole = "".join(one.as_string() + text_of(one) for one in mail.arrived)
    assert not [word for word in FORBIDDEN if word in whole]
    assert "kommer sent, eftersom systemet eller e-posten stod stilla" in text_of(mail.to("johanna")[-1])


@on_sqlite
def test_a_letter_whose_answer_was_lost_comes_again_as_the_same_letter(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara")
    world.start()
    mail.breaks_off = True
    assert told(world, mail) == 0
    world.now += timedelta(minutes=2)
    assert told(world, mail) == 1
    first, second = mail.to("sara")
    assert first["Message-ID"] == second["Message-ID"]
    assert text_of(first) == text_of(second)


def test_two_heartbeats_never_send_one_letter_twice(world: World, mail: MailServer) -> None:
    everybody_at_once(world)
    for _ in range(4):
        summoned(world)
    other = connect(world.engine.url.render_as_string(hide_password=False))
    gate = threading.Barrier(2)

    def beat(engine: object) -> None:
        gate.wait(20)
        heartbeat.tell(engine, post(mail), time=lambda: world.now, pulse=heartbeat.Pulse())  # type: ignore[arg-type]

    threads = [threading.Thread(target=beat, args=[one]) for one in (world.engine, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
        assert not one.is_alive()
    told(world, mail)
    other.dispose()
    sent = [one["Message-ID"] for one in mail.arrived]
    assert len(sent) == len(set(sent))
    with reading(world.engine) as tx:
        found = tx.execute(t.tellings.select()).all()
    assert len({(one.event, one.person_id) for one in found}) == len(found) == 2 * 4
    assert {f"<{one.letter_id}@example.se>" for one in found} == set(sent)


def test_a_process_that_dies_while_it_sends_leaves_the_letter_to_the_next(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara")
    world.start()
    notifying.gather(world.engine, now=world.now)
    letters.write(world.engine, summary_hour=7, now=world.now)
    with writing(world.engine) as tx:
        assert rows.take(tx, "dies", until=world.now + letters.HELD_FOR, now=world.now)
    assert told(world, mail) == 0
    world.now += letters.HELD_FOR
    assert told(world, mail) == 1


@on_sqlite
def test_summaries_come_once_on_a_working_day_at_their_hour_and_count_what_is_still_open(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara", new_task=kinds.DAILY)
    world.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday afternoon, today's summary has gone
    with writing(world.engine) as tx:
        tellings.note_event(tx, "summary:testland:2026-11-20", now=world.now)
    kept, done = world.start(), world.start()
    told(world, mail)
    world.complete("sara", done, "register", called_units=[], consent=False)
    for hours in (
        18,
        24,
        14,
    ):  # Saturday, Sunday, Monday at 6 in the morning where they work... and then at 7
        world.now += timedelta(hours=hours)
        assert told(world, mail) == 0
    world.now = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert told(world, mail) == 1
    (letter,) = mail.to("sara")
    assert "- en ny uppgift\n" in text_of(letter)
    world.now += timedelta(hours=3)
    assert told(world, mail) == 0
    assert world.elements(kept) == ["register"]


@on_sqlite
def test_nobody_is_told_who_does_not_want_to_be_or_has_no_address(world: World, mail: MailServer) -> None:
    everybody_at_once(world)
    with writing(world.engine) as tx:
        tellings.choose(tx, "maria", EVERYTHING_AT_ONCE | {kinds.NEW: kinds.NONE})
        tx.execute(update(t.persons).where(t.persons.c.id == "malbychef").values(email=None))
    summoned(world)
    assert told(world, mail) == 0


def test_an_address_that_is_refused_is_marked_and_its_letter_waits_for_somebody(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world)
    mail.refusing["maria@testland.example"] = "550 no such user"
    summoned(world)
    assert told(world, mail) == 1  # the manager's
    with reading(world.engine) as tx:
        (dead,) = rows.dead(tx, most=9)
        assert (dead.person_id, dead.failure, dead.failure_code) == ("maria", "address", 550)
        assert [one[0] for one in rows.refused(tx)] == ["maria"]
    summoned(world)
    assert told(world, mail) == 1  # nothing more goes to maria, and it is kept for her
    mail.refusing.clear()
    with writing(world.engine) as tx:
        assert letters.again(tx, dead.id, now=world.now)
    assert told(world, mail) == 2
    assert len(mail.to("maria")) == 2


@on_sqlite
def test_what_is_refused_for_now_is_tried_at_growing_intervals_and_at_last_given_up(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara")
    mail.answer = "451 come back later"
    world.start()
    waits = []
    told(world, mail)
    for _ in range(8):
        with reading(world.engine) as tx:
            row = tx.execute(t.letters.select()).one()
        waits.append(row.next_try_at - world.now)
        world.now = row.next_try_at
        letters.send(world.engine, post(mail), time=lambda: world.now)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=1))
    assert sum(map(letters.pause, range(letters.MOST_TRIES)), timedelta()) > timedelta(days=2)
    with writing(world.engine) as tx:
        tx.execute(t.letters.update().values(attempts=letters.MOST_TRIES - 1))
    world.now += timedelta(hours=1)
    letters.send(world.engine, post(mail), time=lambda: world.now)
    with reading(world.engine) as tx:
        (dead,) = rows.dead(tx, most=9)
    assert (dead.attempts, dead.failure_code) == (letters.MOST_TRIES, 451)


@on_sqlite
def test_a_substitute_is_told_what_the_absent_would_be_and_that_they_stand_in(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world)
    away(world, "sara", STAFF_AT_VC)
    told(world, mail)
    (cover,) = mail.to("johanna")
    assert "du ska ersätta en kollega" in text_of(cover)
    world.start()
    told(world, mail)
    assert "gäller en kollega som du ersätter" in text_of(mail.to("johanna")[-1])


@on_sqlite
def test_near_and_overdue_are_told_once_each_and_what_is_lifted_reaches_the_manager(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world)
    world.summoned("rehab")
    told(world, mail)
    for _ in range(12):
        world.travel(world.now + timedelta(hours=8))
        told(world, mail)
    with reading(world.engine) as tx:
        found = sorted((row.kind, row.person_id) for row in tx.execute(t.tellings.select()))
    assert [one for one in found if one[1] == "johanna" and one[0] != kinds.REMINDER] == [
        (kinds.NEW, "johanna"),
        (kinds.OVERDUE, "johanna"),
    ]
    assert kinds.ESCALATION in {kind for kind, _ in found}


@on_sqlite
def test_test_cases_and_protected_persons_tell_nobody_else(world: World, mail: MailServer) -> None:
    everybody_at_once(world)
    case = summoned(world)
    with writing(world.engine) as tx:
        tx.execute(update(t.cases).where(t.cases.c.id == case).values(is_test=True))
    assert told(world, mail) == 0
    hidden = summoned(world)
    with writing(world.engine) as tx:
        subject = tx.execute(t.cases.select().where(t.cases.c.id == hidden)).one().subject_id
        tx.execute(
            update(t.subjects)
            .where(t.subjects.c.id == subject)
            .values(protection=Protection.CONFIDENTIALITY_MARK)
        )
    assert told(world, mail) == 0


@on_sqlite
def test_a_task_given_to_a_colleague_is_new_to_them(world: World, mail: MailServer) -> None:
    everybody_at_once(world)
    case = world.start()
    told(world, mail)
    mail.arrived.clear()
    world.do(tasks.reassign, "sara", world.task(case, "register").id, world.actor("petra"))
    told(world, mail)
    assert [one["To"] for one in mail.arrived] == ["petra@testland.example"]


@on_sqlite
def test_who_may_decide_is_asked_and_whoever_asked_is_not(world: World, mail: MailServer) -> None:
    case = ended(world)
    world.now += timedelta(days=11 * 366)
    everybody_at_once(world)
    asked(world, case)
    told(world, mail)
    decided = [one["To"] for one in mail.arrived if "väntar på ditt godkännande" in text_of(one)]
    assert decided == ["owner@testland.example"]


@on_sqlite
def test_whoever_asked_is_told_of_the_answer_and_whoever_approved_that_it_was_called_off(
    world: World, mail: MailServer
) -> None:
    another(world, "tyra")
    everybody_at_once(world, "owner", "tyra", approval=kinds.NONE)

    def answered() -> list[str]:
        told(world, mail)
        assert told(world, mail) == 0
        found = [one["To"] for one in mail.arrived if "skickat för godkännande" in text_of(one)]
        mail.arrived.clear()
        return found

    first = world.do(publishing.ask_to_withdraw, "owner", "testland_six_steps", "Ersätts.")
    world.do(decisions.send_back, "tyra", first, "Inte än.")
    assert answered() == ["owner@testland.example"]
    second = world.do(publishing.ask_to_withdraw, "owner", "testland_six_steps", "Ersätts nu.")
    world.do(decisions.approve, "tyra", second, "Ja.", world.now.date() + timedelta(days=3))
    assert answered() == ["owner@testland.example"]
    world.do(decisions.call_off, "owner", second, "Den behövs ändå.")
    assert answered() == ["tyra@testland.example"]


@on_sqlite
def test_a_new_version_is_told_to_those_who_work_by_it_and_have_not_read_it(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara", "petra", "owner")
    told(world, mail)
    assert not mail.arrived
    new = "f" * 64
    world.now += timedelta(minutes=1)
    with writing(world.engine) as tx:
        old = tx.execute(t.bundles.select().where(t.bundles.c.process_id == "testland_six_steps")).one()
        tx.execute(t.bundles.insert(), dict(old._mapping) | {"hash": new, "deployed_at": world.now})
    assert told(world, mail) == 0, "the new one awaits its day, and the old one is no news"
    with writing(world.engine) as tx:
        about = update(t.routines).where(t.routines.c.process_id == "testland_six_steps")
        tx.execute(about.values(bundle_hash=new, changed_at=world.now))
        learned.note(tx, "petra", learned.ROUTINE, "testland_six_steps", new, world.now.date(), now=world.now)
    told(world, mail)
    assert told(world, mail) == 0
    assert [one["To"] for one in mail.arrived] == ["sara@testland.example"]
    assert "en rutin i ny version att läsa" in text_of(mail.arrived[0])


@on_sqlite
def test_a_meeting_comes_as_an_entry_that_says_when_and_not_where_or_whom(
    world: World, mail: MailServer
) -> None:
    everybody_at_once(world, "sara")
    case = world.start()
    world.do(tasks.claim, "sara", world.task(case, "register").id)
    with writing(world.engine) as tx:
        at = world.now + timedelta(days=9)
        correspondence.schedule_meeting(
            tx, case_id=case, starts_at=at, ends_at=None, place="Hemma hos Birgitta Holm, Storgatan 3", digital=False, chair="sara",
            now=world.now,
        )  # fmt: skip
    told(world, mail)
    (letter,) = [one for one in mail.arrived if one.is_multipart()]
    (entry,) = list(letter.iter_attachments())
    assert entry.get_content_type() == "text/calendar"
    said = entry.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert at.strftime("DTSTART:%Y%m%dT%H%M%SZ") in said
    assert not [word for word in (*FORBIDDEN, "Storgatan", "LOCATION") if word in said]
