"""Which template a paper is set with, and which categories of case data stand in it.

Enters: a bundle's files, or a routine. Leaves: a path in the bundle, the files that a template may read, categories by key. Sets nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from engine.definitions import files
from engine.definitions.formula import FormulaError, is_formula, parse
from engine.definitions.routine import Routine
from engine.definitions.vocabulary import DEFAULT_CATEGORY

READABLE = frozenset({".typ", ".svg", ".png", ".jpg"})
IDENTITY = "identity"
SYSTEM = {"subject": IDENTITY}
"""Names of the system that tell of the person; the others (`case`, `roles`) are of the coordination."""


ANY = "*"
CALL = frozenset({"recipient", "starts_at", "ends_at", "place", "digital", "answer_by", "contact", "phone"})
"""What everybody is told who is called or invited: by whom, when and where. None of it tells of the person."""


def find(bundle: files.Bundle, kind: str, *, near: str, region: str) -> str | None:
    """The template for papers of that kind, or None.

    Looked for in the folder of the diagram that asks (`near`), of the case's own routine, of its region, and among the shared ones:
    the nearest stands in place of all others.
    """
    folders = (near, bundle.folder, region, files.SHARED)
    paths = (f"{folder}/{files.DOCUMENTS}/{kind}.typ" for folder in folders if folder)
    return next((path for path in paths if path in bundle.files), None)


def readable(bundle: files.Bundle) -> dict[str, bytes]:
    """What a template may read: the other templates of its version, and pictures."""
    return {path: data for path, data in bundle.files.items() if PurePosixPath(path).suffix in READABLE}


def own_hash(bundle: files.Bundle, path: str) -> str:
    """SHA-256 of the template itself; what it imports is held by the hash of the bundle."""
    return hashlib.sha256(bundle.files[path]).hexdigest()


def logo(bundle: files.Bundle, region: str, name: str) -> str | None:
    """Where the region's picture stands in the bundle."""
    path = f"{region}/{files.DOCUMENTS}/{name}"
    return path if name and path in bundle.files else None


def categories(routine: Routine, written: str) -> dict[str, list[str]]:
    """By key of a context as a diagram has it (`= {purpose: meeting_purpose}`), the categories of the case data that it is made of.

    Of a context that is not written out, all its keys are of all categories of what it is made of, under ANY.
    """
    try:
        formula = parse(written) if is_formula(written) else None
    except FormulaError:
        return {}
    if formula is None:
        return {}
    entries = formula.entries or {ANY: formula.free_names}
    return {
        key: sorted({one for name in names for one in _of(routine, name)}) for key, names in entries.items()
    }


def _of(routine: Routine, name: str, depth: int = 3) -> set[str]:
    if name in SYSTEM:
        return {SYSTEM[name]}
    if name in routine.categories:
        return {routine.categories[name]}
    sources = routine.item_sources.get(name, frozenset()) if depth else frozenset()
    return {one for source in sources for one in _of(routine, source, depth - 1)} or {DEFAULT_CATEGORY}


def opened(
    content: Mapping[str, object],
    by_key: Mapping[str, list[str]],
    known: Mapping[str, str],
    open_to: frozenset[str],
) -> dict[str, object]:
    """What of a paper's content these categories open; `known` are the categories of case data by name, for what stands inside lists.
    A key of which nobody says what it is made of is of the category of whatever says nothing.
    """
    found: dict[str, object] = {}
    for key, value in content.items():
        made_of = by_key.get(key) or by_key.get(ANY)
        said = [known[key]] if key in known else [] if key in by_key else [DEFAULT_CATEGORY]
        needed = set(made_of or said)
        if key in CALL or needed <= open_to:
            found[key] = _inside(value, known, open_to)
    return found


def _inside(value: object, known: Mapping[str, str], open_to: frozenset[str]) -> object:
    if isinstance(value, Mapping):
        return {
            key: _inside(one, known, open_to)
            for key, one in value.items()
            if known.get(str(key), DEFAULT_CATEGORY) in open_to or str(key) not in known
        }
    return [_inside(one, known, open_to) for one in value] if isinstance(value, list | tuple) else value
