"""Guidance that anybody may read: pages, words and blank papers of a language, and what a region puts in their place or adds.

Enters: the folder of regions. Leaves: a Library, and findings that name file and line; what cannot be read is left out, and the shared
text stands in its place. It belongs to the installation and to no bundle: a text that is worded better makes no new version of a routine.
It never holds anything of a case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine.definitions import toml
from engine.definitions.files import SHARED
from engine.errors import BrokenDefinition, Finding

FOLDER = "guidance"
WORDS, PAPERS = "words.toml", "papers.toml"
GROUPS = ("child", "young", "adult", "older")
"""Target groups; a page of none of them is for all (S1-30)."""
PARTS = ("plan", "rights", "you", "staff", "stories")
MEDIA = ("text", "easy", "story", "checklist")
MAX_BYTES = 200_000
LAW = re.compile(r"\{law:([^}\s]*)\}")
"""Where a text names a law: the reference that is right on the day is put there."""
LINK = re.compile(r"\]\(([^)\s]*)\)")
RESERVED = frozenset({"contacts", "forms", "material", "routines", "steps", "words"})
"""Pages of the product that stand beside those of the guidance."""
_FENCE = "+++"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """One text. `name` is the file's and stands in the address; `law` the laws that it rests on; `steps` the element ids of the user
    tasks that it is the guidance for; `line` is where the text begins.
    """

    name: str
    title: str
    summary: str
    text: str
    part: str
    media: str = "text"
    audience: tuple[str, ...] = ()
    order: int = 100
    clauses: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means. `source` is whose word it is, such as Socialstyrelsens termbank (S3-113)."""

    term: str
    means: str
    also: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A form that is given out blank; `kind` is the name of its template."""

    kind: str
    title: str
    about: str
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """What a reader in a region finds: pages by name in the order of reading, words in that of the alphabet's file, papers."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    papers: tuple[Paper, ...] = ()

    def of_step(self, element_id: str) -> list[Page]:
        """The pages that are guidance for a user task, in the order of reading (S3-048)."""
        return [one for one in self.pages.values() if element_id in one.steps]


def folders(root: Path, region_id: str, language: str) -> tuple[Path, Path]:
    """Where the guidance of a region stands: the shared texts of its language, then its own."""
    return root / SHARED / FOLDER / language, root / region_id / FOLDER


def gather(root: Path, region_id: str, language: str) -> tuple[Library, list[Finding]]:
    """What stands in the folders; a file of the region's own stands in place of the shared one of its name."""
    pages: dict[str, Page] = {}
    terms: dict[str, Term] = {}
    papers: dict[str, Paper] = {}
    findings: list[Finding] = []
    for folder in folders(root, region_id, language):
        for path in sorted(folder.glob("*.md")):
            page = _read(path, root, read_page, findings)
            pages |= {page.name: page} if page else {}
        for term in _read(folder / WORDS, root, read_terms, findings) or ():
            terms[term.term] = term
        for paper in _read(folder / PAPERS, root, read_papers, findings) or ():
            papers[paper.kind] = paper
    ordered = sorted(pages.values(), key=lambda one: (PARTS.index(one.part), one.order, one.name))
    shelf = MappingProxyType({one.name: one for one in ordered})
    return Library(shelf, tuple(terms.values()), tuple(papers.values())), findings


def _read(path: Path, root: Path, read: Callable[[bytes, str], T], findings: list[Finding]) -> T | None:
    if not path.is_file():
        return None
    try:
        return read(path.read_bytes(), path.relative_to(root).as_posix())
    except BrokenDefinition as broken:
        findings += broken.findings
    except OSError as error:
        message = f"The file cannot be read ({error.strerror})."
        findings.append(Finding(path.relative_to(root).as_posix(), 1, "error", FOLDER, "", message))
    return None


