"""`python -m engine.definitions.checks PATH...`: one line a finding; exit 0 without errors, 1 with, 2 where nothing could be
read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.definitions.checks import check_path
from engine.errors import Finding


def main(arguments: list[str]) -> int:
    """Check each path and write the findings."""
    found: list[Finding] = []
    for argument in arguments:
        try:
            found += check_path(Path(argument))
        except FileNotFoundError:
            sys.stderr.write(f"{argument}: there is no routine, diagram, table or form here.\n")
            return 2
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return int(any(finding.severity == "error" for finding in found)) if arguments else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
