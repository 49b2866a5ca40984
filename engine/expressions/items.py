"""Item definitions to types: structure, collections and the constraints on values (DMN 1.5, 7.3.2 and 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine import xml

from . import feel, messages, nodes
from .faults import FeelError
from .names import normalised
from .reading import Element, Notes, child, children, text_in, type_reference
from .scope import Scope, State
from .types import ANY, Type, named

_DEPTH = 20


class ItemTypes:
    """The types of one model by name; imported ones are found under `import name.type name`."""

    def __init__(self, root: Element, imported: Mapping[str, Type], notes: Notes) -> None:
        self._definitions = {normalised(one.get("name", "")): one for one in children(root, "itemDefinition")}
        self._imported = imported
        self._notes = notes
        self._made: dict[str, Type] = {}
        for name in self._definitions:
            self.named(name)

    @property
    def all(self) -> dict[str, Type]:
        return {**self._imported, **self._made}

    def components(self) -> frozenset[str]:
        """The names of all components: they may stand after a dot."""
        names = set()
        for definition in self._definitions.values():
            for one in definition.iter():
                if xml.local(one) == "itemComponent":
                    names.add(normalised(one.get("name", "")))
        return frozenset(names)

    def reference(self, element: Element | None, depth: int = _DEPTH) -> Type:
        """The type that an element's `typeRef` names, `Any` when it has none or an unknown one."""
        name = normalised(type_reference(element))
        if not name:
            return ANY
        found = self.named(name, depth)
        if found is None:
            _, colon, rest = name.partition(":")
            found = self.named(rest, depth) if colon else None
        if found is None and element is not None:
            self._notes.add("unknown-type", element, messages.UNKNOWN_TYPE.format(name=name), broken=False)
        return found or ANY

    def named(self, name: str, depth: int = _DEPTH) -> Type | None:
        if name in self._made:
            return self._made[name]
        if name in self._definitions and depth:
            made = replace(self._structure(self._definitions[name], depth - 1), label=name)
            self._made[name] = made
            return made
        return self._imported.get(name) or named(name)

    def _structure(self, element: Element, depth: int) -> Type:
        components = children(element, "itemComponent")
        if components and depth:
            members = {normalised(one.get("name", "")): self._structure(one, depth - 1) for one in components}
            made = Type("context", members=members)
        elif (function := child(element, "functionItem")) is not None:
            made = self._function(function, depth)
        else:
            reference = child(element, "typeRef")
            made = self.reference(element, depth) if reference is not None or element.get("typeRef") else ANY
        made = self._constrained(made, child(element, "allowedValues"))
        if element.get("isCollection") == "true":
            made = Type("list", (made,))
        return self._constrained(made, child(element, "typeConstraint"))

    def _function(self, element: Element, depth: int) -> Type:
        parameters = tuple(self.reference(one, depth) for one in children(element, "parameters"))
        return Type(
            "function", parameters, result=self._named_or_any(element.get("outputTypeRef", ""), depth)
        )

    def _named_or_any(self, name: str, depth: int) -> Type:
        return self.named(normalised(name), depth) or ANY

    def _constrained(self, made: Type, element: Element | None) -> Type:
        if element is None or not text_in(element):
            return made
        try:
            tests = feel.parse_unary_tests(text_in(element))
        except FeelError as error:
            self._notes.add("expression", element, str(error))
            return made
        choices = tuple(test.value for test in tests.tree.tests if isinstance(test, nodes.Literal))
        return replace(made, allows=_both(made.allows, tests), choices=choices)


def _both(inner: Callable[[object], bool] | None, tests: feel.UnaryTests) -> Callable[[object], bool]:
    """A check of one value: that of the type it is built on, and the tests."""

    def allows(value: object) -> bool:
        passed = tests.run(value, Scope({}, None, State({}, None, None, {}))) is True
        return passed and (inner is None or inner(value))

    return allows
