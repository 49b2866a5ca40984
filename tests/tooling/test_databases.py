"""The test databases themselves: fresh for each test, of both kinds, and no way out to the network."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
import sqlalchemy

from tests import databases


@pytest.fixture(params=range(2))
def _twice(request: pytest.FixtureRequest) -> None:
    """Run the test two times, so that what the first leaves behind would show in the second."""


@pytest.mark.usefixtures("_twice")
def test_each_test_has_a_database_without_what_others_wrote(empty_database_url: str) -> None:
    bound = sqlalchemy.create_engine(empty_database_url)
    with bound.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE mark (n integer)"))
        connection.execute(sqlalchemy.text("INSERT INTO mark VALUES (1)"))
    with bound.connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM mark")).scalar_one() == 1
    bound.dispose()


@pytest.mark.usefixtures("_twice")
def test_a_migrated_database_has_tables_and_no_cases(database: sqlalchemy.Engine) -> None:
    names = sqlalchemy.inspect(database).get_table_names()
    assert "cases" in names
    with database.begin() as connection:
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM cases")).scalar_one() == 0
        connection.execute(sqlalchemy.text("DROP TABLE alembic_version"))


def test_reaching_another_machine_is_refused_and_remembered(no_network: list[str]) -> None:
    with socket.socket() as client, pytest.raises(ConnectionRefusedError, match="tests may not reach"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(socket.gaierror, match="tests may not look up"):
        socket.getaddrinfo("example.org", 80)
    assert len(no_network) == 2
    no_network.clear()  # else this test would fail, as any other does


def test_a_killed_run_is_swept_by_the_next(tmp_path: Path) -> None:
    killed = tmp_path / f"{databases.PREFIX}999999999-x"
    running = tmp_path / f"{databases.PREFIX}{os.getpid()}-x"
    for directory in (killed, running):
        (directory / "inside").mkdir(parents=True)
    databases.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [running]
