"""Every routine that we run is found, not listed: it may run, it is parsed, and it does what its scenarios say.

A routine that only others call is part of their bundles, and is checked and run with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import library
from engine.actions.operations import inputs
from engine.definitions import checks, clauses, files, region, toml
from engine.errors import BrokenDefinition
from engine.scenarios import coverage, finding
from engine.scenarios.history import Visits
from engine.scenarios.play import Played
from engine.scenarios.running import play_file
from engine.scenarios.stage import Stage, stage

ROOT = Path(__file__).parent.parent.parent / "processes"
EVERYWHERE = finding.routines(ROOT)
PARTS = finding.called(EVERYWHERE)
STARTED = [one for one in EVERYWHERE if files.process_id_of(finding.name_of(one)) not in PARTS]
ASKED = [finding.Asked(one, tuple(sorted((one / "scenarios").glob("*.toml")))) for one in EVERYWHERE]
SCENARIOS = [path for one in ASKED for path in one.scenarios]
REGIONS = sorted(path.parent for path in ROOT.glob("*/region.toml"))


def below_root(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def ready() -> Iterator[Stage]:
    try:
        with stage(ROOT, finding.needed(ROOT, ASKED)) as found:
            yield found
    except BrokenDefinition as broken:
        pytest.fail("\n".join(map(str, broken.findings)))


@pytest.fixture(scope="session")
def playing(ready: Stage) -> Callable[[Path], Played]:
    """Play a scenario once, however many tests ask how it went."""

    @cache
    def played(path: Path) -> Played:
        return play_file(ready, path, files.process_id_of(finding.name_of(path.parent.parent)))

    return played


def test_there_are_routines_and_regions() -> None:
    assert STARTED
    assert REGIONS


def test_each_part_is_in_some_bundle() -> None:
    held = {files.folder_of(path) for folder in STARTED for path in files.read_bundle(folder, ROOT).files}
    assert {finding.name_of(one) for one in EVERYWHERE} <= held


@pytest.mark.parametrize("folder", STARTED, ids=below_root)
def test_the_routine_passes_every_check(folder: Path) -> None:
    bundle, known = files.read_bundle(folder, ROOT), clauses.beside(ROOT)
    found = checks.check(bundle, conventions=True, operations=inputs(), clauses=known)
    assert [str(one) for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("folder", STARTED, ids=below_root)
def test_the_routine_can_be_parsed_to_run(folder: Path) -> None:
    bundle = files.read_bundle(folder, ROOT)
    assert library.keep(bundle.files, bundle.process_id).specification.process_id == bundle.process_id


@pytest.mark.parametrize("folder", EVERYWHERE, ids=below_root)
def test_the_routine_tells_people_what_it_is(folder: Path) -> None:
    assert (folder / "README.md").read_text(encoding="utf-8").strip()
    assert (folder / "routine.toml").is_file()


@pytest.mark.parametrize("folder", EVERYWHERE, ids=below_root)
def test_the_process_is_named_after_its_folder(folder: Path) -> None:
    assert files.read_bundle(folder, ROOT).process_id == files.process_id_of(finding.name_of(folder))


@pytest.mark.parametrize("path", SCENARIOS, ids=below_root)
def test_the_scenario_goes_as_written(playing: Callable[[Path], Played], path: Path) -> None:
    assert "\n".join(playing(path).trouble) == ""


def test_every_branch_event_and_rule_is_visited_by_some_scenario(playing: Callable[[Path], Played]) -> None:
    visits = Visits()
    for path in SCENARIOS:
        visits.add(playing(path).visits)
    found = coverage.of(finding.needed(ROOT, ASKED), visits)
    assert [str(one) for one in found.missing] == []


@pytest.mark.parametrize("folder", REGIONS, ids=below_root)
def test_the_region_can_be_read(folder: Path) -> None:
    found = region.read((folder / "region.toml").read_bytes(), path=f"{folder.name}/region.toml")
    assert found.id == folder.name
    assert isinstance(found.zone, ZoneInfo)


@pytest.mark.parametrize("folder", REGIONS, ids=below_root)
def test_the_directory_names_only_what_it_holds(folder: Path) -> None:
    told = toml.read((folder / "directory.toml").read_bytes(), path=f"{folder.name}/directory.toml")
    rows = {kind: _rows(told.get(kind)) for kind in ("principal", "unit", "person", "membership")}
    principals = {one["id"] for one in rows["principal"]}
    units = {one["id"] for one in rows["unit"]}
    people = {one["username"] for one in rows["person"] if one.get("reached_by") != "letter"}
    assert {one["principal"] for one in rows["unit"]} <= principals
    assert {one["parent"] for one in rows["unit"] if one.get("parent")} <= units
    assert {one["unit"] for one in rows["membership"]} <= units
    assert {one["person"] for one in rows["membership"]} == people


def _rows(found: object) -> list[dict[str, str]]:
    assert isinstance(found, list)
    assert found
    return found
