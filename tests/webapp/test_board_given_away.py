"""A late step that its manager gives to somebody else: the escalation stands still for a day, and goes on if nothing is done (S3-079)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.actions import following, notifying, tasks
from engine.actions.lifts import Held
from engine.reads import board
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.conftest import Begun
from tests.webapp.site import SUMMONED, Site, copied

MANAGER, ABOVE = "eva", "lars"  # of the unit called, and of the one above it
STEP = "vastmanland_initiative:acknowledge_initiative"
UNANSWERED = datetime(2026, 3, 4, 23, tzinfo=UTC)  # the end of Wednesday: two working days after it was sent
THURSDAY, FRIDAY = UNANSWERED + timedelta(days=1), UNANSWERED + timedelta(days=2)


@pytest.fixture
def late(begun: Begun, room: object) -> Iterator[Site]:
    """On Wednesday: the initiative was to be acknowledged on Tuesday, and goes to the line of management tonight."""
    with copied(begun.template, room, begun.like) as site:  # type: ignore[arg-type]
        site.world.travel(site.world.now + timedelta(days=2))
        yield site


def row_of(site: Site) -> board.Row:
    with reading(site.world.engine) as tx:
        day, wanted = site.world.now.date(), board.Wanted(waits_on=SUMMONED, step=STEP, state="open")
        found = board.look(tx, site.world.actor(MANAGER), wanted, today=day, now=site.world.now)
    ((row,),) = found.rows.values()
    return row


def give(site: Site, to: str, by: str = MANAGER, *, batch: str = "b") -> Held | None:
    with writing(site.world.engine) as tx:
        return following.reassign(
            tx,
            site.world.actor(by),
            row_of(site).task.id,
            site.world.actor(to),
            batch_id=batch,
            now=site.world.now,
        )


def level(site: Site) -> str:
    """How far up the line of management the matter of that step lies."""
    return row_of(site).level[:6]


def colleague(site: Site, other_than: str = "") -> str:
    """Somebody of the unit called who may do the step."""
    with reading(site.world.engine) as tx:
        query = select(t.memberships.c.person_id).where(
            t.memberships.c.unit_id == SUMMONED, t.memberships.c.role == "staff"
        )
        people = sorted(set(tx.execute(query).scalars()) - {MANAGER, other_than})
    return people[0]


def test_nothing_is_lifted_until_the_new_holder_has_had_a_whole_working_day(late: Site) -> None:
    before = row_of(late)
    assert before.lift is not None
    assert before.lift.timer.due_at == UNANSWERED
    held = give(late, colleague(late))
    assert held is not None
    assert (held.until, held.due_at) == (THURSDAY, THURSDAY)
    late.world.travel(THURSDAY - timedelta(minutes=1))
    assert level(late) == ""
    late.world.travel(THURSDAY + timedelta(minutes=1))
    assert level(late) == "Nivå 1"


def test_the_due_date_the_reminder_and_the_deviation_stay_as_they_were(late: Site) -> None:
    before = row_of(late)
    give(late, colleague(late))
    after = row_of(late)
    assert (after.task.due_at, after.task.due_on) == (before.task.due_at, before.task.due_on)
    assert after.fired == before.fired
    (fact,) = late.world.facts(late.case_id, "escalation_held")
    assert (fact.actor_id, fact.task_id) == (MANAGER, after.task.id)
    told = [fact.data[name] for name in ("before", "until", "due_at")]
    assert told == [UNANSWERED, THURSDAY, THURSDAY]


def test_what_lies_at_a_level_keeps_the_time_it_had_left(late: Site) -> None:
    late.world.travel(UNANSWERED + timedelta(hours=9))
    lift = row_of(late).lift
    assert lift is not None
    assert lift.timer.element_id == "level_1_due"
    held = give(late, colleague(late))
    assert held is not None
    assert held.until == FRIDAY
    assert held.due_at == lift.timer.due_at + timedelta(days=1)
    late.world.travel(held.due_at - timedelta(minutes=1))
    assert level(late) == "Nivå 1"
    late.world.travel(held.due_at + timedelta(minutes=1))
    assert level(late) == "Nivå 2"


def test_to_give_it_round_and_round_holds_nothing_up(late: Site) -> None:
    first = colleague(late)
    give(late, first)
    assert give(late, colleague(late, first)) is None
    lift = row_of(late).lift
    assert lift is not None
    assert lift.timer.due_at == THURSDAY


def test_only_whoever_answers_for_the_unit_makes_it_stand_still(late: Site) -> None:
    first = colleague(late)
    with writing(late.world.engine) as tx:
        task_id, now = row_of(late).task.id, late.world.now
        assert (
            tasks.reassign(
                tx, late.world.actor(first), task_id, late.world.actor(colleague(late, first)), now=now
            )
            is None
        )
    assert late.world.facts(late.case_id, "escalation_held") == []


def test_a_step_in_time_has_nothing_to_hold(begun: Begun, room: object) -> None:
    with copied(begun.template, room, begun.like) as site:  # type: ignore[arg-type]
        assert give(site, colleague(site)) is None


def test_where_the_line_of_management_waits_the_board_says_for_whom_and_then_when_it_starts_again(
    late: Site,
) -> None:
    late.world.travel(UNANSWERED + timedelta(days=28))
    row = row_of(late)
    assert (row.next, row.stuck) == ((), ("Ta upp mönstret i Chefsforum", "hsf"))
    assert "väntar på Hälso- och sjukvårdsförvaltningen" in late.client(MANAGER).get("/monitor").text
    on = late.world.now.date()
    for task in late.world.open(late.case_id, "bring_to_forum"):
        late.world.hand_in(
            "kerstin", task, forum_note="Oklart.", forum_sent_on=on, forum_interim_measure="Ring."
        )
    for task in late.world.open(late.case_id, "tell_what_applies"):
        late.world.hand_in(
            "sara", task, person_told_on=on, person_told_how="telephone", person_told_by="Sara Lindqvist"
        )
    page = late.client(MANAGER).get(f"/monitor/steps/{row.task.id}").text
    assert "Cheferna var klara i dag, men svaret saknas." in page
    assert "börjar om på nivå 1" in page


def test_undone_it_goes_on_when_it_would_have(late: Site) -> None:
    give(late, colleague(late))
    with writing(late.world.engine) as tx:
        assert following.undo(tx, late.world.actor(MANAGER), "b", now=late.world.now).undone == 1
    late.world.travel(UNANSWERED + timedelta(minutes=1))
    assert level(late) == "Nivå 1"


def test_undone_it_goes_back_to_nobody_who_may_not_do_it_any_more(late: Site) -> None:
    first = colleague(late)
    give(late, first)
    give(late, colleague(late, first), batch="again")
    with writing(late.world.engine) as tx:
        tx.execute(t.memberships.delete().where(t.memberships.c.person_id == first))
        assert following.undo(tx, late.world.actor(MANAGER), "again", now=late.world.now).undone == 1
    task = row_of(late).task
    assert (task.status, task.holder_id) == ("open", None)


def test_the_new_holder_has_it_in_the_worklist_and_is_told(late: Site) -> None:
    person = colleague(late)
    give(late, person)
    task = row_of(late).task
    assert task.holder_id == person
    with writing(late.world.engine) as tx:
        tx.execute(t.persons.update().where(t.persons.c.id == person).values(email="new.holder@example.org"))
    notifying.gather(late.world.engine, now=late.world.now)
    told = late.world.rows(t.tellings, person_id=person, task_id=task.id)
    assert [one.kind for one in told] == ["overdue"]
    page = late.client(person).get("/tasks").text
    assert f"/tasks/{task.id}" in page


def test_the_board_and_the_answer_say_until_when(late: Site) -> None:
    client, task_id = late.client(MANAGER), row_of(late).task.id
    asked = client.get(f"/monitor/act?act=reassign&task={task_id}").text
    assert "Eskaleringen står still en hel arbetsdag" in asked
    done = client.post(
        "/monitor/act",
        data={"act": "reassign", "task": task_id, "person": colleague(late)},
        follow_redirects=True,
    ).text
    assert "Eskaleringen står still till och med i morgon." in done
    assert "Om inget görs: går till chefslinjen, nivå 1" in done
    late.world.travel(THURSDAY + timedelta(minutes=1))
    assert "Eskaleringen står still" not in client.get("/monitor").text


def test_from_the_step_itself_it_stands_still_as_well(late: Site) -> None:
    task_id = row_of(late).task.id
    page = late.client(MANAGER).post(
        f"/tasks/{task_id}/reassign", data={"person": colleague(late)}, follow_redirects=True
    )
    assert "Eskaleringen står still till och med i morgon." in page.text
