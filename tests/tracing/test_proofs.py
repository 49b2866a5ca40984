"""Each requirement that a routine names stands where it matters: without that place, a scenario fails.

`SAMORDNA_TEST_SEED` draws other places than those of every day.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from engine.definitions import files
from engine.tracing import places, proving, report, shown

PROJECT = Path(__file__).parent.parent.parent
ROOT = PROJECT / "processes"
SEED = os.environ.get("SAMORDNA_TEST_SEED", "requirements")
DRAWN = 20


def test_a_routine_whose_places_have_been_tried_has_none_that_no_scenario_misses() -> None:
    proven = shown.read(ROOT)
    tried = {files.folder_of(where) for where in proven}
    wanting = [
        one.where
        for one in places.of(ROOT)
        if one.requirements and files.folder_of(one.path) in tried and one.where not in proven
    ]
    assert wanting == [], (
        "run `samordna clauses --prove`; what it cannot show needs a scenario that looks at it"
    )


def test_what_shows_a_place_is_there() -> None:
    numbered = {one.where for one in places.of(ROOT) if one.requirements}
    gone = [
        where for where, by in shown.read(ROOT).items() if where not in numbered or not (ROOT / by).is_file()
    ]
    assert gone == [], "run `samordna clauses --prove`"


def test_twenty_places_taken_away_at_random_are_missed_by_the_scenarios_that_show_them() -> None:
    proven = shown.read(ROOT)
    numbered = [one for one in places.of(ROOT) if one.requirements and one.where in proven]
    drawn = random.Random(SEED).sample(numbered, DRAWN)
    played = {(ROOT / proven[one.where]).parent.parent for one in drawn}
    with proving.theatre(ROOT, sorted(played)) as here:
        unmissed = [one.where for one in drawn if not proving.still_true(here, proven, one)]
    assert unmissed == [], f"seed {SEED}"


def test_no_number_is_named_that_no_document_has() -> None:
    assert report.of(PROJECT, ROOT).unknown == {}
