"""The board of what is late: whom a manager waits for, what happens next by itself, and what can be done about it (S3-080)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from engine.access import Act, may
from engine.actions import following, letters, notifying
from engine.errors import NotAllowed
from engine.reads import board
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.status import Protection
from tests.webapp.conftest import Begun
from tests.webapp.site import CONSENTED, CONVENER, PERSON, SUMMONED, Site, copied

ABOVE, CALLED_ABOVE = "birgitta_v", "lars"  # answer for the unit that keeps the case, and for those called


@pytest.fixture
def late(begun: Begun, room: object) -> Iterator[Site]:
    """Two working days on: three initiatives are late, units and managers have been reminded, and nothing is lifted yet."""
    with copied(begun.template, room, begun.like) as site:  # type: ignore[arg-type]
        site.world.travel(site.world.now + timedelta(days=2))
        yield site


def look(site: Site, name: str = ABOVE, **wanted: str) -> board.Board:
    with reading(site.world.engine) as tx:
        day = site.world.now.date()
        return board.look(tx, site.world.actor(name), board.Wanted(**wanted), today=day, now=site.world.now)  # type: ignore[arg-type]


def rows(site: Site, name: str = ABOVE, **wanted: str) -> list[board.Row]:
    return [one for inside in look(site, name, **wanted).rows.values() for one in inside]


def row_of(site: Site, waits_on: str, name: str = ABOVE) -> board.Row:
    (found,) = rows(site, name, waits_on=waits_on, step="vastmanland_initiative:acknowledge_initiative")
    return found


def press(site: Site, act: str, *task_ids: str, name: str = ABOVE, **more: str) -> str:
    client = site.client(name)
    page = client.get("/monitor")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    form = {"act": act, "task": list(task_ids), "csrf_token": token[1] if token else "", **more}
    return client.post("/monitor/act", data=form, follow_redirects=True).text


def test_a_step_tells_whom_it_waits_for_what_was_done_and_what_happens_next(late: Site) -> None:
    found = row_of(late, SUMMONED)
    assert (found.group_id, found.task.unit_id) == (CONVENER, SUMMONED)
    assert [effect.kind for effects, _ in found.fired for effect in effects] == ["reminds-manager", "reports"]
    assert [effect.kind for effect in found.next[0].effects] == ["escalates"]
    assert found.lift == found.next[0]


def test_every_figure_leads_to_as_many_cases_as_it_says(late: Site) -> None:
    whole = look(late)
    assert whole.total.late == 3
    for unit_id, load in whole.waits.items():
        there = look(late, waits_on=unit_id, state="late")
        assert (there.total, sum(map(len, there.rows.values()))) == (load, load.late)
    for step, load in whole.steps.items():
        assert len(rows(late, step=step, state="open")) == load.open
    assert sum(one.open for one in whole.units.values()) == whole.total.open


def test_the_manager_of_those_called_sees_only_what_lies_there(late: Site) -> None:
    assert set(look(late, CALLED_ABOVE).units) <= {SUMMONED, CONSENTED, "hemsjukvard_malby"}
    assert {one.task.unit_id for one in rows(late, CALLED_ABOVE)} == {SUMMONED, CONSENTED}


def test_a_foreign_unit_in_the_address_gives_a_sentence_and_none_of_its_figures(late: Site) -> None:
    assert look(late, ABOVE, unit_id=SUMMONED).total == board.Load()
    page = (
        late.client(ABOVE)
        .get(f"/monitor?unit={SUMMONED}&state=never&routine=none&step=a:b&waits=nowhere")
        .text
    )
    for said in ("Du svarar inte för enheten", "ingen sådan enhet", "ingen sådan rutin", "inget sådant steg"):
        assert said in page
    assert "3 steg är sena" in page
    for ending in ("csv", "xlsx"):
        file = late.client(ABOVE).get(f"/monitor/board.{ending}?unit={SUMMONED}")
        assert (file.status_code, "Du svarar inte för enheten" in file.text) == (400, True)


def test_a_protected_case_and_a_test_case_stand_nowhere_on_the_board(late: Site) -> None:
    with writing(late.world.engine) as tx:
        tx.execute(update(t.subjects).values(protection=Protection.CONFIDENTIALITY_MARK))
    assert (look(late).total.late, rows(late, waits_on=SUMMONED)) == (0, [])
    with writing(late.world.engine) as tx:
        tx.execute(update(t.subjects).values(protection=Protection.NONE))
        tx.execute(update(t.cases).values(is_test=True))
    assert look(late).total == board.Load()


def test_to_escalate_now_is_the_drawn_timer_before_its_time_and_never_twice(late: Site) -> None:
    found = row_of(late, SUMMONED)
    assert found.lift is not None
    told = press(late, "escalate", found.task.id, reason="Mötet är i morgon")
    assert "1 steg eskalerat" in told
    (timer,) = late.world.rows(t.timers, id=found.lift.timer.id)
    assert (timer.status, timer.ended_at) == ("fired", late.world.now)
    (fact,) = late.world.facts(late.case_id, "task_escalated")
    assert (fact.actor_id, fact.data["timer"], "reason" in fact.data) == (ABOVE, timer.id, False)
    after = row_of(late, SUMMONED)
    assert after.level == "Nivå 1: Enhetschefer"
    assert after.lift is not None
    assert [effect.name for effect in after.lift.effects] == ["Nivå 2: Verksamhets- eller områdeschefer"]
    late.world.travel(late.world.now + timedelta(days=1))
    assert (
        len([one for one in late.world.facts(late.case_id, "timer_fired") if one.data["timer"] == timer.id])
        == 1
    )


def test_rows_that_may_not_have_the_act_are_named_and_skipped_and_the_rest_is_done(late: Site) -> None:
    others = [row_of(late, unit).task.id for unit in (SUMMONED, CONSENTED)]
    own = [one.task.id for one in rows(late, waits_on=CONVENER, state="late")]
    with reading(late.world.engine) as tx:
        number = tx.execute(select(t.cases.c.number).where(t.cases.c.id == late.case_id)).scalar_one()
    page = press(late, "reassign", *others, *own, "no such step", name=ABOVE, person="sara")
    assert page.count(f"{number} hoppades över: enheten säger själv vem som gör det") == 2
    assert "1 steg är inte längre öppet" in page
    assert f"{len(own)} steg har fått ny ansvarig" in page
    assert {one.task.holder_id for one in rows(late, waits_on=CONVENER, state="late")} == {"sara"}


def test_a_reminder_can_be_undone_until_it_stands_in_a_letter(late: Site) -> None:
    task, actor = row_of(late, SUMMONED).task, late.world.actor(ABOVE)
    engine, now = late.world.engine, late.world.now
    notifying.gather(engine, now=now)
    with writing(engine) as tx:
        tx.execute(update(t.persons).values(email="somebody@example.org"))
    for in_a_letter, undone in ((False, 1), (True, 0)):
        batch = following.new_batch()
        with writing(engine) as tx:
            following.remind(tx, actor, task.id, batch_id=batch, now=now)
        notifying.gather(engine, now=now)
        assert late.world.rows(t.tellings, kind="reminder", task_id=task.id) != []
        if in_a_letter:
            letters.write(engine, summary_hour=7, now=now)
        with writing(engine) as tx:
            assert following.undo(tx, actor, batch, now=now).undone == undone
        if not in_a_letter:
            assert late.world.rows(t.tellings, kind="reminder", task_id=task.id) == []
    assert [one.kind for one in row_of(late, SUMMONED).done] == ["reminded"]
    told = late.client(ABOVE).get(f"/monitor?done={batch}").text
    assert "Påminnelsen har gått ut med e-post och kan inte tas tillbaka." in told


def test_a_step_has_a_page_of_its_own_with_what_may_be_done_and_why_the_rest_may_not(late: Site) -> None:
    task = row_of(late, SUMMONED).task
    page = late.client(ABOVE).get(f"/monitor/steps/{task.id}?filter=state%3Dlate").text
    assert f"act=escalate&amp;task={task.id}" in page
    assert "Byt ansvarig: enheten säger själv vem som gör det." in page
    assert PERSON not in page
    gone = late.client("sara").get(f"/monitor/steps/{task.id}")
    assert gone.status_code == 403
    nothing = late.client(ABOVE).get("/monitor/steps/nothing", follow_redirects=True).text
    assert "Steget är inte längre öppet" in nothing


def test_whoever_answers_for_a_unit_is_told_in_the_case_what_waits_and_nothing_of_what_stands_in_it(
    late: Site,
) -> None:
    found = row_of(late, SUMMONED)
    page = late.client(ABOVE).get(f"/cases/{late.case_id}").text
    assert f'href="/monitor/steps/{found.task.id}">”{found.task.name}” ligger hos' in page
    assert ("Du svarar för en enhet" in page, "kallar er" in page, PERSON in page) == (True, False, False)


def test_the_board_is_taken_away_as_a_file_with_its_filter_and_nobodys_name(late: Site) -> None:
    own = rows(late, waits_on=CONVENER, state="late")[0]
    press(late, "reassign", own.task.id, name=ABOVE, person="sara")
    client = late.client(ABOVE)
    whole, part = (
        client.get(f"/monitor/board.csv?{asked}").text for asked in ("", f"waits={SUMMONED}&state=late")
    )
    assert (len(whole.splitlines()), len(part.splitlines())) == (1 + len(rows(late)), 2)
    assert "Sara" not in whole
    book = load_workbook(io.BytesIO(client.get("/monitor/board.xlsx").data))
    assert [one.max_row for one in book.worksheets] == [1 + len(rows(late)), 3]


def test_of_much_that_was_done_the_last_three_stand_there_and_the_rest_is_folded_or_in_the_file(
    late: Site,
) -> None:
    step = row_of(late, SUMMONED).task.id
    acts = ("remind", ""), ("note", "Ringt"), ("note", "Ringt igen"), ("note", "Svarar"), ("note", "Väntar")
    for act, reason in acts:
        late.world.now += timedelta(minutes=1)
        press(late, act, step, reason=reason)
    client = late.client(ABOVE)
    page, board_, file = (client.get(f"/monitor{one}").text for one in (f"/steps/{step}", "", "/board.csv"))
    unfolded = page[page.index('id="deeds-title"') :].partition("</details>")
    assert [one in unfolded[0] for one in ("Visa 4 tidigare", "”Ringt”", "”Ringt igen”")] == [
        True,
        True,
        False,
    ]
    assert unfolded[2].partition("</ol>")[0].count("<li>") == 3
    assert ("1 åtgärd tidigare." in board_, "”Ringt”" in board_, "”Väntar”" in board_) == (True, False, True)
    assert "åtgärd tidigare" not in file


def test_a_task_given_away_comes_back_to_where_it_was(late: Site) -> None:
    (row,) = rows(late, waits_on=CONVENER, state="late")
    actor, batch = late.world.actor(ABOVE), following.new_batch()
    with writing(late.world.engine) as tx:
        following.reassign(
            tx, actor, row.task.id, late.world.actor("sara"), batch_id=batch, now=late.world.now
        )
    with writing(late.world.engine) as tx:
        assert following.undo(tx, actor, batch, now=late.world.now).undone == 1
    (task,) = late.world.rows(t.tasks, id=row.task.id)
    assert (task.holder_id, task.status) == (row.task.holder_id, row.task.status)


def test_nobody_but_who_answers_for_the_units_follows_a_step_up(late: Site) -> None:
    row = row_of(late, SUMMONED)
    assert may(late.world.actor(CALLED_ABOVE), Act.TASK_FOLLOW, row.about)
    with writing(late.world.engine) as tx, pytest.raises(NotAllowed):
        following.remind(tx, late.world.actor("sara"), row.task.id, batch_id="b", now=late.world.now)


def test_an_identity_number_stops_the_note_and_what_is_written_stands_on_the_board(late: Site) -> None:
    task_id = row_of(late, SUMMONED).task.id
    for number in ("430515-2383", "19430515 – 2383", "1943-05-15-2383"):
        assert "personnummer" in press(late, "note", task_id, reason=f"Gäller {number}")
    form = late.client(ABOVE).get(f"/monitor/act?act=note&task={task_id}").text
    key = re.findall(r'name="_once" value="([0-9a-f]{32})"', form)[0]
    for _ in range(2):
        assert "1 anteckning skriven" in press(
            late, "note", task_id, reason="Ringt, svarar onsdag", _once=key
        )
    assert len(late.world.rows(t.follow_ups)) == 1, "pressed twice is once"
    page = late.client(ABOVE).get("/monitor").text
    assert "Ringt, svarar onsdag" in page
    assert PERSON not in page


def test_a_filter_follows_the_person_and_those_it_is_shared_with(late: Site) -> None:
    client = late.client(ABOVE)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/monitor").text)
    form = {
        "csrf_token": token[1] if token else "",
        "name": "Norra",
        "filter": f"waits={SUMMONED}&state=late",
        "unit": CONVENER,
    }
    client.post("/monitor/filters", data=form)
    page = late.client(ABOVE).get("/monitor").text
    assert f"/monitor?waits={SUMMONED}&amp;state=late" in page
    client.post("/monitor/filters", data=form | {"name": "Gäller 430515-2383"})
    assert "430515" not in late.client(ABOVE).get("/monitor").text
    assert "Norra</a>" not in late.client(CALLED_ABOVE).get("/monitor").text


def test_the_live_answer_says_the_same_as_the_page(late: Site) -> None:
    client = late.client(ABOVE)
    told = client.get("/monitor/now?state=late").json
    page = client.get("/monitor?state=late").text
    assert told is not None
    assert told["texts"]["head:late"] == "3 steg är sena"
    assert set(told["rows"]) == set(re.findall(r'data-step="([0-9a-f]+)"', page))
    assert all(text in page for text in told["texts"].values())
    cells = re.findall(r'<td role="cell" class="(?:how|who-for|so-far[^"]*|ahead)">.*?</td>', told["said"])
    assert len(cells) == 4 * len(told["rows"])
    assert all(cell in page for cell in cells)


def test_the_live_answer_says_what_the_rows_say_once_and_again_when_something_was_done(late: Site) -> None:
    client, task_id = late.client(ABOVE), row_of(late, SUMMONED).task.id
    tag = client.get("/monitor/now").json["tag"]  # type: ignore[index]
    assert client.get(f"/monitor/now?tag={tag}").json["said"] == ""  # type: ignore[index]
    press(late, "note", task_id, reason="Ringt, svarar onsdag")
    again = late.client(ABOVE).get(f"/monitor/now?tag={tag}").json
    assert again is not None
    assert again["tag"] != tag
    assert "Ringt, svarar onsdag" in again["said"]
