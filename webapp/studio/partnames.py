"""The files of a draft by the names that people gave them: a table by its decision, a form by its step, a scenario by what it shows.

Enters: a draft. Leaves: lists for the page of all files, and a file's name; the file's own name where it has no other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from flask_babel import gettext

from engine.definitions import diagram, files
from engine.definitions.editing import table
from engine.errors import BrokenDefinition, EngineError
from webapp.studio.draft import Opened, editable, short_name

KINDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("table", lambda: gettext("Tables")),
    ("form", lambda: gettext("Forms")),
    ("document", lambda: gettext("Documents")),
    ("settings", lambda: gettext("Settings")),
    ("scenario", lambda: gettext("Scenarios")),
)
SAID: Mapping[str, Callable[[], str]] = {
    '"yes"': lambda: gettext("Yes"),
    '"no"': lambda: gettext("No"),
    '"true"': lambda: gettext("Yes"),
    '"false"': lambda: gettext("No"),
}
"""Values of tables that every routine says alike."""
_ENDINGS = {".dmn": "table", ".form": "form", ".typ": "document", ".toml": "settings"}


def is_scenario(path: str) -> bool:
    """Whether the file is a scenario."""
    return "/scenarios/" in path and path.endswith(".toml")


def listed(found: Opened) -> list[dict[str, object]]:
    """Every file by kind, and within it by the routine or part that it belongs to; kinds without files are left out."""
    names = _Names(found)
    held: dict[str, dict[str, list[dict[str, str]]]] = {kind: {} for kind, _ in KINDS}
    for path in editable(found.content):
        kind = "scenario" if is_scenario(path) else _ENDINGS.get(path[path.rfind(".") :], "")
        if kind:
            folder = names.of_folder(files.folder_of(path))
            held[kind].setdefault(folder, []).append({"path": path, "name": names.of(path)})
    return [
        {"key": kind, "words": said(), "groups": _groups(held[kind])} for kind, said in KINDS if held[kind]
    ]


def _groups(held: Mapping[str, Sequence[Mapping[str, str]]]) -> list[dict[str, object]]:
    return [
        {"words": folder, "files": sorted(rows, key=lambda one: one["name"].casefold())}
        for folder, rows in held.items()
    ]


def name(found: Opened, path: str) -> str:
    """What people call the file."""
    return _Names(found).of(path)


class _Names:
    """Names of the files of one draft; drawings are read once."""

    def __init__(self, found: Opened) -> None:
        self.files = found.content.files
        self.titles: dict[str, str] = {}
        self.steps: dict[str, dict[str, str]] = {}

    def of(self, path: str) -> str:
        with suppress(EngineError, BrokenDefinition, ValueError, LookupError):
            if path.endswith(".dmn"):
                return table.Table(self.files[path], path).grids()[0].name or short_name(path)
            if path.endswith(".form"):
                return self._steps(files.folder_of(path)).get(short_name(path)) or short_name(path)
            if path.endswith(".toml"):
                title = tomllib.loads(self.files[path].decode()).get("title")
                return str(title or short_name(path))
        return short_name(path)

    def of_folder(self, folder: str) -> str:
        """The title of the routine, or what stands in a folder beside it."""
        settings = f"{folder}/routine.toml"
        return self.of(settings) if settings in self.files else folder.rsplit("/", 1)[-1]

    def _steps(self, folder: str) -> dict[str, str]:
        if folder not in self.steps:
            drawings = [one for one in self.files if one.endswith(".bpmn") and files.folder_of(one) == folder]
            self.steps[folder] = {}
            for one in drawings:
                for process in diagram.read(self.files[one], one).processes:
                    self.steps[folder] |= {node.id: node.name for node in process.nodes.values()}
        return self.steps[folder]
