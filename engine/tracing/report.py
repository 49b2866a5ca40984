"""For each requirement where it is met and what shows it; and what is met nowhere, or answers to nothing.

Enters: the folder of the project and its folder of regions. Leaves: a Report; as JSON `{"S3-042": {"met": [{"where", "kind",
"shown_by"}], "note"}}`, and as lines for people. A place that nothing shows does not make a requirement met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.definitions import clauses
from engine.definitions.clauses import Catalogue, Clause
from engine.tracing import code, places, shown
from engine.tracing.places import Place


@dataclass(frozen=True, slots=True)
class Met:
    """One place that answers to a requirement. `shown_by` is a scenario or a test, None where nothing shows it.

    A scenario's path begins at the routine's folder where it stands beside the place, else at the project.
    """

    where: str
    kind: str
    shown_by: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """`met` has every number of the catalogue; `unknown` the numbers named somewhere that no document has."""

    catalogue: Catalogue
    met: Mapping[str, tuple[Met, ...]]
    unnumbered: tuple[Place, ...]
    unknown: Mapping[str, tuple[str, ...]]

    def is_met(self, number: str) -> bool:
        """Whether some place answers to it, and something shows that place."""
        return any(one.shown_by for one in self.met[number])

    @property
    def unmet(self) -> list[Clause]:
        """Requirements that nothing answers to, or nothing shows."""
        return [one for number, one in self.catalogue.clauses.items() if not self.is_met(number)]

    @property
    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            number: {
                "met": [
                    {"where": one.where, "kind": one.kind, "shown_by": one.shown_by}
                    for one in self.met[number]
                ],
                "note": clause.note or None,
            }
            for number, clause in self.catalogue.clauses.items()
        }


def of(project: Path, root: Path) -> Report:
    """Read everything. Raises BrokenDefinition where a file of the routines cannot be read, FileNotFoundError without a catalogue."""
    catalogue = clauses.beside(root)
    if catalogue is None:
        raise FileNotFoundError(str(root / clauses.FILE))
    everything, proven = places.of(root), shown.read(root)
    routines = list(_routines(root, everything, proven))
    found: dict[str, list[Met]] = {number: [] for number in catalogue.clauses}
    strangers: dict[str, list[str]] = {}
    for where, kind, numbers, by in [*routines, *_code(project, _first_scenarios(root, everything, proven))]:
        for number in numbers:
            if number in found:
                found[number].append(Met(where, kind, by.get(number)))
            elif clauses.NUMBER.fullmatch(number):
                strangers.setdefault(number, []).append(where)
    return Report(
        catalogue,
        {number: tuple(met) for number, met in found.items()},
        tuple(one for one in everything if one.ought_to_have_one and not one.numbers),
        {number: tuple(where) for number, where in strangers.items()},
    )


_Line = tuple[str, str, tuple[str, ...], Mapping[str, str]]


def _routines(root: Path, everything: list[Place], proven: Mapping[str, str]) -> Iterator[_Line]:
    for one in everything:
        by = proven.get(one.where)
        told = _scenario(root, one, by) if by and (root / by).is_file() else None
        yield (
            f"{root.name}/{one.where}",
            one.kind,
            one.numbers,
            dict.fromkeys(one.numbers, told) if told else {},
        )


def _scenario(root: Path, place: Place, by: str) -> str:
    home = "/".join(place.path.split("/")[:2]) + "/"
    return by.removeprefix(home) if by.startswith(home) else f"{root.name}/{by}"


def _first_scenarios(root: Path, everything: list[Place], proven: Mapping[str, str]) -> dict[str, str]:
    """For each number a scenario that fails without a place of a routine: it runs the code behind that place too."""
    found: dict[str, str] = {}
    for one in everything:
        by = proven.get(one.where)
        for number in one.numbers if by else ():
            found.setdefault(number, f"{root.name}/{by}")
    return found


def _code(project: Path, scenarios: Mapping[str, str]) -> Iterator[_Line]:
    """What code names is shown by a test that names it too, else by a scenario that needs what it is for."""
    tests = {number: named[0] for number, named in code.in_tests(project).items()}
    for one in code.in_product(project):
        # No scenario opens a page: a test looks at it.
        yield one.where, one.kind, one.numbers, tests if one.kind == code.PAGE else {**scenarios, **tests}


def lines(report: Report) -> Iterator[str]:
    """For people: each number with its places, then what is missing."""
    for number, clause in report.catalogue.clauses.items():
        yield f"{number} {clause.sentence}"
        for met in report.met[number]:
            yield f"    {met.kind:<8} {met.where}  <- {met.shown_by or 'shown by nothing'}"
        if clause.note:
            yield f"    note: {clause.note}"
    yield ""
    unmet = report.unmet
    yield f"{len(report.met) - len(unmet)} of {len(report.met)} requirements are met and shown"
    for one in unmet:
        why = one.note or ("nothing shows it" if report.met[one.number] else "met nowhere")
        yield f"  {one.number} ({one.section}): {why}"
    for number, where in sorted(report.unknown.items()):
        yield f"no document has {number}: {', '.join(where)}"
    if report.unnumbered:
        yield f"{len(report.unnumbered)} elements do something and have no number:"
    for place in report.unnumbered:
        yield f"  {place.path}:{place.line} {place.id} {place.name}"
