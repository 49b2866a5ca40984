"""Built-ins that make a value of one kind from another: number, string, date, time, date and time, duration, range."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, DecimalException

from engine.expressions import comparing, nodes, printing, temporal, temporal_text
from engine.expressions.faults import FeelError
from engine.expressions.grammar import Grammar
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.temporal import AnyDate, AnyDateTime, AnyDuration, AnyTime, FineDateTime, YearsMonths
from engine.expressions.values import DECIMAL, Range, plain

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LITERALS = frozenset({"date", "time", "date and time", "duration"})


@builtin("number", "from: string")
def number(text: str) -> Decimal | None:
    if len(text) > 1000 or not _NUMBER.fullmatch(text):
        return None
    try:
        return DECIMAL.create_decimal(text)
    except DecimalException:
        return None


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def grouped_number(state: State, text: str, grouping: str | None, point: str | None) -> Decimal | None:
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (point and point == grouping)
    ):
        return None
    return number(text.replace(grouping or "", "").replace(point or ".", "."))


@builtin("string", "from: any")
def string(state: State, value: object) -> str | None:
    return None if value is None else printing.text_of(plain(value), state.budget)


@builtin("date", "from: string")
def date_from_text(text: str) -> AnyDate | None:
    return temporal_text.read_date(text)


@builtin("date", "from: date")
def date_from_date(value: AnyDate | AnyDateTime) -> AnyDate:
    return temporal.date_of(value)


@builtin("date", "year: number, month: number, day: number")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> AnyDate | None:
    parts = [_whole(part) for part in (year, month, day)]
    return None if None in parts else temporal.make_date(*parts)  # type: ignore[arg-type]


def _whole(value: Decimal) -> int | None:
    return int(value) if value.adjusted() < 12 and value == value.to_integral_value() else None


@builtin("date and time", "from: string")
def datetime_from_text(text: str) -> AnyDateTime | None:
    return temporal_text.read_datetime(text)


@builtin("date and time", "date: date, time: time")
def datetime_from_both(day: AnyDate | AnyDateTime, clock: AnyTime) -> AnyDateTime:
    return temporal.make_datetime(temporal.date_of(day), clock)


@builtin("date and time", "date: date and time, timezone: string")
def datetime_in_zone(moment: AnyDateTime, timezone: str) -> AnyDateTime | None:
    zone = temporal_text.named_zone(timezone)
    if zone is None or moment.tzinfo is None or not isinstance(moment, datetime):
        return None
    return moment.astimezone(zone)


@builtin("date and time", "from: date")
def datetime_from_date(value: AnyDate | AnyDateTime) -> AnyDateTime:
    if isinstance(value, (datetime, FineDateTime)):
        return value
    return temporal.make_datetime(value, time(0, tzinfo=UTC))


_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"


@builtin("date and time", _PARTS)
@builtin("date and time", _PARTS + ", offset: days and time duration?")
def datetime_from_parts(
    state: State,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: AnyDuration | None = None,
) -> AnyDateTime | None:
    made, clock = date_from_parts(year, month, day), time_from_parts(hour, minute, second, offset)
    return None if made is None or clock is None else temporal.make_datetime(made, clock)


@builtin("time", "from: string")
def time_from_text(text: str) -> AnyTime | None:
    return temporal_text.read_time(text)


@builtin("time", "from: time")
def time_from_time(value: AnyTime) -> AnyTime:
    return value


@builtin("time", "from: date")
def time_from_date(value: AnyDate | AnyDateTime) -> AnyTime:
    return temporal.time_of(value) if isinstance(value, (datetime, FineDateTime)) else time(0, tzinfo=UTC)


@builtin("time", "hour: number, minute: number, second: number, offset: days and time duration?")
def time_from_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: AnyDuration | None = None
) -> AnyTime | None:
    hours, minutes = _whole(hour), _whole(minute)
    if hours is None or minutes is None or not 0 <= second < 60:
        return None
    nanos = int(second.scaleb(9))
    zone = None
    if offset is not None:
        seconds = temporal.duration_nanos(offset) // temporal.SECOND
        if abs(seconds) > 18 * 3600:
            return None
        zone = temporal_text.offset_zone(seconds)
    return temporal.make_time(hours, minutes, nanos // temporal.SECOND, nanos % temporal.SECOND, zone)


@builtin("duration", "from: string")
def duration(text: str) -> AnyDuration | YearsMonths | None:
    return temporal_text.read_duration(text)


@builtin("duration", "from: days and time duration|years and months duration")
def duration_as_is(value: AnyDuration | YearsMonths) -> AnyDuration | YearsMonths:
    return value


@builtin("years and months duration", "from: date, to: date")
def years_and_months(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> YearsMonths | None:
    months = temporal.months_between(start, end)
    return YearsMonths(months) if abs(months) <= temporal.MAX_MONTHS else None


@builtin("range", "from: string")
def range_from_text(state: State, text: str) -> Range | None:
    """A range written with literal ends: `[1..3]`, `(date("2026-01-01")..@"2026-12-31"]`; an end that is open may be missing
    (grammar rule 66): `[2..)` is `>= 2`, `(..2]` is `<= 2`.
    """
    state.budget.spend(10 + len(text))
    without_low, without_high = _NO_LOW.fullmatch(text), _NO_HIGH.fullmatch(text)
    if without_low is not None:
        high = _literal(_read(without_low[1]))
        return None if high is None else Range(None, high, False, without_low[2] == "]")
    if without_high is not None:
        low = _literal(_read(without_high[2]))
        return None if low is None else Range(low, None, without_high[1] == "[", False)
    node = _read(text)
    if not isinstance(node, nodes.Interval):
        return None
    low, high = _literal(node.low), _literal(node.high)
    if low is None or high is None or comparing.ordered("<=", low, high) is not True:
        return None
    return Range(low, high, node.low_included, node.high_included)


_NO_LOW = re.compile(r"\s*[(\]]\s*\.\.(.+)([])[])\s*", re.DOTALL)
_NO_HIGH = re.compile(r"\s*([(\][])(.+)\.\.\s*[)[]\s*", re.DOTALL)


def _read(text: str) -> nodes.Node | None:
    try:
        return Grammar(text, frozenset(), frozenset({"date and time"})).whole_expression()
    except FeelError:
        return None


def _literal(node: nodes.Node | None) -> object:
    """The value of a literal or of a constructor of one from a text; None for anything else."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.At):
        return temporal_text.read_any(node.text)
    if isinstance(node, nodes.Negation):
        value = _literal(node.operand)
        return -value if isinstance(value, (Decimal, timedelta)) else None
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.function, nodes.Name)
        and node.function.name in _LITERALS
    ):
        argument = node.arguments[0] if len(node.arguments) == 1 else None
        if isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return _READERS[node.function.name](argument.value)
    return None


_READERS: dict[str, Callable[[str], object]] = {
    "date": date_from_text,
    "time": time_from_text,
    "date and time": datetime_from_text,
    "duration": duration,
}
