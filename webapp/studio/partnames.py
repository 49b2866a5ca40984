"""The files of a draft, by kind and by the routine or part that they belong to, and the values that all tables say alike.

Enters: a draft. Leaves: lists for the page of all files, by the names that people gave them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext

from engine.definitions import files
from webapp.studio import partwords
from webapp.studio.draft import Opened, editable

KINDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("table", lambda: gettext("Tables")),
    ("form", lambda: gettext("Forms to fill in")),
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
    texts = found.content.files
    held: dict[str, dict[str, list[dict[str, str]]]] = {kind: {} for kind, _ in KINDS}
    for path in editable(found.content):
        kind = "scenario" if is_scenario(path) else _ENDINGS.get(path[path.rfind(".") :], "")
        if kind:
            folder = partwords.routine(texts, files.folder_of(path))
            held[kind].setdefault(folder, []).append(
                {"path": path, "name": partwords.called(texts[path], path)}
            )
    return [
        {"key": kind, "words": said(), "groups": _groups(held[kind])} for kind, said in KINDS if held[kind]
    ]


def _groups(held: Mapping[str, Sequence[Mapping[str, str]]]) -> list[dict[str, object]]:
    return [
        {"words": folder, "files": sorted(rows, key=lambda one: one["name"].casefold())}
        for folder, rows in held.items()
    ]
