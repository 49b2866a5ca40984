"""A drawing broken in any way is refused with findings, or runs until it is stopped: nothing else ever happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.errors import BrokenDefinition, NotFound, StepFailed
from engine.execution import parse, run
from tests.execution.drawn import Played
from tests.execution.test_snapshot import DIAGRAMS

_VALUES = (
    "",
    "x",
    "a",
    "s",
    "p",
    "true",
    "= 1 +",
    "= x",
    "1 day",
    "\u0661",
    "Start",
    "[child]",
    "units",
    "E1",
    "g",
)
_TAGS = (
    "task", "userTask", "subProcess", "callActivity", "startEvent", "endEvent", "boundaryEvent", "inclusiveGateway",
    "parallelGateway", "eventBasedGateway", "sequenceFlow", "intermediateCatchEvent", "process", "serviceTask",
)  # fmt: skip
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def _drop(elements: list[etree._Element], one: int, _other: int) -> None:
    element = elements[one % len(elements)]
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _move(elements: list[etree._Element], one: int, other: int) -> None:
    element, target = elements[one % len(elements)], elements[other % len(elements)]
    if element.getparent() is not None and element not in {target, *target.iterancestors()}:
        target.append(element)


def _set_attribute(elements: list[etree._Element], one: int, other: int) -> None:
    element = elements[one % len(elements)]
    names = list(element.attrib)
    if names:
        element.set(names[other % len(names)], _VALUES[other % len(_VALUES)])


def _drop_attribute(elements: list[etree._Element], one: int, other: int) -> None:
    element = elements[one % len(elements)]
    names = list(element.attrib)
    if names:
        del element.attrib[names[other % len(names)]]


def _rename(elements: list[etree._Element], one: int, other: int) -> None:
    elements[one % len(elements)].tag = _BPMN + _TAGS[other % len(_TAGS)]


def _set_text(elements: list[etree._Element], one: int, other: int) -> None:
    elements[one % len(elements)].text = _VALUES[other % len(_VALUES)]


_CHANGES: tuple[Callable[[list[etree._Element], int, int], None], ...] = (
    _drop, _move, _set_attribute, _drop_attribute, _rename, _set_text,
)  # fmt: skip


@pytest.mark.parametrize("name", DIAGRAMS)
@settings(max_examples=80, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(_CHANGES), st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=6
    )
)
def test_a_drawing_changed_at_random_is_refused_or_runs(
    name: str, changes: list[tuple[Callable[[list[etree._Element], int, int], None], int, int]]
) -> None:
    first, *others = DIAGRAMS[name]()
    root = etree.fromstring(first)
    for change, one, other in changes:
        change(list(root.iter()), one, other)
    files = {"p.bpmn": etree.tostring(root), **{f"{number}.bpmn": data for number, data in enumerate(others)}}
    try:
        case = Played(parse.specification(files, "p"), reload=True, budget=300)
    except BrokenDefinition:
        return
    case.values[""].update(units=["u1"], yes=False)
    assert _stopped_by(case) != "internal"


def _stopped_by(case: Played) -> str:
    """Play the case a little; the cause of its incident, '' where it has none."""
    try:
        case.start()
        for _ in range(12):
            found = run.open_keys(case.instance)
            if found.tasks:
                case.do(found.element_ids[found.tasks[0]])
            elif found.timers:
                case.fire(found.element_ids[found.timers[0]])
            elif found.messages:
                case.receive(found.element_ids[found.messages[0]])
    except NotFound:
        return ""
    except StepFailed as failure:
        return failure.cause
    return ""
