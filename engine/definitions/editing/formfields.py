"""A form-js form, changed field by field.

Enters: the bytes of a `.form` file. Leaves: its fields in order, and the bytes with one thing changed; properties that nobody asked about
stay. What a field may be is said by `checks`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
    """One field. `options` are lines of `value: words`; `inside` is how deep it stands in groups and lists."""

    id: str
    kind: str
    key: str
    label: str
    description: str
    required: bool
    options: str
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
        """Rewrite what is given of `label`, `description`, `required`, `options`, `category`, `clause`, `hidden_when`. NotPossible."""
        one, _ = self._found(field_id)
        for name in ("label", "description"):
            if name in answers:
                held = "text" if one.get("type") == "text" and name == "label" else name
                _put(one, held, answers[name].strip())
        if "required" in answers:
            _put_inside(one, "validate", "required", answers["required"] == "true" or None)
        if (
            "options" in answers
            and one.get("type") in CHOICES
            and not _inside(one, "properties").get("options")
        ):
            one["values"] = _options(answers["options"], one.get("values"))
        for name in ("category", "clause"):
            if name in answers:
                _put_inside(one, "properties", name, answers[name].strip() or None)
        if "hidden_when" in answers:
            given = answers["hidden_when"].strip().removeprefix("=").strip()
            _put_inside(one, "conditional", "hide", f"= {given}" if given else None)

    def add(self, kind: str, label: str, *, after: str = "", prefix: str = "") -> str:
        """A new field after another, or last; its key begins with `prefix`. Gives its id. NotPossible."""
        if kind not in KINDS:
            raise NotPossible("not-a-step", after)
        keys = {str(one.get("key")) for one, _, _ in self._walk()} | {
            str(one.get("id")) for one, _, _ in self._walk()
        }
        base, number = slug(f"{prefix}_{label}" if prefix else label), 1
        while (key := base if number == 1 else f"{base}_{number}") in keys:
            number += 1
        made: Component = {"type": kind, "id": f"{key}_field"}
        made |= {"text": label} if kind == "text" else {"label": label}
        if kind not in ("text", "group"):
            made["key"] = key
        if kind == "datetime":
            made |= {"subtype": DATES, "dateLabel": label}
        if kind in CHOICES:
            made["values"] = _options("yes: Ja\nno: Nej", None)
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
        options="\n".join(f"{row.get('value', '')}: {row.get('label', '')}" for row in rows),
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


def _options(lines: str, before: object) -> list[Component]:
    """Each line `value: words`; a line without a value gets one from its words. Other properties of a value that stays are kept."""
    rows = before if isinstance(before, list) else []
    known = {str(row.get("value")): row for row in rows if isinstance(row, dict)}
    made: list[Component] = []
    for line in filter(None, (one.strip() for one in lines.splitlines())):
        head, colon, rest = line.partition(":")
        value, label = (head.strip(), rest.strip()) if colon and rest.strip() else (slug(line), line)
        made.append({**known.get(value, {}), "label": label, "value": value})
    return made
