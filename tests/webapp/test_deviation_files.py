"""A deviation leaves Samordna as a file or a paper that somebody carries over: who gets it, and what is never in it (S3-077, S4-64)."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pypdf
import pytest
from sqlalchemy import select

from engine.actions import cases
from engine.actions.deviation_export import BOM, COLUMNS
from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.site import CONVENER, NUMBER, PERSON, SUMMONED, Site

SUSPICION = "Misstanke om vårdskada"
REPORTED = {
    "kind": "agreement_broken",
    "agreed": "Hemtjänsten skulle ha börjat.",
    "happened": "=1+1",
    "about_unit": SUMMONED,
    "consequence": "Den enskilde var utan hjälp.",
    "reporter_setting": "region",
}


def unit_name(site: Site, unit_id: str) -> str:
    with reading(site.world.engine) as tx:
        return str(tx.execute(select(t.units.c.name).where(t.units.c.id == unit_id)).scalar_one())


@pytest.fixture
def deviation(site: Site) -> str:
    """About the case with words planted in it: reported, and assessed by the head of operations."""
    site.world.do(cases.start_linked, "sara", site.case_id, "shared_deviation", {})
    with reading(site.world.engine) as tx:
        query = select(t.cases.c.id).where(t.cases.c.about_case_id == site.case_id)
        found = str(tx.execute(query).scalar_one())
    site.world.hand_in("sara", site.world.task(found, "describe_deviation"), **REPORTED)
    site.world.hand_in(
        "birgitta_v", site.world.task(found, "assess_as_manager"), deviation_class="cooperation", severity="moderate", lex="none",
        deviation_forwarding="yes", assessment_note=SUSPICION,
    )  # fmt: skip
    return found


def as_data(site: Site, name: str, case_id: str) -> dict[str, object]:
    answer = site.client(name).get(f"/cases/{case_id}/deviation.json")
    assert answer.status_code == 200, name
    return dict(json.loads(answer.text))


def test_the_file_has_what_was_reported_with_words_for_what_was_chosen(site: Site, deviation: str) -> None:
    told = as_data(site, "sara", deviation)
    assert list(told) == list(COLUMNS)
    assert (told["kind"], told["kind_label"]) == ("agreement_broken", "Det ni kom överens om blev inte gjort")
    assert (told["severity_label"], told["agreed"]) == ("Måttlig", REPORTED["agreed"])
    assert (told["about_unit"], told["reporter_unit"]) == (
        unit_name(site, SUMMONED),
        unit_name(site, CONVENER),
    )
    assert (told["cause"], told["closed_at"]) == (None, None)


def test_no_word_of_the_person_their_case_or_the_managers_suspicion_is_in_a_file(
    site: Site, deviation: str
) -> None:
    main = site.world.case(site.case_id).number
    for kind in ("json", "csv"):
        made = site.client("sara").get(f"/cases/{deviation}/deviation.{kind}").text
        never = [PERSON.split()[0], NUMBER, main, site.case_id, SUSPICION, *site.planted]
        assert [word for word in never if word in made] == []


def test_the_table_has_one_row_and_no_formula(site: Site, deviation: str) -> None:
    answer = site.client("sara").get(f"/cases/{deviation}/deviation.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BOM)), delimiter=";"))
    assert len(rows) == 1
    assert (rows[0]["happened"], rows[0]["test_case"]) == ("'=1+1", "false")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_takes_no_part_gets_no_file_and_who_downloads_one_is_in_the_log(
    site: Site, deviation: str
) -> None:
    assert site.client("fatima").get(f"/cases/{deviation}/deviation.json").status_code == 404
    assert site.client("sara").get(f"/cases/{site.case_id}/deviation.json").status_code == 404
    as_data(site, "sara", deviation)
    with reading(site.world.engine) as tx:
        query = select(t.log.c.actor_id).where(t.log.c.case_id == deviation, t.log.c.page == "deviation_file")
        assert tx.execute(query).scalars().all() == ["sara"]


def test_the_page_of_papers_offers_the_files_in_a_deviation_only(site: Site, deviation: str) -> None:
    sara = site.client("sara")
    assert "Till ert eget avvikelsesystem" in sara.get(f"/cases/{deviation}/data").text
    assert "Till ert eget avvikelsesystem" not in sara.get(f"/cases/{site.case_id}/data").text


def test_a_closed_deviation_keeps_its_report_as_a_paper_without_the_person(
    site: Site, deviation: str
) -> None:
    world = site.world
    world.hand_in("maria", world.task(deviation, "acknowledge_deviation"), deviation_investigator="Eva Grahn")
    world.hand_in(
        "eva", world.task(deviation, "answer_deviation"), deviation_cause="Inkorgen.", deviation_measure="Två bevakar.",
        deviation_measure_on=date(2026, 5, 1),
    )  # fmt: skip
    world.hand_in(
        "anders", world.task(deviation, "inform_reporter"), reporter_informed_on=date(2026, 3, 2), deviation_resolved="yes",
    )  # fmt: skip
    with reading(world.engine) as tx:
        query = select(t.documents.c.id).where(
            t.documents.c.case_id == deviation, t.documents.c.kind == "deviation_report"
        )
        paper = tx.execute(query).scalar_one()
    answer = site.client("sara").get(f"/documents/{paper}/paper.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = " ".join(
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages).split()
    )
    assert "Två bevakar." in text
    assert "Måttlig" in text
    assert PERSON.split()[0] not in text


def test_the_unit_it_is_about_reads_what_was_reported_in_its_own_task_and_no_suspicion(
    site: Site, deviation: str
) -> None:
    task = site.world.task(deviation, "acknowledge_deviation")
    page = site.client("maria").get(f"/tasks/{task.id}").text
    assert (REPORTED["agreed"] in page, REPORTED["consequence"] in page) == (True, True)
    assert [word for word in (SUSPICION, PERSON.split()[0], *site.planted) if word in page] == []
