"""Links and courses as the data files have them: `links.toml` and `courses.toml`, of a region or of all.

Enters: the bytes of a file. Leaves: frozen values, or BrokenDefinition naming file and line. The register of links is kept by its
administrators afterwards; the catalogue of courses is what the files say (S0-17, S0-25, S0-28).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.definitions import toml

THEMES = ("guidance", "law", "rare_diseases", "csd", "expert_team", "ern", "rights", "course")
"""What a link is about; `ern`, the European reference networks, are there for information alone (S0-31)."""
SITUATIONS = ("child", "adult", "older", "discharge", "lss", "leading")
LONGEST_ADDRESS, LONGEST_NAME = 500, 200
_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body behind a link. `earlier` are the names that it had before: it is found by them and shown by its present one."""

    id: str
    name: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A page worth reading; `country` is two letters, or '' where it is for every country."""

    id: str
    name: str
    address: str
    publisher: str
    theme: str
    country: str = ""
    diagnoses: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A course for the situations named; `minutes` is how long it takes, None where nobody says."""

    id: str
    name: str
    publisher: str
    situations: tuple[str, ...]
    summary: str
    address: str = ""
    country: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """A `links.toml`."""

    publishers: tuple[Publisher, ...]
    links: tuple[Link, ...]


def is_safe_address(address: str) -> bool:
    """Whether it is an address of a page on the encrypted web and nothing else: no script, no user name, nothing that is hidden."""
    if len(address) > LONGEST_ADDRESS or not re.fullmatch(r"https://[!-~]+", address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    host = parts.hostname or ""
    named = re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", host)
    return bool(named) and parts.username is None and not set("<>\"'`{}|^") & set(address)


def read_links(data: bytes, *, path: str = "links.toml") -> Links:
    """Read the file; raises BrokenDefinition."""
    top = toml.Table(toml.read(data, path=path), data, path, "links")
    publishers = tuple(_publisher(one, data, top) for one in top.tables("publisher"))
    links = tuple(_link(one, data, top) for one in top.tables("link"))
    _each_once(top, "publisher", [one.id for one in publishers])
    _each_once(top, "link", [one.id for one in links])
    top.finish()
    return Links(publishers, links)


def read_courses(data: bytes, *, path: str = "courses.toml") -> tuple[Course, ...]:
    """Read the file; raises BrokenDefinition."""
    top = toml.Table(toml.read(data, path=path), data, path, "courses")
    courses = tuple(_course(one, data, top) for one in top.tables("course"))
    _each_once(top, "course", [one.id for one in courses])
    top.finish()
    return courses


def _publisher(values: dict[str, object], data: bytes, top: toml.Table) -> Publisher:
    one = toml.Table(values, data, top.path, "links")
    made = Publisher(_id(one), one.text("name", needed=True), one.texts("earlier"))
    top.findings += one.leftovers()
    return made


def _link(values: dict[str, object], data: bytes, top: toml.Table) -> Link:
    one = toml.Table(values, data, top.path, "links")
    made = Link(
        _id(one), one.text("name", needed=True), _address(one, needed=True), one.text("publisher", needed=True),
        one.text("theme", needed=True), one.text("country"), one.texts("diagnoses"), one.text("note"),
    )  # fmt: skip
    if made.theme and made.theme not in THEMES:
        one.wrong("theme", f"theme must be one of {', '.join(THEMES)}.")
    top.findings += one.leftovers()
    return made


def _course(values: dict[str, object], data: bytes, top: toml.Table) -> Course:
    one = toml.Table(values, data, top.path, "courses")
    made = Course(
        _id(one), one.text("name", needed=True), one.text("publisher", needed=True), one.texts("situations"),
        one.text("summary", needed=True), _address(one), one.text("country"), one.whole("minutes"),
    )  # fmt: skip
    if not made.situations or set(made.situations) - set(SITUATIONS):
        one.wrong("situations", f"situations must be a list of some of {', '.join(SITUATIONS)}.")
    top.findings += one.leftovers()
    return made


def _id(one: toml.Table) -> str:
    found = one.text("id", needed=True)
    if found and not _ID.fullmatch(found):
        one.wrong("id", "id must be small letters a to z, digits and underscore, at most 63.")
    return found


def _address(one: toml.Table, *, needed: bool = False) -> str:
    found = one.text("address", needed=needed)
    if found and not is_safe_address(found):
        one.wrong("address", "address must be one that begins with https:// and names a host.")
    return found


def _each_once(top: toml.Table, name: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            top.wrong(name, f"{name} {one} stands twice.")
        seen.add(one)
