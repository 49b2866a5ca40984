"""A word is planted in every place that holds what people wrote, and after the removal it is nowhere in the file of the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Column, LargeBinary, Text, select
from sqlalchemy.exc import IntegrityError

from engine.actions import disposing, sealing
from engine.records import database, ids, purging, verifying
from engine.records import tables as t
from engine.records.columns import Instant, Values
from engine.records.database import reading, writing
from engine.records.fleeting import gather
from tests.actions.test_disposing import asked, ended
from tests.world import World, build

WORD = "qzplanteratzq"
SHAPED: dict[str, object] = {
    "categories": [],
    "units": [],
    "guardians": [],
    "cancelled_for": [],
    "others": [WORD],
}
FIGURES = (t.cases, t.instances, t.tasks, t.timers, t.awaited, t.participants, t.facts, t.incidents)


def value(column: Column[object], world: World, known: dict[str, object]) -> object:
    """Something that the column takes: the word wherever it takes any text."""
    name = column.name
    if name in known:
        return known[name]
    if column.foreign_keys or (column.nullable and not isinstance(column.type, Text | Values)):
        return None
    if isinstance(column.type, Values):
        return {"word": WORD}
    if isinstance(column.type, LargeBinary):
        return WORD.encode()
    if isinstance(column.type, Instant):
        return world.now
    python = column.type.python_type
    return {str: WORD, int: 1, bool: False}.get(python, world.now.date())


def plant(world: World, case: str) -> set[str]:
    """A row in every table of what is removed, as far as it has none; gives the tables that hold the word afterwards."""
    with reading(world.engine) as tx:
        firsts = {
            one.name: tx.execute(select(one.c.id).where(one.c.case_id == case)).scalars().first()
            for one in (t.instances, t.tasks, t.attachments)
        }
    known: dict[str, object] = {
        "case_id": case,
        "instance_id": firsts["instances"],
        "task_id": firsts["tasks"],
        "person_id": "sara",
    }
    known |= {
        "address": f"/tasks/{firsts['tasks']}?{WORD}",
        "from_unit_id": "vc",
        "to_unit_id": "vc",
        "principal_id": "region",
    }
    known |= {
        "unit_id": "vc",
        "region_id": world.case(case).region_id,
        "actor_id": "sara",
        "attachment_id": firsts["attachments"],
    }
    known |= SHAPED | {"kind": "plan_creation", "scope": "all"}
    held: set[str] = set()
    invitation = ids.new()
    for table in reversed(purging.REMOVED):  # whatever others refer to first
        own = known | {"id": invitation if table is t.invitations else ids.new(), "invitation_id": invitation}
        if table.c[table.primary_key.columns.keys()[0]].type.python_type is int:
            del own["id"]
        row = {
            one.name: value(one, world, own)
            for one in table.columns
            if not one.primary_key or one.name in own or one.autoincrement is not True
        }
        try:
            with writing(world.engine) as tx:
                tx.execute(table.insert(), {name: told for name, told in row.items() if told is not None})
        except IntegrityError:  # a rule of the table; what `ended` wrote there has the word instead
            continue
    with writing(world.engine) as tx:
        for table in (*purging.REMOVED, *purging.EMPTIED):
            texts = {
                one.name: f"{WORD} {one.name}" if isinstance(one.type, Text) else {"word": WORD}
                for one in table.columns
                if isinstance(one.type, Text | Values)
                and not one.foreign_keys
                and one.name not in ("address", "number", "search_key", "name", "removed_because", *SHAPED)
            }
            if table in purging.EMPTIED:
                texts = {name: told for name, told in texts.items() if name in purging.EMPTIED[table]}
            if texts:
                tx.execute(table.update().where(purging._of(table, case)).values(**texts))
        tx.execute(t.attachment_contents.update().values(content=WORD.encode()))
        for table in (*purging.REMOVED, *purging.EMPTIED):
            if any(WORD in str(tuple(row)) for row in tx.execute(select(table))):
                held.add(table.name)
        tx.execute(
            t.pressed.insert(),
            {"person_id": "sara", "key": WORD, "digest": WORD, "made_id": case, "at": world.now},
        )
    return held


def test_a_word_planted_in_every_place_is_nowhere_in_the_file_and_the_figures_and_the_log_are_whole(
    sqlite_url: str,
) -> None:
    engine = database.connect(sqlite_url)
    world = build(engine)
    case = ended(world)
    held = plant(world, case)
    assert held >= {
        "kept_forms", "drafts", "case_values", "entries", "attachments", "attachment_contents", "documents", "messages", "dispatches",
        "consents", "withdrawals", "meetings", "tasks", "cases",
    }  # fmt: skip
    sealing.seal(engine, None, now=world.now)
    world.now += timedelta(days=4000)
    before = {one.name: len(world.rows(one)) for one in FIGURES}
    disposal = asked(world, case)
    gather(engine)
    path = Path(str(engine.url.database))
    assert WORD.encode() in path.read_bytes()
    world.do(disposing.approve, "owner", disposal)
    sealing.seal(engine, None, now=world.now)
    assert not verifying.verify(engine, None, now=world.now).findings
    assert {one.name: len(world.rows(one)) for one in FIGURES} == before | {"facts": before["facts"] + 1}
    kept = [
        one.name
        for one in t.metadata.sorted_tables
        if any(WORD in str(tuple(row)) for row in world.rows(one))
    ]
    assert kept == []
    gather(engine)
    engine.dispose()
    beside = [one for one in path.parent.rglob("*") if one.is_file()]
    assert [one.name for one in beside if WORD.encode() in one.read_bytes()] == []
