"""Drawings whose faults are known: those beside the repository, judged as their index says."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definitions import files
from engine.definitions.checks import check_path, model, soundness
from engine.soundness.verdict import Verdict
from tests import beside

CASES = beside.index("examples/soundness")
FOLDER = beside.folder("examples/soundness")
needs_data = pytest.mark.skipif(not CASES, reason=beside.MISSING)


def judged(case: dict[str, Any]) -> Verdict:
    assert FOLDER is not None
    read, broken = model.read(files.single(FOLDER / case["file"]), conventions=False, operations=None)
    assert not broken
    return soundness.verdict(read)


@needs_data
def test_there_are_sound_and_unsound_examples() -> None:
    assert {case["sound"] for case in CASES} == {"yes", "no"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_each_example_is_judged_as_its_index_says(case: dict[str, Any]) -> None:
    verdict = judged(case)
    assert verdict.complete
    assert [(one.rule, one.element_id) for one in verdict.faults] == (
        [] if case["sound"] == "yes" else [(case["defect"], case["element"])]
    )


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if case["sound"] == "no"]
)
def test_what_is_unsound_has_a_run_that_shows_it_and_a_finding_with_its_line(case: dict[str, Any]) -> None:
    assert FOLDER is not None
    (fault,) = judged(case).faults
    assert fault.run.steps[0].what == "begins"
    assert len(fault.run.steps) > 2
    told = [one for one in check_path(FOLDER / case["file"]) if one.rule == case["defect"]]
    assert (case["element"], case["line"]) in [(one.element_id, one.line) for one in told]
