"""When things go otherwise, clicked as people do: handed over, corrected, withdrawn, reported, noted, renewed, printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.actions import cases
from engine.records import tables as t
from engine.records.database import reading
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.test_whole_way import steps
from tests.webapp.site import CONVENER, NUMBER, PERSON, Site

pytestmark = pytest.mark.browser


def at_case(meet: Meet, name: str, site: Site, page: str = "") -> Person:
    person = meet(name)
    person.go(f"/cases/{site.case_id}{page}")
    return person


def test_a_task_is_handed_over_to_a_colleague(meet: Meet) -> None:
    maria = meet("maria")
    maria.open_task("Kvittera initiativet")
    maria.page.get_by_role("link", name="Ge till en kollega").click()
    expect(maria.heading).to_have_text("Vem tar över?")
    maria.settle()
    maria.page.get_by_label("Ali Hamid").check()
    maria.page.get_by_role("button", name="Lämna över uppgiften").click()
    expect(maria.page.locator(".note")).to_contain_text("Ali Hamid har nu uppgiften")
    ali = meet("ali")
    expect(ali.page.locator("td.owner").first).to_contain_text("Du")


def test_a_form_is_corrected_with_a_reason_and_what_stood_before_stays_readable(
    meet: Meet, site: Site
) -> None:
    sara = at_case(meet, "sara", site, "/data")
    entry = sara.page.locator(".entry").filter(has_text="Skriv initiativet")
    before = entry.locator("dd").first.inner_text()
    site.world.now += timedelta(minutes=5)
    entry.get_by_role("link", name="Rätta").click()
    expect(sara.heading).to_contain_text("Skriv initiativet")
    sara.settle()
    sara.fill({"initiative_purpose": "Samordna även rehabiliteringen."})
    save = sara.page.locator("[data-hand-in]")
    save.click()
    expect(sara.page.locator("#reason-wrong")).to_be_visible()
    sara.settle()
    sara.page.fill("#reason", "Rehab glömdes.")
    save.click()
    expect(entry).to_contain_text("Samordna även rehabiliteringen.")
    expect(entry).to_contain_text("Rehab glömdes.")
    sara.settle()
    entry.locator("summary").click()
    expect(entry.get_by_text(before)).to_be_visible()


def test_a_summons_to_the_wrong_unit_is_withdrawn_and_a_deviation_drafted(meet: Meet, site: Site) -> None:
    maria = at_case(meet, "maria", site)
    expect(maria.page.locator("main")).to_contain_text("kallar er")
    sara = at_case(meet, "sara", site)
    sara.page.get_by_role("link", name="Återkalla från fel enhet").click()
    expect(sara.page.locator("#field-recalled_unit")).to_be_visible()
    sara.settle()
    sara.fill(
        {
            "recalled_unit": "bistandsenheten_norra",
            "recall_reason": "Fel kommundel.",
            "recall_disclosed": "no",
        }
    )
    sara.page.locator("[data-hand-in]").click()
    expect(sara.page).to_have_url(f"{sara.site}/cases/{site.case_id}")
    maria.page.reload()
    expect(maria.page.locator("main")).to_contain_text("Ärendet är avslutat för er")
    maria.go("/tasks")
    expect(maria.page.locator("td.task a")).to_have_count(0)
    sara.open_task("Beskriv avvikelsen")


def test_a_deviation_is_reported_from_the_case_and_described(meet: Meet, site: Site) -> None:
    sara = at_case(meet, "sara", site)
    sara.page.get_by_role("link", name="Rapportera en avvikelse").click()
    expect(sara.page.locator("#field-kind")).to_be_visible()
    sara.settle()
    sara.fill({"kind": "agreement_broken", "agreed": "Svar inom en dag.", "happened": "Inget svar."})
    sara.page.locator("[data-hand-in]").click()
    expect(sara.page).to_have_url(f"{sara.site}/cases/{site.case_id}")
    sara.open_task("Beskriv avvikelsen")
    expect(sara.page.locator("[name=happened]")).to_have_value("Inget svar.")


def test_a_note_is_written_and_read_by_a_colleague(meet: Meet, site: Site) -> None:
    sara = at_case(meet, "sara", site, "/data")
    sara.page.fill("#note", "Dottern ringde.")
    sara.page.get_by_role("button", name="Spara anteckningen").click()
    notes = sara.page.locator("section", has=sara.page.get_by_role("heading", name="Anteckningar i ärendet"))
    expect(notes.locator(".case-note")).to_have_count(2)
    petra = at_case(meet, "petra", site, "/data")
    expect(petra.page.locator(".case-note", has_text="Dottern").first).to_contain_text("Dottern ringde.")


def until(site: Site, element: str) -> None:
    """The scenario `hela_vagen` up to where that task is open, without a browser."""
    subject = cases.Subject(PERSON, NUMBER)
    site.case_id = site.world.start("sara", CONVENER, "vastmanland_sip", subject)
    for step in steps():
        if "at" in step:
            site.world.travel(step["at"])
        if step.get("do") == element:
            return
        if "do" in step:
            task = site.world.task(site.case_id, step["do"], step.get("unit"))
            site.world.hand_in(step["actor"], task, **step["data"])


def test_a_plan_is_renewed_from_its_follow_up_with_a_new_question_of_consent(
    meet_anew: Meet, empty_site: Site
) -> None:
    until(empty_site, "follow_up")
    maria = meet_anew("maria")
    maria.open_task("Följ upp planen")
    maria.fill({
        "meeting_ended_at": "2026-06-15T12:00", "follow_up_participants": [{"name": PERSON, "represents": "Den enskilde"}],
        "follow_up_goals": [{"goal": "Bo kvar hemma", "state": "hindered"}], "follow_up_notes": "Mycket har ändrats.",
        "follow_up_person_view": "Jag behöver mer hjälp.", "follow_up_outcome": "renew",
    })  # fmt: skip
    maria.hand_in()
    asked = maria.page.locator("main")
    expect(asked).to_contain_text("samtycke")
    (asked_again,) = empty_site.world.open(empty_site.case_id)
    assert (asked_again.element_id, asked_again.unit_id) == ("ask_for_consent", "bistandsenheten_norra")


def test_plan_letters_and_delivery_sheet_are_papers_when_printed(meet_anew: Meet, empty_site: Site) -> None:
    until(empty_site, "follow_up")
    sara = meet_anew("sara")
    with reading(empty_site.world.engine) as tx:
        papers = {row.kind: row.id for row in tx.execute(select(t.documents))}
    assert {"plan", "delivery_sheet"} <= set(papers)
    addresses = [f"/cases/{empty_site.case_id}/plan/print", *(f"/documents/{one}" for one in papers.values())]
    for address in addresses:
        sara.go(address)
        sara.page.emulate_media(media="print")
        for furniture in (".page-head", ".page-foot", ".print-acts", ".back"):
            for found in sara.page.locator(furniture).all():
                expect(found).to_be_hidden()
        if address.endswith("/print"):
            for words in (PERSON, "Bostadsanpassning", "Andas lättare", "Har kören och dottern.", "Maria Ek"):
                expect(sara.page.locator(".paper")).to_contain_text(words)
        printed = sara.page.pdf(format="A4")
        assert printed.startswith(b"%PDF")
        assert printed.count(b"/Type /Page\n") <= 3
        sara.page.emulate_media(media="screen")
