"""A condition in three parts: which answer, how it is compared, and with what, in the words of the routine's own forms.

Enters: the forms of a routine, a formula, or the three parts as they were chosen. Leaves: the answers that can be asked about, by form, the
parts of a formula, and the formula that the parts say. A formula that says more than three parts can is left to whoever reads formulas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from engine.definitions.editing.drawing import NotPossible
from engine.errors import EngineError
from webapp.studio import partwords

OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_SIMPLE = re.compile(
    r'=?\s*([a-z][a-z0-9_]{0,62})\s*(=|!=|<=|>=|<|>)\s*("[^"\\]*"|-?[0-9]+(?:\.[0-9]+)?|true|false)'
)
_AMONG = re.compile(r'=?\s*(not\()?list contains\(([a-z][a-z0-9_]{0,62}), ("[^"\\]*")\)(\))?')
_SEVERAL = "checklist"
_TICK = "checkbox"


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer that a form asks for. `choices` are (value, words), none where the answer is written freely."""

    key: str
    label: str
    form: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def known(self) -> str:
        """The choices for the page's script."""
        return json.dumps([said for _, said in self.choices], ensure_ascii=False)


def asked(texts: Mapping[str, bytes]) -> dict[str, Asked]:
    """Key -> the answer, in the order of the forms' names and of the questions in them. The first form that asks counts."""
    forms = [
        (partwords.called(data, path), path, data) for path, data in texts.items() if path.endswith(".form")
    ]
    found: dict[str, Asked] = {}
    for form, _, data in sorted(forms, key=lambda one: (one[0].casefold(), one[1])):
        for one in _questions(data):
            key = str(one["key"])
            found.setdefault(
                key, Asked(key, str(one.get("label") or key), form, str(one.get("type")), _choices(one))
            )
    return found


def parts(formula: str, known: Mapping[str, Asked]) -> dict[str, str]:
    """`field`, `op` and `value`, a value in the words of its choice; an empty field where the formula says more, or no form asks."""
    formula, name, op, value = formula.strip(), "", "=", ""
    among = _AMONG.fullmatch(formula)
    if among and bool(among[1]) == bool(among[4]):
        name, op, value = among[2], "!=" if among[1] else "=", among[3]
    elif simple := _SIMPLE.fullmatch(formula):
        name, op, value = simple[1], simple[2], simple[3]
    if name not in known:
        return {"field": "", "op": "=", "value": ""}
    value = value.strip('"')
    return {"field": name, "op": op, "value": dict(known[name].choices).get(value, value)}


def written(name: str, op: str, value: str, known: Mapping[str, Asked]) -> str:
    """The formula that the parts say, '' where one is missing. Raises NotPossible for an answer that the question does not have."""
    if not name or op not in OPERATORS or not value:
        return ""
    one = known.get(name)
    if one is None or not one.choices:
        plain = re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?|true|false", value)
        return f"= {name} {op} {value if plain else _quoted(value)}"
    chosen = next((key for key, said in one.choices if value in (key, said)), None)
    if chosen is None:
        raise NotPossible("no-such-answer", name)
    if one.kind == _SEVERAL:
        among = f"list contains({name}, {_quoted(chosen)})"
        return f"= not({among})" if op == "!=" else f"= {among}"
    return f"= {name} {op} {chosen if one.kind == _TICK else _quoted(chosen)}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _choices(one: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    if one.get("type") == _TICK:
        return (("true", gettext("Yes")), ("false", gettext("No")))
    values = one.get("values")
    return tuple(
        (str(each.get("value", "")), str(each.get("label", "")))
        for each in (values if isinstance(values, list) else [])
        if isinstance(each, dict)
    )


def _questions(data: bytes) -> Iterator[Mapping[str, object]]:
    """The questions of a form that have a key, in their order; none where it cannot be read, nor what is asked once a row."""
    try:
        todo = [json.loads(data)]
    except (ValueError, EngineError, RecursionError):
        return
    while todo:
        one = todo.pop(0)
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("key"), str) and one.get("type") not in ("text", "group", "dynamiclist"):
            yield one
        inner = one.get("components")
        if isinstance(inner, list) and one.get("type") != "dynamiclist":
            todo[:0] = inner
