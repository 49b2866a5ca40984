"""What two versions of a routine say otherwise, found once for each pair, since no version ever changes.

Enters: an open transaction and hashes of versions. Leaves: changes of `engine.definitions.difference`, of the files that decide how a case
runs. Which of them somebody who has read the old version has to read again is told here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import Connection

from engine import library
from engine.definitions import difference, files
from engine.definitions.difference import Change
from engine.definitions.editing import settings
from engine.errors import BrokenDefinition, NotFound
from engine.records import specs

MOST = 400
"""Pairs that are kept; more are found again when somebody asks."""
SILENT = frozenset({"layout"})
"""Sections in which nothing is said otherwise. Every other asks whoever has read the old version to read the new one: no machine can tell
a mended word in the guidance of a step from a new instruction, and the sentence that says so is read in a moment."""

_known: dict[tuple[str, str, bool], tuple[Change, ...]] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class BasedOn:
    """The routine that a variant was made from. `hash` is the version that it names, or the one in force where that one never stood here;
    `newest` is the version of it in force, None where it is withdrawn.
    """

    process_id: str
    title: str
    hash: str
    newest: str | None
    changes: tuple[Change, ...]


def between(tx: Connection, old_hash: str, new_hash: str) -> tuple[Change, ...]:
    """Every change from the one to the other. NotFound."""
    return _found(tx, old_hash, new_hash, variant=False)


def says_the_same(tx: Connection, old_hash: str, new_hash: str) -> bool:
    """Whether somebody who has read the old version knows what the new one says. False where either is not there."""
    try:
        return all(one.section in SILENT for one in between(tx, old_hash, new_hash))
    except NotFound:
        return False


def to_base(tx: Connection, bundle_hash: str) -> BasedOn | None:
    """What a version says otherwise than the routine that it was made from; None where it was made from none that is known here."""
    found = _base(tx, library.loaded(tx, bundle_hash).routine.settings.based_on)
    return replace(found, changes=_found(tx, found.hash, bundle_hash, variant=True)) if found else None


def base_of_draft(tx: Connection, folder: str, contents: Mapping[str, bytes]) -> BasedOn | None:
    """The routine that the files of a draft in `folder` name as theirs, nothing compared yet; None as in `to_base`."""
    path = f"{folder}/routine.toml"
    try:
        return _base(tx, settings.values(contents[path], path)["based_on"])
    except (KeyError, BrokenDefinition):
        return None


def draft_to_base(tx: Connection, folder: str, contents: Mapping[str, bytes]) -> BasedOn | None:
    """What a draft says otherwise than the routine that it was made from; None as in `to_base`."""
    found = base_of_draft(tx, folder, contents)
    if found is None:
        return None
    base, own = library.loaded(tx, found.hash).bundle, _of_folder(contents, folder)
    return replace(found, changes=difference.of_variant(_own(base), own, base.folder, folder))


def _base(tx: Connection, based_on: str) -> BasedOn | None:
    process_id, _, named = based_on.partition("@")
    newest = specs.current(tx, process_id) if process_id else None
    for base_hash in (named, newest):
        if base_hash and specs.process_of(tx, base_hash) == process_id:
            return BasedOn(process_id, library.loaded(tx, base_hash).routine.title, base_hash, newest, ())
    return None


def _found(tx: Connection, old_hash: str, new_hash: str, *, variant: bool) -> tuple[Change, ...]:
    key = (old_hash, new_hash, variant)
    found = _known.get(key)
    if found is None:
        old, new = library.loaded(tx, old_hash).bundle, library.loaded(tx, new_hash).bundle
        if variant:
            found = difference.of_variant(_own(old), _own(new), old.folder, new.folder)
        else:
            found = difference.between(_deciding(old.files), _deciding(new.files))
        with _lock:
            if len(_known) >= MOST:
                _known.clear()
            _known[key] = found
    return found


def _deciding(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in contents.items() if files.decides(path)}


def _own(bundle: files.Bundle) -> dict[str, bytes]:
    """The routine's own files: each part that it calls is a variant by itself."""
    return _of_folder(bundle.files, bundle.folder)


def _of_folder(contents: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {path: data for path, data in _deciding(contents).items() if files.folder_of(path) == folder}
