"""The register of deviations and its yearly report: whose rows somebody sees, what a wrong address gets, and what leaves as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import select, update

from engine.actions import cases
from engine.records import ids
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import CONVENER, NUMBER, PERSON, SUMMONED, Site

REPORTED = {
    "kind": "receipt_late",
    "agreed": "Kvittensen skulle ha kommit.",
    "happened": "Hemligt berättat",
    "about_unit": SUMMONED,
    "consequence": "Mötet blev sent.",
    "reporter_setting": "region",
}


ASSESSED = {
    "deviation_class": "receipt", "severity": "minor", "lex": "none", "deviation_forwarding": "yes", "assessment_note": "Misstanke",
}  # fmt: skip


def reported(site: Site) -> Any:
    """A deviation that the convener's unit reported and its manager is to assess."""
    world = site.world
    world.do(cases.start_linked, "sara", site.case_id, "shared_deviation", {})
    with reading(world.engine) as tx:
        row = tx.execute(select(t.cases).where(t.cases.c.about_case_id == site.case_id)).one()
    world.hand_in("sara", world.task(row.id, "describe_deviation"), **REPORTED)
    return row


@pytest.fixture
def number(site: Site) -> str:
    """Of a deviation that the convener's unit reported and its manager sent on to a summoned unit."""
    row = reported(site)
    site.world.hand_in("birgitta_v", site.world.task(row.id, "assess_as_manager"), **ASSESSED)
    return str(row.number)


def rows(site: Site, name: str, query: str = "") -> list[dict[str, Any]]:
    answer = site.client(name).get(f"/deviations.json{query}")
    assert answer.status_code == 200, answer.text
    return list(json.loads(answer.text))


def text(made: bytes) -> str:
    return " ".join("".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(made)).pages).split())


def as_many_as(site: Site, count: int) -> None:
    """So many further deviations like the one there is, each sent and answered after as many days as it has ones before it."""
    with writing(site.world.engine) as tx:
        like = dict(tx.execute(select(t.cases).where(t.cases.c.about_case_id == site.case_id)).one()._mapping)
        values = [
            dict(row._mapping)
            for row in tx.execute(select(t.case_values).where(t.case_values.c.case_id == like["id"]))
        ]
        steps = [
            dict(row._mapping)
            for row in tx.execute(select(t.tasks).where(t.tasks.c.case_id == like["id"]))
            if row.element_id == "acknowledge_deviation"
        ]
        for index in range(count):
            case_id = ids.new()
            tx.execute(t.cases.insert(), like | {"id": case_id, "number": f"D-{index}"})
            tx.execute(
                t.case_values.insert(),
                [
                    one
                    | {"case_id": case_id}
                    | ({"value": "other"} if one["name"] == "kind" and index % 2 else {})
                    for one in values
                ],
            )
            sent = steps[0]["opened_at"]
            for element, closed in (
                ("acknowledge_deviation", sent),
                ("answer_deviation", sent + timedelta(days=index)),
            ):
                done = {
                    "id": ids.new(),
                    "case_id": case_id,
                    "element_id": element,
                    "status": "completed",
                    "closed_at": closed,
                }
                tx.execute(t.tasks.insert(), steps[0] | done | {"due_at": sent + timedelta(days=5, hours=1)})


def test_each_manager_sees_what_their_units_reported_and_what_was_sent_to_them_and_no_other_units(
    site: Site, number: str
) -> None:
    own, received = rows(site, "anders"), rows(site, "eva")
    assert [(row["number"], row["direction"], row["status"]) for row in own] == [
        (number, "Gäller", "Skickad")
    ]
    assert [(row["number"], row["direction"]) for row in received] == [(number, "Mottagen från")]
    assert received[0]["kind"] == "Kvittens uteblev"
    assert (rows(site, "eva", "?show=own"), rows(site, "eva", "?year=2025")) == ([], [])
    assert len(rows(site, "birgitta_v", f"?place={CONVENER}&show=own")) == 1
    assert rows(site, "per") == []


def test_what_a_unit_reported_counts_as_its_own_also_where_it_was_sent_to_a_unit_below_the_same_manager(
    site: Site, number: str
) -> None:
    with writing(site.world.engine) as tx:
        asked = t.tasks.c.element_id == "acknowledge_deviation"
        tx.execute(update(t.tasks).where(asked).values(unit_id=CONVENER))
    own, received = (rows(site, "anders", f"?show={show}") for show in ("own", "received"))
    assert [(row["number"], row["direction"]) for row in own] == [(number, "Gäller")]
    assert received == own


def test_who_answers_for_a_unit_of_a_deviation_sees_who_did_what_in_it_and_no_word_of_what_was_written(
    site: Site,
) -> None:
    case = reported(site)
    client, place = site.client("birgitta_v"), f"/tasks/{site.world.task(case.id, 'assess_as_manager').id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(place).text)
    receipt = client.post(
        place,
        data={**ASSESSED, "_hand_in": "1", "csrf_token": token[1] if token else ""},
        follow_redirects=True,
    ).text
    assert ("Kvittera avvikelsen: Biståndsenheten Norra" in receipt, "ser ert svar" in receipt) == (
        True,
        False,
    )
    told = {name: site.client(name).get(f"/cases/{case.id}").text for name in ("birgitta_v", "anders", "eva")}
    done = [
        "Bedöm avvikelsen: inlämnad" in page and "Birgitta Varg, Område Nära vård" in page
        for page in told.values()
    ]
    assert done == [True, True, False]
    never = [PERSON.split()[0], NUMBER, "Hemligt", "Misstanke", *site.planted]
    assert [word for page in told.values() for word in never if word in page] == []


