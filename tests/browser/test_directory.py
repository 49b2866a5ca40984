"""An administrator keeps the directory, and a substitute works for a colleague who is away, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Meet
from tests.webapp.site import Site

pytestmark = pytest.mark.browser

ACKNOWLEDGED = {
    "initiative_answer": "acknowledged",
    "initiative_contact_name": "Amina",
    "initiative_contact_phone": "021-555 03 17",
}


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara", exact=True).click()


def test_an_administrator_of_a_municipality_adds_a_unit_and_people_and_takes_nothing_of_anothers(
    meet: Meet,
) -> None:
    maj = meet("maj")
    page = maj.page
    maj.go("/admin/directory/")
    expect(page.get_by_role("heading", name="Mälby kommun")).to_be_visible()
    page.get_by_role("link", name=re.compile("Lägg till en enhet.*Mälby kommun")).click()
    page.get_by_label("Namn", exact=True).fill("Hemtjänsten Södra")
    save(page)
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors").get_by_role("link", name="Kortnamn: fyll i detta").click()
    expect(page.locator("#id")).to_be_focused()
    page.keyboard.type("hemtjanst_sodra")
    page.locator("#type").select_option("home_care")
    page.locator("#parent").select_option("omsorg_malby")
    page.locator("#parent").press("Tab")
    save(page)
    expect(page.get_by_role("heading", name="Hemtjänsten Södra")).to_be_visible()
    expect(page.locator(".line")).to_contain_text("Ingen chef, så chefslinjen går vidare")
    page.get_by_role("link", name="Lägg till någon här").click()
    page.locator("#person").select_option("amina")
    page.locator("#role").select_option("manager")
    save(page)
    expect(page.locator(".line")).to_contain_text("Nivå 1: Hemtjänsten Södra")
    expect(page.locator(".timeline")).to_contain_text("Maj Lundin")
    maj.go("/admin/directory/units/vc_ekdalen")
    expect(page.get_by_role("link", name="Ändra enheten")).to_have_count(0)


def test_a_file_is_shown_line_by_line_and_applied_exactly_as_shown(meet: Meet, tmp_path: Path) -> None:
    admin = meet("admin")
    page = admin.page
    admin.go("/admin/directory/file")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Ta ut som CSV").click()
    file = tmp_path / "directory.csv"
    taken.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Hemtjänsten Norra", "Hemtjänst Norr"), encoding="utf-8-sig")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Se vad det skulle ändra").click()
    expect(page.locator(".callout")).to_contain_text("0 läggs till, 1 ändras, 0 avslutas")
    expect(page.locator(".callout")).to_contain_text("Hemtjänsten Norra → Hemtjänst Norr")
    page.get_by_role("button", name="Genomför precis detta").click()
    expect(page.locator("main")).to_contain_text("Filen är genomförd.")
    expect(page.get_by_role("link", name="Hemtjänst Norr")).to_be_visible()


def test_a_substitute_does_a_task_in_the_name_of_a_colleague_who_is_away(meet: Meet, site: Site) -> None:
    maria, amina = meet("maria"), meet("amina")
    today = site.world.now.date()
    expect(amina.page.locator("td.task")).to_have_count(0)
    maria.page.get_by_role("button", name="Ta uppgiften").first.click()
    expect(maria.page.locator("td.owner").first).to_contain_text("Du")
    maria.go("/absences")
    maria.page.locator("#until").fill((today - timedelta(days=1)).isoformat())
    maria.page.get_by_role("button", name="Registrera frånvaron").click()
    expect(maria.page.locator("#until-wrong")).to_contain_text("Sista dagen kommer före den första")
    maria.page.locator("#until").fill((today + timedelta(days=3)).isoformat())
    maria.page.locator("#fills-bistandsenheten_norra-staff").select_option("amina")
    maria.page.get_by_role("button", name="Registrera frånvaron").click()
    expect(maria.page.locator("main")).to_contain_text("Frånvaron är registrerad. Den upphör av sig själv.")
    amina.go("/tasks")
    row = amina.page.locator("tr", has=amina.page.get_by_text("Kvittera initiativet"))
    expect(row.locator(".owner")).to_contain_text("Maria Ek")
    expect(row.locator(".owner")).to_contain_text("Du ersätter")
    amina.follow("Kvittera initiativet")
    expect(amina.page.locator(".aside-part", has_text="Varför har jag uppgiften?")).to_contain_text(
        "Du ersätter Maria Ek, och det skrivs ned så."
    )
    amina.fill(ACKNOWLEDGED)
    amina.hand_in()
    sara = meet("sara")
    sara.go(f"/cases/{site.case_id}")
    expect(sara.page.locator(".timeline").first).to_contain_text("Amina Said för Maria Ek")
    amina.go("/absences")
    expect(amina.page.locator("main")).to_contain_text("Du ersätter")
    maria.go("/absences")
    maria.page.get_by_role("button", name="Avsluta nu").click()
    expect(maria.page.locator("main")).to_contain_text("Frånvaron är avslutad.")
    amina.go("/tasks")
    expect(amina.page.locator("td.task")).to_have_count(0)
