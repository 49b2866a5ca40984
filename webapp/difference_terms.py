"""What the names in a routine's files are called in sentences about a difference: roles, units, operations, and what an element says.

Enters: a kind of name and the name. Leaves: words in the language of the context, the file's own name where there is no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from flask_babel import gettext

from webapp.legible import short
from webapp.pages import directory_words, telling
from webapp.studio import unitwords
from webapp.studio.stepwords import INPUTS, OPERATIONS, SETTINGS


def term(kind: str, key: str) -> str:
    """The word for it, as it stands within a sentence."""
    return _TERMS.get(kind, _field)(key)


def _role(key: str) -> str:
    return {"convener": gettext("the convener")}.get(key) or short(directory_words.role(key))


def _listed(said: Callable[[str], str]) -> Callable[[str], str]:
    """A list as it stands in a file, each thing in it as it is called."""

    def words(text: str) -> str:
        try:
            held = json.loads(text)
        except ValueError:
            held = text
        named = [said(str(one)) for one in held] if isinstance(held, list) else [short(text)]
        return ", ".join(named) or gettext("none")

    return words


def _operation(key: str) -> str:
    return _small(OPERATIONS[key]()) if key in OPERATIONS else short(key) or gettext("a table is asked")


def _unit(formula: str) -> str:
    """Where, as it stands within a sentence; a step for which none is named is done where the case is kept."""
    if formula and not formula.startswith("="):
        return gettext("“%(text)s”", text=short(formula))
    said = unitwords.of(formula or "= case.unit")
    return _small(said) or gettext(
        "a unit that is worked out (%(formula)s)", formula=short(formula.removeprefix("= "))
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _field(key: str) -> str:
    """What people call something that a file says; the file's own name for it where there is no other word."""
    last = key.rsplit("/", 1)[-1].rsplit("@", 1)[-1]
    if last.startswith("input[") and key.endswith("@value"):
        return gettext("input “%(name)s”", name=_input(last[6:-1]))
    column = _COLUMN.search(key)
    if column:
        return _COLUMN_WORDS[column[2]](column[1] or "1")
    if key.startswith("validate."):
        return gettext("demand on the answer (%(name)s)", name=short(key.removeprefix("validate.")))
    bare = key if key in _FIELDS else last.partition("[")[0]
    if "input[" in key:
        return gettext("input “%(name)s”", name=_input(key.split("input[", 1)[1].split("]", 1)[0]))
    if bare not in _FIELDS and key in SETTINGS:
        return gettext("“%(text)s”", text=SETTINGS[key]())
    return _FIELDS[bare]() if bare in _FIELDS else short(key)


def _input(name: str) -> str:
    return _small(INPUTS[name]()) if name in INPUTS else short(name)


_COLUMN = re.compile(
    r"decisionTable/(?:in|out)put(?:\[(\d+)\])?[/@](inputValues|outputValues|inputExpression|label)(?:/text)?$"
)
_COLUMN_WORDS: dict[str, Callable[[str], str]] = {
    "inputValues": lambda number: gettext("the values of column %(number)s", number=number),
    "outputValues": lambda _: gettext("the values of the result"),
    "inputExpression": lambda number: gettext("what column %(number)s looks at", number=number),
    "label": lambda number: gettext("the heading of column %(number)s", number=number),
}
"""By what a column of a table says: its words, with the number of the column."""
_FIELDS: dict[str, Callable[[], str]] = {
    "name": lambda: gettext("name"),
    "documentation": lambda: gettext("guidance"),
    "description": lambda: gettext("description"),
    "conditionExpression": lambda: gettext("condition"),
    "timeDuration": lambda: gettext("time"),
    "timeDate": lambda: gettext("time"),
    "timeCycle": lambda: gettext("time"),
    "calendar": lambda: gettext("how days are counted"),
    "unit": lambda: gettext("unit"),
    "role": lambda: gettext("role"),
    "on_behalf": lambda: gettext("who may answer for the unit"),
    "second_person": lambda: gettext("is a second look at"),
    "signed": lambda: gettext("asks anew who somebody is"),
    "operation": lambda: gettext("what happens"),
    "decision": lambda: gettext("which table"),
    "calledElement": lambda: gettext("which part routine"),
    "default": lambda: gettext("way taken otherwise"),
    "result": lambda: gettext("name of the result"),
    "category": lambda: gettext("category of information"),
    "item": lambda: gettext("name of each item"),
    "lane": lambda: gettext("lane"),
    "callActivity": lambda: gettext("The part routine"),
    "businessRuleTask": lambda: gettext("The decision table"),
    "intermediateCatchEvent": lambda: gettext("The waiting"),
    "eventBasedGateway": lambda: gettext("The gateway"),
    "person": lambda: gettext("person"),
    "line": lambda: gettext("line in the worklist"),
    "clause": lambda: gettext("reference to the law"),
    "collection": lambda: gettext("list of items"),
    "text": lambda: gettext("expression"),
    "label": lambda: gettext("label"),
    "conditional.hide": lambda: gettext("hidden when"),
    "values": lambda: gettext("choices"),
    "title": lambda: gettext("title"),
    "userTask": lambda: gettext("The task"),
    "serviceTask": lambda: gettext("The automatic step"),
    "subProcess": lambda: gettext("The part"),
    "exclusiveGateway": lambda: gettext("The gateway"),
    "inclusiveGateway": lambda: gettext("The gateway"),
    "parallelGateway": lambda: gettext("The gateway"),
    "boundaryEvent": lambda: gettext("The event"),
    "startEvent": lambda: gettext("The start"),
    "endEvent": lambda: gettext("The end"),
    "register_number": lambda: gettext("register number"),
    "decided_by": lambda: gettext("decided by"),
    "valid_from": lambda: gettext("valid from"),
}


def flag(key: str) -> str:
    """Yes or no as people say it; anything else as it is written."""
    return {"true": gettext("yes"), "false": gettext("no"), "yes": gettext("yes"), "no": gettext("no")}.get(
        key, key
    )


def _value(text: str) -> str:
    """What stands in a cell of a table: quoted, but for a bare yes or no and for what holds whatever it is."""
    if text in ("", "-"):
        return gettext("anything")
    said = flag(text)
    return said if said != text else gettext("“%(text)s”", text=short(text))


def _category(key: str) -> str:
    said = telling.category(key)
    return said if said != key else gettext("“%(text)s”", text=short(key))


_TERMS: Mapping[str, Callable[[str], str]] = {
    "role": _role, "unit": _unit, "operation": _operation, "flag": flag, "value": _value, "category": _category,
    "roles": _listed(_role), "names": _listed(short),
}  # fmt: skip
