"""Decision tables: which rules fit, what the hit policy makes of them, and the account of why (DMN 1.5, clause 8).

Enters: a `Table` and a scope. Leaves: a value; a violation of UNIQUE or ANY is an error that names the rules. Each
evaluation adds a `Match` to the state, so that a case can answer why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from . import comparing, messages
from .builtins import statistics
from .feel import Expression, UnaryTests
from .scope import Scope, State
from .types import MISMATCH, Type, coerced
from .values import deep, plain


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is tested. `label` is what people see; `allowed` the values it may have, None for any."""

    label: str
    expression: Expression
    type: Type
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class Output:
    """A result column. `values` in order of priority; `default` when no rule fits."""

    name: str
    type: Type
    values: tuple[object, ...]
    default: Expression | None
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` counts from 1."""

    number: int
    id: str
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]
    annotations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    name: str
    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that fitted. `outputs` by column name; `annotations` as (column, text)."""

    number: int
    id: str
    outputs: dict[str, object]
    annotations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One evaluation of one table: the inputs as (label, value), and the rules that fitted, in table order.

    `contradicts` when several rules fitted and the hit policy (UNIQUE, ANY) has no answer to that.
    """

    table_id: str
    table: str
    inputs: tuple[tuple[str, object], ...]
    rules: tuple[RuleMatch, ...]
    policy: str = "UNIQUE"
    contradicts: bool = False


def decide(table: Table, scope: Scope) -> object:
    """The table's value. Adds a `Match` to the state's account."""
    inputs = [_input(column, scope) for column in table.inputs]
    fitting = [rule for rule in table.rules if _fits(rule, inputs, scope)]
    if table.policy == "FIRST":
        fitting = fitting[:1]
    results = [_results(table, rule, scope) for rule in fitting]
    rules = tuple(
        RuleMatch(rule.number, rule.id, {column.name: value for column, value in zip(table.outputs, row, strict=True)},
                  rule.annotations)
        for rule, row in zip(fitting, results, strict=True)
    )  # fmt: skip
    columns = tuple((column.label, deep(value)) for column, value in zip(table.inputs, inputs, strict=True))
    failed = len(scope.state.errors)
    value = (
        _POLICIES[table.policy](table, fitting, results, scope.state) if fitting else _default(table, scope)
    )
    contradicts = len(scope.state.errors) > failed and table.policy in ("UNIQUE", "ANY")
    scope.state.account.append(Match(table.id, table.name, columns, rules, table.policy, contradicts))
    return value


def _input(column: Input, scope: Scope) -> object:
    value = coerced(column.expression.run(scope), column.type, scope.state.budget)
    if value is MISMATCH:
        scope.state.say(messages.INPUT_NOT_ALLOWED.format(name=column.label))
        return None
    if column.allowed is not None and column.allowed.run(value, scope) is not True:
        scope.state.say(messages.INPUT_NOT_ALLOWED.format(name=column.label))
    return value


def _fits(rule: Rule, inputs: list[object], scope: Scope) -> bool:
    scope.state.budget.spend(1 + len(rule.tests) // 8)
    return all(
        test.matches_anything or test.run(value, scope) is True
        for test, value in zip(rule.tests, inputs, strict=True)
    )


def _results(table: Table, rule: Rule, scope: Scope) -> list[object]:
    results = []
    for column, expression in zip(table.outputs, rule.results, strict=True):
        value = coerced(expression.run(scope), column.type, scope.state.budget)
        if value is MISMATCH or not _allowed(column, value, scope):
            scope.state.say(
                messages.OUTPUT_NOT_ALLOWED.format(
                    table=table.name, rule=rule.number, name=column.name or table.name
                )
            )
            value = None
        results.append(value)
    return results


def _allowed(column: Output, value: object, scope: Scope) -> bool:
    return column.allowed is None or value is None or column.allowed.run(value, scope) is True


def _shape(table: Table, row: list[object]) -> object:
    """One output is its value, several are a context by column name."""
    if len(table.outputs) == 1:
        return row[0]
    return {column.name: value for column, value in zip(table.outputs, row, strict=True)}


def _default(table: Table, scope: Scope) -> object:
    if all(column.default is None for column in table.outputs):
        return Decimal(0) if table.aggregation == "COUNT" else None
    row = [None if column.default is None else column.default.run(scope) for column in table.outputs]
    shaped = _shape(table, row)
    many = table.policy in ("RULE ORDER", "OUTPUT ORDER") or (
        table.policy == "COLLECT" and not table.aggregation
    )
    return [shaped] if many and not isinstance(shaped, list) else shaped


Rows = list[list[object]]


def _unique(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    if len(fitting) > 1:
        state.fail(messages.SEVERAL_FIT_UNIQUE.format(table=table.name, rules=_numbers(fitting)))
        return None
    return _shape(table, results[0])


def _any(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    first = _shape(table, results[0])
    if any(not _alike(first, _shape(table, row)) for row in results[1:]):
        state.fail(messages.ANY_DIFFERS.format(table=table.name, rules=_numbers(fitting)))
        return None
    return first


def _alike(left: object, right: object) -> bool:
    return comparing.equal(left, right) is True


def _numbers(rules: list[Rule]) -> str:
    return ", ".join(str(rule.number) for rule in rules)


def _first(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    return _shape(table, results[0])


def _by_priority(table: Table, results: Rows) -> Rows:
    """Rows by the place of their values in the lists of output values, the first column weighing most."""
    orders = [column.values for column in table.outputs]

    def places(row: list[object]) -> list[int]:
        return [
            next((place for place, one in enumerate(order) if _alike(one, value)), len(order))
            for order, value in zip(orders, row, strict=True)
        ]

    return sorted(results, key=places)


def _priority(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    return _shape(table, _by_priority(table, results)[0])


def _output_order(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    return [_shape(table, row) for row in _by_priority(table, results)]


def _rule_order(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    return [_shape(table, row) for row in results]


_AGGREGATES: dict[str, Callable[[State, list[object]], object]] = {
    "SUM": lambda state, values: statistics.total(values),
    "MIN": statistics.minimum,
    "MAX": statistics.maximum,
}


def _collect(table: Table, fitting: list[Rule], results: Rows, state: State) -> object:
    rows = [_shape(table, row) for row in results]
    if not table.aggregation:
        return rows
    if table.aggregation == "COUNT":
        return Decimal(len(rows))
    values = [plain(value) for value in rows]
    return _AGGREGATES[table.aggregation](state, values)


_POLICIES: dict[str, Callable[[Table, list[Rule], Rows, State], object]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
POLICIES = frozenset(_POLICIES)
AGGREGATIONS = frozenset({"", "COUNT", *_AGGREGATES})
