"""The figures of a region: counts alone, none of them small, and only for those whose role it is."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.reads import figures
from engine.records import ids
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import PERSON, Site

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
    assert "färre än fem" in text
    shown = {int(one.split("<")[0]) for one in text.split('<td class="numbers">')[1:] if one[0].isdigit()}
    assert min(shown) >= figures.LEAST
    assert not [word for word in (*site.planted, PERSON) if word in text]
    assert site.client("sara").get("/figures").status_code == 403
