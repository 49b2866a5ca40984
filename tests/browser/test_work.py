"""People work in a real browser: each way of working on its own. The whole way of a case is in `test_whole_way`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Meet
from tests.webapp.site import Site

pytestmark = pytest.mark.browser

NORRA = "bistandsenheten_norra"
ACKNOWLEDGED = {
    "initiative_answer": "acknowledged",
    "initiative_contact_name": "Maria Ek",
    "initiative_contact_phone": "021-555 03 17",
}


def test_a_summons_is_taken_filled_in_and_handed_in_by_keyboard_alone(meet: Meet) -> None:
    page = (maria := meet("maria")).page
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.locator("td.owner").first).to_contain_text("Du")
    page.keyboard.press("Enter")
    expect(maria.heading).to_have_text("Kvittera initiativet")
    maria.settle()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == "initiative_answer":
            break
    page.keyboard.press("Space")
    expect(page.locator("#initiative_contact_name")).to_be_visible()
    for words in ("Maria Ek", "021-555 03 17"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(maria.heading).to_contain_text("inlämnad")


def test_without_script_the_form_follows_the_answers_and_is_handed_in(meet: Meet) -> None:
    maria = meet("maria", script=False)
    maria.page.get_by_role("button", name="Ta uppgiften").first.click()
    expect(maria.page.locator(".note")).to_contain_text("Uppgiften är din")
    maria.open_task("Kvittera initiativet")
    maria.page.locator('[name="initiative_answer"][value="acknowledged"]').check()
    maria.page.get_by_role("button", name="Uppdatera formuläret").click()
    maria.fill(ACKNOWLEDGED)
    maria.hand_in()


def test_without_script_a_row_is_added_and_taken_away(meet: Meet) -> None:
    sara = meet("sara", script=False)
    sara.go("/cases")
    sara.page.locator("td.task a").first.click()
    sara.page.get_by_role("link", name="Uppgifter och papper").click()
    sara.page.get_by_role("link", name="Rätta Förbered mötet").click()
    rows = sara.page.locator('[name^="invited_people"][name$="._row"]')
    expect(rows).to_have_count(1)
    sara.page.locator('button[name="_add"][value="invited_people"]').click()
    expect(rows).to_have_count(2)
    sara.page.locator('button[name="_remove"][value="invited_people[1]"]').click()
    expect(rows).to_have_count(1)


def test_what_is_written_while_a_row_is_on_its_way_is_kept(meet: Meet, site: Site) -> None:
    sara, held = meet("sara"), list[Route]()
    sara.go(f"/cases/{site.case_id}/start/vastmanland_partial_withdrawal")
    sara.fill({"partial_scope": "units"})
    add = sara.page.locator('button[name="_add"][value="partial_units"]')
    expect(add).to_be_visible()
    sara.page.route("**/refresh", lambda route: route.continue_() if held else held.append(route))
    with sara.page.expect_request("**/refresh"):
        add.click()
    words = sara.page.locator("[name=partial_withdrawn_by]")
    words.fill("Dottern ringde.")
    held[0].continue_()
    expect(sara.page.locator('[name^="partial_units"][name$="._row"]')).to_have_count(1)
    expect(words).to_have_value("Dottern ringde.")
    expect(words).to_be_focused()


def test_what_is_written_is_saved_by_itself_and_is_there_when_one_comes_back(meet: Meet, site: Site) -> None:
    maria = meet("maria")
    maria.open_task("Kvittera initiativet")
    maria.page.fill("[name=initiative_answer_note]", "Ring efter lunch.")
    expect(maria.page.locator("[data-draft]").first).to_contain_text("Utkast sparat")
    maria.page.reload()
    expect(maria.page.locator("[name=initiative_answer_note]")).to_have_value("Ring efter lunch.")
    ali = meet("ali")
    ali.open_task("Kvittera initiativet")
    expect(ali.page.locator("[name=initiative_answer_note]")).to_have_value("")


def test_whoever_hands_in_second_is_told_who_was_first_and_keeps_the_text(meet: Meet) -> None:
    maria, ali = meet("maria"), meet("ali")
    for person in (maria, ali):
        person.open_task("Kvittera initiativet")
        person.fill(ACKNOWLEDGED | {"initiative_answer_note": "Ring efter lunch."})
    maria.hand_in()
    ali.page.locator("[data-hand-in]:visible").first.click()
    expect(ali.heading).to_have_text("Din kollega hann före")
    expect(ali.page.locator("main")).to_contain_text("Maria Ek")
    expect(ali.page.locator("#kept")).to_contain_text("Ring efter lunch.")


def test_an_answer_by_telephone_is_written_down_by_the_one_who_called(meet: Meet, site: Site) -> None:
    sara = meet("sara")
    sara.go(f"/tasks/{site.world.task(site.case_id, 'acknowledge_initiative', NORRA).id}")
    sara.fill(ACKNOWLEDGED)
    sara.page.fill("[name=_on_behalf_who]", "Maria Ek, handläggare")
    sara.hand_in()
    sara.go(f"/cases/{site.case_id}/data")
    expect(sara.page.locator("main")).to_contain_text("som Maria Ek, handläggare sade")
