"""How long modules and functions are: `python -m tests.tooling.lengths` lists what is over the aim, longest first.

A reader holds about 250 lines of a module and 40 of a function in mind; at 400 and 60 the build stops. A function's lines are
those of its body, without the docstring.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_AIM, MODULE_STOP = 250, 400
FUNCTION_AIM, FUNCTION_STOP = 40, 60


@dataclass(frozen=True, slots=True, order=True)
class Length:
    lines: int
    place: str
    aim: int
    stop: int


def sources() -> list[Path]:
    """The product's own modules; a migration is a list of statements that nobody holds in mind."""
    found = [path for room in ("engine", "webapp") for path in sorted((ROOT / room).rglob("*.py"))]
    return [*(path for path in found if not {"node_modules", "versions"} & set(path.parts)), ROOT / "run.py"]


def lengths(path: Path) -> Iterator[Length]:
    """The length of a module and of each function in it."""
    text = path.read_text(encoding="utf-8")
    place = str(path.relative_to(ROOT))
    yield Length(len(text.splitlines()), place, MODULE_AIM, MODULE_STOP)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Length(_body(node), f"{place}:{node.lineno} {node.name}", FUNCTION_AIM, FUNCTION_STOP)


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    is_docstring = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    begins = (first.end_lineno or first.lineno) + 1 if is_docstring else first.lineno
    return (function.end_lineno or begins) - begins + 1


def main() -> int:
    measured = [each for path in sources() for each in lengths(path)]
    long = sorted((each for each in measured if each.lines > each.aim), reverse=True)
    for each in long:
        print(f"{each.lines:4} lines (aim {each.aim}, stop {each.stop}): {each.place}")
    modules = sum(each.aim == MODULE_AIM for each in long)
    print(
        f"{modules} modules and {len(long) - modules} functions over the aim of {MODULE_AIM} and {FUNCTION_AIM} lines"
    )
    return 1 if any(each.lines > each.stop for each in long) else 0


if __name__ == "__main__":
    sys.exit(main())
