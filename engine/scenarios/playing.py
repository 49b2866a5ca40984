"""A draft played step by step, in virtual time, as every role in turn: what was played is a scenario from the first moment.

Enters: a draft's files, and a scenario as text that says what has been done so far. Leaves: where the case stands then, in a database made
for it and thrown away; nothing of it is ever run among real cases. The text is all that has to be kept: what is remembered between two
steps only saves playing them again.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Lock

import tomlkit
from sqlalchemy import Engine

from engine.definitions import files
from engine.errors import BrokenDefinition, CaseStopped, EngineError
from engine.records import directory
from engine.records.database import reading
from engine.scenarios import deeds, finding, sight, travel
from engine.scenarios.example import Example, example
from engine.scenarios.reading import Known
from engine.scenarios.reading import read as read_scenario
from engine.scenarios.script import Scenario
from engine.scenarios.sight import Situation
from engine.scenarios.stage import Stage, stage

MOST_STAGES, MOST_POSITIONS, MOST_STEPS = 2, 40, 300
LONGEST = 500_000
"""Signs of the text of what was played; a step with its answers takes a thousand."""


@dataclass(frozen=True)
class Position:
    """Where the played case stands. `engine` is the database of this position; `trouble` why the last step could not be taken."""

    engine: Engine
    case_id: str
    now: datetime
    situation: Situation | None
    trouble: EngineError | None = None


@dataclass
class Theatre:
    """A draft's stage, kept while it is played on, with the positions that were reached."""

    ready: Stage
    process_id: str
    known: Known
    folder: Path
    closing: ExitStack
    example: Example
    positions: OrderedDict[str, _Reached] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    gone: bool = False


_theatres: OrderedDict[str, Theatre] = OrderedDict()
_door = Lock()


@contextmanager
def theatre(contents: Mapping[str, bytes], folder: str, process_id: str) -> Iterator[Theatre]:
    """The stage for these files, laid out as `processes/` is; set up once and kept for the next step. Raises BrokenDefinition.

    `process_id` is the routine that is begun: the draft's own, or one that calls it. Nobody else plays there meanwhile: a stage has one
    database, in which one position at a time can be looked at.
    """
    while True:
        place = _found(contents, folder, process_id)
        with place.lock:
            if not place.gone:
                yield place
                return


def _found(contents: Mapping[str, bytes], folder: str, process_id: str) -> Theatre:
    key = f"{process_id}:{files.digest(contents)}"
    with _door:
        found = _theatres.get(key)
        if found is None:
            found = _set_up(contents, folder, process_id)
            _theatres[key] = found
        _theatres.move_to_end(key)
        while len(_theatres) > MOST_STAGES:
            _close(_theatres.popitem(last=False)[1])
        return found


def _close(old: Theatre) -> None:
    """When whoever plays there has taken the step."""
    with old.lock:
        old.gone = True
        old.closing.close()


def _set_up(contents: Mapping[str, bytes], folder: str, process_id: str) -> Theatre:
    closing = ExitStack()
    try:
        root = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="samordna-play-")))
        for name, data in contents.items():
            target = root / "routines" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        played = root / "routines" / folder
        scenario = played / "scenarios" / "played.toml"
        scenario.parent.mkdir(exist_ok=True)
        scenario.touch()  # a routine that others call is in force by itself only where it has a scenario
        bundles = finding.needed(root / "routines", [finding.Asked(played, (scenario,))])
        ready = closing.enter_context(stage(root / "routines", bundles))
        positions = root / "positions"
        positions.mkdir()
        return Theatre(
            ready, process_id, ready.known[process_id], positions, closing, example(contents, folder)
        )
    except BaseException:
        closing.close()
        raise


