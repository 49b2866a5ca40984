"""What holds for every expression: printing and reading again changes nothing, and no text can hurt the reader."""

from __future__ import annotations

import contextlib
import time
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.expressions import feel, printing
from engine.expressions.comparing import identical

CONTEXT = {
    "a": Decimal(3),
    "b": "text",
    "first name": "Kim",
    "xs": [Decimal(1), Decimal(2)],
    "c": {"d": True},
}

_atoms = st.one_of(
    st.integers(0, 999).map(str),
    st.decimals(0, 100, places=2).map(str),
    st.sampled_from(
        [
            "true",
            "false",
            "null",
            "a",
            "b",
            "first name",
            "xs",
            "c.d",
            "xs[1]",
            '@"2026-02-28"',
            '@"P1M"',
            '@"PT36H"',
        ]
    ),
    st.text('abc "\\\n é', max_size=5).map(printing.quoted),
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "=", "!=", "and", "or"]), inner
        ).map(" ".join),
        two.map(lambda parts: f"if {parts[0]} then {parts[1]} else null"),
        two.map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        two.map(lambda parts: f"({parts[0]}) in ({parts[1]})"),
        two.map(lambda parts: f"({parts[0]}) between ({parts[1]}) and 5"),
        two.map(lambda parts: f"{{k: {parts[0]}, first name: {parts[1]}}}"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"string({text})"),
        inner.map(lambda text: f"for i in [1, 2] return ({text})"),
        inner.map(lambda text: f"some i in xs satisfies i > ({text})"),
        inner.map(lambda text: f"(function(x) x)({text})"),
        inner.map(lambda text: f"xs[item > ({text})]"),
        inner.map(lambda text: f"({text}) instance of list<number>"),
        inner.map(lambda text: f"(({text})..10]"),
        inner.map(lambda text: f"(< ({text}))"),
    )


expressions = st.recursive(_atoms, _combined, max_leaves=8)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions)
def test_a_printed_expression_reads_back_with_the_same_value(text: str) -> None:
    first = feel.parse(text, CONTEXT)
    again = feel.parse(str(first), CONTEXT)
    assert str(again) == str(first)
    left, right = first.evaluate(CONTEXT), again.evaluate(CONTEXT)
    assert identical(left, right) or printing.literal(left) == printing.literal(right)


pieces = st.sampled_from(
    ["(", ")", "[", "]", "{", "}", "..", ",", ":", "1", "x", "first name", "if ", "then ", "else ", "for ", " in ", "return ",
     "some ", "satisfies ", " and ", " or ", "not(", "function(", "@", '"', "\\", "/*", "//", "-", "**", "<", "=", " instance of ",
     "list<", ">", "?", ".", "\n", "é", "🐎", "between ", "date and time(", "external "]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=60).map("".join)))
def test_no_text_makes_the_parser_raise_anything_but_its_own_error(text: str) -> None:
    for read in (feel.parse, feel.parse_unary_tests):
        started = time.process_time()
        with contextlib.suppress(feel.FeelError):
            read(text, ("first name",))
        assert time.process_time() - started < 2


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=25).map("".join))
def test_whatever_parses_also_evaluates(text: str) -> None:
    with contextlib.suppress(feel.FeelError):
        feel.parse(text, CONTEXT).evaluate(CONTEXT)


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(), st.datetimes(), st.timedeltas()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab ", min_size=1, max_size=3), inner, max_size=3)),
    max_leaves=6,
))  # fmt: skip
def test_any_value_from_outside_can_go_through(value: object) -> None:
    assert feel.evaluate("x = x", {"x": value}) in (True, None)
    feel.evaluate("string(x)", {"x": value})
    feel.evaluate("x.a[1]", {"x": value})
