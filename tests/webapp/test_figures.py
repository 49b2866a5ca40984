"""The figures of a region: counts alone, none of them small, and only for those whose role it is."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from engine.reads import figures, guarded
from engine.records import ids
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import PERSON, Site
from webapp.pages import workbook

REGION = "vastmanland"
ZONE = ZoneInfo("Europe/Stockholm")


def as_many_as(site: Site, number: int, *, is_test: bool = False) -> None:
    """So many further running cases like the one there is."""
    with writing(site.world.engine) as tx:
        case = dict(tx.execute(select(t.cases).where(t.cases.c.id == site.case_id)).one()._mapping)
        for one in range(number):
            more = {"id": ids.new(), "number": f"{'T' if is_test else 'X'}-{one}", "is_test": is_test}
            tx.execute(t.cases.insert(), case | more)


@pytest.mark.parametrize(("further", "told"), [(3, None), (4, 5), (5, 6)])
def test_a_count_below_five_is_not_told(site: Site, further: int, told: int | None) -> None:
    as_many_as(site, further)
    with reading(site.world.engine) as tx:
        assert figures.open_cases(tx, REGION) == [figures.Count("vastmanland_sip", told)]
        assert figures.open_cases(tx, "orebro") == []


def test_test_cases_count_nowhere(site: Site) -> None:
    as_many_as(site, 9, is_test=True)
    with reading(site.world.engine) as tx:
        assert figures.open_cases(tx, REGION) == [figures.Count("vastmanland_sip", None)]


def test_months_without_a_plan_are_told_like_those_with_few(site: Site) -> None:
    today = site.world.now.date()
    with reading(site.world.engine) as tx:
        rows = figures.plans_per_month(tx, REGION, ZONE, since=today.replace(month=1, day=1), today=today)
    assert [(day.month, number) for day, number in rows] == [(3, None), (2, None), (1, None)]


def test_governance_begins_at_its_figures_and_meets_no_case_and_no_small_number(site: Site) -> None:
    as_many_as(site, 6)
    gunvor = site.client("gunvor")
    assert gunvor.get("/").headers["Location"].endswith("/figures")
    text = gunvor.get("/figures").get_data(as_text=True)
    assert '<td class="numbers">7</td>' in text
    assert "visas inte" in text
    shown = {int(one.split("<")[0]) for one in text.split('<td class="numbers">')[1:] if one[0].isdigit()}
    assert min(shown) >= guarded.LEAST
    assert not [word for word in (*site.planted, PERSON) if word in text]
    refused = site.client("sara").get("/figures")
    assert refused.status_code == 403
    assert "har rollen som ser siffror, ser det här. Din administratör lägger in vem" in refused.text
    for address in (
        "/figures/measure.csv?place=vc_ekdalen",
        "/figures/measure.xlsx?since=2026-11&until=2026-09",
    ):
        answer = gunvor.get(address)
        assert (answer.status_code, 'role="alert"' in answer.text) == (400, True), "a sentence, and no file"


def test_no_name_of_a_step_is_a_formula_in_a_file_or_keeps_it_from_being_made(site: Site) -> None:
    site.world.now += timedelta(days=30)
    formula = '=HYPERLINK("https://example.org")'
    with writing(site.world.engine) as tx:
        tx.execute(t.tasks.update().values(name=formula))
    rows = csv.reader(
        site.client("gunvor").get("/figures.csv").get_data(as_text=True).splitlines(), delimiter=";"
    )
    cells = [cell for row in rows for cell in row]
    assert f"'{formula}" in cells
    assert not [cell for cell in cells if cell.startswith(workbook.FORMULA)]
    told = [formula, "²", "a\x0bb", "12", "78 %", "5,5 dagar", "2026-09-15", "2026-09-31", "v. 37", ""]
    made = load_workbook(io.BytesIO(workbook.written([("Blad", [told])]))).active
    assert [(cell.value, cell.data_type) for cell in made[1]] == [
        (formula, "s"), ("²", "s"), ("ab", "s"), (12, "n"), (0.78, "n"), (5.5, "n"), (datetime.fromisoformat("2026-09-15"), "d"),
        ("2026-09-31", "s"), ("v. 37", "s"), (None, "n"),
    ]  # fmt: skip
    assert [cell.number_format for cell in made[1][4:7]] == ["0 %", 'General" dagar"', "yyyy-mm-dd"]


def receipts_as(site: Site, in_time: int, late: int, *units: str) -> None:
    """So many tasks to acknowledge, done an hour before their last instant or an hour after it."""
    now = site.world.now
    with writing(site.world.engine) as tx:
        tx.execute(
            t.tasks.delete()
            .where(t.tasks.c.element_id.like("acknowledge%"))
            .where(t.tasks.c.id.not_in(select(t.facts.c.task_id)))
        )
        like = dict(
            tx.execute(select(t.tasks).where(t.tasks.c.status == "completed").limit(1)).one()._mapping
        )
        for one in range(in_time + late):
            due = now + timedelta(hours=1 if one < in_time else -1)
            more = {
                "id": ids.new(),
                "element_id": "acknowledge_summons",
                "opened_at": now,
                "due_at": due,
                "closed_at": now,
            }
            if units:
                more |= {"unit_id": units[one % len(units)], "due_on": now.date()}
            tx.execute(t.tasks.insert(), like | more)


def test_a_unit_among_those_compared_leads_to_its_own_page_and_a_single_week_is_no_curve(site: Site) -> None:
    receipts_as(site, 18, 18, "vc_ekdalen", "rehab_ekdalen", "vc_sjostaden")
    page = site.client("birgitta_v").get("/figures").text
    assert re.findall(r'<th scope="row"><a href="/figures\?place=(\w+)', page.partition('id="others"')[0]) == [
        "rehab_ekdalen", "vc_ekdalen", "vc_sjostaden",
    ]  # fmt: skip
    alone = site.client("birgitta_v").get("/figures?place=vc_ekdalen").text
    assert "/figures?place=vc_sjostaden" not in alone
    assert ("Ingen kurva: talen i perioden är för små" in page, "Kurvan som tabell" in page) == (True, False)


@pytest.mark.parametrize(
    ("in_time", "late", "told"), [(9, 6, (9, 6)), (9, 3, (None, None)), (2, 3, (None, None))]
)
def test_receipts_are_told_by_whether_they_came_in_time_unless_one_could_be_worked_out(
    site: Site, in_time: int, late: int, told: tuple[int | None, int | None]
) -> None:
    """S3-080: receipt compliance; where one number is too small, the other is kept back too."""
    receipts_as(site, in_time, late)
    now = site.world.now
    with reading(site.world.engine) as tx:
        found = figures.receipts(tx, REGION, since=now, now=now)
    assert [(one.key, one.number) for one in found] == [("in_time", told[0]), ("late", told[1])]


def papers_as(site: Site, kind: str, content: dict[str, object], number: int) -> None:
    """So many further cases, each with one paper of that kind that was issued ten days after it began."""
    as_many_as(site, number)
    with writing(site.world.engine) as tx:
        like = dict(tx.execute(select(t.documents).limit(1)).one()._mapping)
        for case_id, started_at in tx.execute(
            select(t.cases.c.id, t.cases.c.started_at).where(t.cases.c.number.like("X-%"))
        ).all():
            more = {
                "id": ids.new(),
                "case_id": case_id,
                "kind": kind,
                "version": 1,
                "content": content,
                "issued_at": started_at + timedelta(days=10),
            }
            tx.execute(t.documents.insert(), like | more)


def test_refusals_goals_and_times_are_counted_by_case(site: Site) -> None:
    """S3-080: refusals, goal attainment and lead times; plans are counted and not goals, and who declines is refused nothing."""
    since = site.world.now - timedelta(days=1)
    papers_as(site, "refusal_note", {"reason": "x"}, 5)
    with reading(site.world.engine) as tx:
        assert figures.refusals(tx, REGION, since=since) == [figures.Count("vastmanland_sip", 5)]
    with writing(site.world.engine) as tx:
        tx.execute(
            t.documents.update()
            .where(t.documents.c.kind == "refusal_note")
            .values(content={"declined_on": "x"})
        )
    with reading(site.world.engine) as tx:
        assert figures.refusals(tx, REGION, since=since) == []
    goals = [{"goal": "a", "state": "reached"}, {"goal": "b", "state": "on_the_way"}]
    with writing(site.world.engine) as tx:
        tx.execute(
            t.documents.update()
            .where(t.documents.c.kind == "refusal_note")
            .values(kind="follow_up_note", content={"goals": goals})
        )
    with reading(site.world.engine) as tx:
        assert [one.number for one in figures.goals_reached(tx, REGION, since=since)] == [None, 5, None]
    with writing(site.world.engine) as tx:
        tx.execute(t.documents.update().where(t.documents.c.kind == "follow_up_note").values(kind="plan"))
    with reading(site.world.engine) as tx:
        assert [one.key for one in figures.lead_times(tx, REGION, since=since) if one.number] == ["month"]


def test_a_time_in_which_nothing_may_be_told_is_one_sentence_and_not_thirteen_rows(site: Site) -> None:
    gunvor = site.client("gunvor")
    text = gunvor.get("/figures").get_data(as_text=True)
    assert "Inga, eller för få för att visas." in text
    assert text.count("visas inte</td>") < 6
    told = gunvor.get("/figures.csv").get_data(as_text=True)
    assert told.splitlines()[0].endswith("Region;Tabell;Vad;Antal")
    assert not [word for word in (*site.planted, PERSON) if word in told]