def at(place: Theatre, text: str) -> Position:
    """The position after all that the scenario says, in a theatre that is held. A step that cannot be taken leaves the position before
    it, with why.

    Raises BrokenDefinition where the text is no scenario, or longer than what can be played.
    """
    if len(text) > LONGEST or text.count("[[step]]") > MOST_STEPS:
        raise BrokenDefinition(())
    scenario = read_scenario(text.encode(), "played.toml", place.known)
    if len(scenario.steps) > MOST_STEPS:
        raise BrokenDefinition(())
    return _played(place, scenario, text)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A position that was reached before: its database file, how many steps it is after, and where the case stood."""

    kept: Path
    steps: int
    case_id: str
    now: datetime


def _played(place: Theatre, scenario: Scenario, text: str) -> Position:
    reached = _nearest(place, text, len(scenario.steps))
    engine = _open(place, reached)
    if reached is not None:
        case_id, now = reached.case_id, reached.now
    else:
        now = scenario.start_at
        try:
            case_id = deeds.start(engine, scenario.begin, place.process_id, now=now)
        except EngineError as error:
            return Position(engine, "", now, None, error)
        _keep(place, engine, text, _Reached(Path(), 0, case_id, now))
    trouble: EngineError | None = None
    for step in scenario.steps[reached.steps if reached else 0 :]:
        try:
            travel.travel(engine, now, step.at or now)
            now = step.at or now
            if step.deed:
                deeds.act(engine, step, case_id, now=now)
                travel.travel(engine, now, now)
        except CaseStopped as stopped:
            trouble = stopped
        except EngineError as error:
            trouble = error
            break
        _keep(place, engine, text, _Reached(Path(), step.number, case_id, now))
    with reading(engine) as tx:
        return Position(engine, case_id, now, sight.situation(tx, case_id, now=now), trouble)


def _nearest(place: Theatre, text: str, steps: int) -> _Reached | None:
    """The furthest position that was reached on the way to this text."""
    for number in range(steps, -1, -1):
        held = place.positions.get(_key(text, number))
        if held is not None:
            place.positions.move_to_end(_key(text, number))
            return held
    return None


def _open(place: Theatre, reached: _Reached | None) -> Engine:
    """The stage's own engine, on a copy of that position or of the empty stage."""
    with place.ready.database() as engine:
        if reached is not None:
            engine.dispose()
            shutil.copyfile(reached.kept, _file(engine))
        return engine


def _keep(place: Theatre, engine: Engine, text: str, reached: _Reached) -> None:
    key = _key(text, reached.steps)
    engine.dispose()
    kept = place.folder / key
    shutil.copyfile(_file(engine), kept)
    place.positions[key] = replace(reached, kept=kept)
    while len(place.positions) > MOST_POSITIONS:
        place.positions.popitem(last=False)[1].kept.unlink(missing_ok=True)


def _file(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def _key(text: str, number: int) -> str:
    """Names the scenario up to that step, whatever follows."""
    document = tomlkit.parse(text)
    steps = document.get("step", [])
    told = tomlkit.dumps({key: value for key, value in document.unwrap().items() if key != "step"})
    told += "".join(tomlkit.dumps(one) for one in document.unwrap().get("step", [])[:number]) if steps else ""
    return hashlib.sha256(f"{number}:{told}".encode()).hexdigest()


# --- the text ------------------------------------------------------------------------------------------------------------


def begun(title: str, start_at: datetime, case: Mapping[str, object]) -> str:
    """A scenario that only begins: at which unit, by whom, about whom, with which answers."""
    return tomlkit.dumps({"title": title, "start_at": start_at, "case": dict(case)})


def further(text: str, step: Mapping[str, object]) -> str:
    """The same with one step more."""
    document = tomlkit.parse(text).unwrap()
    return tomlkit.dumps({**document, "step": [*document.get("step", []), dict(step)]})


def back(text: str) -> str:
    """The same without its last step; '' where there is none left."""
    document = tomlkit.parse(text).unwrap()
    steps = document.get("step", [])
    return tomlkit.dumps({**document, "step": steps[:-1]}) if steps else ""


def with_end(text: str, title: str, position: Position) -> bytes:
    """The scenario as it is kept with the routine: what was played, and that it must go so again."""
    document = tomlkit.parse(text).unwrap()
    done = [one["do"] for one in document.get("step", []) if "do" in one]
    situation = position.situation
    expect: dict[str, object] = {"path": done} if done else {}
    if situation is not None:
        expect["status"] = str(situation.case.status)
        if situation.case.outcome:
            expect["outcome"] = situation.case.outcome
    return tomlkit.dumps({**document, "title": title, "expect": expect}).encode()


def people(position: Position, unit_id: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(user name, name, roles) of the made-up people who work at the unit."""
    with reading(position.engine) as tx:
        roles: dict[str, list[str]] = {}
        for one in directory.memberships(tx, on=position.now.date()):
            if one.unit_id == unit_id:
                roles.setdefault(one.person_id, []).append(one.role)
        names = directory.names(tx, roles)
    return [
        (person, names.get(person, person), tuple(sorted(held))) for person, held in sorted(roles.items())
    ]


def close() -> None:
    """Throw every stage away."""
    with _door:
        while _theatres:
            _close(_theatres.popitem()[1])


__all__ = ["Position", "Theatre", "at", "back", "begun", "close", "further", "people", "theatre", "with_end"]
