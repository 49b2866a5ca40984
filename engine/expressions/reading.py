"""A DMN file as elements: the safe XML root, and looking for children by their plain names.

Files of DMN 1.1 to 1.6 are read alike: the model's own namespace is that of its root.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine import xml
from engine.errors import BrokenDefinition

from . import messages
from .faults import DmnError

Element = xml.Element


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that its author must mend; `broken` when the element cannot be evaluated at all."""

    rule: str
    element_id: str
    line: int
    message: str
    broken: bool = True


@dataclass(slots=True)
class Notes:
    """The problems met while a model is built."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, rule: str, element: Element, message: str, *, broken: bool = True) -> None:
        self.problems.append(Problem(rule, identity(element), xml.line_of(element), message, broken))


def root_of(data: bytes) -> Element:
    """The `definitions` element; raises `DmnError`."""
    try:
        root = xml.read(data)
    except BrokenDefinition as broken:
        finding = broken.findings[0]
        raise DmnError(messages.NOT_XML.format(reason=finding.message), line=finding.line) from None
    if xml.local(root) != "definitions" or "/DMN/" not in (etree.QName(root).namespace or ""):
        raise DmnError(messages.NOT_DMN, identity(root), xml.line_of(root))
    return root


def children(element: Element, *names: str) -> list[Element]:
    """Child elements with one of these names, in the namespace of DMN."""
    space = etree.QName(element.getroottree().getroot()).namespace
    return [
        child
        for child in element
        if etree.QName(child).namespace == space and etree.QName(child).localname in names
    ]


def child(element: Element, *names: str) -> Element | None:
    found = children(element, *names)
    return found[0] if found else None


def text_in(element: Element | None) -> str:
    """The content of an element's `text` child, trimmed."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(map(str, inner.itertext())).strip()


def plain_text(element: Element | None) -> str:
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def identity(element: Element) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    inner: Element | None = element
    while inner is not None:
        if inner.get("id"):
            return str(inner.get("id"))
        inner = inner.getparent()
    return ""


def type_reference(element: Element | None) -> str:
    """`typeRef`, as an attribute (DMN 1.2 on) or a child."""
    if element is None:
        return ""
    return element.get("typeRef") or plain_text(child(element, "typeRef"))
