"""Which routines and scenarios a path means.

Enters: a routine's folder, one scenario file, a region's folder, or a folder of regions. Leaves: the routines asked for with their
scenario files, and the bundles that must be in force for them: their own and, transitively, those they may start in a case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.definitions import files, routine
from engine.errors import BrokenDefinition, Finding


@dataclass(frozen=True, slots=True)
class Asked:
    """One routine to run: its folder and the scenarios asked for, in the order of their names."""

    folder: Path
    scenarios: tuple[Path, ...]

    @property
    def name(self) -> str:
        """`vastmanland/sip`, as people are shown it."""
        return name_of(self.folder)


def asked(path: Path) -> tuple[Path, list[Asked]]:
    """The processes root and the routines that `path` means. Raises BrokenDefinition where it means none."""
    path = path.resolve()
    if path.is_file():
        folder = next((one for one in path.parents[:3] if is_routine(one)), None)
        if path.suffix != ".toml" or folder is None or path.parent.name != "scenarios":
            raise _nothing(
                path, "This is no scenario. Choose a file scenarios/<name>.toml in a routine's folder."
            )
        return folder.parent.parent, [Asked(folder, (path,))]
    if is_routine(path):
        return path.parent.parent, [_whole(path)]
    in_region = [one for one in sorted(path.iterdir()) if one.is_dir() and is_routine(one)]
    if in_region:
        return path.parent, [_whole(one) for one in in_region]
    found = routines(path)
    if not found:
        raise _nothing(
            path, "There is no routine here. Choose a routine's folder, a scenario, or a folder of regions."
        )
    return path, [_whole(one) for one in found]


def routines(root: Path) -> list[Path]:
    """The folders of all routines under a processes root."""
    return sorted({one.parent for one in root.glob("*/*/*.bpmn")})


def is_routine(folder: Path) -> bool:
    """Whether the folder holds a routine."""
    return folder.is_dir() and (any(folder.glob("*.bpmn")) or (folder / "routine.toml").is_file())


def needed(root: Path, asked: Iterable[Asked]) -> list[files.Bundle]:
    """The bundles of these routines and of all that a case of them may start: linked routines, deviations.

    A routine that others call and that has no scenario of its own is part of their bundles, and not in force by itself: what it reads
    is written by whoever calls it. Raises BrokenDefinition where a file cannot be read, or a routine that is named is not there.
    """
    everywhere = routines(root)
    where = {files.process_id_of(name_of(one)): one for one in everywhere}
    parts = called(everywhere)
    ahead = [one.folder for one in asked if one.scenarios or files.process_id_of(one.name) not in parts]
    found: dict[Path, files.Bundle] = {}
    while ahead:
        folder = ahead.pop(0)
        if folder in found:
            continue
        found[folder] = bundle = files.read_bundle(folder, root)
        settings = routine.read_settings(bundle)
        for process_id in filter(None, (*settings.linked, settings.deviation)):
            if process_id not in where:
                raise _nothing(
                    folder / "routine.toml", f"There is no routine {process_id} under {root.name}/."
                )
            ahead.append(where[process_id])
    return [found[folder] for folder in sorted(found)]


def called(folders: Iterable[Path]) -> frozenset[str]:
    """The ids of the processes that diagrams in these folders call."""
    diagrams = (path for folder in folders for path in folder.glob("*.bpmn"))
    return frozenset(
        process_id for path in diagrams for process_id in files.called_processes(path.read_bytes())
    )


def shown(path: Path) -> str:
    """A path as people write it: below the working folder where it stands there."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def name_of(folder: Path) -> str:
    """`<region>/<routine>`."""
    return f"{folder.parent.name}/{folder.name}"


def _whole(folder: Path) -> Asked:
    return Asked(folder, tuple(sorted((folder / "scenarios").glob("*.toml"))))


def _nothing(path: Path, message: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(shown(path), 1, "error", "scenario", "", message),))
