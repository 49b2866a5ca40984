"""Versions of routines, read and parsed once per bundle and shared by all cases (decision 2).

Enters: a bundle's hash. Leaves: what people need to know of the routine and what the engine needs to run it. A bundle never
changes, so what was parsed stays right for as long as the process lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from sqlalchemy import Connection

from engine.definitions import files, table_words
from engine.definitions.routine import Routine
from engine.definitions.routine import read as read_routine
from engine.definitions.table_words import TableWords
from engine.errors import NotFound
from engine.execution import likeness, parse
from engine.execution.specification import Specification
from engine.records import specs


@dataclass(frozen=True)
class Loaded:
    """One version of a routine, ready to show and to run."""

    bundle: files.Bundle
    routine: Routine

    @cached_property
    def specification(self) -> Specification:
        """Parsed when it is first run, not when it is first shown."""
        return parse.specification(self.bundle.files, self.bundle.process_id)

    @cached_property
    def table_words(self) -> TableWords:
        """Read when somebody first asks why."""
        return table_words.read(self.bundle, self.routine.forms.values())


_shelf: dict[str, Loaded] = {}
_compared: dict[tuple[str, str], tuple[likeness.Unlike, ...]] = {}
_lock = Lock()


def loaded(tx: Connection, bundle_hash: str) -> Loaded:
    """The version of that hash. NotFound where no such bundle was deployed."""
    found = _shelf.get(bundle_hash)
    if found is None:
        process_id, contents = specs.process_of(tx, bundle_hash), specs.files(tx, bundle_hash)
        if process_id is None:
            raise NotFound
        found = keep(contents, process_id)
    return found


def whole(tx: Connection, bundle_hash: str) -> dict[str, bytes]:
    """The files of that version with its scenarios and README as they are now: those are no part of the hash, and what was read once
    may be older. NotFound.
    """
    found = specs.files(tx, bundle_hash)
    if not found:
        raise NotFound
    return dict(sorted(found.items()))


def keep(contents: Mapping[str, bytes], process_id: str) -> Loaded:
    """Read a bundle and put it on the shelf. Raises BrokenDefinition."""
    bundle = files.bundle(contents, process_id)
    made = Loaded(bundle, read_routine(bundle))
    with _lock:
        return _shelf.setdefault(bundle.hash, made)


def current(tx: Connection, process_id: str) -> Loaded:
    """The version that new cases get. NotFound where the routine was never deployed."""
    bundle_hash = specs.current(tx, process_id)
    if bundle_hash is None:
        raise NotFound
    return loaded(tx, bundle_hash)


def unlike(tx: Connection, old_hash: str, new_hash: str) -> tuple[likeness.Unlike, ...]:
    """What keeps a case of the one version from going on with the other; found once, since neither ever changes.

    Raises NotFound, and BrokenDefinition where a version that could run once is refused by now.
    """
    found = _compared.get((old_hash, new_hash))
    if found is None:
        old, new = loaded(tx, old_hash).specification, loaded(tx, new_hash).specification
        found = _compared[old_hash, new_hash] = likeness.differences(old, new)
    return found
