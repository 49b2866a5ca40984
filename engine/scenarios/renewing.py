"""A scenario that expects what was, made to expect what is: the same steps, with the days and results that the routine has now.

Enters: a stage and a scenario that did not go as it is written. Leaves: its text with other expectations, and what each of them was; no
text where a step itself cannot be taken any more, which is for people to think about. Whether the new expectations are right is theirs too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomlkit
from sqlalchemy import Connection
from tomlkit.items import Item

from engine.access import Actor
from engine.actions import draft_sources, routine_drafts
from engine.actions.routine_drafts import Conflict
from engine.errors import StaleCase
from engine.records import publications
from engine.records.publications import Trial
from engine.scenarios import running
from engine.scenarios.judging import Difference
from engine.scenarios.play import Played
from engine.scenarios.stage import Stage

MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Other:
    """What is otherwise after one step, 0 at the end: `key` of the expectation, its place in it, what was expected and what is found.

    `key` is '' where the scenario cannot just expect what was found; `expected` and `found` are then lines as the command shows them.
    """

    step: int
    key: str
    place: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Renewed:
    """`text` is '' where the scenario cannot be made to go by other expectations alone."""

    text: str
    others: tuple[Other, ...]


def renewed(ready: Stage, path: Path, process_id: str, played: Played) -> Renewed:
    """Let the scenario in that file expect what it finds, play it again, and so on to its end; the file is written over and left so."""
    others: list[Other] = []
    for _ in range(MOST_ROUNDS):
        if played.ok:
            return Renewed(path.read_text(encoding="utf-8"), tuple(others))
        step, differences = played.unmet
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        others += _written(document, step, differences)
        if not differences or any(not one.key for one in differences):
            break
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
        played = running.play_file(ready, path, process_id)
    return Renewed("", tuple(others))


def renew(tx: Connection, actor: Actor, draft_id: str, *, now: datetime) -> Trial | None:
    """Let the scenarios that the last trial found otherwise expect what it found; one change of the draft, which can be undone.

    They were played so to their end in that trial, which therefore holds for the draft as it is then. None where there is nothing to
    renew. Raises NotFound, NotAllowed, Locked, StaleCase.
    """
    content = routine_drafts.read(tx, actor, draft_id)
    folder = content.draft.folder
    last = publications.trial(tx, draft_id, draft_sources.tried(tx, folder, content.files))
    texts: dict[str, bytes | None] = {
        f"{folder}/scenarios/{one['name']}.toml": str(one["renewed"]).encode()
        for one in (last.scenarios if last else ())
        if one.get("renewed")
    }
    if last is None or not texts:
        return None
    saved = routine_drafts.save_files(
        tx, actor, draft_id, texts, expected_revision=content.draft.revision, now=now
    )
    if isinstance(saved, Conflict):
        raise StaleCase
    contents = routine_drafts.read(tx, actor, draft_id).files
    scenarios = tuple(
        {"name": one["name"], "title": one["title"], "ok": True, "trouble": []} if one.get("renewed") else one
        for one in last.scenarios
    )
    passed = all(one["ok"] for one in scenarios)  # scenarios are played only where there is no error
    digest = draft_sources.tried(tx, folder, contents)
    trial = Trial(digest, last.tried_at, passed, last.findings, scenarios)
    publications.put_trial(tx, draft_id, trial)
    return trial


def _written(document: tomlkit.TOMLDocument, step: int, differences: Iterable[Difference]) -> list[Other]:
    """Put what was found in the place of what was expected; gives both."""
    others = []
    whole = document.get("step", [])[step - 1] if step else document
    held = whole.get("expect", {})
    for one in differences:
        if not one.key:
            others.append(Other(step, "", "", one.expected, one.found))
            continue
        inner, name = (held[one.key], one.place) if one.place else (held, one.key)
        others.append(Other(step, one.key, one.place, _plain(inner.get(name)), one.value))
        inner[name] = _as_before(inner.get(name), one.value)
    return others


def _as_before(old: object, value: object) -> Item:
    """The value as the file is written: what stands behind it, such as the space before a brace, stays."""
    new = tomlkit.item(value)
    if isinstance(old, Item):
        new.trivia.comment_ws, new.trivia.comment = old.trivia.comment_ws, old.trivia.comment
        new.trivia.trail = old.trivia.trail
    return new


def _plain(value: object) -> object:
    unwrap = getattr(value, "unwrap", None)
    return unwrap() if unwrap else value
