"""A process owner changes the summons in a real browser, in the list with the keyboard alone, and a second person makes it a version."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from engine.actions import draft_sources
from engine.records import directory
from engine.records.database import reading, writing
from engine.records.specs import current
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.webapp.site import Site

pytestmark = pytest.mark.browser

ROUTINE, STEP = "vastmanland_summons", "acknowledge_summons"
CHANGED = "Fristen för Kvittera kallelsen ändras från 1 till 2 arbetsdagar"
MOST_TABS = 300


def draft(site: Site) -> str:
    """The address of a draft of the summons, which comes into force with the routines that call it."""
    with writing(site.world.engine) as tx:
        made = draft_sources.from_version(tx, site.world.actor("karin"), ROUTINE, now=site.world.now)
    return f"/studio/drafts/{made.id}"


def reach(person: Person, wanted: Locator) -> None:
    """Tab until it has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    pytest.fail("it cannot be reached with the keyboard")


def press(person: Person, wanted: Locator, told: str) -> None:
    """Press it with the keyboard, and wait for what the next page says."""
    reach(person, wanted)
    person.page.keyboard.press("Enter")
    expect(person.page.locator("main")).to_contain_text(told)
    person.settle()


def button(person: Person, name: str) -> Locator:
    return person.page.locator("main").get_by_role("button", name=name).first


def test_with_the_keyboard_alone_a_step_is_changed_reminders_put_in_and_two_persons_make_it_a_version(
    meet_anew: Meet, empty_site: Site
) -> None:
    address = draft(empty_site)
    with writing(empty_site.world.engine) as tx:
        directory.put_membership(
            tx, id="second", person_id="birgitta_v", unit_id="hsf", role="process_owner", valid_from=empty_site.world.now.date(),
        )  # fmt: skip
        before = current(tx, ROUTINE)
    karin = meet_anew("karin")
    karin.go(f"{address}/list")
    press(karin, karin.page.locator(f"#line-{STEP}"), "Spara steget")
    reach(karin, karin.page.locator('[name="deadline:count"]'))
    karin.page.keyboard.press("Control+a")
    karin.page.keyboard.type("2")
    press(karin, button(karin, "Spara steget"), "Steget är sparat")
    line = karin.page.locator("#line-plan_meeting")
    name = line.locator("strong").inner_text()
    reach(karin, line)
    karin.page.keyboard.press("Enter")
    expect(karin.page.locator("#step h2").first).to_have_text(name)
    karin.settle()
    reach(karin, karin.page.locator("summary", has_text="Lägg till ett steg efter detta"))
    karin.page.keyboard.press("Enter")
    reach(karin, karin.page.locator("#add-kind"))
    karin.page.keyboard.press("End")
    press(karin, button(karin, "Lägg till"), "Steget är tillagt")
    ask(karin, address)
    approve(meet_anew("birgitta_v"), address)
    with reading(empty_site.world.engine) as tx:
        assert current(tx, ROUTINE) not in (None, before)


def ask(karin: Person, address: str) -> None:
    """Read every change, try the draft and send it for approval, with the keyboard alone."""
    karin.go(f"{address}/publish")
    read_all(karin)
    press(karin, button(karin, "Prova nu"), "Varför ändras det?")
    reach(karin, karin.page.locator("#message"))
    karin.page.keyboard.type("Kommunerna hinner inte på en dag.")
    press(karin, button(karin, "Skicka för godkännande"), "Du har skickat det för godkännande")


def read_all(person: Person) -> None:
    unread = person.page.get_by_role("button", name="Jag har läst")
    expect(person.page.locator(".change-list")).to_contain_text(CHANGED)
    for left in range(unread.count(), 0, -1):
        reach(person, unread.first)
        person.page.keyboard.press("Enter")
        expect(unread).to_have_count(left - 1)
        person.settle()


def approve(second: Person, address: str) -> None:
    second.go(f"{address}/publish")
    read_all(second)
    second.page.get_by_label("Godkänn", exact=True).check()
    second.page.locator("#reason").fill("Stämmer med beslutet.")
    button(second, "Besluta").click()
    expect(second.page.locator("main")).to_contain_text("Versionen är godkänd.")
