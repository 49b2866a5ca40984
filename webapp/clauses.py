"""What a step answers to, in words: the requirement's document and section, and its sentence.

Enters: the references of an element or a field. Leaves: what a page shows. The catalogue is the installation's (`clauses.toml` in the
folder of routines), read again when the file changes; without it only the references themselves are told. It holds nobody's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext

from engine.definitions import clauses
from engine.definitions.clauses import Catalogue
from engine.errors import BrokenDefinition

LAW, OWN = "L-", "X-"


def told(root: Path, references: Iterable[str]) -> list[dict[str, str]]:
    """For each requirement `key` (document and section), `text` (its sentence) and `source` (its number)."""
    known = _catalogue(root).clauses
    found = []
    for reference in references:
        clause = known.get(reference)
        if clause is not None:
            where = gettext(
                "%(document)s, section %(section)s", document=clause.document.title, section=clause.section
            )
            found.append({"key": where, "text": clause.sentence, "source": reference})
        elif reference.startswith(LAW):
            found.append(
                {"key": reference.removeprefix(LAW), "text": gettext("The law asks for it."), "source": ""}
            )
        elif reference.startswith(OWN):
            text = gettext("The routine's own step: no document asks for it, and the region may change it.")
            found.append({"key": "", "text": text, "source": ""})
    return found


def _catalogue(root: Path) -> Catalogue:
    path = root / clauses.FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return Catalogue()


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> Catalogue:
    try:
        return clauses.read(path.read_bytes())
    except BrokenDefinition:
        return Catalogue()  # `samordna check` says what is wrong; a page is not the place
