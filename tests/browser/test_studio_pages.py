"""Every page of the studio in a browser: what axe finds, what does not fit at twice the size, what is left in English; and the keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from engine.actions import draft_sources, routine_drafts
from engine.records.database import writing
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.test_screens import AXE, breaches, too_wide
from tests.webapp.site import Site

pytestmark = pytest.mark.browser

ROUTINE, FOLDER, STEP = "vastmanland_summons", "vastmanland/summons", "acknowledge_summons"
PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TABLE, PAPER, FORM = f"{FOLDER}/who.dmn", f"{FOLDER}/documents/note.typ", f"{FOLDER}/forms/{STEP}.form"
DRAWING = f"{FOLDER}/summons.bpmn"
TWICE: ViewportSize = {"width": 640, "height": 450}
"""What is left of a screen of 1280 by 900 pixels when everything is shown at twice the size."""
CUT_OFF = """() => [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")].filter((one) => {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest(".sr, svg, .djs-container, .dmn-js-parent")) return false;
    for (let held = one.parentElement; held; held = held.parentElement)
        if (/auto|scroll/.test(getComputedStyle(held).overflowX)) return false;
    const {left, right, width} = one.getBoundingClientRect();
    return width > 0 && (left < -1 || right > document.documentElement.clientWidth + 1);
}).map((one) => "cut off: " + one.outerHTML.slice(0, 90))"""


def draft(site: Site) -> str:
    """The address of a draft with something of everything: a table, a paper, a fault, a change, and two who changed at once."""
    with writing(site.world.engine) as tx:
        karin, now = site.world.actor("karin"), site.world.now
        made = draft_sources.from_version(tx, karin, ROUTINE, now=now)
        held = routine_drafts.read(tx, karin, made.id).files
        contents = {
            TABLE: (PROCESSES / "vastmanland/sip/who_to_contact.dmn").read_bytes(),
            PAPER: b'#import "/shared/documents/paper.typ": *\n#show: paper\nEn rad.\n',
            DRAWING: held[DRAWING].replace(b' samordna:role="', b' samordna:part="', 1),
        }
        routine_drafts.save_files(tx, karin, made.id, contents, expected_revision=made.revision, now=now)
        routine_drafts.save_file(
            tx, karin, made.id, DRAWING, held[DRAWING] + b"\n", expected_revision=made.revision, now=now
        )
    return f"/studio/drafts/{made.id}"


def pages(address: str) -> list[str]:
    file = f"{address}/parts/file?path="
    return [
        "/studio/?routine=vastmanland_sip", "/studio/new", f"/studio/routines/{ROUTINE}/compare",
        f"{address}/diagram?element={STEP}", f"{address}/list?element={STEP}", f"{address}/parts", file + TABLE,
        f"{file}{TABLE}&view=editor", file + FORM, f"{file}{FORM}&view=editor",
        f"{file}{FOLDER}/routine.toml", file + PAPER, f"{file}{FORM}&view=text",
        f"{address}/findings", f"{address}/play", f"{address}/changes", f"{address}/publish", f"{address}/conflicts", f"{address}/export",
    ]  # fmt: skip


def drawn(person: Person, address: str) -> None:
    """Wait until what a script draws on the page is there."""
    if "/diagram" in address:
        expect(person.page.locator("html")).to_have_attribute("data-studio", "ready")
        expect(person.page.locator("#findings")).to_have_attribute("data-state", "checked")
    if "view=editor" in address:
        expect(person.page.locator("#editor")).to_have_attribute("data-ready", "open")


def troubles(person: Person) -> list[str]:
    """What is wrong with the page that is shown."""
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    found = breaches(page)
    page.set_viewport_size(TWICE)
    found += page.evaluate(CUT_OFF) + (["scrolls sideways at twice the size"] if too_wide(page) else [])
    page.set_viewport_size({"width": 375, "height": 800})
    found += ["scrolls sideways on a telephone"] if too_wide(page) else []
    return [
        *found,
        *(f"not translated: {one}" for one in page.evaluate("() => [...(window.untranslated ?? [])]")),
    ]


def test_no_page_of_the_studio_breaks_wcag_loses_a_control_at_twice_the_size_or_speaks_english(
    meet_anew: Meet, empty_site: Site
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in webapp/frontend")
    karin, found = meet_anew("karin"), {}
    for address in pages(draft(empty_site)):
        karin.go(address)
        drawn(karin, address)
        found[address] = troubles(karin)
    assert {address: told for address, told in found.items() if told} == {}


def test_the_list_of_steps_has_keys_that_rest_while_somebody_writes(
    meet_anew: Meet, empty_site: Site
) -> None:
    karin, address = meet_anew("karin"), draft(empty_site)
    karin.go(f"{address}/list?element={STEP}")
    page, line = karin.page, karin.page.locator(f"#line-{STEP}")
    page.keyboard.press("j")
    expect(line).not_to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#add-kind")).to_be_focused()
    karin.settle()
    page.go_back()
    karin.settle()
    line.focus()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(line).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("sänd kall")
    expect(line).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#line-send_summons")).to_be_focused()
    name = page.locator("#q-name")
    name.focus()
    page.keyboard.press("End")
    page.keyboard.type(" njk?")
    expect(name).to_have_value("Kvittera kallelsen njk?")
    line.focus()
    page.keyboard.press("n")
    expect(page.locator("#add-kind")).to_be_focused()
    page.keyboard.press("Escape")
    line.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#step [role=status]")).to_be_visible()
    page.set_viewport_size(TWICE)
    karin.go(f"{address}/diagram")
    drawn(karin, f"{address}/diagram")
    expect(page.locator(".djs-palette")).to_be_hidden()
    expect(page.get_by_role("link", name="Ändra i listan")).to_be_visible()
