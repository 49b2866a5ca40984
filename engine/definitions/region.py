"""A region's own facts, from `region.toml`.

Enters: the bytes of the file. Leaves: a frozen Region, or BrokenDefinition. It is no part of a bundle: a
calendar or a role that changes holds for running cases too (decision 2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.definitions import toml

COUNTRIES = {"SE": "Europe/Stockholm", "NO": "Europe/Oslo"}
LANGUAGES = frozenset({"sv", "nb", "nn", "en"})


INITIATORS = frozenset({"school", "preschool", "student_health"})
"""Kinds of units outside care that a municipality may give the initiative to a plan."""
MAY, MUST = "may", "must"

KINDS_OF_CASES = frozenset({"personal", "deviation", "other"})


@dataclass(frozen=True, slots=True)
class KeptLonger:
    """How long some cases are kept: `years` after the last entry, or until the person's age is `until_age`, where they were under age.

    `controller` is the id or the kind of the principals that it holds for, `object` the kind of case: `personal` is about a person,
    `deviation` about another case. Empty is all of them. `basis` is where it is written. `archive_first`: what is to be kept is taken
    out to an archive before the rest is removed.
    """

    basis: str
    years: int | None = None
    until_age: int | None = None
    controller: str = ""
    object: str = ""
    archive_first: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a closed case is kept where none of `rules` fits, in years after its last entry, and where that is written.

    `archive_first` holds for every case of the region, also where a rule fits.
    """

    years: int
    basis: str = ""
    rules: tuple[KeptLonger, ...] = ()
    archive_first: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a law or an agreement, and the days between which it is the right one; both days count, None is open (S0-07)."""

    text: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the head of the region's papers. `logo` is the name of a picture in the region's `documents` folder."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    web: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom anybody may ask about plans in the region, before they have a case (S1-32)."""

    name: str
    about: str = ""
    phone: str = ""
    hours: str = ""
    email: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """`id` is the folder's name. `closing_time` and `closing_days` are local; `roles` maps a role's key to
    its name for people; `law` the short name of each law or agreement referred to, to its references, each
    with the days between which it holds. `initiative` is municipality -> kind of unit -> `may` or `must` (S1-28).
    """

    id: str
    name: str
    country: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    closing_time: time
    closing_days: frozenset[date]
    roles: Mapping[str, str]
    law: Mapping[str, tuple[Reference, ...]]
    retention: Retention | None
    letterhead: Letterhead
    contacts: tuple[Contact, ...] = ()
    initiative: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read(data: bytes, *, path: str = "region.toml", region_id: str = "") -> Region:
    """Read the file; raises BrokenDefinition. `region_id` defaults to the name of the folder in `path`."""
    top = toml.Table(toml.read(data, path=path), data, path, "region")
    calendar = toml.Table(top.table("calendar"), data, path, "region")
    kept = toml.Table(top.table("retention"), data, path, "region")
    country = top.text("country", needed=True)
    if country and country not in COUNTRIES:
        top.wrong("country", f"The country must be one of {', '.join(COUNTRIES)}.")
    languages = top.texts("languages")
    if not languages or set(languages) - LANGUAGES:
        top.wrong("languages", f"languages must be a list of some of {', '.join(sorted(LANGUAGES))}.")
    years, basis, archived = kept.whole("years"), kept.text("basis"), kept.truth("archive_first")
    if kept.values and (years is None or not 0 < years <= 100):
        kept.wrong("years", "years must be a whole number of years.")
    rules = tuple(_rule(one, data, path, kept) for one in kept.tables("rules"))
    region = Region(
        id=region_id or top.text("id") or (path.split("/")[-2] if "/" in path else ""),
        name=top.text("name", needed=True),
        country=country,
        zone=_zone(top, country),
        languages=languages,
        closing_time=calendar.clock("closing_time", time(16, 30)),
        closing_days=frozenset(calendar.days("closing_days")),
        roles=MappingProxyType(top.named("roles")),
        law=MappingProxyType(_law(top, data, path)),
        retention=None if years is None else Retention(years, basis, rules, archived),
        letterhead=_letterhead(top, data, path),
        initiative=MappingProxyType(_initiative(top, data, path)),
        contacts=tuple(_contact(one, data, path, top) for one in top.tables("contacts")),
    )
    for part in (calendar, kept):
        top.findings += part.leftovers()
    top.finish()
    return region