def read_page(data: bytes, path: str) -> Page:
    """A Markdown file that begins with facts about it in TOML between two lines of three plus signs. Raises BrokenDefinition."""
    head, text, line = _parted(data, path)
    top = toml.Table(toml.read(head, path=path), head, path, FOLDER)
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    page = Page(
        name=name, title=top.text("title", needed=True), summary=top.text("summary", needed=True), text=text,
        part=_one_of(top, "part", PARTS, needed=True), media=_one_of(top, "media", MEDIA) or MEDIA[0],
        audience=_some_of(top, "audience"), order=top.whole("order") or 100, clauses=top.texts("clauses"), law=top.texts("law"),
        steps=top.texts("steps"), path=path, line=line,
    )  # fmt: skip
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or name in RESERVED:
        top.wrong("title", "The file's name stands in the address: small letters a to z, digits and hyphens, and none of "
                  f"{', '.join(sorted(RESERVED))}.")  # fmt: skip
    if not text.strip():
        top.wrong("title", "The page has no text. Write it below the second line of +++.")
    top.finish()
    return page


def read_terms(data: bytes, path: str) -> tuple[Term, ...]:
    """`words.toml`: tables begun with `[[words]]`. Raises BrokenDefinition."""
    top, found = toml.Table(toml.read(data, path=path), data, path, FOLDER), []
    for values in top.tables("words"):
        one = toml.Table(values, data, path, FOLDER)
        found.append(
            Term(
                one.text("term", needed=True),
                one.text("means", needed=True),
                one.texts("also"),
                one.text("source"),
            )
        )
        top.findings += one.leftovers()
    top.texts("clauses")
    top.finish()
    return tuple(found)


def read_papers(data: bytes, path: str) -> tuple[Paper, ...]:
    """`papers.toml`: tables begun with `[[papers]]`. Raises BrokenDefinition."""
    top, found = toml.Table(toml.read(data, path=path), data, path, FOLDER), []
    for values in top.tables("papers"):
        one = toml.Table(values, data, path, FOLDER)
        kind, title, about = (one.text(name, needed=True) for name in ("kind", "title", "about"))
        if not re.fullmatch(r"[a-z_]*", kind):
            one.wrong("kind", "kind must be the name of a template, in small letters with _ between.")
        found.append(Paper(kind, title, about, _some_of(one, "audience")))
        top.findings += one.leftovers()
    top.texts("clauses")
    top.finish()
    return tuple(found)


def _parted(data: bytes, path: str) -> tuple[bytes, str, int]:
    """The facts, with their lines where they stand in the file; the text; the line on which it begins."""
    if len(data) > MAX_BYTES:
        raise _refusal(path, f"The page is larger than {MAX_BYTES // 1000} kB.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _refusal(path, "The file is not readable text. Save it as UTF-8.") from None
    if not lines or lines[0].strip() != _FENCE or _FENCE not in [one.strip() for one in lines[1:]]:
        raise _refusal(
            path,
            f"The page must begin with a line {_FENCE}, then its title and other facts, then a line {_FENCE}.",
        )
    end = [one.strip() for one in lines].index(_FENCE, 1)
    first = next((number for number, line in enumerate(lines) if number > end and line.strip()), len(lines))
    return "\n".join(["", *lines[1:end]]).encode(), "\n".join(lines[first:]).rstrip() + "\n", first + 1


def _refusal(path: str, message: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, 1, "error", FOLDER, "", message),))


def _one_of(table: toml.Table, name: str, known: tuple[str, ...], *, needed: bool = False) -> str:
    value = table.text(name, needed=needed)
    if value and value not in known:
        table.wrong(name, f"{name} must be one of {', '.join(known)}.")
        return known[0]
    return value or (known[0] if needed else "")


def _some_of(table: toml.Table, name: str) -> tuple[str, ...]:
    values = table.texts(name)
    if set(values) - set(GROUPS):
        table.wrong(name, f"{name} must be a list of some of {', '.join(GROUPS)}.")
    return values


def named_laws(page: Page) -> Iterator[tuple[str, int]]:
    """The laws that a page names, each with its line."""
    for name in page.law:
        yield name, 1
    for number, line in enumerate(page.text.splitlines(), page.line):
        for found in LAW.finditer(line):
            yield found[1], number


def named_pages(page: Page) -> Iterator[tuple[str, int]]:
    """The pages of the same guidance that a text leads to, each with its line."""
    for number, line in enumerate(page.text.splitlines(), page.line):
        for found in LINK.finditer(line):
            target = found[1].split("#")[0]
            if target and ":" not in target and "/" not in target:
                yield target, number
