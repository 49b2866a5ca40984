"""A path is run as a whole: which scenarios there are, how they went, and what none of them has visited."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from engine.errors import BrokenDefinition
from engine.records import tables as t
from engine.records.database import connect, reading
from engine.scenarios import finding, run_path
from engine.scenarios.stage import NotEmpty
from tests.scenarios.conftest import TESTLAND
from webapp import cli

ROUTINES = ("choices", "part", "aside", "slip")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Testland with the routines that belong together, to be changed at will."""
    for name in ROUTINES:
        shutil.copytree(TESTLAND / name, tmp_path / "testland" / name)
    for name in ("region.toml", "directory.toml"):
        shutil.copy(TESTLAND / name, tmp_path / "testland" / name)
    return tmp_path / "testland"


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def looking_into(url: str) -> Iterator[Connection]:
    engine = connect(url)
    try:
        with reading(engine) as tx:
            yield tx
    finally:
        engine.dispose()


def test_all_scenarios_of_a_region_pass_and_visit_everything(copied: Path, said: list[str]) -> None:
    assert run_path(copied, echo=said.append, require_coverage=True), said
    assert (
        "coverage: 9 of 9 branches, 2 of 2 boundary events, 1 of 1 event sub-processes, 2 of 2 table rules"
        in said
    )


def test_each_scenario_is_told_in_one_line(copied: Path, said: list[str]) -> None:
    run_path(copied / "choices", echo=said.append)
    (line,) = [one for one in said if "nobody_answers" in one]
    assert line.split()[:6] == ["ok", "nobody_answers", "2", "days", "3", "steps"]
    assert line.endswith("Ingen svarar på två dagar")


def test_a_folder_of_regions_is_run_too(copied: Path, said: list[str]) -> None:
    assert run_path(copied.parent, echo=said.append)
    assert [line for line in said if line.startswith("testland/")] == ["testland/choices"]


def test_one_scenario_is_run_without_asking_what_it_has_not_visited(copied: Path, said: list[str]) -> None:
    assert run_path(copied / "choices/scenarios/light.toml", echo=said.append, require_coverage=True)
    assert len([line for line in said if " ok " in line]) == 1
    assert not [line for line in said if "coverage" in line]


def test_a_failed_scenario_fails_the_run_and_the_others_are_still_played(
    copied: Path, said: list[str]
) -> None:
    replaced(copied / "choices/scenarios/heavy.toml", "span_days = 1", "span_days = 2")
    assert not run_path(copied / "choices", echo=said.append)
    assert "      found    span_days 1" in said
    assert [line.split()[0] for line in said if " steps " in line] == ["FAILED", "ok", "ok", "ok", "ok"]


def test_a_scenario_that_cannot_be_read_fails_the_run_and_the_others_are_still_played(
    copied: Path, said: list[str]
) -> None:
    replaced(copied / "choices/scenarios/heavy.toml", "open_includes", "open_include")
    assert not run_path(copied / "choices", echo=said.append)
    assert any("heavy.toml:17: error scenario" in line and "open_include is unknown" in line for line in said)
    assert any(line.startswith("5 scenarios, 1 failed") for line in said)


MISSING = {
    "stopped.toml": "choices.bpmn:37 stop_all: message into stopping",
    "heavy.toml": "choices.bpmn:10 heavy_yes: from heavy to get_help (ja)",
    "nobody_answers.toml": "choices.bpmn:12 first_time: from whichever_first to two_days_passed",
    "light.toml": "choices.bpmn:27 else_report: from what_else to report",
}


@pytest.mark.parametrize(("scenario", "target"), MISSING.items())
def test_what_no_scenario_visits_is_named(copied: Path, said: list[str], scenario: str, target: str) -> None:
    (copied / "choices/scenarios" / scenario).unlink()
    assert run_path(copied, echo=said.append)
    assert f"  not visited: testland/choices/{target}" in said


def test_what_no_scenario_visits_fails_the_run_where_that_is_asked_for(copied: Path, said: list[str]) -> None:
    (copied / "choices/scenarios/stopped.toml").unlink()
    assert not run_path(copied, echo=said.append, require_coverage=True)


def test_a_rule_that_never_applied_is_named(copied: Path, said: list[str]) -> None:
    (copied / "choices/scenarios/heavy.toml").unlink()
    run_path(copied / "choices", echo=said.append)
    assert "  not visited: testland/choices/weight.dmn weight_heavy: rule 2 of weight" in said


