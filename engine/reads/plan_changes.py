"""What differs between two versions of a plan: what came, what went, and what became something else.

Enters: two plans as `plans` reads them, and all else that stands in them, both already less what the reader may not see. Leaves: a list of
changes in the order of the newer plan. Pure, and no words for people: `webapp.pages.plan_sentences` has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from engine.reads.plans import Activity, Goal, likest

One = TypeVar("One")
OF_GOAL = ("words", "measure", "target_on")
OF_ACTIVITY = tuple(one.name for one in fields(Activity) if one.name not in ("since_on", "said"))
INSIDE_GOALS = frozenset({"goals", "interventions", "lss_interventions"})
"""Keys of a plan's content that `plans.read` reads."""


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is `added`, `removed` or `changed`; `part` is `goal`, `activity` or `beside` (all that is no goal).

    `goal` is the words of the goal it is about, `name` the activity or the key beside the goals, `field` what of it changed, with what
    it `was` and what it is `now`.
    """

    kind: str
    part: str
    goal: str = ""
    name: str = ""
    field: str = ""
    was: object = None
    now: object = None


def between(before: Sequence[Goal], after: Sequence[Goal]) -> list[Change]:
    """What the goals and activities of `after` have that `before` has not, and the other way round."""
    found: list[Change] = []
    pairs, gone = matched(before, after, lambda one: one.words)
    for old, new in pairs:
        if old is None:
            found.append(Change("added", "goal", new.words, now=len(new.activities)))
            continue
        found += [
            Change("changed", "goal", new.words, field=name, was=getattr(old, name), now=getattr(new, name))
            for name in OF_GOAL
            if getattr(old, name) != getattr(new, name)
        ]
        found += _activities(old, new)
    return found + [Change("removed", "goal", one.words) for one in gone]


def _activities(old: Goal, new: Goal) -> list[Change]:
    found: list[Change] = []
    pairs, gone = matched(old.activities, new.activities, lambda one: one.what)
    for was, now in pairs:
        if was is None:
            found.append(Change("added", "activity", new.words, now.what, now=now))
            continue
        found += [
            Change("changed", "activity", new.words, now.what, name, getattr(was, name), getattr(now, name))
            for name in OF_ACTIVITY
            if getattr(was, name) != getattr(now, name) and not _settled(name, was, now)
        ]
    return found + [Change("removed", "activity", new.words, one.what, was=one) for one in gone]


def _settled(name: str, was: Activity, now: Activity) -> bool:
    """Whether something is gone only because the decision that it waited for has been made; that is told once, by the decision."""
    awaited = was.decision == "waiting" and now.decision != "waiting"
    return awaited and name in ("waits_for", "expected_on", "meanwhile") and not getattr(now, name)


def beside(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    """What changed in all that is no goal: by key. A key that only one of them has is none of what the other is made of, and no change."""
    keys = [key for key in after if key in before and key not in INSIDE_GOALS]
    found = []
    for key in keys:
        was, now = _empty(before.get(key)), _empty(after.get(key))
        if was != now:
            kind = "added" if was is None else "removed" if now is None else "changed"
            found.append(Change(kind, "beside", name=key, field=key, was=was, now=now))
    return found


def _empty(value: object) -> object:
    return None if value in ("", [], {}) else value


def matched(
    before: Sequence[One], after: Sequence[One], told: Callable[[One], str]
) -> tuple[list[tuple[One | None, One]], list[One]]:
    """Each of `after` with what it was before, or None; and those of `before` that are gone. Equal texts are matched before alike ones."""
    left = list(before)
    pairs: dict[int, One] = {}
    for equal in (True, False):
        for place, one in enumerate(after):
            if place in pairs:
                continue
            same = (
                next((old for old in left if told(old) == told(one)), None)
                if equal
                else likest(told(one), left, told)
            )
            if same is not None:
                pairs[place] = same
                left = [old for old in left if old is not same]
    return [(pairs.get(place), one) for place, one in enumerate(after)], left
