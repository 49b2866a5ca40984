"""Somebody at a browser: signs in, opens tasks, fills forms in as people do, and hands them in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from playwright.sync_api import Browser, Locator, Page, expect

from engine.actions.demo import PASSWORD

PATIENCE = 30_000
"""ms until something that does not come is a fault: long, since what is waited for is a state, and a busy machine is slow."""
expect.set_options(timeout=PATIENCE)


class Person:
    """One person with a browser window of their own, in Swedish and in Sweden."""

    def __init__(
        self, browser: Browser, site: str, name: str = "", *, width: int = 1280, script: bool = True
    ) -> None:
        self.site, self.script, self.troubles = site, script, list[str]()
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            java_script_enabled=script,
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.troubles.append(said.text) if "Content Security Policy" in said.text else None,
        )
        if name:
            self.sign_in(name)

    def sign_in(self, name: str) -> None:
        self.go("/sign-in")
        self.page.fill("#user_name", name)
        self.page.fill("#password", PASSWORD)
        self.page.get_by_role("button", name="Logga in").click()
        expect(self.page).to_have_url(f"{self.site}/tasks")
        self.settle()

    def go(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.site + address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page's script listens: what is pressed before that is lost, as in every browser."""
        if self.script:
            expect(self.page.locator("html")).to_have_attribute("data-ready", "true")

    def open_task(self, name: str) -> None:
        self.go("/tasks")
        self.follow(name)

    def follow(self, name: str) -> None:
        """Open the task of that name from the list that is shown."""
        self.page.locator("td.task a", has_text=name).first.click()
        expect(self.heading).to_have_text(name)
        self.settle()

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1").first

    def fill(self, answers: Mapping[str, object], prefix: str = "") -> None:
        for key, value in answers.items():
            name = f"{prefix}{key}"
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for index, row in enumerate(value):
                    self._open_row(name, index)
                    self.fill(row, f"{name}[{index}].")
            else:
                self._answer(name, value)

    def _open_row(self, name: str, index: int) -> None:
        self.settle()
        mark = self.page.locator(f'[name="{name}[{index}]._row"]')
        add = self.page.locator(f'button[name="_add"][value="{name}"]')
        add.or_(mark).first.wait_for(
            state="attached"
        )  # the list itself may still be on its way, and come with a row
        if not mark.count():
            add.click()
        elif mark.input_value() != "open":
            self.page.locator(f'button[name="_open"][value="{name}[{index}]"]').click()
        expect(mark).to_have_value("open")

    def _answer(self, name: str, value: object) -> None:
        field = self.page.locator(f'[name="{name}"]:not([type=hidden])')
        kind = field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind == "select":
            field.first.select_option(str(value))
        elif kind == "radio" or isinstance(value, list):
            for one in value if isinstance(value, list) else [value]:
                self.page.locator(f'[name="{name}"][value="{one}"]').check()
        elif kind == "checkbox":
            field.first.set_checked(bool(value))
        else:
            field.first.fill(value.isoformat() if isinstance(value, date | datetime) else str(value))

    def hand_in(self) -> None:
        self.page.locator("[data-hand-in]:visible").first.click()
        expect(self.heading).to_contain_text("inlämnad")
