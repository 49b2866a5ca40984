"""A routine as a picture: broken into rows that fit, with the numbers in it, and from a step to the same in words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.webapp.site import Site

pytestmark = pytest.mark.browser

OVERHANG = """() => [...document.querySelectorAll(".diagram-rows > svg")]
    .filter(one => one.getBoundingClientRect().right > one.closest(".diagram").getBoundingClientRect().right).length"""


def test_a_long_routine_is_drawn_in_rows_that_fit_and_leads_to_the_same_in_words(
    meet: Meet, site: Site
) -> None:
    anders = meet("anders")
    anders.go("/figures/routine")
    expect(anders.page.locator(".diagram[data-ready=drawn]")).to_be_visible()
    rows = anders.page.locator(".diagram-rows > svg")
    assert rows.count() >= 6
    assert anders.page.evaluate(OVERHANG) == 0
    expect(anders.page.locator(".row-name").first).to_have_text("1 Behov")
    drawn = anders.page.locator(".diagram-rows .is-heat-1[data-element-id]").first
    element = drawn.get_attribute("data-element-id")
    drawn.scroll_into_view_if_needed()
    before = anders.page.evaluate("scrollY")
    drawn.click()
    expect(anders.page.locator(f"#step-{element}")).to_be_focused()
    assert anders.page.evaluate("scrollY") == before, "the table beside the picture is moved alone"
    table, picture = (
        anders.page.locator(one).bounding_box() for one in (".heat-table", ".heat-picture .diagram")
    )
    assert table is not None
    assert picture is not None
    assert picture["x"] + picture["width"] < table["x"]
    expect(anders.page.locator(".diagram-rows .is-ringed")).to_have_attribute(
        "data-element-id", element or ""
    )
