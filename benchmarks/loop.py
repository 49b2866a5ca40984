"""Does a step cost the same after two thousand rounds as after two hundred?

A loop whose every round is a user task with a boundary timer, a sub-process and a call activity; beside it a parallel join and
a multi-instance stay open all the while and end rightly at last. Every step is saved. Prints, for a live case and for one
loaded anew before each step, the median time of rounds 101 to 200 and of the last 100, and the number of engine rows. Exit
status 1 unless the later median is at most twice the earlier and the rows stay under 60. Run: `python -m benchmarks.loop`.
"""

from __future__ import annotations

import statistics
import sys
import time

from engine.facts import InstanceEnded
from tests.execution.drawn import Played, each, flows, nodes, play, process, sub, tasks, timer

MOST_ROWS = 60
MOST_GROWTH = 2.0

_CALLED = process(
    nodes("startEvent", "called_start")
    + tasks("called_task")
    + nodes("endEvent", "called_end")
    + flows("called_start called_task called_end"),
    "called",
)
_ROUND = (
    tasks("work")
    + timer("reminder", "P1D", on="work", interrupting=False)
    + sub(
        "inside",
        nodes("startEvent", "inside_start")
        + tasks("inside_task")
        + nodes("endEvent", "inside_end")
        + flows("inside_start inside_task inside_end"),
    )
    + '<callActivity id="call" calledElement="called"/>'
    + nodes("endEvent", "reminded")
)
_BESIDE = sub(
    "asked",
    nodes("startEvent", "asked_start")
    + tasks("answer")
    + timer("late", "P2D", on="answer", interrupting=False)
    + nodes("endEvent", "asked_end late_end")
    + flows("asked_start answer asked_end", "late late_end")
    + each("units", item="unit", result="answers"),
) + tasks("waiting")
DIAGRAM = process(
    nodes("startEvent", "start")
    + nodes("parallelGateway", "split join")
    + '<exclusiveGateway id="merge"/><exclusiveGateway id="again" default="again__join"/>'
    + _ROUND
    + _BESIDE
    + nodes("endEvent", "done")
    + flows(
        "start split merge work inside call again [round < rounds] merge",
        "again join",
        "reminder reminded",
        "split asked join",
        "split waiting join done",
    )
)


def begin(*, rounds: int, reload: bool) -> Played:
    """A case at its first round; `reload` loads it anew before each step."""
    case = play(DIAGRAM, _CALLED, reload=reload)
    case.values[""].update(units=["a", "b", "c"], round=0, rounds=rounds)
    return case.start()


def one_round(case: Played, number: int) -> None:
    """The timer fires in every other round, so that both ways are measured."""
    if number % 2:
        case.fire("reminder")
    case.do("work", round=number)
    case.do("inside_task")
    case.do("called_task")


def finish(case: Played) -> bool:
    """Answer what stayed open; whether the case then ended as drawn."""
    for answer in range(3):
        case.do("answer", answer=answer)
    case.do("waiting")
    outcomes = [fact.outcome for fact in case.told(InstanceEnded)]
    return case.ended and outcomes == ["done"] and len(case.values[""]["answers"]) == 3  # type: ignore[arg-type]


def measure(*, rounds: int, reload: bool) -> bool:
    """Run one case to its end and print its figures; whether they hold."""
    case = begin(rounds=rounds, reload=reload)
    times, rows = [], 0
    for number in range(1, rounds + 1):
        before = time.perf_counter()
        one_round(case, number)
        times.append((time.perf_counter() - before) * 1000)
        case.facts.clear()
        rows = max(rows, len(case.rows))
    early, late = statistics.median(times[100:200]), statistics.median(times[-100:])
    ended = finish(case)
    name = "loaded anew each step" if reload else "live"
    sys.stdout.write(
        f"{name}: rounds 101-200 {early:.2f} ms, last 100 {late:.2f} ms, at most {rows} rows, ended rightly: {ended}\n"
    )
    return late <= MOST_GROWTH * early and rows < MOST_ROWS and ended


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    held = [measure(rounds=rounds, reload=reload) for reload in (False, True)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
