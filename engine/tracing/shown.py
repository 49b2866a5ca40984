"""`shown.toml`: for each place with a number, the scenario that was seen to fail without it.

Enters: a folder of regions. Leaves: paths of scenarios by place. It is written by `samordna clauses --prove` and by nobody else; a
test takes some places away again and sees that it still tells the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.definitions import toml

FILE = "shown.toml"
_HEAD = """\
# For each place with the number of a requirement, the scenario that fails when that place is taken away.
# Written by `samordna clauses --prove`, which tries it; do not write here by hand.

"""


def read(root: Path) -> dict[str, str]:
    """Scenario by place, both as paths below the folder of regions. Raises BrokenDefinition."""
    path = root / FILE
    if not path.is_file():
        return {}
    found = toml.read(path.read_bytes(), path=FILE)
    return {place: one for place, one in found.items() if isinstance(one, str)}


def write(root: Path, shown: Mapping[str, str]) -> None:
    """Keep it, in an order that changes little from time to time."""
    lines = [f'"{place}" = "{shown[place]}"\n' for place in sorted(shown)]
    (root / FILE).write_text(_HEAD + "".join(lines), encoding="utf-8")
