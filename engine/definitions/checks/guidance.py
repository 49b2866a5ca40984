"""Guidance: every page, word and paper can be read, and what a page names is there: laws, other pages, steps, requirements.

Enters: the folder of regions. Leaves: findings, each once however many regions share the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.definitions import clauses, guidance, region
from engine.definitions.clauses import Catalogue
from engine.definitions.guidance import Library, Page
from engine.definitions.region import Region
from engine.errors import BrokenDefinition, Finding

_ID = re.compile(rb'\bid="([A-Za-z_][\w-]*)"')
RULE = guidance.FOLDER


def findings(root: Path) -> list[Finding]:
    """What is wrong in the guidance of any region below `root`."""
    steps = {one.decode() for path in root.glob("*/*/*.bpmn") for one in _ID.findall(path.read_bytes())}
    known, found = _catalogue(root), list[Finding]()
    for path in sorted(root.glob("*/region.toml")):
        try:
            about = region.read(path.read_bytes(), path=path.relative_to(root).as_posix())
        except BrokenDefinition:
            continue  # said by the check of the region itself
        library, unreadable = guidance.gather(root, about.id, about.languages[0])
        found += unreadable
        for page in library.pages.values():
            found += _page(page, library, about, steps, known)
    return list(dict.fromkeys(found))


def _catalogue(root: Path) -> Catalogue | None:
    try:
        return clauses.beside(root)
    except BrokenDefinition:
        return None


def _page(
    page: Page, library: Library, about: Region, steps: set[str], known: Catalogue | None
) -> Iterator[Finding]:
    for name, line in guidance.named_laws(page):
        if name not in about.law:
            yield _wrong(
                page,
                line,
                f"{about.id}/region.toml names no law {name[:60]}. Add it under [law], or write another.",
            )
    pages = library.pages.keys() | guidance.RESERVED
    for name, line in guidance.named_pages(page):
        if name not in pages:
            yield _wrong(page, line, f"There is no page {name[:60]} to lead to in {about.id}.")
    for step in page.steps:
        if step not in steps:
            yield _wrong(page, 1, f"No drawing has a step {step[:60]}.")
    for number in known.unknown(page.clauses) if known else ():
        yield _wrong(page, 1, f"No document has a requirement {number}.")


def _wrong(page: Page, line: int, message: str) -> Finding:
    return Finding(page.path, line, "error", RULE, "", message)
