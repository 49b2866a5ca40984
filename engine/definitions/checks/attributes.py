"""Samordna's own attributes: spelt rightly, in the right place, with a value that means something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from engine import xml
from engine.definitions import diagram
from engine.definitions.checks.model import Model, told
from engine.definitions.checks.wording import near
from engine.definitions.vocabulary import ATTRIBUTES, CATEGORIES, CLAUSE, NAME
from engine.errors import Finding

_INPUT_HOLDERS = frozenset({"serviceTask", "callActivity"})


def check(model: Model) -> Iterable[Finding]:
    """A misspelt attribute would be passed over silently, so it is an error."""
    for one in model.diagrams:
        for prefix, uri in one.root.nsmap.items():
            if prefix == "samordna" and uri != xml.SAMORDNA:
                yield told(
                    one.root,
                    one.path,
                    "attribute",
                    f"The prefix samordna must stand for {xml.SAMORDNA}. Correct xmlns:samordna.",
                )
        for element in one.root.iter("*"):
            for name, value in diagram.attributes(element).items():
                for message in _attribute(element, name, value):
                    rule, about = (
                        ("clause", ("clause-form", value)) if name == "clause" else ("attribute", ())
                    )
                    yield told(element, one.path, rule, message, about=about)
            if element.tag.startswith(f"{{{xml.SAMORDNA}}}"):
                yield from (told(element, one.path, "attribute", message) for message in _input(element))
            if element.tag == xml.bpmn("extensionElements"):
                names = Counter(child.get("name", "") for child in element.iterfind(xml.own("input")))
                for name in (name for name, times in names.items() if times > 1):
                    yield told(
                        element, one.path, "attribute", f"The input {name[:60]} stands twice. Keep one."
                    )


def _attribute(element: xml.Element, name: str, value: str) -> Iterable[str]:
    if name not in ATTRIBUTES:
        close = near(name, ATTRIBUTES)
        yield f"samordna:{name[:60]} is unknown. " + (
            f"Did you mean samordna:{close}?" if close else "Remove it."
        )
        return
    allowed = ATTRIBUTES[name]
    if allowed and not allowed & _kinds(element):
        yield f"samordna:{name} has no meaning on a {xml.local(element)}. It stands on: {', '.join(sorted(allowed))}."
    if not value.strip():
        yield f"samordna:{name} is empty. Give it a value or remove it."
    elif name in _VALUES and not _VALUES[name](value):
        yield f"samordna:{name} cannot be {value[:60]!r}. {_WORDS[name]}"


def _kinds(element: xml.Element) -> frozenset[str]:
    """The words under which an element is listed: its own name, `loop`, and the kind of event."""
    events = (
        xml.local(child).removesuffix("EventDefinition")
        for child in element
        if xml.local(child).endswith("EventDefinition")
    )
    name = xml.local(element)
    return frozenset({name, "loop" if name == "multiInstanceLoopCharacteristics" else name, *events})


def _input(element: xml.Element) -> Iterable[str]:
    if xml.local(element) != "input":
        yield f"samordna:{xml.local(element)[:60]} is unknown. Only samordna:input stands in extensionElements."
        return
    holder = element.getparent()
    owner = holder.getparent() if holder is not None else None
    if (
        holder is None
        or owner is None
        or holder.tag != xml.bpmn("extensionElements")
        or xml.local(owner) not in _INPUT_HOLDERS
    ):
        yield "samordna:input stands in extensionElements of a service task or a call activity. Move it there."
    name = element.get("name", "")
    if not NAME.fullmatch(name):
        yield f"The name of the input, {name[:60]!r}, must be lower-case letters, digits and _."
    if element.get("value") is None:
        yield f"The input {name[:60]} has no value. Add value=."
    for other in set(element.attrib) - {"name", "value"}:
        yield f"An input has a name and a value; {str(other)[:60]} is unknown."


def _is_name(value: str) -> bool:
    return NAME.fullmatch(value) is not None


def _are_names(value: str) -> bool:
    return all(map(_is_name, value.split()))


def _is_clause(value: str) -> bool:
    return all(CLAUSE.fullmatch(one) for one in re.split(r"[\s,;]+", value.strip()))


_VALUES: Mapping[str, Callable[[str], bool]] = {
    "role": _is_name,
    "on_behalf": _is_name,
    "operation": _is_name,
    "result": _is_name,
    "category": CATEGORIES.__contains__,
    "deadline": {"true", "false"}.__contains__,
    "second_person": _are_names,
    "signed": {"true", "false"}.__contains__,
    "clause": _is_clause,
}
_NAMES = "Names are lower-case letters, digits and _."
_WORDS: Mapping[str, str] = {
    "role": _NAMES,
    "on_behalf": _NAMES,
    "operation": _NAMES,
    "result": _NAMES,
    "category": f"Use one of: {', '.join(sorted(CATEGORIES))}.",
    "deadline": "It is true or false.",
    "second_person": "Write the ids of user tasks divided by blanks.",
    "signed": "It is true or false.",
    "clause": "Write requirements or laws divided by blanks, such as S3-042 or LUS-4:1.",
}
