"""What a trial found, in words: which scenarios expect what the routine no longer does, and whether they could simply expect the new.

Enters: a trial as `engine.scenarios.trying` wrote it, and the draft. Leaves: sentences for the page; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from engine.definitions import diagram
from engine.definitions.editing import table
from engine.errors import EngineError
from engine.reads import overview
from engine.records import directory
from engine.records.publications import Trial
from webapp import words
from webapp.pages import finding_words
from webapp.session import today, tx
from webapp.studio import countwords
from webapp.studio.draft import Opened


def failed(found: Opened, trial: Trial) -> list[dict[str, object]]:
    """Each scenario that did not go: its title, what is otherwise, whether it can expect that, and the address of its text."""
    those = [one for one in trial.scenarios if not one.get("ok")]
    said = _Said(found) if those else None
    return [
        {
            "title": one.get("title") or one.get("name"),
            "others": said.others(one.get("others")) if said else [],
            "renewable": bool(one.get("renewed")),
            "lines": [] if one.get("renewed") else _lines(one.get("trouble")),
            "url": url_for("studio_parts.page", draft_id=found.id, path=_path(found, one), view="text"),
        }
        for one in those
    ]


def findings(found: Opened, trial: Trial, severity: str) -> list[str]:
    """What keeps it from being played (`error`) or is warned of (`warning`), a sentence each, the first twenty."""
    those = [one for one in trial.findings if one.get("severity") == severity][:20]
    names = _Said(found).steps if those else {}
    told = []
    for one in those:
        name = names.get(str(one.get("element_id")), str(one.get("element_id") or one.get("path")))
        given = one.get("about")
        about = [str(word) for word in given] if isinstance(given, list | tuple) else []
        told.append(finding_words.in_a_line(str(one.get("rule")), name, about, str(one.get("message"))))
    return told


def _path(found: Opened, scenario: Mapping[str, object]) -> str:
    """The scenario's file in the draft."""
    return f"{found.content.draft.folder}/scenarios/{scenario.get('name')}.toml"


def _lines(trouble: object) -> list[str]:
    return [str(one).strip() for one in trouble] if isinstance(trouble, list | tuple) else []


class _Said:
    """Words for what scenarios name: steps by their names on the drawings, results as tables have them, units as people know them."""

    def __init__(self, found: Opened) -> None:
        self.steps: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.routines = {one.process_id: one.title for one in overview.versions(tx()) if one.is_current}
        for path, data in found.content.files.items():
            with suppress(EngineError):
                if path.endswith(".bpmn"):
                    processes = diagram.read(data, path).processes
                    self.routines |= {one.id: one.name for one in processes if one.name}
                    nodes = [one for process in processes for one in process.nodes.values()]
                    self.steps |= {node.id: node.name for node in nodes if node.name}
                elif path.endswith(".dmn"):
                    columns = [one for grid in table.Table(data, path).grids() for one in grid.columns]
                    self.values |= {key.strip('"'): said for one in columns for key, said in one.values}
        self.units = {one.id: str(one.name) for one in directory.all_units(tx())}

    def others(self, given: object) -> list[Markup]:
        """A sentence for each."""
        return [self._one(one) for one in given if one.get("key")] if isinstance(given, list | tuple) else []

    def _one(self, other: Mapping[str, object]) -> Markup:
        key, values = str(other["key"]), (other.get("expected"), other.get("found"))
        what: str | Markup = (
            _WHAT[key]() if key in _WHAT else countwords.of(str(other.get("place") or key), self.routines)
        )
        if other.get("place") and key in ("due", "decided"):
            what = Markup("<strong>{}</strong>").format(self._place(str(other["place"])))
        said = {"due": self._day, "status": _status}.get(key, self._listed)
        expected, now = (said(one) for one in values)
        if key == "due":
            sentence = gettext("%(what)s is due %(found)s instead of %(expected)s.")
        elif key == "decided":
            sentence = gettext("%(what)s gives %(found)s instead of %(expected)s.")
        else:
            sentence = gettext("%(what)s: %(found)s instead of %(expected)s.")
        return escape(sentence) % {"what": what, "found": now, "expected": expected}

    def _place(self, place: str) -> str:
        step, _, unit = place.partition("@")
        name = self.steps.get(step, self.values.get(step, step))
        return f"{name} ({self.units.get(unit, unit)})" if unit else name

    def _listed(self, value: object) -> str:
        given: Iterable[object] = value if isinstance(value, list | tuple) else [value]
        return ", ".join(self._place(str(one)) for one in given) or gettext("nothing")

    def _day(self, value: object) -> str:
        with suppress(ValueError):
            return words.short_day(date.fromisoformat(str(value)), today())
        return gettext("never")


def _status(value: object) -> str:
    return {"running": gettext("under way"), "ended": gettext("ended")}.get(str(value), str(value))


_WHAT = {
    "open": lambda: gettext("Somebody has to do"),
    "overdue": lambda: gettext("Late is"),
    "status": lambda: gettext("The case is"),
    "outcome": lambda: gettext("It ends with"),
    "span_days": lambda: gettext("Days until the end"),
}
