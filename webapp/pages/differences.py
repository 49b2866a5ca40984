"""What differs between two versions of a routine, and what keeps a case from moving, in the words of the reader."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from flask_babel import gettext
from markupsafe import Markup

from engine import library
from engine.definitions import difference, files
from engine.definitions.routine import Routine
from engine.execution.likeness import Unlike
from engine.reads import overview
from webapp import difference_words
from webapp.session import tx


def version_name(bundle_hash: str) -> str:
    """`Version 3`, counted as the page of versions counts them; asked of the database once a request."""
    if "version_names" not in g:
        rows: dict[str, list[str]] = {}
        for one in overview.versions(tx()):
            rows.setdefault(one.process_id, []).append(one.hash)
        g.version_names = {
            found: gettext("Version %(number)s", number=len(hashes) - newer)
            for hashes in rows.values()
            for newer, found in enumerate(hashes)
        }
    names: dict[str, str] = g.version_names
    return names.get(bundle_hash, bundle_hash[:8])


def between(old_hash: str, new_hash: str) -> list[dict[str, object]]:
    """[{title, sentences}]: what differs in the files that decide how a case runs, one for each kind, in the order in which people read."""
    old, new = (
        {path: data for path, data in library.loaded(tx(), one).bundle.files.items() if files.decides(path)}
        for one in (old_hash, new_hash)
    )
    found: dict[str, list[Markup]] = {}
    for change in difference.between(old, new):
        found.setdefault(change.section, []).append(difference_words.page(change))
    return [
        {"title": difference_words.section(section), "sentences": told} for section, told in found.items()
    ]


def obstacles(old_hash: str, new_hash: str, unlike: Sequence[Unlike]) -> list[dict[str, str]]:
    """[{name, id, what}]: which elements keep the case where it is, and why."""
    old, new = library.loaded(tx(), old_hash).routine, library.loaded(tx(), new_hash).routine
    return [
        {
            "name": _name(old, one.element_id) or _name(new, one.element_id) or one.element_id,
            "id": one.element_id,
            "what": _obstacle(one.what),
        }
        for one in unlike
    ]


def element_name(bundle_hash: str, element_id: str) -> str:
    """What people call the element in that version; its id where it has no name."""
    return _name(library.loaded(tx(), bundle_hash).routine, element_id) or element_id


def _name(routine: Routine, element_id: str) -> str:
    return next((inside[element_id].name for inside in routine.elements.values() if element_id in inside), "")


def _obstacle(what: str) -> str:
    return {
        "missing": gettext("is missing in that version"),
        "new": gettext("is new in that version"),
        "refused": gettext("cannot run in that version"),
        "kind": gettext("is another kind of element there"),
        "place": gettext("stands in another sub-process there"),
        "default": gettext("has another default flow there"),
        "flows": gettext("has other flows out of it there"),
        "event": gettext("waits for another event there, or is attached elsewhere"),
        "timer": gettext("has another kind of timer there"),
        "loop": gettext("is repeated in another way there"),
        "role": gettext("is done by another role there"),
        "unit": gettext("names a unit in only one of the versions"),
        "operation": gettext("asks for another operation there"),
        "decision": gettext("asks another decision table there"),
        "result": gettext("writes its result under another name there"),
        "called": gettext("calls another routine there"),
        "inputs": gettext("has inputs in only one of the versions"),
        "process": gettext("is another process"),
    }.get(what, gettext("is drawn otherwise there"))
