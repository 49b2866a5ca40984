"""What must be stopped is stopped by its count of steps, which is the same on every machine, with a clear error."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from engine.expressions import feel, messages
from engine.expressions.budget import MAX_STEPS
from engine.expressions.feel import LimitExceeded

LARGEST = 10_000  # steps that a single operation may cost beyond those that are left
SOON = 0.5  # seconds of processor time


def timeless() -> feel.Budget:
    """A budget without the last resort, the clock: what it stops has been stopped by counting."""
    budget = feel.Budget()
    budget.until = float("inf")
    return budget


def spent(text: str, context: dict[str, object] | None = None) -> int:
    """The steps that an evaluation takes, whether or not it reaches its end."""
    budget = timeless()
    try:
        feel.parse(text).evaluate(context or {}, budget=budget)
    except LimitExceeded:
        assert budget.steps > -LARGEST
    return MAX_STEPS - budget.steps


TOO_MUCH = [
    "for i in 1..1000000000 return i",
    "every i in 1..1000000000 satisfies i > 0",
    "for x in 1..1000 return for y in 1..1000 return y",
    "{f: function(x) f(x), y: f(1)}.y",
    "(function(f) f(f))(function(f) f(f))",
    'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]',
    "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "for i in 1..50 return if i = 1 then [1] else [partial[-1], partial[-1]]",
    "string(for i in 1..50 return if i = 1 then [1] else [partial[-1], partial[-1]])",
    "(" * 5000 + "1" + ")" * 5000,
    "-" * 3000 + "1",
    "1" + "+1" * 5000,
    "[1.." * 1000,
    "f(" * 3000,
    "{a:" * 3000,
    "1 in (" * 30,
    "1" + " " * 30_000,
]


@pytest.mark.parametrize("text", TOO_MUCH, ids=lambda text: text[:40])
def test_an_expression_without_end_is_refused(text: str) -> None:
    budget = timeless()
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text).evaluate({}, budget=budget)
    assert str(caught.value)
    assert budget.steps > -LARGEST


BIG_NUMBERS = [
    "9**9**9",
    "9**999999999",
    "exp(1e9)",
    "1e6000 * 1e6000",
    "decimal(1e6000, 6000)",
    "1.0000001 ** 1e30",
]
BIG_LENGTHS = [
    '@"P99999999999999999999Y"',
    'duration("P999999999999D") * 1e20',
    '@"2020-01-01" + @"P9999999999M"',
]


@pytest.mark.parametrize("text", BIG_NUMBERS + BIG_LENGTHS)
def test_a_number_beyond_all_bounds_is_null_or_rounded_but_soon(text: str) -> None:
    assert spent(text) < 150


ENDLESS = '"(a|aa|a?a)+(a|aa)+$"'


@pytest.mark.parametrize("call", ["matches({})", 'replace({}, "x")', "split({})"])
def test_a_pattern_that_would_run_for_ever_is_stopped(call: str) -> None:
    with pytest.raises(LimitExceeded, match=messages.SLOW_PATTERN):
        feel.evaluate(call.format(f'"{"a" * 60}!", {ENDLESS}'))


def test_patterns_that_are_each_slow_share_one_allowance() -> None:
    once = f'matches("{"a" * 14}!", {ENDLESS})'
    assert feel.evaluate(once) is False
    with pytest.raises(LimitExceeded, match=messages.SLOW_PATTERN):
        feel.evaluate(f"for i in 1..300 return {once}")


ZONED = feel.evaluate('date and time("2026-01-01T10:00:00@Europe/Stockholm")')


def values(size: int) -> dict[str, object]:
    """A long text, lists of several kinds and a context, of a size."""
    return {
        "s": "x" * size * 50,
        "t": "ab," * size,
        "xs": list(range(size)),
        "ds": [Decimal(number) for number in range(size)],
        "when": [ZONED] * size,
        "words": [f"w{number}" for number in range(size)],
        "c": {f"k{number}": number for number in range(size)},
        "d": {f"k{number}": number for number in range(size)},
        "cs": [{"a": number} for number in range(size)],
        "es": [{"a": number} for number in range(size)],
        "nested": [[number] for number in range(size)],
        "pairs": [{"key": f"k{number}", "value": number} for number in range(size)],
    }


LARGE = [
    'upper case(s)', 's = "y"', 's < "y"', 'contains(s, "y")', 'substring(s, 2)', 'substring before(s, "y")', 'string length(s)',
    'replace(s, "y", "z")', 'matches(s, "y")', 'split(t, ",")', 'string join(words, ",")', "string(s)", "string(ds)", "string(c)",
    "ds = xs", "c = d", "cs = es", "nested = [nested]", "is(c, d)", "1 in ds", "xs in xs", "ds instance of list<number>",
    "cs instance of list<context<a: number>>", "(function(a: list<number>) 1)(ds)", "ds[item > 5]", "cs[a > 5]", "cs.a", "xs[1]",
    "for d in ds return d", "every d in ds satisfies d >= 0", "list contains(ds, -1)", "index of(ds, -1)", "count(ds)", "sum(ds)",
    "mean(ds)", "median(ds)", "mode(ds)", "min(ds)", "max(when)", "stddev(ds)", "product(ds)", "sort(ds)", "sort(when)",
    "sort(ds, function(a, b) a > b)", "reverse(ds)", "append(ds, 1)", "concatenate(ds, ds)", "union([1], ds)", "flatten(nested)",
    "distinct values(words)", "insert before(ds, 1, 1)", "remove(ds, 1)", "sublist(ds, 2)", "list replace(ds, 1, 2)",
    "list replace(ds, function(a, b) false, 2)", "all(ds)", "get entries(c)", 'context put(c, "a", 1)', "context merge([c, d])",
    "context(pairs)", 'get value(c, "k1")',
]  # fmt: skip


@pytest.mark.parametrize("text", LARGE)
def test_what_is_ten_times_as_large_costs_many_times_the_steps(text: str) -> None:
    small, large = spent(text, values(300)), spent(text, values(3_000))
    assert large > 25
    assert large > 3 * small or large > MAX_STEPS


@pytest.mark.parametrize("text", LARGE)
def test_a_large_value_gone_through_without_end_is_stopped(text: str) -> None:
    budget = timeless()
    with pytest.raises(LimitExceeded):
        feel.parse(f"for i in 1..1000000 return {text}").evaluate(values(3_000), budget=budget)
    assert budget.steps > -LARGEST


DEAR = ["2 ** 0.5", "1.000001 ** 999999999.5", "exp(i)", "log(i)", 'range("[1..3]")', 'matches("a", "a{1,99}" + string(i))',
        "before([1..2], [3..4])", "f(i)"]  # fmt: skip


@pytest.mark.parametrize("text", DEAR)
def test_what_is_dear_at_any_size_costs_more_than_what_is_not(text: str) -> None:
    functions = {"f": lambda number: number}
    dear, cheap = timeless(), timeless()
    feel.parse(f"for i in 1..100 return {text}").evaluate({}, functions, dear)
    feel.parse("for i in 1..100 return i + 1").evaluate({}, functions, cheap)
    assert MAX_STEPS - dear.steps > 4 * (MAX_STEPS - cheap.steps)


def test_a_long_body_costs_each_round_more_than_a_short_one() -> None:
    assert spent(f"for i in 1..10 return [{', '.join(['i'] * 600)}]") > 10 * 50 + spent(
        "for i in 1..10 return [i]"
    )


def test_many_names_with_blanks_are_found_soon() -> None:
    entries = ", ".join(f"a {number}: a {number - 1}" for number in range(1, 300))
    started = time.process_time()
    assert feel.evaluate(f"{{a 0: 7, {entries}}}.a 299") == 7
    assert feel.parse("a7 b + 1", [f"a{number} b" for number in range(20_000)]).evaluate({"a7 b": 1}) == 2
    assert time.process_time() - started < 2 * SOON


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999"])
def test_a_number_that_is_none_never_raises(number: str) -> None:
    for text in (
        "x > 1",
        "x = x",
        "x + 1",
        "-x",
        "string(x)",
        "sum([x, 1])",
        "x in [1..2]",
        "sort([x, 1])",
        "floor(x)",
    ):
        feel.evaluate(text, {"x": Decimal(number)})
    feel.unary_test("> 1", Decimal(number))
