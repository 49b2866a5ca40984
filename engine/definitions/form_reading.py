"""Reads a form-js file into fields.

Enters: the bytes of a `.form` file. Leaves: a frozen Form, or BrokenDefinition with one finding for each thing to mend. A
component that the server does not draw and check itself is refused: nothing of a form may be shown and then silently not be asked
for.
"""

from __future__ import annotations

from engine.definitions import located_json
from engine.definitions.form_parts import CHOICES, Parts, text_of
from engine.definitions.located_json import Located
from engine.definitions.schema import Field, Form, walk, written
from engine.definitions.vocabulary import DEFAULT_CATEGORY, NAME
from engine.errors import BrokenDefinition

TYPES = frozenset(
    {
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
    }
)
MAX_FIELDS = 400
MAX_NESTING = 6


def read(data: bytes, path: str) -> Form:
    """Read a form; raises BrokenDefinition with every finding, each with its line."""
    document = located_json.read(data, path=path)
    reader = _Reader(path)
    form = reader.form(document)
    if reader.findings:
        raise BrokenDefinition(tuple(reader.findings))
    return form


class _Reader(Parts):
    """Walks one document and collects what is wrong with it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
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
        return Form(self.path, text_of(document.get("id")), text_of(document.get("title")), fields)

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
        kind = text_of(c.get("type"))
        name = text_of(c.get("id")) or text_of(c.get("key"))
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
            text=text_of(c.get("text")) if kind == "text" else "",
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
            proposed=self.proposed(properties, c, name),
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
        key = text_of(c.get("key"))
        if kind in {"group", "dynamiclist"}:
            key = text_of(c.get("path")) or key
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
        own = text_of(c.get("id"))
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
