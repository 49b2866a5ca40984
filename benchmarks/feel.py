"""Microseconds per evaluation for ten typical expressions, beside pySFeel where that is installed, as ratios.

Run: `.venv/bin/python benchmarks/feel.py`. Each expression is parsed once and evaluated many times, as a routine does; the
best of five rounds counts, since anything slower is the machine's doing.
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

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


def microseconds(run: Callable[[], object], rounds: int = 5) -> float:
    """The time of one call, the best of some rounds of about 20 ms each."""
    once = max(timeit.timeit(run, number=3) / 3, 1e-7)
    number = max(1, int(0.02 / once))
    return min(timeit.timeit(run, number=number) for _ in range(rounds)) / number * 1e6


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
        own = microseconds(lambda expression=expression: expression.evaluate(CONTEXT))  # type: ignore[misc]
        theirs = microseconds(beside(text), rounds=2) if beside else None
        rest = f"{theirs:11.1f} {theirs / own:7.0f}" if theirs else f"{'-':>11} {'-':>7}"
        write(f"{text:45} {own:8.2f} {rest}\n")


if __name__ == "__main__":
    main()
