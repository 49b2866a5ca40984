"""The log as an auditor looks through it, and as the one whose case it is gets it (S3-111; HSLF-FS 2016:40 4 kap. 9 §; PDL 8 kap. 5 §).

Enters: what is looked for, within the regions of the auditor. Leaves: rows of the log, the newest first, a page at a time by their
number. Shows who did what in which case, and never what stands in the case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from engine.records import cases, log
from engine.records import tables as t
from engine.records.collation import search_key

PAGE = 50
MOST_PEOPLE = 20
SIGN_INS = (log.SIGNED_IN, log.SIGN_IN_FAILED, log.SIGNED_OUT, log.PROVED)
KINDS = ("read", "act", "sign_in", "refused")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty is all. `subject_key` is the keyed hash of an identity number, `kind` one of KINDS."""

    actor_ids: tuple[str, ...] = ()
    case_number: str = ""
    subject_key: str = ""
    unit_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log."""

    id: int
    at: datetime
    act: str
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    case_id: str | None
    case_number: str | None
    process_id: str | None
    element_id: str | None
    page: str | None
    categories: object
    ground: str | None
    about: str | None


_LINES = select(*(t.log.c[name] for name in Line.__slots__))


def page(
    tx: Connection, regions: Collection[str], wanted: Wanted, *, before: int | None = None
) -> tuple[list[Line], bool]:
    """At most PAGE rows below the number `before`, the newest first, and whether there are more."""
    query = (
        _LINES.where(in_regions(regions), *_conditions(wanted)).order_by(t.log.c.id.desc()).limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(t.log.c.id < before)
    found = [Line(*row) for row in tx.execute(query)]
    return found[:PAGE], len(found) > PAGE


def of_person(tx: Connection, regions: Collection[str], wanted: Wanted, *, most: int) -> list[Line]:
    """Every row about the one whose case or identity number is looked for, the oldest first."""
    if not wanted.case_number and not wanted.subject_key:
        return []
    query = _LINES.where(in_regions(regions), *_conditions(wanted)).order_by(t.log.c.id.desc()).limit(most)
    return [Line(*row) for row in tx.execute(query)][::-1]


def by_numbers(tx: Connection, regions: Collection[str], numbers: Collection[int]) -> list[Line]:
    """These rows of the log, in order."""
    query = _LINES.where(in_regions(regions), t.log.c.id.in_(sorted(numbers))).order_by(t.log.c.id)
    return [Line(*row) for row in tx.execute(query)]


def people(tx: Connection, words: str) -> tuple[str, ...]:
    """Ids of accounts with that user name, or whose name holds these words."""
    folded = search_key(words)
    rows = tx.execute(select(t.persons.c.id, t.persons.c.username, t.persons.c.name).order_by(t.persons.c.id))
    found = [
        row.id
        for row in rows
        if words.casefold() == row.username.casefold() or folded in search_key(row.name)
    ]
    return tuple(found[:MOST_PEOPLE])


def in_regions(regions: Collection[str]) -> ColumnElement[bool]:
    """Rows of these regions; a sign-in has none, and belongs to where the person works, or to everybody where nobody is known."""
    works = select(t.memberships.c.person_id).join(t.units, t.units.c.id == t.memberships.c.unit_id)
    here = works.where(t.units.c.region_id.in_(sorted(regions)))
    of_nobody = and_(t.log.c.region_id.is_(None), or_(t.log.c.actor_id.is_(None), t.log.c.actor_id.in_(here)))
    return or_(t.log.c.region_id.in_(sorted(regions)), of_nobody)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    c = t.log.c
    found: list[ColumnElement[bool]] = []
    if wanted.actor_ids:
        found.append(or_(c.actor_id.in_(wanted.actor_ids), c.acting_for_id.in_(wanted.actor_ids)))
    if wanted.case_number:
        found.append(func.upper(c.case_number) == wanted.case_number.upper())
    if wanted.subject_key:
        found.append(c.subject_key == wanted.subject_key)
    if wanted.unit_id:
        found.append(c.unit_id == wanted.unit_id)
    if wanted.since:
        found.append(c.at >= wanted.since)
    if wanted.until:
        found.append(c.at < wanted.until)
    return found + _of_kind(wanted.kind)


def _of_kind(kind: str) -> list[ColumnElement[bool]]:
    act = t.log.c.act
    match kind:
        case "read" | "refused":
            return [act == kind]
        case "sign_in":
            return [act.in_(SIGN_INS)]
        case "act":
            return [act.not_in((log.READ, log.REFUSED, *SIGN_INS))]
    return []


def reviews(tx: Connection, ending: str) -> list[cases.Case]:
    """The cases in which the log is reviewed, those of routines whose id ends so, the newest first."""
    query = (
        select(t.cases.c.id)
        .where(t.cases.c.process_id.endswith(ending, autoescape=True))
        .order_by(t.cases.c.started_at.desc(), t.cases.c.id)
    )
    ids = list(tx.execute(query).scalars())
    known = cases.fetch_many(tx, ids)
    return [known[one] for one in ids]
