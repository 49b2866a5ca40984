"""Timers: an exact ISO 8601 literal or FEEL, of the right kind in the right place; one deadline a task (decisions 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine import xml
from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import Node, text_of
from engine.definitions.formula import is_formula
from engine.definitions.vocabulary import CALENDARS
from engine.errors import Finding

KINDS = ("timeDate", "timeDuration", "timeCycle")

_DURATION = r"P(?=[0-9T])(?:[0-9]{1,6}Y)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}W)?(?:[0-9]{1,6}D)?"
_DURATION += r"(?:T(?=[0-9])(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?S)?)?"
_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_DATE += (
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?)?"
)
_SYNTAX = {
    "timeDuration": (re.compile(_DURATION), "an ISO 8601 duration such as P1D or PT2H"),
    "timeDate": (re.compile(_DATE), "an ISO 8601 date and time such as 2026-12-24T12:00:00+01:00"),
    "timeCycle": (
        re.compile(rf"R[0-9]{{0,4}}/(?:{_DATE}/)?{_DURATION}"),
        "an ISO 8601 repetition such as R3/PT1H",
    ),
}
_CRON_SIGNS = frozenset("0123456789*/,- ?LW#")
_WHOLE_DAYS = re.compile(r"P[0-9]{1,4}D")
_NOTHING = re.compile(r"(?:R[0-9]*/)?P(?:0+[YMWD])*(?:T(?:0+(?:\.0+)?[HMS])+)?")


def check(model: Model) -> Iterable[Finding]:
    """Each timer can be read, its calendar fits, and a user task with several has exactly one marked as its deadline."""
    for _, node in model.nodes():
        if node.event == "timer":
            yield from _timer(node)
    yield from _deadlines(model)


def values(node: Node) -> list[tuple[str, str]]:
    """Kind and text of each value drawn in a timer event."""
    definition = node.definition()
    children = list(definition) if definition is not None else []
    return [(xml.local(child), text_of(child)) for child in children if xml.local(child) in KINDS]


def kind_of(node: Node) -> str:
    """`timeDate`, `timeDuration` or `timeCycle`; '' where none is drawn."""
    found = values(node)
    return found[0][0] if found else ""


def _timer(node: Node) -> Iterable[Finding]:
    found = values(node)
    if len(found) != 1:
        yield error(
            node, "timer", "A timer needs exactly one of a date, a duration and a repetition. Set it."
        )
        return
    kind, text = found[0]
    pattern, words = _SYNTAX[kind]
    if not is_formula(text) and not (text.isascii() and pattern.fullmatch(text)):
        yield error(
            node,
            "timer",
            f"{text[:60]!r} is not {words}, and not FEEL beginning with =. {_hint(text)}".rstrip(),
            about=("timer-unread", text),
        )
    elif kind == "timeCycle" and _NOTHING.fullmatch(text):
        yield error(
            node, "timer", "A repetition without any time between would never rest. Give it a length."
        )
    if kind == "timeCycle" and node.kind != "boundaryEvent":
        yield error(
            node,
            "timer-cycle",
            "A repetition stands only on a boundary event that does not interrupt. Use a duration.",
        )
    yield from _calendar(node, kind, text)


def _hint(text: str) -> str:
    if not text.isascii():
        return "Use the digits 0 to 9 only."
    if set(text) <= _CRON_SIGNS and 5 <= len(text.split()) <= 7:
        return "Cron expressions cannot be used; write R/PT5M for every five minutes."
    if text[:1].isdigit() and text[-1:].isalpha():
        return "Write P and then the number and D for days, PT and then H for hours."
    return ""


def _calendar(node: Node, kind: str, text: str) -> Iterable[Finding]:
    calendar = node.own.get("calendar")
    if calendar is None:
        return
    if calendar not in CALENDARS:
        message = f"samordna:calendar is {calendar!r:.60}; it can be {' or '.join(sorted(CALENDARS))}."
        yield error(node, "timer-calendar", message)
    elif kind != "timeDuration" or not (is_formula(text) or _WHOLE_DAYS.fullmatch(text)):
        yield error(
            node, "timer-calendar", "A calendar counts whole days: it goes with a duration such as P1D only."
        )


def _deadlines(model: Model) -> Iterable[Finding]:
    for process, node in model.nodes():
        timers = [event for event in process.boundary(node.id) if event.event == "timer"]
        marked = [event for event in timers if event.own.get("deadline") == "true"]
        for event in timers:
            if event.own.get("deadline") not in {None, "true", "false"}:
                yield error(event, "timer-deadline", "samordna:deadline must be true or false.")
        if len(marked) > 1:
            yield error(
                node,
                "timer-deadline",
                f"Several timers are marked as its deadline ({_ids(marked)}). Mark only one.",
            )
        elif node.kind == "userTask" and len(timers) > 1 and not marked and model.conventions:
            message = f'It has several timers ({_ids(timers)}). Mark the one that is its due date with samordna:deadline="true".'
            yield error(node, "timer-deadline", message)


def _ids(nodes: list[Node]) -> str:
    return ", ".join(node.id for node in nodes)