def test_a_register_holds_no_word_of_the_person_the_case_or_what_was_written(site: Site, number: str) -> None:
    never = [
        PERSON.split()[0],
        NUMBER,
        site.world.case(site.case_id).number,
        "Hemligt",
        "Misstanke",
        *site.planted,
    ]
    anders = site.client("anders")
    made = [anders.get(f"/deviations{one}") for one in ("", ".csv", ".json", ".pdf")]
    told = [one.text for one in made[:3]] + [text(made[3].data)]
    assert [number in one for one in told] == [True] * 4
    assert [word for one in told for word in never if word in one] == []
    root = pypdf.PdfReader(io.BytesIO(made[3].data)).root_object
    assert (str(root["/MarkInfo"]), str(root["/Lang"])) == ("{'/Marked': True, '/Suspects': False}", "sv")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("year=1890", "Det finns inget register för det året."),
        ("year=x'--", "Det finns inget register för det året."),
        (f"place={CONVENER}", "De avvikelserna kan du inte se."),
        ("place=region:vastmanland", "De avvikelserna kan du inte se."),
    ],
)
def test_an_impossible_year_and_a_unit_of_somebody_else_get_a_sentence_and_no_row(
    site: Site, number: str, query: str, sentence: str
) -> None:
    eva = site.client("eva")
    for place in ("/deviations", "/deviations.csv", "/deviations.pdf", "/deviations/report.pdf"):
        answer = eva.get(f"{place}?{query}")
        assert (answer.status_code, sentence in answer.text, number in answer.text) == (400, True, False)


def test_no_cell_of_the_table_is_a_formula(site: Site, number: str) -> None:
    with writing(site.world.engine) as tx:
        tx.execute(update(t.units).where(t.units.c.id == SUMMONED).values(name='=HYPERLINK("x")'))
    answer = site.client("anders").get("/deviations.csv")
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert (found[0]["number"], found[0]["about"]) == (number, '\'=HYPERLINK("x")')


def test_governance_gets_the_report_of_its_region_and_no_register(site: Site, number: str) -> None:
    gunvor = site.client("gunvor")
    assert [gunvor.get(f"/deviations{one}").status_code for one in ("", ".csv", ".pdf")] == [403] * 3
    told = text(gunvor.get("/deviations/report.pdf").data)
    assert "Färre än fem, så inget sägs om dem" in told
    assert gunvor.get(f"/deviations/report.pdf?place={CONVENER}").status_code == 400


def test_the_yearly_report_counts_what_is_large_enough_and_says_what_it_means(
    site: Site, number: str
) -> None:
    as_many_as(site, 12)
    made = site.client("anders").get("/deviations/report.pdf?year=2026")
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    told = text(made.data)
    assert "13 avvikelser. 12 besvarades, hälften inom 5,5 dagar och nio av tio inom 10 dagar." in told
    assert "I tid: 6 av 12 (50 %)." in told
    assert "Kvittens uteblev 7 54 %" in told
    assert "Annat 6 46 %" in told
    assert "Inget tal under fem sägs" in told
    never = [number, "D-1", PERSON.split()[0], "Hemligt", "Misstanke", *site.planted]
    assert [word for word in never if word in told] == []


def test_a_missed_deadline_drafts_a_deviation_with_its_times_that_waits_for_the_unit_that_was_kept_waiting(
    site: Site,
) -> None:
    """S3-042: the initiative goes out on Monday 2 March at 9.00 and is to be acknowledged by the end of Tuesday."""
    site.world.pass_time(days=2)
    with reading(site.world.engine) as tx:
        query = select(t.cases.c.id).where(t.cases.c.about_case_id == site.case_id)
        drafts = [site.world.values(one)[""] for one in tx.execute(query).scalars()]
    about = {str(one["about_unit"]): one for one in drafts}
    assert len(drafts) >= 2
    assert about[SUMMONED]["agreed"] == "Initiativ ska kvitteras inom 1 arbetsdag."
    assert about[SUMMONED]["happened"] == (
        "Initiativet är inte kvitterat.\n"
        "Kvittera initiativet: började 2026-03-02 09.00, sista dag 2026-03-03, inte gjort 2026-03-04 00.00."
    )
    assert {(row["status"], row["direction"]) for row in rows(site, "anders")} == {("Utkast", "Gäller")}
    assert rows(site, "eva") == []
    page = site.client("anders").get("/deviations").text
    assert f"{len(drafts)} avvikelser väntar på dig" in page
    assert f"{len(drafts)} utkast att läsa. {len(drafts)} avvikelser 2026." in page
