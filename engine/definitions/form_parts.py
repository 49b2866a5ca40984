"""The parts of a component of a form: its rules, choices, conditions and properties, each read with what is wrong with it.

Enters: one JSON object of a form. Leaves: typed values; `findings` grows with each thing to mend, and a value that cannot be stands empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import regex

from engine.definitions.formula import Formula, FormulaError, is_formula, parse
from engine.definitions.located_json import Located
from engine.definitions.schema import Option
from engine.definitions.vocabulary import CATEGORIES, OPTION_SOURCES
from engine.errors import Finding

CHOICES = frozenset({"radio", "select", "checklist"})
SUBTYPES = frozenset({"date", "time", "datetime"})
MAX_OPTIONS = 500
MAX_PATTERN = 200
MAX_REPETITIONS = 10_000


class Parts:
    """Reads parts of components of the form at `path`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def wrong(self, line: int, element: str, rule: str, message: str) -> None:
        self.findings.append(Finding(self.path, line, "error", rule, element[:100], message))

    def section(self, c: Located, name: str, element: str) -> Located:
        value = c.get(name)
        if value is None:
            return Located(c.line)
        if not isinstance(value, Located):
            self.wrong(c.line, element, "form-schema", f"{name} must be an object.")
            return Located(c.line)
        return value

    def properties(self, c: Located, element: str) -> dict[str, str]:
        found = {}
        for name, value in self.section(c, "properties", element).items():
            if isinstance(value, bool):
                found[name] = "true" if value else "false"
            elif isinstance(value, str | Decimal):
                found[name] = str(value)
            else:
                self.wrong(c.line, element, "form-property", f"The property {name!r:.60} must be a text.")
        return found

    def category(self, properties: Mapping[str, str], inherited: str, c: Located, element: str) -> str:
        wanted = properties.get("category", inherited)
        if wanted not in CATEGORIES:
            known = ", ".join(sorted(CATEGORIES))
            message = f"The category {wanted!r:.60} is unknown. Use one of: {known}."
            self.wrong(c.line, element, "form-category", message)
        return wanted

    def source(self, properties: Mapping[str, str], c: Located, element: str) -> str:
        wanted = properties.get("options", "")
        if wanted and wanted not in OPTION_SOURCES:
            message = (
                f"properties.options is {wanted!r:.60}. Use one of: {', '.join(sorted(OPTION_SOURCES))}."
            )
            self.wrong(c.line, element, "form-options", message)
        return wanted

    def choice_formula(self, c: Located, element: str) -> Formula | None:
        text = text_of(c.get("valuesExpression")) or text_of(c.get("valuesKey"))
        return self.formula(text, c, element, "valuesExpression") if text else None

    def options(self, c: Located, element: str, *, needed: bool) -> tuple[Option, ...]:
        values = c.get("values")
        if not isinstance(values, list) or not values:
            if needed:
                self.wrong(
                    c.line,
                    element,
                    "form-options",
                    "There is nothing to choose from. Add at least one value.",
                )
            return ()
        if len(values) > MAX_OPTIONS:
            self.wrong(
                c.line, element, "form-options", f"There are more than {MAX_OPTIONS} values to choose from."
            )
        found: dict[str, Option] = {}
        for value in values[:MAX_OPTIONS]:
            option = _option(value)
            if option is None:
                self.wrong(c.line, element, "form-options", "Each value needs a value and a label.")
            elif option.value in found:
                self.wrong(c.line, element, "form-options", f"The value {option.value!r:.60} stands twice.")
            else:
                found[option.value] = option
        return tuple(found.values())

    def subtype(self, c: Located, element: str) -> str:
        wanted = text_of(c.get("subtype")) or "date"
        if wanted not in SUBTYPES:
            self.wrong(
                c.line,
                element,
                "form-datetime",
                f"The subtype {wanted!r:.60} must be date, time or datetime.",
            )
        return wanted

    def flag(self, holder: Located, name: str, c: Located, element: str) -> bool:
        value = holder.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(
            c.line, element, "form-rule", f"{name} must be true or false. Use a condition to hide the field."
        )
        return False

    def plain(self, c: Located, name: str, element: str) -> str:
        value = c.get(name)
        if value is not None and not isinstance(value, str):
            self.wrong(c.line, element, "form-schema", f"{name} must be a text.")
        elif isinstance(value, str) and is_formula(value):
            self.wrong(c.line, element, "form-schema", f"{name} cannot be computed. Write the text itself.")
        return text_of(value)

    def number(self, value: object, name: str, c: Located, element: str) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = _decimal(value)
        if isinstance(value, Decimal):
            return value
        self.wrong(c.line, element, "form-rule", f"{name} must be a number.")
        return None

    def bound(
        self, rules: Located, properties: Mapping[str, str], name: str, c: Located, element: str
    ) -> Decimal | None:
        value = rules.get(name)
        return self.number(properties.get(f"{name}_rows") if value is None else value, name, c, element)

    def length(self, holder: Located, name: str, c: Located, element: str) -> int | None:
        value = self.number(holder.get(name), name, c, element)
        if value is None:
            return None
        if value < 0 or value != value.to_integral_value() or value > 1_000_000:
            self.wrong(c.line, element, "form-rule", f"{name} must be a whole number, zero or more.")
            return None
        return int(value)

    def pattern(self, rules: Located, c: Located, element: str) -> str:
        pattern = text_of(rules.get("pattern"))
        if not pattern:
            return ""
        if not _compiles(pattern):
            self.wrong(
                c.line,
                element,
                "form-pattern",
                f"The pattern cannot be read, or is over {MAX_PATTERN} characters long.",
            )
            return ""
        return pattern

    def validation(self, rules: Located, c: Located, element: str) -> str:
        wanted = text_of(rules.get("validationType"))
        if wanted in {"", "custom"}:
            return ""
        if wanted not in {"email", "phone"}:
            self.wrong(
                c.line, element, "form-rule", f"validationType is {wanted!r:.60}. Use email, phone or custom."
            )
        return wanted

    def hide(self, c: Located, element: str) -> Formula | None:
        text = text_of(self.section(c, "conditional", element).get("hide"))
        return self.formula(text, c, element, "conditional.hide") if text.strip() else None

    def proposed(self, properties: Mapping[str, str], c: Located, element: str) -> Formula | None:
        text = properties.get("proposed", "")
        return self.formula(text, c, element, "properties.proposed") if text.strip() else None

    def formula(self, text: str, c: Located, element: str, what: str) -> Formula | None:
        try:
            return parse(text)
        except FormulaError as error:
            self.wrong(
                c.line, element, "form-expression", f"The expression in {what} cannot be read: {error}."
            )
            return None


def _compiles(pattern: str) -> bool:
    """Whether the pattern can be read. Counted repetitions are multiplied first: nested ones would take all memory."""
    repeated = 1
    for low, high in re.findall(r"\{\s*(\d*)\s*,?\s*(\d*)\s*\}", pattern):
        repeated *= max(int(low or 1), int(high or 1), 1)
    if len(pattern) > MAX_PATTERN or repeated > MAX_REPETITIONS:
        return False
    try:
        regex.compile(pattern)
    except (regex.error, ValueError, OverflowError, RecursionError):
        return False
    return True


def text_of(value: object) -> str:
    """The value if it is a text, else ''."""
    return value if isinstance(value, str) else ""


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text) if text.isascii() and len(text) < 40 else None
    except ArithmeticError:
        return None
    return number if number is not None and number.is_finite() else None


def _option(value: object) -> Option | None:
    if isinstance(value, str):
        return Option(value, value) if value else None
    if not isinstance(value, dict):
        return None
    inner, label = value.get("value"), value.get("label")
    if isinstance(inner, Decimal):
        inner = str(inner)
    if not isinstance(inner, str) or not inner or not (label is None or isinstance(label, str)):
        return None
    return Option(inner, label or inner)
