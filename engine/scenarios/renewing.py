"""A scenario that expects what was, made to expect what is: the same steps, with the days and results that the routine has now.

Enters: a stage and a scenario that did not go as it is written. Leaves: its text with other expectations, and what each of them was; no
text where a step itself cannot be taken any more, which is for people to think about. Whether the new expectations are right is theirs too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from engine.scenarios import running
from engine.scenarios.judging import Difference
from engine.scenarios.play import Played
from engine.scenarios.stage import Stage

MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Other:
    """What is otherwise after one step, 0 at the end: `key` of the expectation, its place in it, what was expected and what is found.

    `key` is '' where the scenario cannot just expect what was found; `expected` and `found` are then lines as the command shows them.
    """

    step: int
    key: str
    place: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Renewed:
    """`text` is '' where the scenario cannot be made to go by other expectations alone."""

    text: str
    others: tuple[Other, ...]


def renewed(ready: Stage, path: Path, process_id: str, played: Played) -> Renewed:
    """Let the scenario in that file expect what it finds, play it again, and so on to its end; the file is written over and left so."""
    others: list[Other] = []
    for _ in range(MOST_ROUNDS):
        if played.ok:
            return Renewed(path.read_text(encoding="utf-8"), tuple(others))
        step, differences = played.unmet
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        others += _written(document, step, differences)
        if not differences or any(not one.key for one in differences):
            break
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
        played = running.play_file(ready, path, process_id)
    return Renewed("", tuple(others))


def _written(document: tomlkit.TOMLDocument, step: int, differences: Iterable[Difference]) -> list[Other]:
    """Put what was found in the place of what was expected; gives both."""
    others = []
    whole = document.get("step", [])[step - 1] if step else document
    held = whole.get("expect", {})
    for one in differences:
        if not one.key:
            others.append(Other(step, "", "", one.expected, one.found))
            continue
        inner, name = (held[one.key], one.place) if one.place else (held, one.key)
        others.append(Other(step, one.key, one.place, _plain(inner.get(name)), one.value))
        inner[name] = one.value
    return others


def _plain(value: object) -> object:
    unwrap = getattr(value, "unwrap", None)
    return unwrap() if unwrap else value
