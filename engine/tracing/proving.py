"""Which scenario fails when a place is taken away: found by taking it away.

Enters: a stage, places, and what each scenario has visited. Leaves: for each place the first scenario, quickest first, that does not
go as written without it. A scenario that merely passes by shows nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

from sqlalchemy import Connection

from engine import library
from engine.actions import deploy
from engine.definitions import files, toml
from engine.definitions.files import Bundle
from engine.errors import EngineError
from engine.records import specs
from engine.records.database import writing
from engine.scenarios import finding, reading
from engine.scenarios.history import Visits
from engine.scenarios.play import Played, play
from engine.scenarios.stage import IN_FORCE_AT, Stage, stage
from engine.tracing import removing
from engine.tracing.places import ELEMENT, RULE, Place, owner

MOST_TRIED = 10
"""So many scenarios are played without a place before it counts as shown by none."""

MOST_TIMERS = 150
"""On one journey: without a step a timer may fire for ever, and that is a failure too."""

LONGEST = 60
"""So many seconds a scenario may take without a place; one that goes in circles is stopped, and has failed."""


class TooLong(BaseException):
    """The scenario goes in circles. No Exception, since whatever runs a case would take that for a fault of the case."""


@dataclass(frozen=True)
class Theatre:
    """A stage with every routine that its scenarios need in force."""

    root: Path
    ready: Stage
    bundles: Sequence[Bundle]

    def whole(self, path: Path) -> Played:
        """The scenario with nothing taken away."""
        process_id = process_of(path)
        known = self.ready.known[process_id]
        scenario = reading.read(path.read_bytes(), finding.shown(path), known)
        with self.ready.database() as engine:
            return play(engine, scenario, process_id, known.zone, most_timers=MOST_TIMERS)

    def fails_without(self, path: Path, place: Place) -> bool:
        """Whether the scenario goes wrong, or can no longer be begun, when the place is taken away."""
        process_id = process_of(path)
        known = self.ready.known[process_id]
        scenario = reading.read(path.read_bytes(), finding.shown(path), known)
        try:
            with self.ready.database() as engine, _stopped_after(LONGEST):
                with writing(engine) as tx:
                    for bundle in self.bundles:
                        if place.path in bundle.files:
                            _put_in_force(tx, removing.without(bundle, place))
                return not play(engine, scenario, process_id, known.zone, most_timers=MOST_TIMERS).ok
        except (EngineError, TooLong):
            return True  # what is left is no routine that anybody could run


@contextmanager
def _stopped_after(seconds: int) -> Iterator[None]:
    """Raises TooLong inside when the time is over. Only in a main thread, where signals arrive."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _put_in_force(tx: Connection, less: Bundle) -> None:
    """As a deployment does, without the checks: what they would say of what is left is not the question here."""
    loaded = library.keep(less.files, less.process_id)
    _ = loaded.specification  # whatever the engine refuses is refused now
    later = IN_FORCE_AT + timedelta(seconds=1)
    deploy.keep(tx, deploy.Checked(less, loaded.routine.title, ()), by=None, now=later)
    specs.make_current(tx, less.process_id, less.hash, by=None, now=later)


@contextmanager
def theatre(root: Path, folders: Iterable[Path] = ()) -> Iterator[Theatre]:
    """Set up once for many; `folders` are the routines that scenarios begin with, by default all that have some."""
    wanted = list(folders) or [one for one in finding.routines(root) if any(one.glob("scenarios/*.toml"))]
    asked = [finding.Asked(one, tuple(sorted(one.glob("scenarios/*.toml")))) for one in wanted]
    bundles = finding.needed(root, asked)
    with stage(root, bundles) as ready:
        yield Theatre(root, ready, bundles)


def process_of(path: Path) -> str:
    """The process that a scenario begins."""
    return files.process_id_of(finding.name_of(path.parent.parent))


def prove(root: Path, wanted: Sequence[Place]) -> Iterator[tuple[Place, str]]:
    """For each place the path below `root` of a scenario that fails without it, '' where none does.

    Raises EngineError where a scenario does not go as written with nothing taken away.
    """
    folders = _folders(root, {one.path for one in wanted})
    scenarios = [path for folder in folders for path in sorted(folder.glob("scenarios/*.toml"))]
    with theatre(root, folders) as here:
        played = {path: here.whole(path) for path in scenarios}
        for one in played.values():
            if not one.ok:
                raise EngineError("\n".join(one.trouble))
        quickest = sorted(played, key=lambda path: played[path].seconds)
        for place in wanted:
            passing = [path for path in quickest if passes(path, played[path].visits, place)]
            tried = sorted(passing, key=lambda path: not _names(path, place))[:MOST_TRIED]
            shows = next((path for path in tried if here.fails_without(path, place)), None)
            yield place, shows.relative_to(root).as_posix() if shows is not None else ""


def _folders(root: Path, paths: set[str]) -> list[Path]:
    """The routines with scenarios in which one of these files is in force."""
    found = []
    for folder in finding.routines(root):
        scenarios = tuple(sorted(folder.glob("scenarios/*.toml")))
        bundles = finding.needed(root, [finding.Asked(folder, scenarios)]) if scenarios else []
        if any(paths & set(bundle.files) for bundle in bundles):
            found.append(folder)
    return found


def _names(path: Path, place: Place) -> bool:
    """Whether the scenario's text has the place's own name, and so is likely to miss it."""
    text = path.read_text(encoding="utf-8")
    return all(word in text for word in place.keys or (place.id,))


def passes(path: Path, visits: Visits, place: Place) -> bool:
    """Whether the scenario comes by the place."""
    if place.kind == ELEMENT:
        reached = {(place.process_id, flow) for flow in place.into} & visits.flows  # also what was never left
        return bool(reached) or (place.process_id, place.id) in visits.elements
    if place.kind == RULE:
        return (files.folder_of(place.path), place.table, place.row) in visits.rules
    asked = owner(place)
    told = toml.read(path.read_bytes(), path=path.name)
    steps = told.get("step")
    given = [one for one in steps if isinstance(one, dict)] if isinstance(steps, list) else []
    return any(asked in {step.get("do"), step.get("start"), step.get("correct")} for step in given) or (
        (files.process_id_of(files.folder_of(place.path)), asked) in visits.elements
    )


def still_true(here: Theatre, shown: Mapping[str, str], place: Place) -> bool:
    """Whether the scenario that is said to show the place does."""
    return here.fails_without(here.root / shown[place.where], place)
