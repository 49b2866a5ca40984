"""The FEEL types of case data, as far as forms, decisions and the house's own names tell them.

Enters: a bundle that was read. Leaves: the type of each name that every writer of it agrees on; a name that others around the
bundle write too, or that a service task gives, has none here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import functions
from engine.definitions import diagram
from engine.definitions.checks import known_names
from engine.definitions.checks.model import Model
from engine.expressions.types import ANY, Type, named

_OF_FIELDS = {"rows": "list"}
_CASE = {
    "started_at": "date and time",
    "participants": "list",
    **dict.fromkeys(("number", "unit", "principal", "principal_kind", "region", "language", "id"), "string"),
}
_SUBJECT = {"age": "number", "protected": "boolean", "protection": "string", "born_on": "date"}


def of(model: Model) -> Mapping[str, Type]:
    """The type of each name whose type is known."""
    found: dict[str, Type] = {}
    for name, type_ in _written(model):
        found[name] = type_ if found.get(name, type_).name == type_.name else ANY
    around = model.around or frozenset()
    known = {name: type_ for name, type_ in found.items() if type_ is not ANY and name not in around}
    return _FUNCTIONS | known | {"case": _context(_CASE), "subject": _context(_SUBJECT)}


def _context(members: Mapping[str, str]) -> Type:
    return Type("context", members={name: _type(kind) for name, kind in members.items()})


def _type(name: str) -> Type:
    return named(_OF_FIELDS.get(name, name)) or ANY


_FUNCTIONS = {one.name: Type("function", result=_type(one.gives)) for one in functions.HANDED}


def _written(model: Model) -> Iterator[tuple[str, Type]]:
    for form in model.forms:
        for asked in form.walk():
            if asked.key:
                yield asked.key, _type(asked.value_type)
    decided = dict(_decisions(model))
    for node, result, _ in known_names.results(model):
        own = node.kind == "businessRuleTask" and node.own.get("result") == result
        yield result, decided.get(node.own.get("decision", ""), ANY) if own else ANY
    for _, node in model.nodes():
        if node.multi_instance is not None:
            yield diagram.attributes(node.multi_instance).get("item", "item"), ANY
        for name, _ in node.inputs if node.kind == "callActivity" else ():
            yield name, ANY


def _decisions(model: Model) -> Iterator[tuple[str, Type]]:
    """Each decision by id with the type that its variable declares."""
    for root in model.tables.values():
        for decision in root.iter("{*}decision"):
            variable = decision.find("{*}variable")
            declared = "" if variable is None else variable.get("typeRef", "")
            yield decision.get("id", ""), _type(declared)
