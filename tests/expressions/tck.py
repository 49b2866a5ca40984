"""Runs cases of the DMN Technology Compatibility Kit: a test file and its models in, one outcome per expected result out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from engine.expressions import dmn, temporal_text
from engine.expressions.comparing import identical

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SPACE = "{http://www.omg.org/spec/DMN/20160719/testcase}"


@dataclass(frozen=True)
class Outcome:
    level: str
    case: str
    passed: bool
    detail: str


def outcomes(tests: Path) -> Iterator[Outcome]:
    """One outcome per result node of a test file."""
    root = etree.parse(tests).getroot()
    model_path = tests.parent / root.findtext(f"{SPACE}modelName", "").strip()
    others = {path.name: path.read_bytes() for path in tests.parent.glob("*.dmn") if path != model_path}
    model = dmn.read(model_path.read_bytes(), others)
    level = tests.parents[1].name.rpartition("-")[2]
    for case in root.iter(f"{SPACE}testCase"):
        inputs = {node.get("name", ""): _value(node) for node in case.findall(f"{SPACE}inputNode")}
        for node in case.findall(f"{SPACE}resultNode"):
            name = node.get("name", "")
            asked = name if case.get("type", "decision") == "decision" else case.get("invocableName", name)
            label = f"{tests.parent.name}/{case.get('id')}/{name}"
            yield _outcome(level, label, model, asked, inputs, node)


def _outcome(
    level: str, label: str, model: dmn.Model, name: str, inputs: dict[str, object], node: etree._Element
) -> Outcome:
    expected_node = node.find(f"{SPACE}expected")
    expected = None if expected_node is None or node.get("errorResult") == "true" else _value(expected_node)
    try:
        decision = model.decide(name, inputs)
    except Exception as error:  # noqa: BLE001 - any error is a failed case, told with its name
        return Outcome(level, label, False, f"{type(error).__name__}: {error}")
    value = decision.value
    if name != node.get("name") and isinstance(value, dict) and node.get("name") in value:
        value = value[node.get("name")]  # one of the outputs of a service that has several
    passed = same(value, expected)
    return Outcome(level, label, passed, "" if passed else f"{value!r} not {expected!r} {decision.messages}")


def same(actual: object, expected: object) -> bool:
    """Equality as the kit means it: numbers to eight places, times with the zone that was written."""
    if isinstance(actual, bool) or isinstance(expected, bool) or actual is None or expected is None:
        return actual is expected
    if isinstance(actual, Decimal) and isinstance(expected, Decimal):
        return abs(actual - expected) < Decimal("1e-8") * max(Decimal(1), abs(expected))
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(same(actual[key], expected[key]) for key in actual)
    return identical(actual, expected)


def _value(node: etree._Element) -> object:
    items = node.find(f"{SPACE}list")
    if items is not None:
        if items.get(f"{XSI}nil") == "true":
            return None
        return [_value(item) for item in items.findall(f"{SPACE}item")]
    components = node.findall(f"{SPACE}component")
    if components:
        return {component.get("name", ""): _value(component) for component in components}
    value = node.find(f"{SPACE}value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    text = value.text or ""
    kind = (value.get(f"{XSI}type") or "xsd:string").rpartition(":")[2]
    return _READERS[kind](text if kind == "string" else text.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "string": str,
    "boolean": lambda text: text in ("true", "1"),
    "decimal": Decimal,
    "double": Decimal,
    "integer": Decimal,
    "int": Decimal,
    "long": Decimal,
    "float": Decimal,
    "date": temporal_text.read_date,
    "time": temporal_text.read_time,
    "dateTime": temporal_text.read_datetime,
    "duration": temporal_text.read_duration,
    "dayTimeDuration": temporal_text.read_duration,
    "yearMonthDuration": temporal_text.read_duration,
}
