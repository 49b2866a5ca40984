"""Which case data an element looks at, and which it writes.

Enters: a specification. Leaves: names. Told from the expressions as they were read, so that nobody has to search in texts.
"""

from __future__ import annotations

from collections.abc import Collection

from .elements import Element
from .formulas import Formula
from .specification import Specification


def read(spec: Specification, process_id: str, element_id: str) -> frozenset[str]:
    """The names that decide what happens at the element: conditions, timer, list, unit, person, inputs, decision."""
    element = spec.elements.get((process_id, element_id))
    if element is None:
        return frozenset()
    names: set[str] = set()
    for formula in _formulas(element):
        names |= formula.expression.free_names
    model = spec.decisions.get((process_id, element.decision))
    names |= set(model.inputs) if model else set()
    return frozenset(names)


def written(spec: Specification, process_id: str, element_id: str) -> frozenset[str]:
    """The names that the element itself writes when it is left: its result, or that of the list it works through."""
    element = spec.elements.get((process_id, element_id))
    if element is None:
        return frozenset()
    return frozenset({element.result, element.loop.result if element.loop else ""} - {""})


def collected(spec: Specification, process_id: str, element_id: str) -> frozenset[str]:
    """The names under which what is written at the element is collected further out: results of the lists and calls around it."""
    found: set[str] = set()
    element = spec.elements.get((process_id, element_id))
    while element is not None and element.within:
        found |= written(spec, process_id, element.within)
        element = spec.elements.get((process_id, element.within))
    callers = [
        one for one in spec.elements.values() if one.called == process_id and process_id != spec.process_id
    ]
    for caller in callers:
        found |= written(spec, caller.process_id, caller.id) | collected(spec, caller.process_id, caller.id)
    return frozenset(found)


def items(spec: Specification, names: Collection[str]) -> frozenset[str]:
    """What one item is called of each list that is made from these names."""
    found = set()
    for element in spec.elements.values():
        if element.loop and isinstance(element.loop.collection, Formula):
            made_from = element.loop.collection.expression.free_names
            found |= {element.loop.item} if made_from & set(names) else set()
    return frozenset(found - {""})


def _formulas(element: Element) -> list[Formula]:
    found: list[object] = [flow.condition for flow in element.outgoing]
    found += [
        element.timer.value if element.timer else None,
        element.loop.collection if element.loop else None,
    ]
    found += [element.unit, element.person, *(value for _, value in element.inputs)]
    return [one for one in found if isinstance(one, Formula)]
