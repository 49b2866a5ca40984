"""The auditor's pages: the log and no case content, every look logged, an extract on paper, samples that somebody reviews."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.actions import reading as reading_action
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import NUMBER, PERSON, Site
from tests.world import KEY


@pytest.fixture
def site(site: Site) -> Site:
    """The pages look people up by the key that their cases were started with."""
    house = site.app.extensions["samordna"]
    site.app.extensions["samordna"] = replace(house, settings=replace(house.settings, lookup_key=KEY))
    return site


PAGES = ("/log/", "/log/signs", "/log/extract", "/log/reviews")


def rows(site: Site, **where: object) -> list:
    query = select(t.log).where(*(t.log.c[name] == value for name, value in where.items()))
    with reading(site.world.engine) as tx:
        return list(tx.execute(query.order_by(t.log.c.id)))


def search(site: Site, **asked: str) -> str:
    greta = site.client("greta")
    assert greta.post("/log/", data={"since": "2026-01-01", **asked}).status_code == 302
    return greta.get("/log/").get_data(as_text=True)


def lines(page: str) -> int:
    return page.count("<tr>") - 1


@pytest.mark.parametrize("address", PAGES)
def test_only_an_auditor_opens_the_log(site: Site, address: str) -> None:
    assert site.client("greta").get(address).status_code == 200
    for name in ("sara", "birgitta_v", "admin", "karin"):
        assert site.client(name).get(address).status_code == 403
    assert site.client().get(address).status_code == 302


def test_the_auditor_sees_who_read_and_nothing_of_what_stands_in_the_case(site: Site) -> None:
    """S3-111."""
    site.client("fatima").get(f"/cases/{site.case_id}/data")
    page = search(site, kind="read")
    assert "Fatima" in page
    for address in ("/log/", "/log/signs", "/log/reviews"):
        told = site.client("greta").get(address).get_data(as_text=True)
        assert [word for word in (*site.planted, PERSON, NUMBER) if word in told] == []
    assert site.client("greta").get(f"/cases/{site.case_id}/data").status_code == 404


def test_a_search_by_identity_number_keeps_the_number_nowhere(site: Site) -> None:
    page = search(site, identity_number=NUMBER)
    assert lines(page) > 5
    assert NUMBER not in page
    with reading(site.world.engine) as tx:
        assert NUMBER not in str(tx.execute(select(t.sessions.c.data)).all())
    assert lines(search(site, identity_number="19121212-1212")) == 1  # that there is none
    assert "inget personnummer" in search(site, identity_number="1")


def test_a_search_by_person_case_unit_period_and_kind_finds_those_rows(site: Site) -> None:
    site.client("fatima").get(f"/cases/{site.case_id}")
    number = site.world.case(site.case_id).number
    assert lines(search(site, person="fatima", kind="read")) == 1
    assert lines(search(site, person="Nobody at all")) == 1
    assert lines(search(site, case_number=number.lower(), kind="read")) == 1
    assert "fatima" not in search(site, unit="vc_ekdalen", kind="read").lower()
    assert "No row" not in search(site, until="2026-03-02")
    assert "passar" in search(site, until="2026-01-31")


def test_what_is_older_is_shown_page_by_page(site: Site) -> None:
    for _ in range(60):
        site.world.do(
            reading_action.note, "petra", site.case_id, "case", {"plan"}, "own-unit", unit_id="vc_ekdalen"
        )
    page = search(site, person="petra", kind="read")
    assert lines(page) == 50
    older = re.search(r'href="(/log/\?before=\d+)"', page)
    assert older
    greta = site.client("greta")
    greta.post("/log/", data={"person": "petra", "kind": "read"})
    assert lines(greta.get(older[1]).get_data(as_text=True)) == 10


def test_whoever_looks_in_the_log_stands_in_it(site: Site) -> None:
    search(site, person="sara", identity_number=NUMBER)
    site.client("greta").get("/log/signs")
    (looked,) = rows(site, act="log_searched")
    assert (looked.actor_id, looked.unit_id) == ("greta", "hsf")
    assert "person:sara" in looked.about
    assert looked.subject_key
    assert NUMBER not in looked.about
    assert len(rows(site, act="log_signs_seen", actor_id="greta")) == 1


def test_refusals_sign_ins_and_failed_ones_stand_in_the_log(site: Site) -> None:
    site.client("hanna").get(f"/cases/{site.case_id}")
    (refused,) = rows(site, act="refused", actor_id="hanna")
    assert (refused.case_id, refused.ground, refused.page) == (site.case_id, "not-your-unit", "case.page")
    client = site.app.test_client()
    client.post("/sign-in", data={"user_name": "sara", "password": "qzwrongzq"})
    client.post("/sign-in", data={"user_name": "qznobodyzq", "password": "qzwrongzq"})
    client.post("/sign-in", data={"user_name": "sara", "password": "samordna demo"})
    client.post("/sign-out")
    assert [row.actor_id for row in rows(site, act="sign_in_failed")] == ["sara", None]
    assert len(rows(site, act="signed_in", actor_id="sara")) >= 1
    assert len(rows(site, act="signed_out", actor_id="sara")) == 1
    assert "qz" not in str(rows(site))


def test_an_act_says_who_for_which_unit_in_which_routine_and_whose_case(site: Site) -> None:
    row = rows(site, act="task_completed")[0]
    case = site.world.case(site.case_id)
    assert (row.actor_id, row.unit_id, row.case_number, row.process_id) == (
        "sara",
        "vc_ekdalen",
        case.number,
        "vastmanland_sip",
    )
    assert (row.ground, bool(row.subject_key), bool(row.element_id)) == ("own-unit", True, True)


def test_somebody_with_the_surname_of_the_person_is_a_sign_and_the_name_is_not_shown(site: Site) -> None:
    with writing(site.world.engine) as tx:
        tx.execute(update(t.persons).where(t.persons.c.id == "fatima").values(name="Fatima Zetterqvarn"))
    site.client("fatima").get(f"/cases/{site.case_id}")
    page = site.client("greta").get("/log/signs").get_data(as_text=True)
    assert "samma efternamn" in page
    assert PERSON not in page


def test_reading_many_cases_without_doing_anything_is_a_sign(site: Site) -> None:
    with writing(site.world.engine) as tx:
        row = {
            "act": "read",
            "at": site.world.now,
            "actor_id": "petra",
            "unit_id": "vc_ekdalen",
            "region_id": "vastmanland",
        }
        tx.execute(t.log.insert(), [row | {"case_id": f"c{number}"} for number in range(10)])
    site.world.now += timedelta(minutes=1)
    assert "utan att göra något där" in site.client("greta").get("/log/signs").get_data(as_text=True)


def test_the_extract_is_a_tagged_pdf_and_making_it_is_logged(site: Site) -> None:
    greta = site.client("greta")
    site.client("fatima").get(f"/cases/{site.case_id}")
    for asked in (
        {"identity_number": NUMBER},
        {"case_number": site.world.case(site.case_id).number, "staff": "names"},
    ):
        answer = greta.post("/log/extract", data=asked)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert "attachment" in answer.headers["Content-Disposition"]
    made = rows(site, act="log_extract_made")
    assert [row.actor_id for row in made] == ["greta", "greta"]
    assert made[0].subject_key
    for wrong in ({}, {"identity_number": "1"}, {"case_number": "none"}):
        assert greta.post("/log/extract", data=wrong).status_code == 422


def test_a_review_draws_a_sample_that_anybody_can_draw_again(site: Site) -> None:
    for _ in range(20):
        site.world.do(
            reading_action.note, "petra", site.case_id, "case", {"plan"}, "own-unit", unit_id="vc_ekdalen"
        )
    site.world.now = datetime.fromisoformat("2026-04-15T08:00:00+00:00")
    greta = site.client("greta")
    assert greta.post("/log/reviews", data={"unit": "hsf", "size": "10"}).status_code == 302
    case_id = rows(site, act="case_started", actor_id="greta")[0].case_id
    drawn = site.world.values(case_id)[""]["sample"]
    assert isinstance(drawn, dict)
    assert (drawn["since"], drawn["until"], len(drawn["rows"])) == (date(2026, 3, 1), date(2026, 4, 1), 10)
    numbers = [
        row.id
        for row in rows(site, region_id="vastmanland")
        if row.actor_id and row.case_id and row.at.month == 3 and row.act != "refused"
    ]
    assert drawn["among"] == len(numbers)
    assert drawn["rows"] == sorted(random.Random(drawn["seed"]).sample(numbers, 10))
    page = greta.get(f"/log/reviews/{case_id}").get_data(as_text=True)
    assert lines(page) == 10
    assert [word for word in (*site.planted, PERSON, NUMBER) if word in page] == []
    task = site.world.task(case_id, "review_sample")
    assert f"/tasks/{task.id}" in page
    assert greta.get(f"/tasks/{task.id}").status_code == 200
    answer = greta.post(f"/tasks/{task.id}", data={"sample_in_order": "yes", "_hand_in": "1"})
    assert answer.status_code in (200, 302)
    assert site.world.elements(case_id) == []
    assert site.client("sara").post("/log/reviews", data={"unit": "vc_ekdalen"}).status_code == 403
    assert greta.post("/log/reviews", data={"unit": "vc_ekdalen"}).status_code in (403, 404)
    assert greta.get(f"/log/reviews/{site.case_id}").status_code == 404
