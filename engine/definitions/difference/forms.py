"""What differs between two forms, field by field.

Enters: the bytes of both, and what people call the form. Leaves: changes. A field is known by its key; what has none by its kind and text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.definitions import located_json
from engine.definitions.difference import values as v
from engine.definitions.difference.order import longest_rising
from engine.definitions.difference.values import Change, Name, Term, Text

CHOICES = ("values", "options")
NO_MEANING = frozenset({"layout", "components", "id"})


@dataclass(frozen=True)
class _Field:
    name: Name
    inside: str
    says: Mapping[str, str]
    choices: Mapping[str, str]


def changes(path: str, before: bytes, after: bytes, form: Name) -> Iterator[Change]:
    """Raises BrokenDefinition where one of them is no JSON."""
    old, new = _read(before, path), _read(after, path)
    was, now = old[1], new[1]
    for one in dict.fromkeys([*old[0], *new[0]]):
        if old[0].get(one) != new[0].get(one):
            yield v.field(v.FORM, (path, ""), form, one, old[0].get(one), new[0].get(one))
    common = [one for one in now if one in was]
    places = {one: place for place, one in enumerate(was)}
    kept = longest_rising([places[one] for one in common])
    for one, field in now.items():
        where = (path, one)
        if one not in was:
            added = v.said(v.FORM, "added", where, "form-field-added", form=form, name=field.name)
            yield replace(
                added, of=v.fingerprint(field.inside, sorted(field.says.items()), [*field.choices.items()])
            )
            continue
        if common.index(one) not in kept or was[one].inside != field.inside:
            yield v.said(v.FORM, "moved", where, "form-field-moved", form=form, name=field.name)
        yield from _within(where, form, was[one], field)
    for one, field in was.items():
        if one not in now:
            yield v.said(v.FORM, "removed", (path, one), "form-field-removed", form=form, name=field.name)


def _within(where: tuple[str, str], form: Name, old: _Field, new: _Field) -> Iterator[Change]:
    words: dict[str, v.Word] = {"form": form, "name": new.name}
    alike = {one for key, one in old.choices.items() if key not in new.choices} & {*new.choices.values()}
    for value in dict.fromkeys([*old.choices, *new.choices]):
        was, now = old.choices.get(value), new.choices.get(value)
        says = "choice-added" if was is None else "choice-removed"
        choice = was if now is None else now
        if (
            was is None or now is None
        ) and choice is not None:  # what the routine goes by, where the words are the same
            told = Text(f"{choice} ({value})" if choice in alike else choice)
            yield replace(
                v.said(v.FORM, "changed", where, says, **words, choice=told), of=v.fingerprint(value)
            )
        elif was is not None and now is not None and was != now:
            yield v.said(
                v.FORM, "changed", where, "choice-renamed", **words, before=Text(was), after=Text(now)
            )
    both = [one for one in new.choices if one in old.choices]
    if both != [one for one in old.choices if one in new.choices]:
        yield v.said(v.FORM, "moved", where, "choices-moved", **words)
    for what in dict.fromkeys([*old.says, *new.says]):
        before, after = old.says.get(what), new.says.get(what)
        if before == after:
            continue
        if (
            what == "validate.required"
            and (before, after) != (None, "false")
            and (before, after) != ("false", None)
        ):
            says = "form-field-required" if after == "true" else "form-field-voluntary"
            yield v.said(v.FORM, "changed", where, says, **words)
        elif what == "label" and before and after:
            yield v.said(
                v.FORM, "renamed", where, "form-field-renamed", form=form, was=Name(before), name=Name(after)
            )
        else:
            pair = {"before": Text(before or ""), "after": Text(after or "")}
            yield v.said(
                v.FORM, "changed", where, "form-field-changed", **words, field=Term("field", what), **pair
            )


def _read(data: bytes, path: str) -> tuple[dict[str, str], dict[str, _Field]]:
    """What the form as a whole says, and its fields by key in their order."""
    document = located_json.read(data, path=path)
    fields: dict[str, _Field] = {}
    if not isinstance(document, dict):
        return {"": json.dumps(document, ensure_ascii=False)}, fields
    whole = {one: value for one, value in document.items() if one != "components"}
    _fields(document.get("components"), "", fields)
    return flat(whole), fields


def _fields(components: object, inside: str, found: dict[str, _Field]) -> None:
    for one in components if isinstance(components, list) else []:
        if not isinstance(one, dict):
            continue
        known = str(one.get("key") or one.get("path") or "") or f"{one.get('type')}:{_text(one)}"
        key = f"{inside}{known}"
        number = 1
        while key in found:
            number += 1
            key = f"{inside}{known}#{number}"
        choices: list[Any] = next((one[name] for name in CHOICES if isinstance(one.get(name), list)), [])
        plain = all(isinstance(each, dict) and set(each) <= {"value", "label"} for each in choices)
        left_out = NO_MEANING | (frozenset(CHOICES) if plain else frozenset())
        says = {name: value for name, value in one.items() if name not in left_out}
        named = {str(each.get("value")): str(each.get("label", "")) for each in choices} if plain else {}
        found[key] = _Field(Name(_text(one) or known), inside, flat(says), named)
        _fields(one.get("components"), f"{key}.", found)


def _text(one: Mapping[str, object]) -> str:
    return " ".join(str(one.get("label") or one.get("text") or "").split())[:120]


def flat(values: Mapping[str, object], above: str = "") -> dict[str, str]:
    """Nested settings as one level: `validate.required` -> `true`; a list is its JSON."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            found |= flat(value, f"{above}{name}.")
        elif isinstance(value, str):
            found[f"{above}{name}"] = value
        else:
            found[f"{above}{name}"] = json.dumps(value, ensure_ascii=False, default=str)
    return found
