"""The line of management: who answers for a unit, level by level, and for the other side at the same level (S3-079).

Enters: posts, one a unit, each with the post above it and who fills it now. Leaves: the post at a level. A level is a post that somebody
fills who is there: vacant posts and those whose managers are all away without a substitute are passed over, and named. Never goes round,
also where the tree does; above the top it says so. Pure, but for `posts`, which reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection

from engine.access.actor import Role
from engine.records import absences, directory


@dataclass(frozen=True, slots=True)
class Post:
    """The post of a unit's manager. `present` are those who can be reached in it now: managers who are not away, and substitutes of
    those who are.
    """

    unit_id: str
    parent_id: str | None
    managers: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A post that was passed over, and why."""

    unit_id: str
    why: Literal["vacant", "absent"]


@dataclass(frozen=True, slots=True)
class Found:
    """The post at a level. `unit_id` is None above the top; `highest` is then the highest post that is filled (None: there is none).

    `is_top`: nobody stands above, so a further level has nobody to go to.
    """

    level: int
    unit_id: str | None
    present: tuple[str, ...]
    passed: tuple[Passed, ...]
    is_top: bool
    highest: str | None


def manager(line: Mapping[str, Post], unit_id: str, level: int) -> Found:
    """The manager `level` steps up from the unit; level 1 is the first filled post at or above it. ValueError below level 1."""
    if level < 1:
        raise ValueError("levels of management are counted from 1")
    passed: list[Passed] = []
    filled: list[Post] = []
    for post in above(line, unit_id):
        if post.present:
            filled.append(post)
            if len(filled) > level:
                break
        elif len(filled) < level:
            passed.append(Passed(post.unit_id, "absent" if post.managers else "vacant"))
    highest = filled[-1].unit_id if filled else None
    if len(filled) < level:
        return Found(level, None, (), tuple(passed), True, highest)
    there = filled[level - 1]
    return Found(level, there.unit_id, there.present, tuple(passed), len(filled) == level, highest)


def both(line: Mapping[str, Post], unit_id: str, counterpart_id: str, level: int) -> tuple[Found, Found]:
    """The manager at that level for the unit and for the other side."""
    return manager(line, unit_id, level), manager(line, counterpart_id, level)


def above(line: Mapping[str, Post], unit_id: str) -> Iterator[Post]:
    """The unit's own post and those above it, each once."""
    seen: set[str] = set()
    here: str | None = unit_id
    while here is not None and here in line and here not in seen:
        seen.add(here)
        yield line[here]
        here = line[here].parent_id


def posts(tx: Connection, parents: Mapping[str, str | None], *, on: date, now: datetime) -> dict[str, Post]:
    """The posts of these units (id -> the unit above), as they are filled on that day, at that instant."""
    managers: dict[str, list[str]] = {}
    for unit_id, person_id in directory.reachable(tx, parents, role=Role.MANAGER, on=on):
        managers.setdefault(unit_id, []).append(person_id)
    away = absences.away(tx, {one for people in managers.values() for one in people}, now=now)
    present = {unit: [one for one in people if one not in away] for unit, people in managers.items()}
    standing_in = absences.substituting(tx, absent_ids=away, now=now) if away else []
    not_there = absences.away(tx, {one.substitute_id for one in standing_in}, now=now)
    for one in standing_in:
        fills = one.role == Role.MANAGER and one.absent_id in managers.get(one.unit_id, ())
        if fills and one.substitute_id not in not_there:
            present[one.unit_id].append(one.substitute_id)
    return {
        unit: Post(unit, parent, tuple(managers.get(unit, ())), tuple(dict.fromkeys(present.get(unit, ()))))
        for unit, parent in parents.items()
    }
