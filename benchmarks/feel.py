"""Microseconds per evaluation for ten typical expressions, beside pySFeel where that is installed, as ratios.

Run: `.venv/bin/python benchmarks/feel.py`. Each expression is parsed once and evaluated many times, as a routine does. The
best of some rounds counts, in processor time, since anything slower is the machine's doing.
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.expressions import feel

CONTEXT: dict[str, object] = {
    "age": Decimal(17),
    "consent": "given",
    "answered": True,
    "due": date(2026, 3, 1),
    "scores": [Decimal(number) for number in (3, 1, 4, 1, 5)],
    "person": {"name": "Kim", "age": Decimal(17)},
    "units": [{"name": "A", "open": True}, {"name": "B", "open": False}],
}
EXPRESSIONS = (
    "age < 18",
    'if age < 18 then "guardian" else "person"',
    'consent = "given" and answered',
    "age in [13..17]",
    "(age + 3) * 2 - 1 > 30",
    'due > date("2026-02-01")',
    'due + duration("P7D")',
    "person.age >= 18 or person.name = null",
    "sum(scores) / count(scores)",
    "units[open = true].name",
)


def microseconds(*runs: Callable[[], object], rounds: int = 9) -> list[float]:
    """The time of one call of each, the best of some rounds of about 20 ms; they take turns, so that each has its share of
    the machine's good moments.
    """
    once = [max(timeit.timeit(run, timer=process_time, number=100) / 100, 1e-7) for run in runs]
    numbers = [max(1, int(0.02 / time)) for time in once]
    taken = [
        [timeit.timeit(run, timer=process_time, number=number) / number for run, number in zip(runs, numbers, strict=True)]
        for _ in range(rounds)
    ]  # fmt: skip
    return [min(times) * 1e6 for times in zip(*taken, strict=True)]


def other() -> Callable[[str], Callable[[], object]] | None:
    """pySFeel as a function from text to a call, None where it is not installed. It parses at each call: it has no other way."""
    try:
        import pySFeel  # noqa: PLC0415 - optional
    except ImportError:
        return None
    parser = pySFeel.SFeelParser()
    for name, value in (("age", "17"), ("consent", '"given"'), ("answered", "true"), ("due", 'date("2026-03-01")'),
                        ("scores", "[3,1,4,1,5]"), ("person", '{name: "Kim", age: 17}'),
                        ("units", '[{name: "A", open: true}, {name: "B", open: false}]')):  # fmt: skip
        parser.sFeelParse(f"{name} <- {value}")
    return lambda text: lambda: parser.sFeelParse(text)


def main() -> None:
    beside = other()
    write = sys.stdout.write
    write(f"{'expression':45} {'us':>8} {'pySFeel us':>11} {'ratio':>7}\n")
    for text in EXPRESSIONS:
        expression = feel.parse(text)
        runs = [partial(expression.evaluate, CONTEXT), *([beside(text)] if beside else ())]
        own, *theirs = microseconds(*runs)
        rest = f"{theirs[0]:11.1f} {theirs[0] / own:7.0f}" if theirs else f"{'-':>11} {'-':>7}"
        write(f"{text:45} {own:8.2f} {rest}\n")


if __name__ == "__main__":
    main()
