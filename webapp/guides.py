"""The installation's guidance, as pages show it.

Enters: a region's id and language. Leaves: its Library, read again when a file changes, and texts as markup with the law of the day in
them. What cannot be read is left out here; `samordna check` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from engine.definitions import guidance as folder
from engine.definitions.guidance import Library, Page
from webapp import guidance


def library(root: Path, region_id: str, language: str) -> Library:
    """What a reader in that region finds."""
    return _read(root, region_id, language, _state(root, region_id, language))


def shown(page: Page, law: Mapping[str, str]) -> Markup:
    """The text of a page, its headings below the page's own; `law` are the references of the day."""
    return guidance.html(folder.LAW.sub(lambda found: law.get(found[1], found[1]), page.text), 2)


def _state(root: Path, region_id: str, language: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (str(path), path.stat().st_mtime_ns)
        for where in folder.folders(root, region_id, language)
        for path in sorted(where.glob("*"))
    )


@lru_cache(maxsize=32)
def _read(root: Path, region_id: str, language: str, _state: tuple[tuple[str, int], ...]) -> Library:
    return folder.gather(root, region_id, language)[0]