def _rule(values: dict[str, object], data: bytes, path: str, kept: toml.Table) -> KeptLonger:
    one = toml.Table(values, data, path, "region")
    rule = KeptLonger(
        one.text("basis", needed=True), one.whole("years"), one.whole("until_age"), one.text("controller"), one.text("object"),
        one.truth("archive_first"),
    )  # fmt: skip
    if (rule.years is None) == (rule.until_age is None):
        one.wrong("basis", "A rule of retention has either years or until_age.")
    for name, length in (("years", rule.years), ("until_age", rule.until_age)):
        if length is not None and not 0 < length <= 100:
            one.wrong(name, f"{name} must be a whole number of years.")
    if rule.object and rule.object not in KINDS_OF_CASES:
        one.wrong("object", f"object must be one of {', '.join(sorted(KINDS_OF_CASES))}.")
    kept.findings += one.leftovers()
    return rule


def _law(top: toml.Table, data: bytes, path: str) -> dict[str, tuple[Reference, ...]]:
    """`SoL = "..."`, or where it has changed a list of tables, each with `text`, and `valid_from` or `valid_to` or both."""
    found: dict[str, tuple[Reference, ...]] = {}
    for name, value in top.table("law").items():
        if isinstance(value, str):
            found[name] = (Reference(value),)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            found[name] = tuple(_reference(name, one, data, path, top) for one in value)
        else:
            top.wrong(
                name, f"{name[:60]} must be a text, or a list of tables with text, valid_from and valid_to."
            )
    return found


def _reference(name: str, values: dict[str, object], data: bytes, path: str, top: toml.Table) -> Reference:
    one = toml.Table(values, data, path, "region")
    made = Reference(one.text("text", needed=True), one.day("valid_from"), one.day("valid_to"))
    if made.valid_from and made.valid_to and made.valid_to < made.valid_from:
        top.wrong(name, f"A reference of {name[:60]} ends before it begins.")
    top.findings += one.leftovers()
    return made


def _initiative(top: toml.Table, data: bytes, path: str) -> dict[str, dict[str, str]]:
    """`[initiative.<municipality>]` with `school`, `preschool` or `student_health`, each `may` or `must`; left out, they take none."""
    found = {}
    for principal, values in top.table("initiative").items():
        if not isinstance(values, dict):
            top.wrong(principal, f"{principal[:60]} must be a table such as [initiative.{principal[:60]}].")
            continue
        one = toml.Table(values, data, path, "region")
        said = {kind: one.text(kind) for kind in sorted(INITIATORS)}
        for kind, word in said.items():
            if word not in ("", MAY, MUST):
                one.wrong(kind, f"{kind} must be {MAY} or {MUST}. Leave it out where it takes no initiative.")
        top.findings += one.leftovers()
        found[principal] = {kind: word for kind, word in said.items() if word}
    return found


def _letterhead(top: toml.Table, data: bytes, path: str) -> Letterhead:
    one = toml.Table(top.table("letterhead"), data, path, "region")
    made = Letterhead(
        one.text("name") or top.text("name"), one.texts("address"), one.text("phone"), one.text("email"), one.text("web"),
        one.text("logo"),
    )  # fmt: skip
    if made.logo and not re.fullmatch(r"[\w-]+\.(svg|png|jpg)", made.logo):
        one.wrong(
            "logo", "logo must be the name of an svg, png or jpg file in the region's documents folder."
        )
    top.findings += one.leftovers()
    return made


def _contact(values: dict[str, object], data: bytes, path: str, top: toml.Table) -> Contact:
    one = toml.Table(values, data, path, "region")
    made = Contact(
        one.text("name", needed=True), one.text("about"), one.text("phone"), one.text("hours"), one.text("email"), one.text("web"),
    )  # fmt: skip
    if made.name and not (made.phone or made.email):
        one.wrong("name", "A contact has a phone or an email.")
    top.findings += one.leftovers()
    return made


def _zone(top: toml.Table, country: str) -> ZoneInfo:
    name = top.text("time_zone") or COUNTRIES.get(country, "Europe/Stockholm")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.wrong(
            "time_zone", f"The time zone {name[:60]} is unknown. Write a name such as Europe/Stockholm."
        )
        return ZoneInfo("Europe/Stockholm")
