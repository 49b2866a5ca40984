"""The head of a draft, above every page of it: name and state, the tabs with how far each has come, its parts and drawings.

Enters: an opened draft, and which tab is shown. Leaves: values for `studio/base.html`.
"""

from __future__ import annotations

from contextlib import suppress

from flask import session, url_for
from flask_babel import gettext

from engine.definitions import diagram
from engine.errors import EngineError
from webapp import words
from webapp.session import ZONE, now
from webapp.studio import gate
from webapp.studio.draft import EDITABLE, Opened, editable
from webapp.studio.partwords import short_name


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
