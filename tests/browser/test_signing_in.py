"""Signing in as people do it: with a code from an app, and again after a time-out, without losing what was written."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from engine.actions.demo import PASSWORD
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.webapp.site import Site

pytestmark = pytest.mark.browser


def password(person: Person, name: str) -> None:
    person.go("/sign-in")
    person.page.fill("#user_name", name)
    person.page.fill("#password", PASSWORD)
    person.page.get_by_role("button", name="Logga in").click()


def enrolled(person: Person, site: Site) -> str:
    """Set an app up from the settings; gives the secret that it keeps."""
    person.go("/account")
    person.page.get_by_role("link", name="Ställ in").click()
    expect(person.page.locator(".qr svg")).to_be_visible()
    secret = person.page.locator("code.secret").inner_text().replace(" ", "")
    person.page.fill("#code", pyotp.TOTP(secret).at(site.world.now))
    person.page.get_by_role("button", name="Slå på").click()
    expect(person.heading).to_have_text("Dina reservkoder")
    return secret


def test_a_code_from_an_app_is_set_up_and_asked_for_at_the_next_sign_in(meet: Meet, site: Site) -> None:
    person = meet("sara")
    secret = enrolled(person, site)
    codes = person.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    person.go("/account")
    expect(person.page.locator("body")).to_contain_text("10 reservkoder kvar")
    again = meet()
    password(again, "sara")
    expect(again.heading).to_have_text("Koden från din app")
    again.page.fill("#code", "000000")
    again.page.get_by_role("button", name="Logga in").click()
    expect(again.page.get_by_role("alert")).to_contain_text("Koden stämmer inte")
    site.world.now += timedelta(seconds=30)
    again.page.fill("#code", pyotp.TOTP(secret).at(site.world.now))
    again.page.get_by_role("button", name="Logga in").click()
    expect(again.page).to_have_url(f"{again.site}/tasks")
    third = meet(width=375)
    password(third, "sara")
    third.page.fill("#code", codes[0].upper())
    third.page.get_by_role("button", name="Logga in").click()
    expect(third.page).to_have_url(f"{third.site}/tasks")
    third.go("/account")
    expect(third.page.locator("table")).to_contain_text("(här)")
    third.page.get_by_role("button", name="Logga ut överallt utom här").click()
    expect(third.page.locator("tbody tr")).to_have_count(1)
    again.go("/tasks")
    expect(again.page).to_have_url(re.compile("/sign-in"))


def test_what_is_sent_after_the_session_is_over_is_there_when_one_has_signed_in_again(
    meet: Meet, site: Site
) -> None:
    person = meet("sara", script=False)
    person.go(f"/cases/{site.case_id}/start/shared_deviation")
    field = person.page.locator("form textarea").first
    written = "Mötet blev av, men för sent"
    field.fill(written)
    name = field.get_attribute("name")
    site.world.now += timedelta(minutes=31)
    person.page.locator("[data-hand-in]:visible").first.click()
    expect(person.page.locator("body")).to_contain_text("Det du skrev är kvar")
    person.page.fill("#user_name", "sara")
    person.page.fill("#password", PASSWORD)
    person.page.get_by_role("button", name="Logga in").click()
    expect(person.heading).to_have_text("Det du skrev är kvar")
    person.page.get_by_role("button", name="Öppna formuläret igen").click()
    expect(person.page.locator(f'[name="{name}"]')).to_have_value(written)
    person.go("/kept")
    expect(person.page).to_have_url(f"{person.site}/tasks")


def test_somebody_else_who_signs_in_in_the_same_browser_sees_nothing_of_it(meet: Meet, site: Site) -> None:
    person = meet("sara", script=False)
    person.go(f"/cases/{site.case_id}/start/shared_deviation")
    person.page.locator("form textarea").first.fill("Bara jag ser det här")
    site.world.now += timedelta(minutes=31)
    person.page.locator("[data-hand-in]:visible").first.click()
    password(person, "petra")
    expect(person.page).to_have_url(f"{person.site}/tasks")
    person.go("/kept")
    expect(person.page).to_have_url(f"{person.site}/tasks")
    expect(person.page.locator("body")).not_to_contain_text("Bara jag ser det här")
