"""Which unit a formula comes to, in words.

Enters: the formula at a step, and what the routine calls the names in it. Leaves: words in the language of the page, '' for a formula that
only says how it is worked out; nothing is worked out here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask_babel import gettext

from engine import xml
from webapp.pages import directory_words
from webapp.studio import conditions
from webapp.studio.draft import Opened

UNITS: Mapping[str, Callable[[], str]] = {
    "= case.unit": lambda: gettext("The unit that keeps the case"),
    "= roles.convener.unit": lambda: gettext("The unit that convenes"),
    "= roles.coordinator.unit": lambda: gettext("The coordinator's unit"),
}
_MESSAGE_TO = re.compile(r"\w+_message\.unit")
_HOLDING = re.compile(r'unit holding\("(\w+)", ([\w.]+)\)')
_MANAGING = re.compile(r'managing unit\((unit holding\("\w+", [\w.]+\)|[\w.]+), ([1-9])\)')
_OR_ELSE = re.compile(r"if (?P<unit>managing unit\(.+\)) = null then (?P<other>.+) else (?P=unit)")
Named = Mapping[str, str]
"""Name in a formula -> the words for the unit that it stands for."""


def of(formula: str, named: Named = MappingProxyType({})) -> str:
    """The words, '' where there are none that say it."""
    plain = " ".join(formula.removeprefix("=").split())
    if found := _OR_ELSE.fullmatch(plain):
        first, other = of(found["unit"], named), of(found["other"], named)
        if first and other:
            return gettext("%(unit)s. Where there is none: %(other)s", unit=first, other=_small(other))
        return ""
    if found := _HOLDING.fullmatch(plain):
        unit, function = of(found[2], named), directory_words.function(found[1])
        return gettext("%(function)s for %(unit)s", function=function, unit=_small(unit)) if unit else ""
    if found := _MANAGING.fullmatch(plain):
        unit = of(found[1], named)
        return _above(_small(unit), int(found[2])) if unit else ""
    return _one(plain, named)


def named(found: Opened) -> Named:
    """What a draft calls the units in its formulas: by the questions that ask for them, and where each has its turn."""
    asked = {
        one.key: gettext("The unit in the answer to “%(question)s”", question=one.label)
        for one in conditions.asked(found.content.files).values()
    }
    loops = (
        loop.get(xml.own("item"), "")
        for node in found.nodes.values()
        for loop in node.element.iter(xml.bpmn("multiInstanceLoopCharacteristics"))
    )
    each = gettext("Each of the units, a task of its own for every one")
    return asked | {name: each for item in loops if item for name in (item, f"{item}.unit")}


def _one(plain: str, named: Named) -> str:
    if said := UNITS.get(f"= {plain}"):
        return said()
    return named.get(plain) or (
        gettext("The unit that got the message") if _MESSAGE_TO.fullmatch(plain) else ""
    )


def _above(unit: str, level: int) -> str:
    if level == 1:
        return gettext("The unit of the manager of %(unit)s", unit=unit)
    return gettext("The unit of the manager %(level)s levels up from %(unit)s", level=level, unit=unit)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
