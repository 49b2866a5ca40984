"""The two ways in which people use a page: with the mouse, and with the keyboard alone. Both do the same; a test asks for either."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import PATIENCE, Person

MOST_TABS = 400


@dataclass
class Hand(ABC):
    """Somebody's hand on a page. What is pressed is waited for: `told` stands there afterwards."""

    person: Person

    @property
    def page(self) -> Page:
        return self.person.page

    @abstractmethod
    def use(self, wanted: Locator) -> None: ...

    @abstractmethod
    def write(self, field: Locator, text: str) -> None: ...

    @abstractmethod
    def choose(self, field: Locator, value: str) -> None: ...

    def press(self, wanted: Locator, told: str) -> None:
        self.use(wanted)
        self.told(told)

    def leave(self, wanted: Locator, told: str, within: int = PATIENCE) -> None:
        """Press what leads to another page, and wait until that one listens: what is pressed before is lost."""
        self.page.evaluate("document.documentElement.dataset.left = ''")
        self.use(wanted)
        expect(self.page.locator("html:not([data-left])")).to_have_count(1, timeout=within)
        self.told(told)

    def button(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name).first

    def link(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name).first

    def told(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)
        self.person.settle()


class Mouse(Hand):
    """Points and clicks; types where there is something to write."""

    def use(self, wanted: Locator) -> None:
        wanted.click(no_wait_after=True)

    def write(self, field: Locator, text: str) -> None:
        field.click()
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)


class Keyboard(Hand):
    """Never touches the mouse: goes from one thing to the next, and on until the wanted one has the focus."""

    def use(self, wanted: Locator) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose(self, field: Locator, value: str) -> None:
        self.reach(field)
        place = field.evaluate(
            "(field, value) => [...field.options].findIndex(one => one.value === value)", value
        )
        self.page.keyboard.press("Home")
        for _ in range(place):
            self.page.keyboard.press("ArrowDown")
        expect(field).to_have_value(value)

    def reach(self, wanted: Locator) -> None:
        for _ in range(MOST_TABS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail("it cannot be reached with the keyboard")
