"""The public conformance kit: every result of every case, with the pass rate per level and a bar that only moves up."""

from __future__ import annotations

import sys
from collections import defaultdict

import pytest

from tests import beside
from tests.expressions import tck

# Share of results that must pass. The cases that call Java are left out: foreign code is never run.
BARS = {"2": 1.0, "3": 1.0}
FOREIGN = "0076-feel-external-java"


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[tck.Outcome]]:
    folder = beside.folder("dmn-tck")
    if folder is None:
        pytest.skip(beside.MISSING)
    found: dict[str, list[tck.Outcome]] = defaultdict(list)
    for tests in sorted(folder.glob("*/*/*-test-*.xml")):
        if tests.parent.name != FOREIGN:
            for outcome in tck.outcomes(tests):
                found[outcome.level].append(outcome)
    return found


@pytest.mark.parametrize("level", sorted(BARS))
def test_the_kit_passes_at_each_level(
    outcomes: dict[str, list[tck.Outcome]], level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = outcomes[level]
    missed = [f"{one.case}: {one.detail}" for one in results if not one.passed]
    rate = 1 - len(missed) / len(results)
    told = f"level {level}: {len(results) - len(missed)} of {len(results)} results, {rate:.2%}"
    with capsys.disabled():
        sys.stdout.write(f" {told} ")
    assert rate >= BARS[level], "\n".join(missed)
