"""A plan as what it is, whatever the forms of its routine call the parts: goals, and who does what for each.

Enters: the content of a plan, as it was issued or as it is being written, already less what its reader may not see. Leaves: goals with
activities, how far each has come and since when. Pure; reads no row, so it can show no more than it was handed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import TypeVar

One = TypeVar("One")
ALIKE = 0.6
"""How alike two texts must be (0 to 1) to be taken for the same one, written anew."""

HEALTH_CARE = frozenset({"region", "specialist"})
"""What forms call the principal of health care: a Swedish region, a Norwegian health trust."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody does for a goal. Dates are days of the case's region; '' and None are what nobody wrote.

    `principal` is the form's own word (`region`, `municipality`, `specialist`, `state`, `other`, `person`); `decision` is `planned`,
    `decided`, `waiting`, `refused`, `wished` or `withdrawn`; `progress` is `not_begun`, `going_on`, `done` or `stopped`.
    """

    what: str
    principal: str
    unit_id: str = ""
    other: str = ""
    responsible: str = ""
    decision: str = "planned"
    progress: str = "not_begun"
    said: bool = False  # whether the form itself tells how it goes
    since_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    decided_on: date | None = None
    waits_for: str = ""
    expected_on: date | None = None
    meanwhile: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more is to happen with it."""
        return self.progress in ("done", "stopped")


@dataclass(frozen=True, slots=True)
class Goal:
    """What the person wants, in their own words, and all that is done for it. `state` is how a follow-up found it, or ''."""

    words: str
    measure: str = ""
    target_on: date | None = None
    activities: tuple[Activity, ...] = ()
    state: str = ""

    @property
    def joint(self) -> bool:
        """Whether health care and the municipality answer for it together (S3-019): both have something in it that still stands."""
        kinds = {one.principal for one in self.activities if one.progress != "stopped"}
        return bool(kinds & HEALTH_CARE) and "municipality" in kinds


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one activity when somebody asked after it: `done`, `running`, `late`, `decided` or `still_waiting`."""

    what: str
    state: str
    on: date


def read(content: Mapping[str, object], kinds: Mapping[str, str]) -> tuple[Goal, ...]:
    """The goals of a plan. `kinds` is unit id -> kind of its principal, for forms that do not ask who answers.

    A plan without goals, as that of LSS, is one goal without words.
    """
    goals = [_goal(one, kinds) for one in rows(content.get("goals"))]
    loose = rows(content.get("interventions")) or rows(content.get("lss_interventions"))
    if loose:
        goals.append(Goal("", activities=tuple(_activity(one, kinds) for one in loose)))
    return tuple(goals)


def rows(value: object) -> list[Mapping[str, object]]:
    """The rows of a list; nothing where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _goal(one: Mapping[str, object], kinds: Mapping[str, str]) -> Goal:
    inside = rows(one.get("activities")) or rows(one.get("measures"))
    return Goal(
        _text(one, "goal"),
        _text(one, "measure"),
        _day(one, "target_on"),
        tuple(_activity(each, kinds) for each in inside),
    )


DECISIONS = {"granted": "decided", "applied": "waiting"}
"""The words of the Norwegian form for what the others call so."""


def _activity(one: Mapping[str, object], kinds: Mapping[str, str]) -> Activity:
    norwegian = "measure" in one
    unit = _text(one, "responsible" if norwegian else "unit")
    amount = _text(one, "amount")
    what = _text(one, "measure", "description", "intervention")
    decision = _text(one, "state") or "planned"
    progress = _text(one, "progress") or ("stopped" if decision in ("withdrawn", "refused") else "not_begun")
    return Activity(
        what=f"{what} ({amount})" if amount else what,
        principal=_text(one, "principal", "level") or kinds.get(unit) or "other",
        unit_id=unit,
        other=_text(one, "other_actor", "responsible_other", "who"),
        responsible="" if norwegian else _text(one, "responsible"),
        decision=DECISIONS.get(decision, decision),
        progress=progress,
        said=bool(_text(one, "progress")),
        since_on=_day(one, "progress_on"),
        starts_on=_day(one, "starts_on"),
        ends_on=_day(one, "ends_on", "evaluate_on"),
        decided_on=_day(one, "decided_on"),
        waits_for=_text(one, "decision_awaited_from"),
        expected_on=_day(one, "decision_expected_on"),
        meanwhile=_text(one, "interim_measure", "meanwhile"),
    )


def _text(one: Mapping[str, object], *keys: str) -> str:
    return next((str(one[key]).strip() for key in keys if one.get(key)), "")


def _day(one: Mapping[str, object], *keys: str) -> date | None:
    return next((found for key in keys if isinstance(found := one.get(key), date)), None)


def checked(goals: Sequence[Goal], checks: Sequence[Check], *, written_on: date) -> tuple[Goal, ...]:
    """The same with what was found of its activities, the oldest finding first.

    What the plan itself says of how it goes counts for more than what was found before it was written.
    """
    found = list(goals)
    for check in checks:
        every = [one for goal in found for one in goal.activities]
        meant = likest(check.what, every, lambda one: one.what)
        if meant is not None and not (meant.said and check.on < written_on):
            now = _after(meant, check)
            found = [
                replace(goal, activities=tuple(now if one is meant else one for one in goal.activities))
                for goal in found
            ]
    return tuple(found)


def _after(one: Activity, check: Check) -> Activity:
    match check.state:
        case "done":
            return replace(one, progress="done", since_on=check.on)
        case "running":
            return one if one.progress == "going_on" else replace(one, progress="going_on", since_on=check.on)
        case "decided":
            return replace(one, decision="decided", decided_on=check.on, meanwhile="")
    return one


def judged(goals: Sequence[Goal], states: Sequence[tuple[str, str]]) -> tuple[Goal, ...]:
    """The same with how a follow-up found each goal: (its words, the state)."""
    found = list(goals)
    for words, state in states:
        meant = likest(words, found, lambda one: one.words)
        found = [replace(one, state=state) if one is meant else one for one in found]
    return tuple(found)


def dated(goals: Sequence[Goal], earlier: Sequence[tuple[date, Sequence[Goal]]]) -> tuple[Goal, ...]:
    """The same with since when each activity is as it is: what was written, else the first version of those without a break that has it so.

    `earlier` is (day it was issued, goals), the newest first, beginning with the version that is shown.
    """
    return tuple(
        replace(goal, activities=tuple(_dated(one, earlier) for one in goal.activities)) for goal in goals
    )


def _dated(one: Activity, earlier: Sequence[tuple[date, Sequence[Goal]]]) -> Activity:
    if one.since_on is not None:
        return one
    since = None
    for day, goals in earlier:
        then = likest(one.what, [each for goal in goals for each in goal.activities], lambda each: each.what)
        if then is None or then.progress != one.progress:
            break
        since = day
    return replace(one, since_on=since)


def likest(text: str, among: Sequence[One], told: Callable[[One], str]) -> One | None:
    """The one that says the same, or says it in other words: equal, then within, then alike; None where none does."""
    wanted = _folded(text)
    best: tuple[float, One] | None = None
    for one in among:
        score = _likeness(wanted, _folded(told(one)))
        if score >= ALIKE and (best is None or score > best[0]):
            best = (score, one)
    return best[1] if best else None


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 2.0
    if not one or not other:
        return 0.0
    if one in other or other in one:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def activities(goals: Sequence[Goal]) -> Iterator[Activity]:
    """Every activity of a plan, in the order of its goals."""
    return (one for goal in goals for one in goal.activities)
