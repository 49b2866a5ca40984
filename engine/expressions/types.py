"""Types: what `instance of`, parameters, variables and item definitions say, checked against values (DMN 1.5, 10.3.2.9).

`conforms` answers `instance of`; `coerced` applies the implicit conversions (a singleton list to its item and back, a date
to its midnight) and the constraints of item definitions, and says `MISMATCH` when nothing fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, time

from . import temporal
from .budget import Budget, for_value
from .nodes import TypeName
from .temporal import BigDate
from .values import Function, Range, kind, member, plain


@dataclass(frozen=True, slots=True)
class Type:
    """`name` is a FEEL kind or `Any`; list, range have one argument, context has members, function parameters and a result.

    `allows` is the constraint of an item definition: a test of one value.
    """

    name: str
    arguments: tuple[Type, ...] = ()
    members: Mapping[str, Type] = field(default_factory=dict)
    result: Type | None = None
    allows: Callable[[object], bool] | None = None
    label: str = ""
    choices: tuple[object, ...] = ()  # the constraint's literal values, in the order they are written


class _Mismatch:
    """The type of `MISMATCH`."""


MISMATCH = _Mismatch()
ANY = Type("Any")
_SIMPLE = {
    name: Type(name)
    for name in (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
        "years and months duration",
    )
}  # fmt: skip
_NAMES = _SIMPLE | {
    "Any": ANY,
    "Null": Type("null"),
    "context": Type("context"),
    "list": Type("list", (ANY,)),
    "range": Type("range", (ANY,)),
    "function": Type("function"),
    "dateTime": _SIMPLE["date and time"],
    "date time": _SIMPLE["date and time"],
    "dayTimeDuration": _SIMPLE["days and time duration"],
    "yearMonthDuration": _SIMPLE["years and months duration"],
    "days and time duration": _SIMPLE["days and time duration"],
}


def named(name: str) -> Type | None:
    """A type of the language by its name or one of its older names."""
    return _NAMES.get(name)


def resolve(written: TypeName, known: Mapping[str, Type]) -> Type | None:
    """The type that was written, None when a name in it is unknown; the model's own types come first."""
    arguments = tuple(resolve(argument, known) for argument in written.arguments)
    inner = tuple(argument for argument in arguments if argument is not None)
    if len(inner) < len(arguments):
        return None
    if written.members:
        return Type("context", members=dict(zip(written.members, inner, strict=True)))
    if written.result is not None:
        result = resolve(written.result, known)
        return None if result is None else Type("function", inner, result=result)
    if inner:
        return Type(written.name, inner)
    return known.get(written.name) or named(written.name)


def conforms(value: object, wanted: Type, budget: Budget | None = None) -> bool:
    """Whether a value is an instance of a type, without any conversion; null is one only inside lists and contexts."""
    return wanted.name == "null" if plain(value) is None else _conforms(value, wanted, budget or for_value())


def _conforms(value: object, wanted: Type, budget: Budget) -> bool:
    budget.spend()
    value = plain(value)
    if value is None:
        return True
    if wanted.name == "Any":
        return True
    if kind(value) != wanted.name:
        return False
    if isinstance(value, list):
        return not wanted.arguments or all(_conforms(item, wanted.arguments[0], budget) for item in value)
    return _parts_conform(value, wanted, budget)


def _parts_conform(value: object, wanted: Type, budget: Budget) -> bool:
    if isinstance(value, Range):
        ends = [end for end in (value.low, value.high) if end is not None]
        return not wanted.arguments or all(_conforms(end, wanted.arguments[0], budget) for end in ends)
    if isinstance(value, dict):
        return all(
            name in value and _conforms(member(value, name, budget), inner, budget)
            for name, inner in wanted.members.items()
        )
    return not isinstance(value, Function) or _function_conforms(value, wanted)


def _function_conforms(value: Function, wanted: Type) -> bool:
    if wanted.result is None:
        return True
    if len(value.parameters) != len(wanted.arguments):
        return False
    declared = [own if isinstance(own, Type) else ANY for own in value.types] or [ANY] * len(value.parameters)
    result = value.result_type if isinstance(value.result_type, Type) else ANY
    return all(fits(given, own) for given, own in zip(wanted.arguments, declared, strict=True)) and fits(
        result, wanted.result
    )


def fits(narrow: Type, wide: Type) -> bool:
    """Whether every value of `narrow` is one of `wide`, as far as the types say."""
    if wide.name == "Any":
        return True
    if narrow.name != wide.name or len(narrow.arguments) != len(wide.arguments):
        return False
    return all(map(fits, narrow.arguments, wide.arguments)) and all(
        name in narrow.members and fits(narrow.members[name], inner) for name, inner in wide.members.items()
    )


def coerced(value: object, wanted: Type, budget: Budget | None = None) -> object:
    """`value` as that type, after the implicit conversions; `MISMATCH` when it is not one. null stays null."""
    budget = budget or for_value()
    budget.spend()
    value = plain(value)
    if value is None or wanted.name == "Any":
        return value if value is None or _allowed(value, wanted) else MISMATCH
    direct = _coerced_as_is(value, wanted, budget)
    if direct is not MISMATCH:
        return direct
    if wanted.name != "list" and isinstance(value, list) and len(value) == 1:
        return _coerced_as_is(plain(value[0]), wanted, budget)
    if wanted.name == "list" and not isinstance(value, list):
        return _coerced_as_is([value], wanted, budget)
    if wanted.name == "date and time" and kind(value) == "date" and isinstance(value, (date, BigDate)):
        return temporal.make_datetime(value, time(0, tzinfo=UTC))
    return MISMATCH


def _coerced_as_is(value: object, wanted: Type, budget: Budget) -> object:
    if isinstance(value, list) and wanted.name == "list":
        items = [coerced(item, wanted.arguments[0], budget) for item in value] if wanted.arguments else value
        return MISMATCH if any(item is MISMATCH for item in items) or not _allowed(items, wanted) else items
    if isinstance(value, dict) and wanted.name == "context":
        return _coerced_context(value, wanted, budget)
    return value if conforms(value, wanted, budget) and _allowed(value, wanted) else MISMATCH


def _coerced_context(value: dict[str, object], wanted: Type, budget: Budget) -> object:
    budget.touch(len(value))
    made = dict(value)
    for name, inner in wanted.members.items():
        if name not in value:
            return MISMATCH
        made[name] = coerced(value[name], inner, budget)
        if made[name] is MISMATCH:
            return MISMATCH
    return made if _allowed(made, wanted) else MISMATCH


def _allowed(value: object, wanted: Type) -> bool:
    return wanted.allows is None or wanted.allows(value)
