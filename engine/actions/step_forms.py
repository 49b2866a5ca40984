"""The forms of a draft that go along when a drawing changes: a new step gets one, a renamed step keeps its own, a removed one's goes too.

Enters: the draft, the drawing as it is to be, and what the change brought along. Leaves: the files to save with it; nothing is saved here.
"""

from __future__ import annotations

import re

from engine.actions.routine_drafts import Content
from engine.definitions import files
from engine.definitions.editing import new_forms
from engine.definitions.editing.drawing import Drawing
from engine.definitions.editing.mending import Done


def along(content: Content, path: str, after: bytes, done: Done, language: str) -> dict[str, bytes | None]:
    """The drawing with the forms that are new, moved or left over; None for a file that goes."""
    saving: dict[str, bytes | None] = {path: after}
    folder = files.folder_of(path)
    drawing = Drawing(after, path)
    for task_id, kind in done.put.asks.items():
        title = drawing.element(task_id).get("name", "")
        saving[f"{folder}/forms/{task_id}.form"] = new_forms.form(
            task_id, kind, title=title, language=language
        )
    for old, new in done.renamed:
        before = content.files.get(f"{folder}/forms/{old}.form")
        if before is not None:
            named = re.sub(
                rb'("id"\s*:\s*)"' + re.escape(old.encode()) + b'"', rb'\1"' + new.encode() + b'"', before
            )
            saving |= {f"{folder}/forms/{old}.form": None, f"{folder}/forms/{new}.form": named}
    forms = (f"{folder}/forms/{one}.form" for one in done.gone)
    return saving | {one: None for one in forms if one in content.files}
