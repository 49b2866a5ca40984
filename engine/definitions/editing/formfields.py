"""A form-js form, changed field by field.

Enters: the bytes of a `.form` file. Leaves: its fields in order, and the bytes with one thing changed; properties that nobody asked about
stay. What a field may be is said by `checks`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions.editing.drawing import NotPossible, slug
from engine.errors import BrokenDefinition, Finding

KINDS = (
    "textfield",
    "textarea",
    "number",
    "datetime",
    "checkbox",
    "radio",
    "select",
    "checklist",
    "text",
    "group",
)
CHOICES = frozenset({"radio", "select", "checklist"})
DATES = "date"
Component = dict[str, object]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `options` are (value, words), None where it has none of its own; `inside` is how deep it stands in groups and lists."""

    id: str
    kind: str
    key: str
    label: str
    description: str
    required: bool
    options: tuple[tuple[str, str], ...] | None
    category: str
    clause: str
    hidden_when: str
    inside: int


class Form:
    """One file, open for changes. Raises BrokenDefinition for what is no JSON object."""

    def __init__(self, data: bytes, path: str) -> None:
        try:
            self.root = json.loads(data.decode("utf-8"))
        except (ValueError, UnicodeDecodeError, RecursionError) as error:
            line = int(getattr(error, "lineno", 1) or 1)
            told = "The form cannot be read. Undo the last change."
            raise BrokenDefinition((Finding(path, line, "error", "form-schema", "", told),)) from error
        if not isinstance(self.root, dict) or not isinstance(self.root.get("components"), list):
            raise BrokenDefinition((Finding(path, 1, "error", "form-schema", "", "The file is no form."),))

    def written(self) -> bytes:
        """The file as it stands now."""
        return (json.dumps(self.root, ensure_ascii=False, indent=2) + "\n").encode()

    @property
    def title(self) -> str:
        """What the form is called."""
        return str(self.root.get("title") or "")

    def set_title(self, title: str) -> None:
        """Call it so."""
        self.root["title"] = title.strip()

    def fields(self) -> list[FormField]:
        """Every field, in the order of the page."""
        return [_field(one, depth) for one, _, depth in self._walk()]

    def change(self, field_id: str, answers: Mapping[str, str]) -> None:
        """Rewrite what is given of `label`, `description`, `required`, `category`, `clause`, `hidden_when`. NotPossible."""
        one, _ = self._found(field_id)
        for name in ("label", "description"):
            if name in answers:
                held = "text" if one.get("type") == "text" and name == "label" else name
                _put(one, held, answers[name].strip())
        if "required" in answers:
            _put_inside(one, "validate", "required", answers["required"] == "true" or None)
        for name in ("category", "clause"):
            if name in answers:
                _put_inside(one, "properties", name, answers[name].strip() or None)
        if "hidden_when" in answers:
            given = answers["hidden_when"].strip().removeprefix("=").strip()
            _put_inside(one, "conditional", "hide", f"= {given}" if given else None)

    def choose(self, field_id: str, words: Mapping[str, str], added: Sequence[str] = ()) -> None:
        """Say the choices with those values otherwise, '' takes one away, and add new ones. NotPossible.

        A value stays as it is whatever its words become, since conditions, tables and scenarios name it; a new one is made from its words.
        """
        rows = self._choices(field_id)
        taken = {str(row.get("value")) for row in rows}
        kept = [
            {**row, "label": words.get(value, str(row.get("label") or "")).strip()}
            for row in rows
            for value in [str(row.get("value"))]
            if value not in words or words[value].strip()
        ]
        for label in filter(None, (one.strip() for one in added)):
            value = _unlike(slug(label), taken)
            taken.add(value)
            kept.append({"label": label, "value": value})
        rows[:] = kept

    def lift_choice(self, field_id: str, value: str) -> None:
        """Let the choice stand one place earlier. NotPossible where it is gone; the first stays."""
        rows = self._choices(field_id)
        place = next((at for at, row in enumerate(rows) if str(row.get("value")) == value), None)
        if place is None:
            raise NotPossible("no-such-element", field_id)
        if place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]

    def add(self, kind: str, label: str, *, after: str = "", prefix: str = "") -> str:
        """A new field after another, or last; its key begins with `prefix`. Gives its id. NotPossible."""
        if kind not in KINDS:
            raise NotPossible("not-a-step", after)
        keys = {str(one.get("key")) for one, _, _ in self._walk()} | {
            str(one.get("id")) for one, _, _ in self._walk()
        }
        key = _unlike(slug(f"{prefix}_{label}" if prefix else label), keys)
        made: Component = {"type": kind, "id": f"{key}_field"}
        made |= {"text": label} if kind == "text" else {"label": label}
        if kind not in ("text", "group"):
            made["key"] = key
        if kind == "datetime":
            made |= {"subtype": DATES, "dateLabel": label}
        if kind in CHOICES:
            made["values"] = [{"label": "Ja", "value": "yes"}, {"label": "Nej", "value": "no"}]
        if kind == "group":
            made["components"] = []
        holder, place = self._place(after)
        holder.insert(place, made)
        return str(made["id"])

    def remove(self, field_id: str) -> None:
        """Take a field out, with what stands inside it."""
        one, holder = self._found(field_id)
        holder.remove(one)

    def move(self, field_id: str, *, later: bool) -> None:
        """One place up or down among its neighbours. NotPossible at the ends."""
        one, holder = self._found(field_id)
        place = holder.index(one)
        other = place + (1 if later else -1)
        if not 0 <= other < len(holder):
            raise NotPossible("branch", field_id)
        holder[place], holder[other] = holder[other], holder[place]

    def _choices(self, field_id: str) -> list[Component]:
        one, _ = self._found(field_id)
        if not _chooses(one):
            raise NotPossible("no-such-element", field_id)
        held = one.get("values")
        rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
        one["values"] = rows
        return rows

    def _walk(self) -> Iterator[tuple[Component, list[Component], int]]:
        todo = [(one, self.root["components"], 0) for one in reversed(self.root["components"])]
        while todo:
            one, holder, depth = todo.pop()
            if isinstance(one, dict):
                yield one, holder, depth
                inner = one.get("components")
                if isinstance(inner, list):
                    todo.extend((each, inner, depth + 1) for each in reversed(inner))

    def _found(self, field_id: str) -> tuple[Component, list[Component]]:
        for one, holder, _ in self._walk():
            if one.get("id") == field_id:
                return one, holder
        raise NotPossible("no-such-element", field_id)

    def _place(self, after: str) -> tuple[list[Component], int]:
        if not after:
            return self.root["components"], len(self.root["components"])
        one, holder = self._found(after)
        inner = one.get("components")
        if isinstance(inner, list):
            return inner, 0
        return holder, holder.index(one) + 1


