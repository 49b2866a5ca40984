"""Whether any locked package has a known weakness: `python3 run.py audit`.

Enters: every lock file of the project. Leaves: a sentence for each of them, and an exit code: 0 where no package has a known weakness,
1 where one has, 3 where that could not be found out. A list that could not be checked whole never passes for a clean one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import run

CLEAN, WEAK, UNKNOWN = 0, 1, 3
VERDICTS = {
    CLEAN: "No package has a known weakness.",
    WEAK: "At least one package has a known weakness: take a version without it, or say in SECURITY.md why it does no harm.",
    UNKNOWN: "Not everything could be checked, so this is no clean answer. Run it again where the advisories can be reached.",
}
WEAKNESS = re.compile("Found [0-9]+ known vulnerabilit|[0-9]+ ([a-z]+ severity )?vulnerabilit(y|ies)")
PIP_AUDIT = [
    sys.executable,
    "-m",
    "pip_audit",
    "--strict",
    "--require-hashes",
    "--disable-pip",
    "--timeout",
    "15",
]
NPM_AUDIT = ["audit", "--package-lock-only", "--fetch-retries=0"]
NOT_OURS = frozenset({"node_modules", ".venv", "var"})


def audits() -> Iterator[tuple[str, str, list[str], Path]]:
    """(lock file, who is asked, command, folder to run it in)."""
    for lock in sorted(run.ROOT.glob("requirements*.lock")):
        command = [*PIP_AUDIT, "--progress-spinner", "off", "--requirement", str(lock)]
        yield lock.name, "the advisories of PyPI", command, run.ROOT
    npm = [str(each) for each in run.find_node()[1]]
    for lock in sorted(run.ROOT.rglob("package-lock.json")):
        if not NOT_OURS & set(lock.relative_to(run.ROOT).parts):
            yield str(lock.relative_to(run.ROOT)), "the advisories of npm", [*npm, *NPM_AUDIT], lock.parent


def audited(name: str, asked: str, command: list[str], folder: Path) -> int:
    """One of VERDICTS, told in a sentence; what is not plainly clean or weak is unknown, whatever the tool calls it."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        print(f"{name}: no known weakness")
        return CLEAN
    if WEAKNESS.search(said):
        print(f"{name}: KNOWN WEAKNESS\n{said}")
        return WEAK
    why = "cannot be reached from here" if run.UNREACHABLE.search(said) else "gave no answer that can be used"
    print(f"{name}: NOT CHECKED: {asked} {why}", *said.splitlines()[-3:], sep="\n  ")
    return UNKNOWN


def verdict(found: list[int]) -> int:
    """The exit code, told in a sentence."""
    worst = WEAK if WEAK in found else max(found)
    print(f"\n{VERDICTS[worst]}")
    return worst


if __name__ == "__main__":
    sys.exit(verdict([audited(*each) for each in audits()]))
