"""A draft as every page of the studio needs it: its files, and which drawing is looked at.

Enters: a draft's id from the address. Leaves: the draft as somebody may see it; NotFound and NotAllowed of the engine otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import request

from engine.actions import routine_drafts, routine_steps
from engine.actions.routine_drafts import Content
from engine.definitions import diagram, files
from engine.definitions.editing.drawing import Drawing
from engine.errors import BrokenDefinition, EngineError, NotFound
from webapp.auth import actor
from webapp.session import tx

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
