"""What must be mended before a routine may run: one rule a file, each `check(model) -> findings`.

Enters: a bundle, or the path of a routine, a region, or a single file. Leaves: findings in the order of the files, each naming
file, line and element and saying what to do. A check never raises for what people can draw; it never runs anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.definitions import clauses as catalogue
from engine.definitions import files, form_reading, region
from engine.definitions.checks import (
    attributes,
    boundary,
    calls,
    decisions,
    elements,
    event_sub_process,
    executable,
    expressions,
    file_names,
    flows,
    gateways,
    guidance,
    ids,
    loops,
    model,
    multi_instance,
    people,
    reach,
    references,
    second_persons,
    settings,
    size,
    soundness,
    starts,
    timer_order,
    timers,
    uncaught,
)
from engine.definitions.checks import (
    clauses as clause_numbers,
)
from engine.definitions.checks import (
    operations as operation_names,
)
from engine.definitions.checks.model import Model
from engine.definitions.checks.neighbours import Neighbours
from engine.definitions.clauses import Catalogue
from engine.definitions.files import Bundle
from engine.errors import BrokenDefinition, Finding
from engine.soundness.verdict import MOST_POSITIONS

Operations = Mapping[str, frozenset[str]]
Papers = Callable[[Bundle], list[Finding]]

MOST_FINDINGS = 2_000

FIRST = (file_names, executable, ids)
RULES = (
    *FIRST,
    elements,
    references,
    calls,
    starts,
    flows,
    gateways,
    boundary,
    event_sub_process,
    timers,
    timer_order,
    multi_instance,
    loops,
    uncaught,
    reach,
    attributes,
    clause_numbers,
    operation_names,
    decisions,
    expressions,
    people,
    second_persons,
    settings,
    soundness,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and the routine as it was read: `soundness.told` gives the runs behind the findings."""

    findings: tuple[Finding, ...]
    model: Model


def check(
    bundle: Bundle,
    *,
    conventions: bool,
    operations: Operations | None = None,
    around: frozenset[str] | None = None,
    clauses: Catalogue | None = None,
    papers: Papers | None = None,
) -> list[Finding]:
    """Every finding of every rule, as `judged`; `papers` sets every template with made-up data, without it templates are not looked at."""
    found = list(
        judged(
            bundle, conventions=conventions, operations=operations, around=around, clauses=clauses
        ).findings
    )
    if papers is not None and not any(one.severity == "error" for one in found):
        found.extend(papers(bundle))
    return _sorted(found)


def judged(
    bundle: Bundle,
    *,
    conventions: bool,
    operations: Operations | None = None,
    around: frozenset[str] | None = None,
    clauses: Catalogue | None = None,
    positions: int = MOST_POSITIONS,
) -> Judged:
    """Every finding of every rule.

    Without `conventions` only what makes a file unsafe or impossible to run: for a diagram that follows other habits than ours.
    `operations` are the operations there are, each with its inputs; without them their names are not looked at.
    `around` are the names of case data that callers and linking routines write; without them an unknown name
    is only a warning in a part that begins no cases itself (`start_roles`).
    `clauses` are the requirements there are; without them no number is looked up.
    `positions` is how many positions of the token game are tried: fewer while somebody draws and waits for the answer.
    """
    read, found = model.read(
        bundle,
        conventions=conventions,
        operations=operations,
        around=around,
        clauses=clauses,
        positions=positions,
    )
    found.extend(size.check(read))
    # A drawing beyond all reason is not looked at further: the rules below may take the square of its size.
    for rule in RULES if not any(one.rule == "size" and one.severity == "error" for one in found) else FIRST:
        found.extend(rule.check(read))
        if len(found) > MOST_FINDINGS:
            break
    return Judged(tuple(_sorted(found)), read)


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.severity, one.rule))


