"""One measure of the co-operation, told: one large number, its definition in words, a curve, and groups with the worst first.

Enters: whose figures, of what period, and which measure. Leaves: a View that the page, the CSV and the workbook show alike. All of it
has gone through `engine.reads.guarded`; nothing here knows a case.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median, quantiles

from flask_babel import gettext, ngettext

from engine.reads import guarded, measures
from engine.reads.guarded import Share
from engine.reads.measures import Kept, Length, Period, Scope
from engine.records import directory
from webapp.pages.directory_names import unit_names
from webapp.pages.measure_words import compared, in_days, means, percent, span, title, too_few
from webapp.session import now, tx

MEASURES = (*measures.KEPT, *measures.LENGTHS)
WIDTH, HEIGHT, LEFT, TOP = 640, 220, 56, 16


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the curve: the days it stands for in words, the number in words, and where it is drawn."""

    label: str
    told: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its name, of how many, how many of them (empty for a length of time), the number in words, its part of a bar (0 to 100)."""

    name: str
    total: int
    hits: str
    told: str
    bar: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A measure as it is told; `told` is empty and `sentence` says why where there is too little."""

    key: str
    title: str
    means: str
    told: str = ""
    counted: str = ""
    nine_of_ten: str = ""
    change: str = ""
    sentence: str = ""
    points: list[Point] = field(default_factory=list)
    axis: list[tuple[float, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    askers: list[Row] = field(default_factory=list)
    regions: list[Row] = field(default_factory=list)
    merged: bool = False


def brief(key: str, scope: Scope, period: Period) -> View:
    """The measure's large number alone, with that of the period before."""
    return _shares(key, scope, period, "") if key in measures.KEPT else _lengths(key, scope, period, "")


def full(key: str, scope: Scope, period: Period, by: str) -> View:
    """The measure with its curve (`by` is `week` or `month`), its groups, and the regions beside one another."""
    return _shares(key, scope, period, by) if key in measures.KEPT else _lengths(key, scope, period, by)


# --- shares ---------------------------------------------------------------------------------------------


def _shares(key: str, scope: Scope, period: Period, by: str) -> View:
    rows = measures.kept(tx(), key, scope, period, now=now())
    whole = _whole(rows)
    if not guarded.tellable(whole):
        return View(key, title(key), means(key), sentence=too_few(whole.total))
    earlier = _whole(measures.kept(tx(), key, scope, period.before, now=now()))
    change = compared(whole.part * 100, earlier.part * 100 if guarded.tellable(earlier) else None, better=1)
    counted = gettext("%(hits)s of %(total)s", hits=whole.hits, total=whole.total)
    if not by:
        return View(key, title(key), means(key), percent(whole), counted, change=change)
    groups = _groups(measures.by_unit(rows))
    waits = measures.kept(tx(), key, scope, period, now=now(), asked=True) if scope.unit_ids else rows
    askers = _groups(measures.by_unit(waits) if scope.unit_ids else measures.by_asker(waits))
    regions = {
        one: _whole(rows if scope == Scope(one) else measures.kept(tx(), key, Scope(one), period, now=now()))
        for one in directory.region_ids(tx())
    }
    beside = [Share((one,), found.hits, found.total) for one, found in regions.items()]
    told = guarded.by_group(beside, apart=scope.region_id)
    points, axis = _curve(_weeks(rows, by))
    return View(
        key, title(key), means(key), percent(whole), counted, change=change, points=points, axis=axis, rows=groups, askers=askers,
        regions=_named(told, _region_names()), merged=any(" " in one.key for one in groups),
    )  # fmt: skip


def _whole(rows: Sequence[Kept]) -> Share:
    return Share((), sum(one.hits for one in rows), sum(one.total for one in rows))


def _groups(found: Mapping[str, tuple[int, int]]) -> list[Row]:
    told = guarded.by_group([Share((unit,), hits, total) for unit, (hits, total) in sorted(found.items())])
    return _named(told, unit_names(found))


def _named(told: Sequence[Share], names: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            _joined(one.keys, names),
            one.total,
            str(one.hits),
            percent(one),
            round(one.part * 100),
            " ".join(one.keys),
        )
        for one in told
    ]


def _weeks(rows: Sequence[Kept], by: str) -> list[tuple[str, str, float]]:
    """Label, number in words, percent; neighbours merged until each may be told."""
    found: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for day, (hits, total) in measures.by_day(rows).items():
        first = _first_of(day, by)
        found[first] = (found[first][0] + hits, found[first][1] + total)
    told = guarded.in_order([Share((day.isoformat(),), *found[day]) for day in sorted(found)])
    return [(span(one.keys, by), percent(one), one.part * 100) for one in told]


# --- lengths --------------------------------------------------------------------------------------------


def _lengths(key: str, scope: Scope, period: Period, by: str) -> View:
    rows = measures.lengths(tx(), key, scope, period, now=now())
    if len(rows) < guarded.LEAST:
        return View(key, title(key), means(key), sentence=too_few(len(rows)))
    days = [one.days for one in rows]
    earlier = [one.days for one in measures.lengths(tx(), key, scope, period.before, now=now())]
    change = compared(median(days), median(earlier) if len(earlier) >= guarded.LEAST else None, better=-1)
    counted = ngettext("of %(num)s case", "of %(num)s cases", len(days))
    most = quantiles(days, n=10)[-1] if len(days) >= 2 * guarded.LEAST else None
    ninth = gettext("within %(days)s", days=in_days(most)) if most is not None else ""
    if not by:
        return View(key, title(key), means(key), in_days(median(days)), counted, ninth, change)
    units = _medians(_by(rows, lambda one: one.unit_id), unit_names({one.unit_id for one in rows}))
    found = {
        one: [way.days for way in measures.lengths(tx(), key, Scope(one), period, now=now())]
        for one in directory.region_ids(tx())
    }
    points, axis = _curve(_median_weeks(rows, by))
    return View(
        key, title(key), means(key), in_days(median(days)), counted, ninth, change, points=points, axis=axis, rows=units,
        regions=_medians(found, _region_names(), apart=scope.region_id), merged=any(" " in one.key for one in units),
    )  # fmt: skip


def _by(rows: Sequence[Length], key: Callable[[Length], str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for one in rows:
        found[key(one)].append(one.days)
    return found


def _medians(rows: Mapping[str, Sequence[float]], names: Mapping[str, str], *, apart: str = "") -> list[Row]:
    told = guarded.many_enough(rows, apart=apart)
    most = max((median(days) for days in told.values()), default=0) or 1
    ordered = sorted(told.items(), key=lambda row: (-median(row[1]), row[0]))
    return [
        Row(
            _joined(keys, names),
            len(days),
            "",
            in_days(median(days)),
            round(median(days) / most * 100),
            " ".join(keys),
        )
        for keys, days in ordered
    ]


def _median_weeks(rows: Sequence[Length], by: str) -> list[tuple[str, str, float]]:
    found = _by(rows, lambda one: _first_of(one.ended_on, by).isoformat())
    told: list[tuple[tuple[str, ...], list[float]]] = []
    keys: tuple[str, ...] = ()
    ahead: list[float] = []
    for key in sorted(found):
        keys, ahead = (*keys, key), ahead + found[key]
        if len(ahead) >= guarded.LEAST:
            told.append((keys, ahead))
            keys, ahead = (), []
    if ahead and told:
        told[-1] = (told[-1][0] + keys, told[-1][1] + ahead)
    return [(span(one, by), in_days(median(days)), median(days)) for one, days in told]


# --- words and drawing ----------------------------------------------------------------------------------


def _curve(told: Sequence[tuple[str, str, float]]) -> tuple[list[Point], list[tuple[float, str]]]:
    """Points in the drawing's own units, and the lines of its axis."""
    if len(told) < 2:
        return [Point(label, words_, 0, 0) for label, words_, _ in told], []
    numbers = [number for _, _, number in told]
    step = max(1, math.ceil((max(numbers) - min(numbers) + 1) / 3 / 5) * 5)
    low = max(0, math.floor(min(numbers) / step) * step)
    high = low + step * max(1, math.ceil((max(numbers) - low) / step))
    is_share = told[0][1].endswith("%")

    def y(number: float) -> float:
        return round(TOP + (HEIGHT - TOP - 40) * (1 - (number - low) / (high - low)), 1)

    width = (WIDTH - LEFT - 30) / (len(told) - 1)
    points = [
        Point(label, text, round(LEFT + 10 + index * width, 1), y(number))
        for index, (label, text, number) in enumerate(told)
    ]
    levels = [low + step * one for one in range(round((high - low) / step) + 1)]
    return points, [
        (y(one), f"{one} %" if is_share else f"{one}") for one in levels if not is_share or one <= 100
    ]


def _first_of(day: date, by: str) -> date:
    return day.replace(day=1) if by == "month" else day - timedelta(days=day.weekday())


def _joined(keys: Sequence[str], names: Mapping[str, str]) -> str:
    first = names.get(keys[0], keys[0])
    if len(keys) == 1:
        return first
    return ngettext("%(unit)s and %(num)s smaller", "%(unit)s and %(num)s smaller", len(keys) - 1, unit=first)


def _region_names() -> dict[str, str]:
    return {
        one: str((directory.region(tx(), one) or {}).get("name", one)) for one in directory.region_ids(tx())
    }
