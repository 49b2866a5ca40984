"""What the game of tokens found, in the language of the page: the fault, why it is one, the run move by move, and how much was tried.

Enters: a verdict of the checks, and the routine as people see it. Leaves: sentences with the names of steps as plain text, never an id
where there is a name. Each sentence of a run belongs to the step of the same place in `Run.steps`, so that a page can play both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask_babel import format_decimal, gettext

from engine.soundness.trace import Run, Step
from engine.soundness.verdict import Fault, Verdict


class Named(Protocol):
    """A step or a flow with what people call it."""

    @property
    def name(self) -> str: ...


class Drawn(Protocol):
    """A routine as far as it has names: a `Routine`, or the drawings of a draft that cannot be one yet."""

    @property
    def flows(self) -> Mapping[str, Mapping[str, Named]]: ...

    def element(self, process_id: str, element_id: str) -> Named | None: ...


def statement(fault: Fault, routine: Drawn) -> str:
    """What goes wrong."""
    step, cause = (
        _name(routine, fault.process_id, fault.element_id),
        _name(routine, fault.process_id, fault.cause),
    )
    if fault.rule == "deadlock" and fault.cause:
        return gettext(
            "%(step)s waits for all paths, but %(cause)s does not open them all.", step=step, cause=cause
        )
    if fault.rule == "deadlock" and fault.never:
        return gettext("No case gets past %(step)s.", step=step)
    return _STATEMENTS[fault.rule](step)


_STATEMENTS = {
    "deadlock": lambda step: gettext("A case can come to stand at %(step)s.", step=step),
    "livelock": lambda step: gettext("From %(step)s the case never reaches an end.", step=step),
    "runs-twice": lambda step: gettext("%(step)s can happen twice.", step=step),
    "never-reached": lambda step: gettext(
        "No case ever comes to %(step)s. The step is never done.", step=step
    ),
    "unreachable": lambda step: gettext("Nothing leads to %(step)s. The step is never done.", step=step),
    "unset-data": lambda step: gettext("%(step)s reads the answer before any step has asked.", step=step),
}


def reason(fault: Fault) -> str:
    """Why, in one sentence."""
    return _REASONS[fault.rule]()


_REASONS = {
    "deadlock": lambda: gettext(
        "It waits for a path that is not taken in this run, and nothing else is left to happen."
    ),
    "livelock": lambda: gettext("What follows goes round, and no path leads out."),
    "runs-twice": lambda: gettext(
        "Two paths that go on at the same time meet before it without waiting for each other."
    ),
    "never-reached": lambda: gettext("Arrows lead there, but in no run is that path taken."),
    "unreachable": lambda: gettext("No arrow leads there from where the case begins."),
    "unset-data": lambda: gettext("On every path the step that asks comes later."),
}


def moves(run: Run, routine: Drawn) -> list[str]:
    """One sentence for each step of a run, in order."""
    return [_move(step, routine) for step in run.steps]


def _move(step: Step, routine: Drawn) -> str:
    name = _name(routine, step.process_id, step.element_id)
    flows = routine.flows.get(step.process_id, {})
    ways = ", ".join(flows[one].name for one in step.flow_ids if one in flows and flows[one].name)
    if step.what == "passes" and ways:
        return gettext("%(step)s: %(answer)s", step=name, answer=ways)
    return _MOVES[step.what](name)


_MOVES = {
    "begins": lambda name: gettext("The case begins: %(step)s", step=name),
    "passes": lambda name: name,
    "opens": lambda name: gettext("%(step)s begins", step=name),
    "done": lambda name: gettext("%(step)s is done", step=name),
    "timer": lambda name: gettext("The time is up: %(step)s", step=name),
    "message": lambda name: gettext("The message comes: %(step)s", step=name),
    "error": lambda name: gettext("It could not be carried out: %(step)s", step=name),
    "inside": lambda name: gettext("%(step)s is done", step=name),
    "gathers": lambda name: gettext("Nothing more is awaited: %(step)s", step=name),
    "withdrawn": lambda name: gettext("All else ends: %(step)s", step=name),
    "terminates": lambda name: gettext("All else ends: %(step)s", step=name),
    "throws": lambda name: gettext("It cannot be carried out: %(step)s", step=name),
}


def ending(run: Run) -> str:
    """What follows the last step of a run."""
    if run.turns_to is None:
        return gettext("Then nothing more happens.")
    return gettext("Then it goes on from step %(number)s, for ever.", number=format_decimal(run.turns_to + 1))


def last(fault: Fault, routine: Drawn) -> str:
    """What the run comes to, as the sentence after its last step."""
    step = _name(routine, fault.process_id, fault.element_id)
    match fault.rule:
        case "deadlock":
            return gettext("%(step)s waits for a path that never comes. Nothing more happens.", step=step)
        case "runs-twice":
            return gettext("%(step)s happens once more.", step=step)
        case "unset-data":
            return gettext(
                "%(step)s reads %(data)s, which nobody has written yet.", step=step, data=fault.name
            )
        case "never-reached" | "unreachable":
            return gettext("The case is at its end, and %(step)s has never been done.", step=step)
    return ending(fault.run)


def tried(verdict: Verdict) -> str:
    """How much was tried, which is always said."""
    count = format_decimal(verdict.tried)
    if verdict.complete:
        return gettext("All %(count)s positions tried.", count=count)
    if verdict.faults:
        return gettext("%(count)s positions tried, there are more.", count=count)
    return gettext("%(count)s positions tried, there are more. No fault found so far.", count=count)


def _name(routine: Drawn, process_id: str, element_id: str) -> str:
    found = routine.element(process_id, element_id)
    return (found.name if found is not None else "") or element_id