def around(root: Path) -> Callable[[Bundle], frozenset[str] | None]:
    """For each bundle below `root` the names that the routines around it write, as `check` takes them."""
    return Neighbours(root).around


def check_path(
    path: Path, *, operations: Operations | None = None, papers: Papers | None = None
) -> list[Finding]:
    """The findings of a routine's folder, of every routine below a folder, or of one file.

    A file inside a routine's folder stands for the whole routine. Raises FileNotFoundError where there is nothing to check.
    """
    if path.is_dir():
        return _folder(path, operations, papers)
    if not path.is_file():
        raise FileNotFoundError(str(path))
    home = next((folder for folder in path.parents[:3] if (folder / "routine.toml").is_file()), None)
    try:
        if home is not None:
            return _routines([home], operations, papers)
        return _single(path, operations)
    except BrokenDefinition as broken:
        return list(broken.findings)


def _folder(path: Path, operations: Operations | None, papers: Papers | None) -> list[Finding]:
    if any(path.glob("*.bpmn")) or (path / "routine.toml").is_file():
        return _routines([path], operations, papers)
    routines = sorted({one.parent for depth in ("*", "*/*") for one in path.glob(f"{depth}/*.bpmn")})
    regions = sorted(path.glob("*/region.toml")) + sorted(path.glob("region.toml"))
    if not routines and not regions:
        raise FileNotFoundError(str(path))
    found = [finding for one in regions for finding in _region(one)]
    found += _catalogue(path)
    found += guidance.findings(path)
    return list(
        dict.fromkeys([*found, *_routines(routines, operations, papers)])
    )  # shared routines are in several bundles


def _routines(folders: list[Path], operations: Operations | None, papers: Papers | None) -> list[Finding]:
    """The findings of routine folders, each judged among its neighbours; a bundle is checked once."""
    checked: dict[tuple[str, frozenset[str] | None], list[Finding]] = {}

    def once(bundle: Bundle, around: frozenset[str] | None, known: Catalogue | None) -> list[Finding]:
        key = (bundle.hash, around)
        if key not in checked:
            checked[key] = check(
                bundle,
                conventions=True,
                operations=operations,
                around=around,
                clauses=known,
                papers=papers,
            )
        return checked[key]

    found: list[Finding] = []
    roots = {folder: folder.resolve().parent.parent for folder in folders}
    neighbours = {
        root: (Neighbours(root), partial(once, known=_clauses(root))) for root in set(roots.values())
    }
    for folder, root in roots.items():
        try:
            near_by, with_names = neighbours[root]
            found += near_by.findings(folder.resolve(), with_names)
        except BrokenDefinition as broken:
            found += broken.findings
    return found


def _clauses(root: Path) -> Catalogue | None:
    """The requirements beside the regions; a file that cannot be read is told once, by `_catalogue`."""
    try:
        return catalogue.beside(root)
    except BrokenDefinition:
        return None


def _catalogue(root: Path) -> list[Finding]:
    try:
        catalogue.beside(root)
    except BrokenDefinition as broken:
        return list(broken.findings)
    return []


def _region(path: Path) -> list[Finding]:
    try:
        region.read(path.read_bytes(), path=f"{path.resolve().parent.name}/{path.name}")
    except BrokenDefinition as broken:
        return list(broken.findings)
    return []


def _single(path: Path, operations: Operations | None) -> list[Finding]:
    if path.name == "region.toml":
        return _region(path)
    if path.suffix in {".form", ".json"}:
        form_reading.read(path.read_bytes(), path.name)
        return []
    if path.suffix.lower() not in {".bpmn", ".dmn", ".xml"}:
        sentence = "This is no diagram (.bpmn), table (.dmn) or form (.form). Name one of those, or a routine's folder."
        raise BrokenDefinition((Finding(path.name, 1, "error", "file-kind", "", sentence),))
    return check(files.single(path), conventions=False, operations=operations)


__all__ = ["RULES", "Judged", "check", "check_path", "judged"]
