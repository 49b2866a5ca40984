"""What is removed from a SQLite database is overwritten in its file, not only taken out of the tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from engine.actions import disposing
from engine.records.database import connect
from engine.records.fleeting import gather
from tests.actions.test_disposing import SECRET, asked, ended
from tests.world import World, build


def test_the_file_holds_nothing_of_what_was_removed(sqlite_url: str) -> None:
    engine: Engine = connect(sqlite_url)
    world: World = build(engine)
    case = ended(world)
    path = Path(str(engine.url.database))
    gather(engine)
    assert SECRET.encode() in path.read_bytes()
    world.now = world.now.replace(year=world.now.year + 11)
    world.do(disposing.approve, "owner", asked(world, case))
    gather(engine)
    engine.dispose()
    files = [one for one in path.parent.glob(f"{path.name}*") if one.is_file()]
    assert [one.name for one in files if SECRET.encode() in one.read_bytes()] == []
