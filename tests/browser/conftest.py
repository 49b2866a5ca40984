"""The pages on a port of this machine, and a browser to look at them with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright
from waitress import create_server, wasyncore

from tests.browser.person import Person
from tests.webapp.conftest import begun, empty_site, filled, site
from tests.webapp.site import Site

__all__ = ["begun", "empty_site", "filled", "site"]

QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--lang=sv-SE",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says what is missing."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The address at which the site answers, from the server that people use."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    open_channels: dict[int, object] = {}
    server = create_server(site.app, map=open_channels, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(
        lambda: wasyncore.close_all(open_channels, ignore_all=True)
    )  # its loop ends with the last channel
    thread.join()
    server.task_dispatcher.shutdown()


Meet = Callable[..., Person]


@pytest.fixture
def meet(browser: Browser, site: Site) -> Iterator[Meet]:
    """People at the site with the case; whatever the browser complained about fails the test."""
    yield from _meeting(browser, site)


@pytest.fixture
def meet_anew(browser: Browser, empty_site: Site) -> Iterator[Meet]:
    """People at a site without any case."""
    yield from _meeting(browser, empty_site)


def _meeting(browser: Browser, site: Site) -> Iterator[Meet]:
    people: list[Person] = []
    with served(site) as address:

        def meet(name: str = "", *, width: int = 1280, script: bool = True) -> Person:
            people.append(Person(browser, address, name, width=width, script=script))
            return people[-1]

        yield meet
        for person in people:
            person.page.context.close()
    assert [trouble for person in people for trouble in person.troubles] == []
