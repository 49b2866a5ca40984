"""Cases that were saved by an older build must still load and go on.

`engine_rows/*.json` are never written anew: a format that can no longer read them needs a migration. A new one is added with
`SAMORDNA_WRITE_GOLDEN=name pytest tests/golden/test_engine_rows.py`.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import wire
from engine.actions import live
from engine.execution import run, snapshot
from engine.facts import InstanceEnded, TimerFired
from engine.library import loaded
from engine.records import tables as t
from engine.records.database import reading
from tests.world import MONDAY, World

FOLDER = Path(__file__).parent / "engine_rows"


def half_way(world: World) -> str:
    """One unit has answered, the other is late and its manager has been asked."""
    case = world.summoned("bistand", "rehab", consent=True, own_situation="Trött")
    world.complete("johanna", case, "acknowledge", "rehab", answer="acknowledged", contact="Johanna")
    world.pass_time(days=3)
    return case


def write(world: World, name: str) -> None:
    case = half_way(world)
    rows = {row.key: row.body.decode() for row in world.rows(t.engine_rows)}
    told = {"rows": rows, "values": json.loads(wire.dump(world.values(case)))}
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def test_what_is_saved_half_way_can_be_added_to_the_files(world: World) -> None:
    if name := os.environ.get("SAMORDNA_WRITE_GOLDEN"):
        write(world, name)
    assert sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_case_saved_long_ago_loads_and_goes_on_to_its_end(world: World, path: Path) -> None:
    live.forget()
    told = json.loads(path.read_text(encoding="utf-8"))
    values = wire.load(json.dumps(told["values"]))
    assert isinstance(values, dict)
    with reading(world.engine) as tx:
        (row,) = [one for one in world.rows(t.routines) if one.process_id == "testland_six_steps"]
        spec = loaded(tx, row.bundle_hash).specification
    case = snapshot.load(spec, {key: body.encode() for key, body in told["rows"].items()})
    found = run.open_keys(case)
    names = [found.element_ids[key] for key in (*found.tasks, *found.timers, *found.messages)]
    assert sorted(names) == ["acknowledge", "manager_acts", "withdraw"]
    around = run.Surroundings(
        now=MONDAY + timedelta(days=4),
        zone=ZoneInfo("Europe/Stockholm"),
        values=values,
        system={"case": {"unit": "vc"}, "subject": {}, "roles": {}},
        functions={},
        due=lambda rule, value, unit: run.Due(MONDAY + timedelta(days=9), {}),
        perform=lambda request: None,
    )
    by_element = {found.element_ids[key]: key for key in found.tasks}
    facts = run.complete(case, by_element["acknowledge"], around)
    assert not [fact for fact in facts if isinstance(fact, TimerFired)]
    (conclude,) = run.open_keys(case).tasks
    assert isinstance(run.complete(case, conclude, around)[-1], InstanceEnded)
    assert len(values[""]["answers"]) == 2
