"""When the content of a closed case is to be disposed of: so many years after its last entry, or when the person has come of an age.

Enters: a region's rules and what is known of a case. Leaves: a `Disposal`: the first day on which it may go, and by which rule. Pure: no
clock, no row. A case that is not over is never due, and what no rule speaks of is kept (S3-067).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Rule:
    """As `definitions.region.KeptLonger`: one of `years` and `until_age`; empty `controller` or `object` is any."""

    basis: str
    years: int | None = None
    until_age: int | None = None
    controller: str = ""
    object: str = ""
    archive_first: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Those of a region; `otherwise` is for what no rule fits. Where it says `archive_first`, that holds for every case."""

    rules: tuple[Rule, ...]
    otherwise: Rule | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A case. `last_on` is the day of its last entry or of its closing, whichever is later; None while anything of it runs.

    `object` is `personal`, `deviation` or `other`; days are local. `born_on` is None where it is not known.
    """

    controller_id: str
    controller_kind: str
    object: str
    started_on: date
    last_on: date | None
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Disposal:
    """The first day on which the content may go, by which rule, and from which day it is reckoned.

    `archive_first`: some rule that fits wants what is to be kept taken out to an archive before.
    """

    due_on: date
    rule: Rule
    reckoned_from: date
    archive_first: bool = False


def rules_of(settings: Mapping[str, object]) -> Rules:
    """As the settings of a region hold them (`actions.deploy.put_region`)."""
    told = settings.get("retention")
    if not isinstance(told, Mapping):
        return Rules((), None)
    archived = told.get("archive_first") is True
    otherwise = Rule(basis=str(told.get("basis", "")), years=int(str(told["years"])), archive_first=archived)
    return Rules(tuple(Rule(**one) for one in told.get("rules") or ()), otherwise)


def disposal(rules: Rules, case: Kept) -> Disposal | None:
    """Every rule that fits is reckoned and the latest day counts; None while the case runs, and where no rule says anything."""
    if case.last_on is None:
        return None
    fitting = [one for one in rules.rules if _fits(one, case)]
    if not any(one.years is not None for one in fitting) and rules.otherwise is not None:
        fitting.append(rules.otherwise)
    reckoned = [_reckoned(one, case, case.last_on) for one in fitting]
    latest = max(reckoned, key=lambda one: one.due_on, default=None)
    always = rules.otherwise is not None and rules.otherwise.archive_first
    if latest is not None and (always or any(one.archive_first for one in fitting)):
        return replace(latest, archive_first=True)
    return latest


def shortest(rules: Rules) -> int | None:
    """After how many years at the earliest anything can be due: what ended later need not be looked at."""
    lengths = [
        one.years for one in (*rules.rules, rules.otherwise) if one is not None and one.years is not None
    ]
    return min(lengths, default=None)


def years_after(day: date, years: int) -> date:
    """The same day of the year; the day after it where there is none (29 February)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _fits(rule: Rule, case: Kept) -> bool:
    controlled = rule.controller in ("", case.controller_id, case.controller_kind)
    return controlled and rule.object in ("", case.object) and (rule.until_age is None or _was_child(case))


def _was_child(case: Kept) -> bool:
    """Under age when the case began. Whose day of birth nobody knows may have been."""
    return case.object == "personal" and (
        case.born_on is None or case.started_on < years_after(case.born_on, OF_AGE)
    )


def _reckoned(rule: Rule, case: Kept, last_on: date) -> Disposal:
    if rule.until_age is None:
        return Disposal(years_after(last_on, rule.years or 0), rule, last_on)
    born_on = case.born_on or case.started_on  # nobody can have been younger
    return Disposal(years_after(born_on, rule.until_age), rule, born_on)
