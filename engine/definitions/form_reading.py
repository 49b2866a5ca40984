"""Reads a form-js file into fields.

Enters: the bytes of a `.form` file. Leaves: a frozen Form, or BrokenDefinition with one finding for each thing to mend. A
component that the server does not draw and check itself is refused: nothing of a form may be shown and then silently not be asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import regex

from engine.definitions import located_json
from engine.definitions.formula import Formula, FormulaError, is_formula, parse
from engine.definitions.located_json import Located
from engine.definitions.schema import Field, Form, Option, walk, written
from engine.definitions.vocabulary import CATEGORIES, DEFAULT_CATEGORY, NAME, OPTION_SOURCES
from engine.errors import BrokenDefinition, Finding

TYPES = frozenset(
    [
        "textfield",
        "textarea",
        "number",
        "datetime",
        "checkbox",
        "radio",
        "select",
        "checklist",
        "group",
        "dynamiclist",
        "text",
    ]
)
CHOICES = frozenset({"radio", "select", "checklist"})
SUBTYPES = frozenset({"date", "time", "datetime"})
MAX_FIELDS = 400
MAX_OPTIONS = 500
MAX_NESTING = 6
MAX_PATTERN = 200
MAX_REPETITIONS = 10_000


def read(data: bytes, path: str) -> Form:
    """Read a form; raises BrokenDefinition with every finding, each with its line."""
    document = located_json.read(data, path=path)
    reader = _Reader(path)
    form = reader.form(document)
    if reader.findings:
        raise BrokenDefinition(tuple(reader.findings))
    return form


class _Reader:
    """Walks one document and collects what is wrong with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.count = 0
        self.ids: set[str] = set()

    def form(self, document: object) -> Form:
        if not isinstance(document, Located):
            self.wrong(1, "", "form-schema", "A form is one object with components.")
            return Form(self.path, "", "", ())
        components = document.get("components")
        if not isinstance(components, list):
            self.foreign(document)
            components = []
        fields = self.fields(components, document.line, DEFAULT_CATEGORY, 1)
        self.twice(fields)
        return Form(self.path, _text(document.get("id")), _text(document.get("title")), fields)

    def foreign(self, document: Located) -> None:
        """Say as exactly as possible what this is instead of a form-js form."""
        properties, required = document.get("properties"), document.get("required")
        if isinstance(properties, dict) and isinstance(required, list):
            for name in required:
                if isinstance(name, str) and name not in properties:
                    self.wrong(
                        document.line,
                        "",
                        "form-required",
                        f"`required` names {name!r:.80}, which is no field.",
                    )
        message = "There are no components: this is not a form-js form. Draw it in the form editor."
        self.wrong(document.line, "", "form-schema", message)

    def wrong(self, line: int, element: str, rule: str, message: str) -> None:
        self.findings.append(Finding(self.path, line, "error", rule, element[:100], message))

    # --- components
    # -------------------------------------------------------------------------------------------------

    def fields(self, components: list[object], line: int, category: str, depth: int) -> tuple[Field, ...]:
        if depth > MAX_NESTING:
            self.wrong(
                line,
                "",
                "form-nesting",
                f"Groups and lists are nested too deep (more than {MAX_NESTING} levels).",
            )
            return ()
        found = []
        for component in components:
            self.count += 1
            if self.count == MAX_FIELDS + 1:
                self.wrong(line, "", "form-size", f"The form has more than {MAX_FIELDS} fields. Divide it.")
            if self.count > MAX_FIELDS:
                break
            if not isinstance(component, Located):
                self.wrong(line, "", "form-schema", "A component must be an object with a type.")
                continue
            one = self.field(component, category, depth)
            if one is not None:
                found.append(one)
        return tuple(found)

    def field(self, c: Located, category: str, depth: int) -> Field | None:
        kind = _text(c.get("type"))
        name = _text(c.get("id")) or _text(c.get("key"))
        if kind not in TYPES:
            known = ", ".join(sorted(TYPES))
            self.wrong(
                c.line,
                name,
                "form-component",
                f"The component type {kind!r:.60} is unknown. Use one of: {known}.",
            )
            return None
        properties = self.properties(c, name)
        own_category = self.category(properties, category, c, name)
        rules = self.section(c, "validate", name)
        children = c.get("components") if kind in {"group", "dynamiclist"} else None
        source = self.source(properties, c, name) if kind in CHOICES else ""
        formula = self.choice_formula(c, name) if kind in CHOICES else None
        return Field(
            type=kind,
            key=self.key(c, kind, name),
            id=self.identity(c, name),
            label=self.plain(c, "label", name),
            line=c.line,
            description=self.plain(c, "description", name),
            text=_text(c.get("text")) if kind == "text" else "",
            subtype=self.subtype(c, name) if kind == "datetime" else "",
            options=self.options(c, name, needed=not source and formula is None) if kind in CHOICES else (),
            options_source=source,
            options_formula=formula,
            required=self.flag(rules, "required", c, name),
            min=self.bound(rules, properties, "min", c, name),
            max=self.bound(rules, properties, "max", c, name),
            min_length=self.length(rules, "minLength", c, name),
            max_length=self.length(rules, "maxLength", c, name),
            decimals=self.length(c, "decimalDigits", c, name),
            pattern=self.pattern(rules, c, name),
            validation=self.validation(rules, c, name),
            past_allowed=c.get("disallowPassedDates") is not True,
            readonly=self.flag(c, "readonly", c, name) or self.flag(c, "disabled", c, name),
            default=c.get("defaultValue"),
            hide=self.hide(c, name),
            category=own_category,
            own_words=properties.get("own_words") == "true",
            properties=properties,
            children=self.fields(children, c.line, own_category, depth + 1)
            if isinstance(children, list)
            else (),
        )

    def key(self, c: Located, kind: str, name: str) -> str:
        if kind == "text":
            return ""
        key = _text(c.get("key"))
        if kind in {"group", "dynamiclist"}:
            key = _text(c.get("path")) or key
        if not key:
            if kind != "group":
                self.wrong(
                    c.line, name, "form-key", "The field has no key, the name under which the answer is kept."
                )
            return ""
        if not NAME.fullmatch(key):
            message = (
                f"The key {key!r:.80} must be lower-case letters, digits and _, and begin with a letter."
            )
            self.wrong(c.line, name, "form-key", message)
        return key

    def identity(self, c: Located, name: str) -> str:
        own = _text(c.get("id"))
        if own and own in self.ids:
            self.wrong(c.line, name, "form-id", f"The id {own!r:.80} is used twice in this form.")
        self.ids.add(own)
        return own

    def twice(self, fields: tuple[Field, ...]) -> None:
        """The same key twice side by side would let one answer replace the other."""
        seen: dict[str, Field] = {}
        for one in written(fields):
            if one.key in seen:
                first = seen[one.key].line
                message = f"The key {one.key} is used twice (first on line {first}). Give each field a key of its own."
                self.wrong(one.line, one.id or one.key, "form-key-twice", message)
            seen.setdefault(one.key, one)
            if one.children:
                self.twice(one.children)
                self.one_category(one)

    def one_category(self, holder: Field) -> None:
        for child in walk(holder.children):
            if child.key and child.category != holder.category:
                message = (
                    f"{child.key} has the category {child.category}, but the list or group {holder.key} around it is kept as"
                    f" {holder.category}. Set the category on {holder.key}."
                )
                self.wrong(child.line, child.id or child.key, "form-category", message)

    # --- parts of a component
    # ---------------------------------------------------------------------------------------

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
        text = _text(c.get("valuesExpression")) or _text(c.get("valuesKey"))
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
        wanted = _text(c.get("subtype")) or "date"
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
        return _text(value)

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
        pattern = _text(rules.get("pattern"))
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
        wanted = _text(rules.get("validationType"))
        if wanted in {"", "custom"}:
            return ""
        if wanted not in {"email", "phone"}:
            self.wrong(
                c.line, element, "form-rule", f"validationType is {wanted!r:.60}. Use email, phone or custom."
            )
        return wanted

    def hide(self, c: Located, element: str) -> Formula | None:
        text = _text(self.section(c, "conditional", element).get("hide"))
        return self.formula(text, c, element, "conditional.hide") if text.strip() else None

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


def _text(value: object) -> str:
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
