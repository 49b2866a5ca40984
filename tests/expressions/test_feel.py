"""The interface of FEEL as the rest of the house uses it, and the points of the standard that are easy to get wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.expressions import feel, printing
from engine.expressions.feel import YearsMonths

NOW = datetime(2026, 6, 18, 23, 30, tzinfo=UTC)

CASES = [
    ('if age < 18 then "guardian" else "person"', '"guardian"'),
    ('first name + "!"', '"Kim!"'),
    ("a-b", "7"),
    ("a - b", "-1"),
    ("number of units > 3", "null"),
    ("-3 ** 2", "9"),
    ("2 ** 3 ** 2", "64"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("0.1 + 0.2", "0.3"),
    ("10 / 0", "null"),
    ("null + 1", "null"),
    ("true or null", "true"),
    ("false or null", "null"),
    ("null = null", "true"),
    ('1 = "1"', "null"),
    ("5 between 1 and 5", "true"),
    ("5 in (< 3, > 4)", "true"),
    ("5 in [1..5)", "false"),
    ("[1,2,3][item > 1]", "[2, 3]"),
    ("[1,2,3][-1]", "3"),
    ("[{x: 1, y: 2}, {x: 2}][x = 1].y", "[2]"),
    ("[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]"),
    ("{a: 1, b: a + 1}.b", "2"),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for x in [1,2], y in [3,4] return x * y", "[3, 4, 6, 8]"),
    ("every x in [] satisfies false", "true"),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), x: f(5)}.x", "120"),
    ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
    ('@"2026-03-29T01:30:00@Europe/Stockholm" + @"PT1H"', "2026-03-29T03:30:00@Europe/Stockholm"),
    ('@"2026-10-25T02:30:00@Europe/Stockholm" instance of date and time', "true"),
    ('date("99999-12-31")', "99999-12-31"),
    ('time("23:59:01.987654321")', "23:59:01.987654321"),
    ('week of year(@"2005-01-01")', "53"),
    ('day of week(@"2026-06-19")', '"Friday"'),
    ('years and months duration(@"2016-09-30", @"2017-12-28")', "P1Y2M"),
    ("decimal(2.5, 0)", "2"),
    ("round half up(-5.5, 0)", "-6"),
    ("modulo(-12, 5)", "3"),
    ("median([6, 1, 2, 3])", "2.5"),
    ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
    ("sum([])", "null"),
    ("(function(x, y) [x, y])(y: 1)", "[null, 1]"),
    ('time("23:59:00z") + duration("PT2M")', "00:01:00Z"),
    ('range("[2..)")', ">= 2"),
    ('range("(..2]")', "<= 2"),
    ('range("]..2[")', "< 2"),
    ('range("[..]")', "null"),
    ('range("[..2]")', "null"),
    ('3 in range("[2..)")', "true"),
    ("append([1], 2, 3)", "[1, 2, 3]"),
    ("concatenate([1], [2])", "[1, 2]"),
    ('split("a;b;;", ";")', '["a", "b", "", ""]'),
    ('substring("foobar", -2, 1)', '"a"'),
    ('matches("x", "[A-Z-[OI]]", "i")', "true"),
    (r'replace("abracadabra", "a(.)", "a$1$1")', '"abbraccaddabbra"'),
    ('string([1, "a", @"2020-01-01"])', '"[1, \\"a\\", 2020-01-01]"'),
    ("overlaps([1..3], [2..5])", "true"),
    ("[1..3].start included", "true"),
    ('is(@"23:00:50", @"23:00:50Z")', "false"),
    ("1 /* one */ + 1 // two", "2"),
    ('"\\u0041"', '"A"'),
]
CONTEXT: dict[str, object] = {"age": 17, "first name": "Kim", "a": 1, "b": 2, "a-b": 7}


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_language_means_what_the_standard_says(text: str, expected: str) -> None:
    assert printing.literal(feel.evaluate(text, CONTEXT)) == expected


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [("-", None, True), ("< 18", 17, True), ("< 18", None, None), ('"a", "b"', "b", True), ('not("a", "b")', "c", True),
     ("[1..5], > 10", 7, False), ("? > 1 and ? < 5", 3, True), ("null", None, True), ("-5", -5, True),
     ('starts with(?, "a")', "abc", True), ("limit", 3, True), ("true", False, False)],
)  # fmt: skip
def test_a_cell_tests_a_value(cell: str, value: object, expected: bool | None) -> None:
    assert feel.unary_test(cell, value, {"limit": 3}) is expected


@pytest.mark.parametrize(
    ("text", "position"),
    [("1 +", 3), ('"abc', 0), ("if a then b", 11), ("f(1, a: 2)", 10), ("", 0), ("a b c +", 7), ("[1, 2", 5)],
)
def test_a_text_that_does_not_parse_says_where(text: str, position: int) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text)
    assert caught.value.position == position


def test_free_names_and_unknown_functions_are_told() -> None:
    expression = feel.parse(
        "for u in units return if u.open and first name = x then working days(due, 3) else other thing(u)",
        names=("units", "first name", "due"),
        functions=("working days",),
    )
    assert expression.free_names == {"units", "first name", "x", "due"}
    assert expression.free_functions == {"other thing"}


def test_entries_of_an_item_are_not_taken_for_variables() -> None:
    assert feel.parse("units[open and level > limit]", names=("units", "limit")).free_names == {
        "units",
        "limit",
    }


def test_functions_are_handed_in_by_name() -> None:
    def working_days(from_: date, n: Decimal) -> date:
        return from_ + timedelta(days=int(n))

    functions = {"working days": working_days}
    expression = feel.parse('working days(@"2026-06-18", 3)', functions=functions)
    assert expression.evaluate({}, functions) == date(2026, 6, 21)
    named = feel.parse('working days(n: 3, from: @"2026-06-18")', functions=functions)
    assert named.evaluate({}, functions) == date(2026, 6, 21)
    assert feel.parse("working days(1)", functions=functions).evaluate({}, functions) is None


def test_now_and_today_are_those_handed_in() -> None:
    local = NOW.astimezone(ZoneInfo("Europe/Stockholm"))
    assert feel.parse("now()").evaluate({}, now=local) == NOW
    assert feel.parse("today()").evaluate({}, now=local) == date(2026, 6, 19)
    assert feel.parse("today()").evaluate({}, now=NOW) == date(2026, 6, 18)


def test_what_goes_wrong_is_told_without_the_values() -> None:
    value, said = feel.evaluate_with_messages("person.age > 18", {"person": {"age": "secret"}})
    assert value is None
    assert said
    assert "secret" not in " ".join(said)


def test_numbers_from_outside_become_decimals() -> None:
    assert feel.evaluate("x + y", {"x": 1, "y": 0.1}) == Decimal("1.1")
    assert feel.evaluate("xs", {"xs": (1, [2.5])}) == [Decimal(1), [Decimal("2.5")]]
    assert feel.evaluate("x.y", {"x": {"y": 3}}) == Decimal(3)
    assert feel.evaluate('duration("P14M")') == YearsMonths(14)


def test_a_parsed_expression_is_kept() -> None:
    assert feel.parse("1 + 1") is feel.parse("1 + 1")


def test_a_built_in_function_is_a_value() -> None:
    assert feel.evaluate("{size: abs}.size(-1)") == Decimal(1)
    assert feel.evaluate("(function(f) f(-3))(abs)") == Decimal(3)


@pytest.mark.parametrize("key", ["1", "=", " ", "+ 1", "not(x)", "x = x", ""])
def test_a_key_that_is_no_name_does_not_change_the_grammar(key: str) -> None:
    assert feel.evaluate("1 + 1 = 2", {key: 5}) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-9999999999999999999999999999999999", "-9999999999999999999999999999999999"),
        ("abs(-1234567890123456789012345678901234)", "1234567890123456789012345678901234"),
        ("modulo(1e40, 3)", "1"),
        ("modulo(10, 1e-40)", "0"),
        ("string(0 * -1)", '"0"'),
        ("string(modulo(-4, 2))", '"0"'),
        ("0 ** -1", "null"),
        ("for i in 1..3 return partial", "[[], [[]], [[], [[]]]]"),
        ("for i in [1, 2, 3] return count(partial)", "[0, 1, 2]"),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", "[1, 2, 6, 24]"),
        ("sort([3, 1, 2], function(a) true)", "null"),
        ('sort([3, 1, 2], function(a, b) "x")', "null"),
        ("now() - now()", 'duration("PT0S")'),
    ],
)
def test_what_strangers_try(text: str, expected: str) -> None:
    assert feel.evaluate(f"({text}) = ({expected})") is True, printing.literal(feel.evaluate(text))
