"""A site to ask for: fresh, or with a case in which three units are called. And words in Swedish without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from engine.records.database import connect
from engine.records.fleeting import gather
from tests import databases
from tests.webapp.site import Site, copied, fill, opened
from webapp import catalogues


@dataclass(frozen=True)
class Begun:
    """A database file with a case in it, to be copied, and what the case is."""

    template: Path
    like: Site


@pytest.fixture(scope="session")
def filled() -> Iterator[Path]:
    """A database file with routines and people, to be copied."""
    with databases.room() as folder:
        yield _filled(folder)


def _filled(folder: Path) -> Path:
    url = databases.copy_of_sqlite(folder)
    engine = connect(url)
    fill(engine)
    gather(engine)
    engine.dispose()
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def begun(filled: Path) -> Iterator[Begun]:
    """The case with words planted in it, as a file to be copied."""
    with databases.room() as folder:
        with copied(filled, folder) as site:
            site.begin()
            gather(site.world.engine)
        yield Begun(folder / "site.sqlite3", site)


@pytest.fixture
def empty_site(filled: Path, room: Path) -> Iterator[Site]:
    """Routines and people, no case."""
    with copied(filled, room) as site:
        yield site


@pytest.fixture
def site(begun: Begun, room: Path) -> Iterator[Site]:
    """A site of this test's own, with the case."""
    with copied(begun.template, room, begun.like) as found:
        yield found


@pytest.fixture
def new_site(database_url: str) -> Iterator[Site]:
    """Routines and people on each kind of database, no case."""
    with opened(database_url) as found:
        fill(found.world.engine)
        yield found


@pytest.fixture
def swedish() -> Iterator[None]:
    """A request in Swedish, for words that belong to no page."""
    app = Flask("words")
    babel = Babel(app, locale_selector=lambda: "sv")
    with app.test_request_context():
        catalogues.install(babel)
        yield
