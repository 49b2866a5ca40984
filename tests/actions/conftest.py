"""A world on each kind of database, met by a process that has just started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from engine.actions import live
from engine.records.database import reading
from tests import databases
from tests.engines import connect
from tests.world import BUILT, World


@pytest.fixture
def world(kind: str) -> Iterator[World]:
    live.forget()
    with databases.copied(kind, BUILT) as url:
        engine = connect(url)
        yield World(engine)
        engine.dispose()
    live.forget()


@pytest.fixture
def tx(world: World) -> Iterator[Connection]:
    with reading(world.engine) as connection:
        yield connection
