"""How a built-in function is declared, found and called.

A declaration lists parameters as the standard names them with their kinds: `"string: string, length: number?"`. `?` marks
an optional one, `list*` one that also takes its items one by one, `list+` one that takes all further arguments. A null or
a value of another kind makes the call null.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import ClassVar, TypeVar

from . import messages
from .budget import SHORT
from .scope import State
from .temporal import BigDate, FineDateTime, FineDuration, FineTime, YearsMonths
from .values import Function, Invocable, Range, plain

Body = TypeVar("Body", bound=Callable[..., object])
_NO = object()
_SIZED = frozenset({str, list, dict})
_KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "context": (dict,),
    "date": (date, BigDate, FineDateTime),  # a date and time is one too
    "time": (time, FineTime),
    "date and time": (datetime, FineDateTime),
    "days and time duration": (timedelta, FineDuration),
    "years and months duration": (YearsMonths,),
    "range": (Range,),
    "list": (list,),
    "any": (object,),
    "function": (Function,),
    "point": (
        Decimal,
        str,
        date,
        BigDate,
        datetime,
        FineDateTime,
        time,
        FineTime,
        timedelta,
        FineDuration,
        YearsMonths,
    ),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kinds: tuple[type, ...]
    optional: bool
    many: bool  # takes one list, or its items one by one
    rest: bool  # takes this argument and all after it, as a list

    def accept(self, value: object) -> object:
        """The argument as the body wants it, or `_NO`."""
        if value is None:
            return None if self.optional or self.kinds == (object,) else _NO
        if isinstance(value, self.kinds):
            return value
        value = plain(value)
        if isinstance(value, self.kinds):
            return value
        if self.kinds == (list,):
            return [value]
        if isinstance(value, list) and len(value) == 1 and isinstance(single := plain(value[0]), self.kinds):
            return single
        return _NO


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]
    body: Callable[..., object]
    wants_state: bool
    kinds: tuple[tuple[type, ...], ...]
    exact: int  # how many arguments may be handed on as they are; -1 where the last parameter gathers several

    def bind(self, arguments: Sequence[object], given: tuple[str, ...] | None) -> Sequence[object] | None:
        """The body's arguments, or None when these do not fit."""
        parameters = self.parameters
        if given is None and len(arguments) == self.exact and all(map(isinstance, arguments, self.kinds)):
            return arguments  # the common case: as many as there are parameters, each of the right kind
        if given is not None:
            by_name = dict(zip(given, arguments, strict=True))
            if not self._names_fit(by_name):
                return None
            arguments = [by_name.get(parameter.name) for parameter in parameters]
        elif parameters and parameters[0].many and len(arguments) > 1:
            arguments = [list(arguments)]
        if parameters and parameters[-1].rest and len(arguments) >= len(parameters):
            fixed = len(parameters) - 1
            arguments = [*arguments[:fixed], list(arguments[fixed:])]
        return None if len(arguments) > len(parameters) else self._accepted(arguments)

    def _names_fit(self, by_name: dict[str, object]) -> bool:
        known = {parameter.name for parameter in self.parameters}
        return not set(by_name) - known and all(p.optional or p.name in by_name for p in self.parameters)

    def _accepted(self, arguments: Sequence[object]) -> list[object] | None:
        parameters = self.parameters
        bound = []
        for parameter, value in zip(parameters, arguments, strict=False):
            accepted = parameter.accept(value)
            if accepted is _NO:
                return None
            bound.append(accepted)
        for parameter in parameters[len(arguments) :]:
            if not parameter.optional:
                return None
            bound.append(None)
        return bound


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(Invocable):
    """A function of the standard, with one signature or several."""

    name: str
    signatures: list[Signature] = field(default_factory=list)
    all: ClassVar[dict[str, Builtin]] = {}

    @staticmethod
    def find(name: str) -> Builtin | None:
        return Builtin.all.get(name)

    def invoke(
        self, state: State, arguments: Sequence[object], given: tuple[str, ...] | None = None
    ) -> object:
        """The result; what the call itself costs is paid with the expression it stands in (`walking.cost_of_one_round`)."""
        for signature in self.signatures:
            bound = signature.bind(arguments, given)
            if bound is not None:
                for value in bound:
                    if type(value) in _SIZED and len(value) > SHORT:  # type: ignore[arg-type]
                        state.budget.read(value)
                result = signature.body(state, *bound) if signature.wants_state else signature.body(*bound)
                return self._paid(state, result)
        state.say(messages.WRONG_ARGUMENTS.format(name=self.name))
        return None

    def invoke_with_one(self, state: State, value: object) -> object:
        """The same for a single argument by position, as most calls are: on the short way where it fits as it is."""
        signature = self.signatures[0]
        if signature.exact != 1 or not isinstance(value, signature.kinds[0]):
            return self.invoke(state, [value])
        if type(value) in _SIZED and len(value) > SHORT:  # type: ignore[arg-type]
            state.budget.read(value)
        result = signature.body(state, value) if signature.wants_state else signature.body(value)
        return result if type(result) is Decimal else self._paid(state, result)

    def _paid(self, state: State, result: object) -> object:
        if type(result) is str:
            state.budget.write(result)
        elif result is None:
            state.say(messages.FUNCTION_FAILED.format(name=self.name))
        return result


_KINDS["function"] += (Builtin,)


def builtin(name: str, parameters: str = "") -> Callable[[Body], Body]:
    """Declares the decorated body as a signature of the built-in `name`.

    The body gets the arguments, and before them the state of the evaluation if its first parameter is called so.
    """

    def declare(body: Body) -> Body:
        function = Builtin.all.setdefault(name, Builtin(name))
        wants_state = next(iter(inspect.signature(body).parameters), "") == "state"
        taken = tuple(map(_parameter, _split(parameters)))
        exact = -1 if taken and taken[-1].rest else len(taken)
        kinds = tuple(parameter.kinds for parameter in taken)
        function.signatures.append(Signature(taken, body, wants_state, kinds, exact))
        return body

    return declare


def _split(parameters: str) -> list[str]:
    return [part.strip() for part in parameters.split(",") if part.strip()]


def _parameter(text: str) -> Parameter:
    name, _, kinds = (part.strip() for part in text.partition(":"))
    optional, many, rest = (kinds.endswith(sign) for sign in "?*+")
    types = tuple(kind for word in kinds.rstrip("?*+").split("|") for kind in _KINDS[word.strip()])
    return Parameter(name, types, optional, many, rest)