def test_what_a_routine_calls_is_covered_in_a_line_of_its_own(copied: Path, said: list[str]) -> None:
    (copied / "choices/scenarios/heavy.toml").unlink()
    run_path(copied / "choices", echo=said.append)
    assert any(line.split() == ["testland/part", "0", "of", "1", "boundary", "events"] for line in said)
    assert "  not visited: testland/part/part.bpmn:6 help_reminder: timer on help" in said


def test_what_is_called_elsewhere_is_shown_and_is_not_this_regions_to_visit(
    copied: Path, said: list[str]
) -> None:
    elsewhere = copied.parent / "shared" / "part"
    shutil.copytree(copied / "part", elsewhere)
    shutil.rmtree(copied / "part")
    for path in (elsewhere / "part.bpmn", copied / "choices/choices.bpmn"):
        replaced(path, "testland_part", "shared_part")
    (copied / "choices/scenarios/heavy.toml").unlink()
    assert run_path(copied, echo=said.append), said
    assert any(line.split()[:3] == ["shared/part", "0", "of"] for line in said)
    assert not [line for line in said if "not visited: shared/part" in line]


def test_a_routine_that_may_not_run_is_told_and_nothing_is_played(copied: Path, said: list[str]) -> None:
    replaced(copied / "choices/choices.bpmn", 'samordna:role="staff" ', "")
    assert not run_path(copied / "choices", echo=said.append)
    assert said[0].startswith("testland/choices/choices.bpmn:19: error")
    assert " reply: " in said[0]


def test_a_routine_without_scenarios_has_not_passed(copied: Path, said: list[str]) -> None:
    assert not run_path(copied / "slip", echo=said.append)
    assert any("no scenarios" in line for line in said)


def test_a_linked_routine_that_is_not_there_is_told(copied: Path, said: list[str]) -> None:
    shutil.rmtree(copied / "aside")
    assert not run_path(copied / "choices", echo=said.append)
    assert "There is no routine testland_aside" in said[0]


def test_a_part_that_only_others_call_is_in_force_with_them_alone(copied: Path) -> None:
    root, asked = finding.asked(copied)
    assert [one.process_id for one in finding.needed(root, asked)] == [
        "testland_aside",
        "testland_choices",
        "testland_slip",
    ]


@pytest.mark.parametrize("place", ["empty", "choices/choices.bpmn", "region.toml"])
def test_a_path_that_means_no_scenario_is_refused(copied: Path, place: str) -> None:
    (copied / "empty").mkdir()
    with pytest.raises(BrokenDefinition):
        finding.asked(copied / place)


def test_a_given_database_keeps_the_directory_and_the_last_case_only(
    copied: Path, said: list[str], empty_database_url: str
) -> None:
    directory = copied / "directory.toml"
    provider = '[[organisation]]\nid = "care"\nname = "Care"\ntype = "contracted"\nprincipal = "malby"\n\n'
    function = '\n[[function]]\ntype = "mas"\nunit = "vc"\nholder_unit = "rehab"\n'
    before, units, after = directory.read_text(encoding="utf-8").partition("[[unit]]")
    directory.write_text(before + provider + units + after + function, encoding="utf-8")
    assert run_path(copied / "choices", echo=said.append, database=empty_database_url), said
    with looking_into(empty_database_url) as tx:
        assert [tuple(row) for row in tx.execute(select(t.cases.c.status))] == [("stopped",)]
        assert [tuple(row) for row in tx.execute(select(t.organisations.c.id))] == [("care",)]
        functions = select(t.named_functions.c.unit_id).where(t.named_functions.c.kind == "mas")
        assert [tuple(row) for row in tx.execute(functions)] == [("vc",)]


def test_a_database_with_people_in_it_is_left_alone(
    copied: Path, said: list[str], empty_database_url: str
) -> None:
    run_path(copied / "choices/scenarios/nobody_answers.toml", echo=said.append, database=empty_database_url)
    with pytest.raises(NotEmpty):
        run_path(copied / "choices", echo=said.append, database=empty_database_url)
    with looking_into(empty_database_url) as tx:
        assert len(tx.execute(select(t.cases.c.id)).all()) == 1


@pytest.mark.parametrize(("span", "code"), [("span_days = 2", 0), ("span_days = 3", 1)])
def test_the_command_exits_with_whether_all_went_as_written(
    copied: Path, capsys: pytest.CaptureFixture[str], span: str, code: int
) -> None:
    path = copied / "choices/scenarios/nobody_answers.toml"
    replaced(path, "span_days = 2", span)
    assert cli.main(["scenario", str(path)]) == code
    assert "nobody_answers" in capsys.readouterr().out
