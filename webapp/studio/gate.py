"""How far a draft has come on its way to a version, as its tabs say it, so that nobody has to look for what is missing.

Enters: an opened draft. Leaves: a note for each tab that has something to say; one that cannot be told is left out. It decides nothing:
whether a draft may be asked for is said by `engine.actions.publishing`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from engine.actions import draft_sources, publishing
from engine.definitions import files
from engine.errors import EngineError
from engine.records import publications, specs
from webapp.auth import actor
from webapp.session import tx
from webapp.studio import judging
from webapp.studio.draft import Opened

UNDER_WAY = frozenset({"open", "waiting"})
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Note:
    """What a tab says beside its name; `state` is `late`, `near` or `done`."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class _Compared:
    """What was looked up of very files: under which digest they are tried, and the keys of what differs."""

    tried: str
    changes: tuple[str, ...]


_compared: OrderedDict[tuple[str, str, str, frozenset[str]], _Compared] = OrderedDict()


def notes(found: Opened) -> dict[str, Note]:
    """By key of a tab what it says; nothing of a draft that is closed or withdraws a routine."""
    draft = found.content.draft
    if draft.kind != "change" or draft.status not in UNDER_WAY:
        return {}
    try:
        compared = _compare(found)
    except EngineError:  # files that nobody can read are told by the findings
        return dict(_findings(found))
    return dict((*_findings(found), *_played(found, compared), *_read(found, compared)))


def _findings(found: Opened) -> Iterator[tuple[str, Note]]:
    severities = [one.finding.severity for one in judging.of(found).found]
    errors, warnings = severities.count("error"), severities.count("warning")
    if errors:
        yield "findings", Note("late", ngettext("%(num)d error", "%(num)d errors", errors))
    elif warnings:
        yield "findings", Note("near", ngettext("%(num)d warning", "%(num)d warnings", warnings))
    else:
        yield "findings", Note("done", gettext("no errors"))


def _played(found: Opened, compared: _Compared) -> Iterator[tuple[str, Note]]:
    """How many scenarios go as they are written, of these very files."""
    trial = publications.trial(tx(), found.id, compared.tried)
    if trial is None:
        yield "play", Note("near", gettext("not tried"))
    elif trial.scenarios:
        good = sum(bool(one.get("ok")) for one in trial.scenarios)
        told = gettext("%(ok)s of %(num)s", ok=good, num=len(trial.scenarios))
        yield "play", Note("done" if good == len(trial.scenarios) else "late", told)


def _read(found: Opened, compared: _Compared) -> Iterator[tuple[str, Note]]:
    """How much of the difference this person has read."""
    if compared.changes:
        read = len({*compared.changes} & publications.read_by(tx(), found.id, actor().id).keys())
        count = len({*compared.changes})
        told = gettext("%(read)s of %(num)s read", read=read, num=count)
        yield "changes", Note("done" if read == count else "near", told)


def _compare(found: Opened) -> _Compared:
    """Kept for the next page: most of them show the same files."""
    draft, contents = found.content.draft, found.content.files
    in_force = frozenset(specs.in_force(tx()).values())
    key = (draft.folder, draft.base_hash or "", files.digest(contents), in_force)
    if key not in _compared:
        changes = tuple(one.key for one in publishing.differing(tx(), draft, contents))
        _compared[key] = _Compared(draft_sources.tried(tx(), draft.folder, contents), changes)
        while len(_compared) > _KEPT:
            _compared.popitem(last=False)
    return _compared[key]
