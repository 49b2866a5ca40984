"""What differs between two versions of a routine, and what keeps a case from moving, in the words of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from flask import g
from flask_babel import gettext

from engine import library
from engine.definitions import comparison
from engine.definitions.routine import Routine
from engine.execution.likeness import Unlike
from engine.reads import overview
from webapp.session import tx

LONGEST = 400


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
    """[{title, path, elements [{name, id, kind, changes [{what, before, after}]}]}], one for each file."""
    found: dict[str, dict[str, object]] = {}
    old, new = library.loaded(tx(), old_hash).bundle, library.loaded(tx(), new_hash).bundle
    for one in comparison.compare(old, new):
        file = found.setdefault(one.path, {"title": _file(one.path), "path": one.path, "elements": []})
        elements = file["elements"]
        assert isinstance(elements, list)
        elements.append(
            {
                "name": one.name or one.element_id,
                "id": one.element_id if one.name else "",
                "kind": _kind(one),
                "changes": [_change(change) for change in one.changes],
            }
        )
    return list(found.values())


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


def _file(path: str) -> str:
    name = PurePosixPath(path).name
    told = {
        ".bpmn": gettext("The diagram %(name)s", name=name),
        ".dmn": gettext("The decision tables %(name)s", name=name),
        ".form": gettext("The form %(name)s", name=name),
        ".toml": gettext("The settings %(name)s", name=name),
    }
    return told.get(PurePosixPath(path).suffix, gettext("The file %(name)s", name=name))


def _kind(one: comparison.Difference) -> str:
    """What has happened to it as a whole; '' where its changes say it."""
    if one.kind == "changed":
        return ""
    new = one.kind == "added"
    if one.element_id:
        return gettext("is new") if new else gettext("is gone")
    return gettext("The file is new.") if new else gettext("The file is gone.")


def _change(change: comparison.Change) -> dict[str, str]:
    what = _what(change.what)
    if change.what == comparison.LAYOUT:
        what = gettext("Only the places in the picture differ.")
    elif change.what == comparison.CONTENT:
        what = gettext("The content differs.")
    elif change.what == "rules":
        before, after = change.before.split("\n"), change.after.split("\n")
        return {
            "what": what,
            "before": _short("\n".join(one for one in before if one not in after)),
            "after": _short("\n".join(one for one in after if one not in before)),
        }
    return {"what": what, "before": _short(change.before), "after": _short(change.after)}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _what(what: str) -> str:
    kind, _, name = what.partition(" ")
    if kind == "input" and name:
        return gettext("input “%(name)s”", name=name)
    if what.startswith("validate."):
        return gettext("demand on the answer (%(name)s)", name=what.removeprefix("validate."))
    return {
        "name": gettext("name"),
        "documentation": gettext("description"),
        "conditionExpression": gettext("condition"),
        "timeDuration": gettext("time"),
        "timeDate": gettext("time"),
        "timeCycle": gettext("time"),
        "calendar": gettext("how days are counted"),
        "unit": gettext("unit"),
        "role": gettext("role"),
        "person": gettext("person"),
        "line": gettext("line in the worklist"),
        "clause": gettext("reference to the law"),
        "collection": gettext("list of items"),
        "expression": gettext("expression"),
        "rules": gettext("rules"),
        "label": gettext("label"),
        "description": gettext("explanation"),
        "conditional.hide": gettext("hidden when"),
        "values": gettext("choices"),
        "title": gettext("title"),
    }.get(what, what)


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
