"""Every main screen in a real browser: no breach of WCAG 2.2 A and AA that axe can find, and no sideways scroll."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from engine.records import tables as t
from engine.records.database import reading
from tests.browser.conftest import Meet
from tests.webapp.site import SUMMONED, Site

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "webapp" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ASKED = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    .then(found => found.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", ")))"""


def screens(site: Site) -> dict[str, list[str]]:
    """person -> addresses of the screens they work at."""
    with reading(site.world.engine) as tx:
        rows = {(row.element_id, row.unit_id): row.id for row in tx.execute(select(t.tasks))}
        papers = [row.id for row in tx.execute(select(t.documents))]
        main = tx.execute(select(t.instances).where(t.instances.c.kind == "main")).one()
        move = tx.execute(select(t.moves.c.id)).scalar_one()
    tree, norra = "/admin/directory", "bistandsenheten_norra"
    case, summons, written = (
        f"/cases/{site.case_id}",
        rows["acknowledge_initiative", SUMMONED],
        rows["assess_need", "vc_ekdalen"],
    )
    own = next(task for (element, _), task in rows.items() if element == "go_through_effects")
    return {
        "": ["/sign-in", "/help", "/accessibility", "/privacy"],
        "sara": [
            "/tasks", "/tasks?done=1", "/cases", "/start", "/account", "/nowhere", case, f"{case}?events=all", f"{case}/data",
            "/plans", f"{case}/plan",
            f"{case}/plan/print", f"{case}/start/vastmanland_added_unit", f"/tasks/{own}", f"/tasks/{own}/why", f"/tasks/{own}/reassign",
            f"/handed-in/{written}/correct", f"/tasks/{summons}", *(f"/documents/{one}" for one in papers),
        ],
        "maria": ["/tasks", f"/tasks/{summons}", f"/tasks/{summons}/why", case],
        "anders": ["/units", f"{case}/readers", "/figures/routine", "/deviations"],
        "admin": [
            f"{tree}/", f"{tree}/units/{norra}", f"{tree}/persons/maria", f"{tree}/new/unit", f"{tree}/change/unit/{norra}",
            f"{tree}/units/{norra}/close", f"{tree}/file", f"{tree}/units/{norra}/closing-days", "/absences",
            "/admin/incidents", "/admin/health", f"/admin/cases/{site.case_id}", "/admin/corrections",
            f"/admin/versions/{main.bundle_hash}/cases", f"/admin/runs/{main.id}/correct",
        ],
        "karin": ["/admin/corrections", f"/admin/corrections/{move}"],
    }  # fmt: skip


def breaches(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(ASKED)
    return found


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("name", ["", "sara", "maria", "anders", "admin", "karin"])
def test_no_screen_breaks_wcag_or_scrolls_sideways(meet: Meet, site: Site, name: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in webapp/frontend")
    person, found = meet(name), {}
    for address in screens(site)[name]:
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.go(address)
        told = breaches(person.page)
        for width in (375, 320):
            person.page.set_viewport_size({"width": width, "height": 800})
            told += [f"scrolls sideways at {width} px"] if too_wide(person.page) else []
        if told:
            found[address] = told
    assert found == {}
