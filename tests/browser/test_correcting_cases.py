"""A case that stands still is mended in a real browser: a version uploaded, proposed, approved by somebody else, the step taken again."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import FilePayload, expect

from engine.definitions import files
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.webapp import faults
from tests.webapp.site import PERSON, PROCESSES, Site

pytestmark = pytest.mark.browser

NOWHERE = (b'targetRef="assess_need"', b'targetRef="nowhere"')


def sent(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def zipped(diagram: bytes) -> bytes:
    """The routine's folder as people pack it, with that diagram."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.read_bundle(faults.FOLDER, PROCESSES).files.items():
            if path.startswith("vastmanland/sip/"):
                archive.writestr(
                    path.removeprefix("vastmanland/"), diagram if path == faults.DIAGRAM else data
                )
    return made.getvalue()


def upload(person: Person, name: str, data: bytes, button: str) -> None:
    person.page.set_input_files("#file", sent(name, data))
    person.page.get_by_role("button", name=button).click()
    person.settle()


def see_what_stands_in_the_way(admin: Person) -> None:
    admin.go("/admin/incidents")
    expect(admin.page.locator("main")).to_contain_text("En enhet saknas i katalogen.")
    admin.page.get_by_role("link", name="Rätta ärendet").click()
    expect(admin.heading).to_have_text("Rätta ett pågående ärende")
    first = admin.page.locator(".targets > li")
    expect(first).to_contain_text("Ärendet kan inte gå vidare med den")
    first.locator("summary").click()
    expect(first).to_contain_text("Bedöm behovet assess_need anger en enhet i bara en av versionerna")


def upload_a_mended_version(admin: Person) -> None:
    broken = faults.diagram(faults.MENDED).replace(*NOWHERE, 1)
    upload(admin, "sip.bpmn", broken, "Kontrollera och behåll")
    told = admin.page.locator(".callout[role=alert]")
    expect(told).to_contain_text("nowhere")
    expect(told).to_contain_text("Inget har ändrats.")
    upload(admin, "sip.bpmn", faults.diagram(faults.MENDED), "Kontrollera och behåll")
    differs = admin.page.locator("#differences")
    expect(differs.locator("li")).to_have_count(1)
    expect(differs.locator("li")).to_contain_text("Bedöm behovet")
    expect(differs.locator("li")).to_contain_text("till den enhet som har ärendet.")


def propose(admin: Person) -> None:
    admin.page.get_by_label("Varför behöver ärendet rättas?").fill("Enhetens id var felskrivet.")
    admin.page.get_by_role("button", name="Föreslå rättelsen").click()
    expect(admin.heading).to_have_text("Rättelse av ett pågående ärende")
    expect(admin.page.locator("main")).to_contain_text("Beslutet tas av någon som varken har bett om det")
    expect(admin.page.get_by_role("button", name="Godkänn")).to_have_count(0)


def approve(karin: Person) -> None:
    karin.go("/admin/")
    karin.page.get_by_role("link", name="Rättelser (1)").click()
    karin.page.locator(".data-table a").first.click()
    expect(karin.page.locator("main")).to_contain_text("Enhetens id var felskrivet.")
    karin.page.get_by_role("button", name="Avslå").click()
    expect(karin.page.locator("#errors")).to_contain_text("Skriv varför")
    karin.page.locator("#reason").fill("Stämmer med katalogen.")
    karin.page.get_by_role("button", name="Godkänn").click()
    expect(karin.page.locator(".note")).to_contain_text("Godkänt.")


def test_a_case_that_stands_still_goes_on_with_a_mended_version_that_two_people_want(
    meet_anew: Meet, empty_site: Site
) -> None:
    case_id = faults.stop(empty_site)
    admin, karin = meet_anew("admin"), meet_anew("karin")
    see_what_stands_in_the_way(admin)
    upload_a_mended_version(admin)
    propose(admin)
    approve(karin)
    admin.page.reload()
    admin.settle()
    admin.page.get_by_role("button", name="Pröva steget igen").click()
    expect(admin.page.locator(".note")).to_contain_text("Steget är taget. Ärendet går vidare.")
    expect(admin.page.locator(".callout")).to_contain_text("Bedöm behovet gick vidare")
    assert PERSON not in admin.page.content() + karin.page.content()
    assert empty_site.world.elements(case_id) == ["assess_need"]
    sara = meet_anew("sara")
    sara.open_task("Bedöm behovet")


def test_a_retry_that_fails_again_says_why_and_counts(meet_anew: Meet, empty_site: Site) -> None:
    faults.stop(empty_site)
    admin = meet_anew("admin")
    admin.go("/admin/incidents")
    card = admin.page.locator(".cards .panel")
    expect(card).to_contain_text("prövat en gång")
    card.get_by_role("button", name="Pröva steget igen").click()
    expect(admin.page.locator(".note")).to_contain_text("Inget har ändrats. En enhet saknas i katalogen.")
    expect(card).to_contain_text("prövat 2 gånger")
