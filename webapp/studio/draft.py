"""A draft as every page of the studio needs it: its files, which drawing is looked at, its head and its tabs.

Enters: a draft's id from the address. Leaves: values for templates; NotFound and NotAllowed of the engine otherwise.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from flask import request, session, url_for
from flask_babel import gettext

from engine.actions import routine_drafts, routine_steps
from engine.actions.routine_drafts import Content
from engine.definitions import diagram, files
from engine.definitions.editing.drawing import Drawing
from engine.errors import BrokenDefinition, EngineError, NotFound
from webapp import words
from webapp.auth import actor
from webapp.session import ZONE, now, tx
from webapp.studio import gate
from webapp.studio.partwords import short_name

EDITABLE = {
    ".bpmn": "drawing",
    ".dmn": "table",
    ".form": "form",
    ".typ": "document",
    ".toml": "settings",
    ".md": "text",
}


@dataclass(frozen=True)
class Opened:
    """A draft and the drawing that is looked at. `path` is '' where the routine has none yet."""

    content: Content
    path: str

    @property
    def id(self) -> str:
        return self.content.draft.id

    @property
    def locked(self) -> bool:
        """Whether it waits for approval or is closed."""
        return self.content.draft.status != "open" or self.content.draft.kind != "change"

    @property
    def data(self) -> bytes:
        return self.content.files.get(self.path, b"")

    @cached_property
    def drawing(self) -> Drawing:
        """Open for reading. NotFound, BrokenDefinition."""
        return routine_steps.opened(self.content, self.path)

    @cached_property
    def processes(self) -> tuple[diagram.Process, ...]:
        """The processes of the drawing, none where it cannot be read."""
        try:
            return diagram.read(self.data, self.path).processes
        except (BrokenDefinition, EngineError):
            return ()

    @cached_property
    def nodes(self) -> dict[str, diagram.Node]:
        """Every step, by id."""
        return {node.id: node for process in self.processes for node in process.nodes.values()}

    @cached_property
    def language(self) -> str:
        """The language that the routine is written in."""
        return routine_steps.language_of(tx(), self.content)


def opened(draft_id: str) -> Opened:
    """The draft, with the drawing that the address names or else its first."""
    content = routine_drafts.read(tx(), actor(), draft_id)
    wanted = request.values.get("path", "")
    if wanted and wanted not in content.files:
        raise NotFound
    return Opened(content, wanted or next((path for path in editable(content) if path.endswith(".bpmn")), ""))


def editable(content: Content) -> list[str]:
    """The files that are changed in this draft, in order, the routine's own first; those of other routines have drafts of their own."""
    folders = {files.folder_of(path) for path in content.files}
    own = {one for one in folders if routine_drafts.changes(tx(), content.draft, one)}
    found = [path for path in content.files if files.folder_of(path) in own]
    return sorted(found, key=lambda path: (files.folder_of(path) != content.draft.folder, path))


def head(found: Opened, tab: str) -> dict[str, object]:
    """What every page of a draft needs: name, state, tabs and parts."""
    draft = found.content.draft
    return {
        "section": "studio",
        "draft": draft,
        "title": draft.title or draft.process_id,
        "state_words": STATES[draft.status](),
        "saved": gettext("Saved %(when)s", when=words.small(words.moment(draft.changed_at, now(), ZONE))),
        "locked": found.locked,
        "tab": tab,
        "tabs": tabs(found, tab),
        "parts": parts(found),
        "drawings": drawings(found),
        "may_undo": found.content.may_undo and not found.locked,
        "may_redo": found.content.may_redo and not found.locked,
        "path": found.path,
        "revision": draft.revision,
        "expert": session.get("expert", "") == "on",
    }


STATES = {
    "open": lambda: gettext("Draft"),
    "waiting": lambda: gettext("Waits for approval"),
    "published": lambda: gettext("Published"),
    "dropped": lambda: gettext("Given up"),
}
"""A draft's state in words."""


def tabs(found: Opened, current: str) -> list[dict[str, object]]:
    """The tabs, which are the draft's gate: each says how far it has come."""
    made = [
        ("edit", "studio.diagram", gettext("Change")),
        ("findings", "studio_findings.page", gettext("Findings")),
        ("play", "studio_play.page", gettext("Play")),
        ("changes", "studio_changes.page", gettext("Difference")),
        ("publish", "studio_publishing.page", gettext("Publish")),
    ]
    notes = gate.notes(found)
    return [
        {
            "url": url_for(endpoint, draft_id=found.id),
            "words": said,
            "current": key == current,
            "key": key,
            "note": notes.get(key),
        }
        for key, endpoint, said in made
        if found.content.draft.kind == "change" or key == "publish"  # a withdrawal changes nothing
    ]


def parts(found: Opened) -> list[dict[str, object]]:
    """The files of the routine by kind, in the order of the page: tables, forms, documents, settings."""
    own = editable(found.content)
    made = []
    for suffix, said in (
        (".dmn", gettext("Tables")),
        (".form", gettext("Forms to fill in")),
        (".typ", gettext("Documents")),
        (".toml", gettext("Settings")),
    ):
        names = [path for path in own if path.endswith(suffix) and "/scenarios/" not in path]
        if names:
            made.append({"words": said, "count": len(names), "kind": EDITABLE[suffix], "paths": names})
    return made


def drawings(found: Opened) -> list[dict[str, object]]:
    """The routine's drawing and those of its parts, by the names that people gave them."""
    made = []
    for path in editable(found.content):
        if path.endswith(".bpmn"):
            with suppress(EngineError):
                processes = diagram.read(found.content.files[path], path).processes
                name = next((one.name for one in processes if one.name), short_name(path))
                made.append({"path": path, "name": name, "current": path == found.path})
    return made
