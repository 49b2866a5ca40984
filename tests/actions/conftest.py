"""A world on each kind of database, met by a process that has just started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from engine.actions import live
from engine.records.database import reading
from tests.world import World, build


@pytest.fixture
def world(database: Engine) -> Iterator[World]:
    live.forget()
    yield build(database)
    live.forget()


@pytest.fixture
def tx(world: World) -> Iterator[Connection]:
    with reading(world.engine) as connection:
        yield connection