def _field(one: Component, depth: int) -> FormField:
    properties, values = _inside(one, "properties"), one.get("values")
    rows = [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []
    return FormField(
        id=str(one.get("id") or ""), kind=str(one.get("type") or ""), key=str(one.get("key") or ""),
        label=str(one.get("label") or one.get("text") or ""), description=str(one.get("description") or ""),
        required=_inside(one, "validate").get("required") is True,
        options=tuple((str(row.get("value", "")), str(row.get("label", ""))) for row in rows) if _chooses(one) else None,
        category=str(properties.get("category") or ""), clause=str(properties.get("clause") or ""),
        hidden_when=str(_inside(one, "conditional").get("hide") or ""), inside=depth,
    )  # fmt: skip


def _inside(one: Component, name: str) -> Mapping[str, object]:
    held = one.get(name)
    return held if isinstance(held, dict) else {}


def _put(one: Component, name: str, value: object) -> None:
    if value in ("", None):
        one.pop(name, None)
    else:
        one[name] = value


def _put_inside(one: Component, name: str, key: str, value: object) -> None:
    held = one.get(name)
    inner = dict(held) if isinstance(held, dict) else {}
    _put(inner, key, value)
    _put(one, name, inner or None)


def _chooses(one: Component) -> bool:
    """Whether it has choices of its own, not those that the directory or the case offers."""
    elsewhere = (
        _inside(one, "properties").get("options") or one.get("valuesKey") or one.get("valuesExpression")
    )
    return one.get("type") in CHOICES and not elsewhere


def _unlike(base: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken."""
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}_{number}"
    return found
