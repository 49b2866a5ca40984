"""What staff of a called unit meet in a real browser: before consent, after it, and when it is taken back; and the page of consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.actions import cases
from engine.records import tables as t
from engine.records.database import reading
from tests.browser.conftest import Meet
from tests.webapp.site import PERSON, SUMMONED, Site

pytestmark = pytest.mark.browser

RENEWED = {
    "renewed_given_by": "Den enskilde själv", "renewed_said_by": "person", "renewed_given_on": date(2026, 3, 2), "renewed_form": "oral",
    "renewed_kinds": ["disclosure"], "renewed_categories": ["coordination", "situation", "health", "social", "plan"],
    "renewed_units": [{"unit": SUMMONED}],
}  # fmt: skip
TAKEN_BACK = {
    "partial_scope": "units", "partial_units": [{"unit": SUMMONED}], "partial_withdrawn_by": "Den enskilde själv",
    "partial_withdrawn_on": date(2026, 3, 2), "partial_withdrawal_form": "oral",
}  # fmt: skip


def start(site: Site, process: str, answers: dict[str, object]) -> None:
    site.world.do(cases.start_linked, "sara", site.case_id, process, answers)


@pytest.mark.parametrize("width", [1280, 375])
def test_staff_of_a_called_unit_see_the_summons_then_what_consent_opens_then_nothing(
    meet: Meet, site: Site, width: int
) -> None:
    maria = meet("maria", width=width)
    case = f"/cases/{site.case_id}"
    with reading(site.world.engine) as tx:
        number = tx.execute(select(t.cases.c.number)).scalar_one()

    maria.go(case)
    expect(maria.heading).to_have_text(f"Ärende {number}")
    expect(maria.page.locator("main")).to_contain_text(
        "Vårdcentralen Ekdalen kallar er. Vem det gäller visas när samtycke finns"
    )
    expect(maria.page.locator(".tabs")).to_have_count(0)
    assert [word for word in (*site.planted, PERSON) if word in maria.page.content()] == []

    start(site, "vastmanland_renewed_consent", RENEWED)
    maria.go(case)
    expect(maria.heading).to_contain_text(PERSON)
    maria.go(f"{case}/consent")
    row = maria.page.locator(".reach tbody tr").filter(has_text="Biståndsenheten Norra")
    expect(row).to_contain_text("Är med, med samtycke")
    expect(row.locator("td.yes")).to_have_count(7)
    expect(maria.page.get_by_role("link", name="Ta tillbaka hela samtycket")).to_have_count(0)

    start(site, "vastmanland_partial_withdrawal", TAKEN_BACK)
    maria.go(case)
    expect(maria.heading).to_have_text(f"Ärende {number}")
    expect(maria.page.locator("main")).to_contain_text("Ärendet är avslutat för er")
    assert [word for word in (*site.planted, PERSON) if word in maria.page.content()] == []
    refused = maria.page.goto(f"{maria.site}{case}/consent")
    assert refused is not None
    assert refused.status == 403
    maria.go("/tasks")
    expect(maria.page.locator("main")).not_to_contain_text("Kvittera initiativet")


@pytest.mark.parametrize("width", [1280, 375])
def test_consent_is_renewed_and_taken_back_from_its_own_page(meet: Meet, site: Site, width: int) -> None:
    sara = meet("sara", width=width)
    sara.go(f"/cases/{site.case_id}/consent")
    norra = sara.page.locator(".reach tbody tr").filter(has_text="Biståndsenheten Norra")
    expect(norra).to_contain_text("väntar på samtycke")
    sara.page.get_by_role("link", name="Skriv in ett nytt samtycke").click()
    sara.settle()
    site.world.now += timedelta(minutes=1)
    sara.fill(RENEWED)
    sara.page.locator("[data-hand-in]:visible").first.click()
    expect(sara.page).to_have_url(f"{sara.site}/cases/{site.case_id}")
    sara.page.locator(".tabs").get_by_role("link", name="Samtycke").click()
    expect(norra).to_contain_text("Är med, med samtycke")
    expect(sara.page.locator(".timeline li").first).to_contain_text("Ja till att uppgifter delas")
    sara.page.get_by_role("link", name="Ta tillbaka en del av samtycket").click()
    sara.settle()
    site.world.now += timedelta(minutes=1)
    sara.fill(TAKEN_BACK)
    sara.page.locator("[data-hand-in]:visible").first.click()
    expect(sara.page).to_have_url(f"{sara.site}/cases/{site.case_id}")
    sara.go(f"/cases/{site.case_id}/consent")
    expect(norra).to_contain_text("Är inte med längre")
    expect(sara.page.locator(".timeline li").first).to_contain_text("Nej till Biståndsenheten Norra")


def test_a_person_is_protected_and_a_reader_named_from_the_page(meet: Meet, site: Site) -> None:
    sara = meet("sara")
    sara.go(f"/cases/{site.case_id}/protection")
    sara.page.get_by_text("Ändra nivån").click()
    sara.page.select_option("#level-level", "assumed_identity")
    sara.page.fill("#level-reason", "Polisen har meddelat det.")
    sara.page.get_by_role("button", name="Sätt nivån").click()
    expect(sara.page.locator("main")).to_contain_text("Bara de som står nedan ser ärendet")
    sara.page.get_by_text("Namnge någon").click()
    sara.page.select_option("#name-person", "fatima")
    sara.page.get_by_role("button", name="Namnge", exact=True).click()
    sara.page.fill("#name-reason", "Har hand om stödet.")
    sara.page.get_by_role("button", name="Namnge", exact=True).click()
    expect(sara.page.locator(".participants")).to_contain_text("Har hand om stödet.")
    fatima, maria = meet("fatima"), meet("maria")
    fatima.go(f"/cases/{site.case_id}")
    expect(fatima.heading).to_contain_text(PERSON)
    answer = maria.page.goto(f"{maria.site}/cases/{site.case_id}")
    assert answer is not None
    assert answer.status == 404
