"""The element `decisionTable` to a `tables.Table` and its closure; every cell that cannot be read is a note."""

from __future__ import annotations

from . import feel, inference, messages, printing, tables
from .faults import FeelError
from .names import normalised
from .places import Place
from .reading import Element, child, children, plain_text, text_in
from .scope import Run, Scope
from .tables import Input, Output, Rule, Table
from .types import ANY


def build(element: Element, place: Place) -> Run:
    """The table as a closure; a table that cannot be read fails when it is asked."""
    found = len(place.notes.problems)
    table = read(element, place)
    broken = [problem for problem in place.notes.problems[found:] if problem.broken]
    if table is None or broken:
        message = broken[0].message if broken else messages.NO_LOGIC.format(name=place.where)

        def failing(scope: Scope) -> object:
            scope.state.fail(message)
            return None

        return failing
    place.tables.append((element, table))
    return lambda scope: tables.decide(table, scope)


def read(element: Element, place: Place) -> Table | None:
    policy = element.get("hitPolicy", "UNIQUE")
    aggregation = element.get("aggregation", "")
    if policy not in tables.POLICIES:
        place.notes.add("hit-policy", element, messages.UNKNOWN_POLICY.format(name=policy))
        return None
    if aggregation not in tables.AGGREGATIONS:
        place.notes.add("aggregation", element, messages.UNKNOWN_AGGREGATION.format(name=aggregation))
        return None
    inputs = [_input(one, number, place) for number, one in enumerate(children(element, "input"), 1)]
    outputs = [_output(one, place) for one in children(element, "output")]
    if not outputs:
        place.notes.add("no-output", element, messages.NO_OUTPUT.format(table=place.where))
    if aggregation and len(outputs) > 1:
        place.notes.add("aggregation", element, messages.AGGREGATION_OUTPUTS)
    labels = [annotation.get("name", "") for annotation in children(element, "annotation")]
    rules = [
        _rule(one, number, (len(inputs), len(outputs)), labels, place)
        for number, one in enumerate(children(element, "rule"), 1)
    ]
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(output and output.values for output in outputs):
        place.notes.add(
            "no-priorities", element, messages.NO_PRIORITY.format(table=place.where, policy=policy)
        )
    whole_inputs = tuple(one for one in inputs if one is not None)
    whole_outputs = tuple(one for one in outputs if one is not None)
    whole_rules = tuple(one for one in rules if one is not None)
    if (len(whole_inputs), len(whole_outputs), len(whole_rules)) != (len(inputs), len(outputs), len(rules)):
        return None
    return Table(
        element.get("id", ""), place.where, policy, aggregation, whole_inputs, whole_outputs, whole_rules
    )


def _input(element: Element, number: int, place: Place) -> Input | None:
    expression = child(element, "inputExpression")
    text = text_in(expression)
    if expression is None or not text:
        place.notes.add(
            "input-without-expression",
            element,
            messages.NO_INPUT_EXPRESSION.format(table=place.where, column=number),
        )
        return None
    parsed = place.parse(text, expression)
    allowed = _tests(child(element, "inputValues"), place)
    if parsed is None:
        return None
    declared = place.types.reference(expression)
    type_ = inference.type_of(parsed.tree, place.variables) if declared is ANY else declared
    return Input(element.get("label") or text, parsed, type_, allowed)


def _tests(element: Element | None, place: Place) -> feel.UnaryTests | None:
    text = text_in(element)
    if element is None or not text:
        return None
    try:
        return feel.parse_unary_tests(text, place.names | place.types.components())
    except FeelError as error:
        place.notes.add("expression", element, messages.BAD_EXPRESSION.format(name=place.where, reason=error))
        return None


def _output(element: Element, place: Place) -> Output | None:
    allowed = _tests(child(element, "outputValues"), place)
    type_ = place.types.reference(element)
    values = type_.choices
    if allowed is not None:
        values = tuple(feel.parse(printing.expression(test)).evaluate({}) for test in allowed.tree.tests)
    default_element = child(element, "defaultOutputEntry")
    default_text = text_in(default_element)
    default = None
    if default_element is not None and default_text:
        default = place.parse(default_text, default_element)
        if default is None:
            return None
    name = normalised(element.get("name") or element.get("label") or "")
    return Output(name, type_, values, default, allowed)


def _rule(
    element: Element, number: int, expected: tuple[int, int], labels: list[str], place: Place
) -> Rule | None:
    cells, results = children(element, "inputEntry"), children(element, "outputEntry")
    if (len(cells), len(results)) != expected:
        found = len(cells) + len(results)
        place.notes.add(
            "cell-count",
            element,
            messages.CELL_COUNT.format(table=place.where, rule=number, found=found, expected=sum(expected)),
        )
        return None
    tests = [_cell(cell, number, column, place) for column, cell in enumerate(cells, 1)]
    made = [_result(cell, number, column, place) for column, cell in enumerate(results, len(cells) + 1)]
    notes = [plain_text(one) for one in children(element, "annotationEntry")]
    annotations = [
        (label, note) for label, note in zip(labels + [""] * len(notes), notes, strict=False) if note
    ]
    description = plain_text(child(element, "description"))
    if description:
        annotations.append(("", description))
    if None in tests or None in made:
        return None
    return Rule(
        number,
        element.get("id", ""),
        tuple(test for test in tests if test is not None),
        tuple(result for result in made if result is not None),
        tuple(annotations),
    )


def _cell(element: Element, rule: int, column: int, place: Place) -> feel.UnaryTests | None:
    text = text_in(element) or "-"
    try:
        tests = feel.parse_unary_tests(text, place.names | place.types.components())
    except FeelError as error:
        words: dict[str, object] = {
            "table": place.where,
            "rule": rule,
            "column": column,
            "reason": str(error),
        }
        place.notes.add("expression", element, messages.BAD_CELL.format(**words))
        return None
    place.note_use(element, tests)
    return tests


def _result(element: Element, rule: int, column: int, place: Place) -> feel.Expression | None:
    text = text_in(element)
    if text in ("", "-"):
        message = messages.EMPTY_CELL.format(table=place.where, rule=rule, column=column)
        place.notes.add("empty-cell", element, message, broken=False)
        text = "null"
    try:
        parsed = feel.parse(text, place.names | place.types.components())
    except FeelError as error:
        message = messages.BAD_CELL.format(table=place.where, rule=rule, column=column, reason=error)
        place.notes.add("expression", element, message)
        return None
    place.note_use(element, parsed)
    return parsed
