"""All scenarios of a path, and the lines that people read about them.

Enters: a path and a way to print. Leaves: whether every scenario went as written; one line for each, a block for each that did not,
and what no scenario has visited.
"""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.definitions.files import SHARED, Bundle
from engine.errors import BrokenDefinition
from engine.scenarios import coverage, finding, reading
from engine.scenarios.finding import Asked
from engine.scenarios.history import Visits
from engine.scenarios.play import Played, play
from engine.scenarios.stage import Stage, stage

Echo = Callable[[str], object]


def run_path(path: Path, *, echo: Echo, database: str | None = None, require_coverage: bool = False) -> bool:
    """Run the scenarios of a routine, a file, a region or a folder of regions; True where all went as written.

    `database` is the URL of a database with nobody in it, else one is made and thrown away; the last case played stays there to be
    looked at. With `require_coverage` something not visited is a failure too. Raises stage.NotEmpty.
    """
    began = stopwatch.perf_counter()
    try:
        root, asked = finding.asked(path)
        bundles = finding.needed(root, asked)
        with stage(root, bundles, database) as ready:
            echo(f"{len(bundles)} routines in force after {stopwatch.perf_counter() - began:.1f} s")
            played = [one for routine in asked for one in _all_of(ready, routine, bundles, echo)]
    except BrokenDefinition as broken:
        for found in broken.findings:
            echo(str(found))
        return False
    if not played:
        echo(
            "no scenarios: write them in <region>/<routine>/scenarios/*.toml, of the routine that people start"
        )
        return False
    failed, days = sum(not one.ok for one in played), sum(one.days for one in played)
    echo(
        f"{len(played)} scenarios, {failed} failed, {days} virtual days in {stopwatch.perf_counter() - began:.1f} s"
    )
    complete = path.is_file() or _say_coverage(bundles, asked, played, echo)
    return not failed and (complete or not require_coverage)


def play_file(ready: Stage, path: Path, process_id: str) -> Played:
    """One scenario file on a stage where its routine is in force; what cannot be read is told as what cannot be played."""
    known = ready.known[process_id]
    try:
        scenario = reading.read(path.read_bytes(), finding.shown(path), known)
    except BrokenDefinition as broken:
        return Played(path.stem, "", tuple(str(one) for one in broken.findings), 0, 0, 0.0)
    with ready.database() as engine:
        return play(engine, scenario, process_id, known.zone)


def _all_of(ready: Stage, asked: Asked, bundles: Sequence[Bundle], echo: Echo) -> list[Played]:
    if not asked.scenarios:
        return []
    process_id = next(one.process_id for one in bundles if one.folder == asked.name)
    echo(asked.name)
    played = []
    for path in asked.scenarios:
        one = play_file(ready, path, process_id)
        echo(_line(one))
        for text in one.trouble:
            echo(f"    {text}")
        played.append(one)
    return played


def _line(one: Played) -> str:
    how = "ok    " if one.ok else "FAILED"
    return (
        f"  {how} {one.name:<32} {one.days:>5} days {one.steps:>4} steps {one.seconds:>6.2f} s  {one.title}"
    )


def _say_coverage(
    bundles: Sequence[Bundle], asked: Sequence[Asked], played: Sequence[Played], echo: Echo
) -> bool:
    """Whether everything asked for was visited; prints how much was, and what was not.

    What a routine calls elsewhere, shared or of another region, is shown and is for the scenarios there to visit.
    """
    visits = Visits()
    for one in played:
        visits.add(one.visits)
    found = coverage.of(bundles, visits)
    echo(f"coverage: {found.summary()}")
    widest = max(map(len, found.folders), default=0)
    for folder in found.folders:
        echo(f"  {folder:<{widest}} {found.summary(folder)}")
    missing = [one for one in found.missing if _is_asked(one.folder, asked)]
    for target in missing:
        echo(f"  not visited: {target}")
    return not missing


def _is_asked(folder: str, asked: Sequence[Asked]) -> bool:
    """Whether the folder was named, or is a part in the same region as a routine that was."""
    regions = {one.folder.parent.name for one in asked} - {SHARED}
    return folder.split("/", 1)[0] in regions or folder in {one.name for one in asked}
