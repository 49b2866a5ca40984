"""The directory is changed: checked as a whole, written, and remembered, in one transaction.

Enters: an open transaction, the actor (none: whoever runs the command on the machine), and the rows as they are to be. Leaves: rows and a
fact for each, or `Unfit` with everything that is wrong. Nothing is deleted. Whatever still lies with a unit that is closed goes to the unit
that takes over; what somebody held who is made inactive is free again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, DirectoryObject, may
from engine.access.actor import REGION_WIDE
from engine.actions import directory_handover
from engine.actions.directory_rules import Change, Problem, following, problems
from engine.errors import EngineError, NotFound
from engine.records import directory, directory_book
from engine.records import facts as fact_rows
from engine.records.directory_book import KINDS, Book, Row
from engine.records.who import Who

WRITTEN = ("name", "phone", "email", "address", "title")
"""Fields whose text is told in a fact only as that it changed."""


class Unfit(EngineError):
    """The directory cannot be changed so; `problems` say what to mend."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(f"{len(found)} things to mend in the directory")
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change does: `how` is `added`, `changed` or `ended`, `fields` those that become otherwise, with before and after."""

    change: Change
    how: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. Nothing is wrong where `problems` is empty; rows that are as they should be have no effect."""

    effects: tuple[Effect, ...]
    problems: tuple[Problem, ...]


def plan(
    tx: Connection, actor: Actor | None, book: Book, changes: Sequence[Change], *, now: datetime
) -> Plan:
    """What these changes would do, and what is wrong with them. Only looks."""
    today = _today(tx, book.region_id, now)
    whole = [*changes, *following(book, changes, today)]

    def lie_with(unit_id: str) -> int:
        return directory_handover.counted(tx, unit_id)

    wrong = problems(book, whole, lie_with, today)
    wrong += _for_others(actor, book, changes, whole, today)
    wrong += [
        Problem(one, "id", "taken")
        for one in changes
        if one.kind in ("person", "unit", "organisation", "principal")
        and book.get(one.kind, one.row.get("id")) is None
        and directory.is_known(tx, KINDS[one.kind].table, str(one.row.get("id")))
    ]
    effects = [effect for one in whole if (effect := _effect(book, one)) is not None]
    return Plan(tuple(effects), tuple(wrong))


def change(
    tx: Connection, actor: Actor | None, region_id: str, changes: Sequence[Change], *, now: datetime
) -> Plan:
    """Make these changes; gives what they did. Raises Unfit, and NotFound for a region that is not there."""
    if directory.region(tx, region_id) is None:
        raise NotFound
    directory_book.hold(tx, region_id)
    found = plan(tx, actor, directory_book.load(tx, region_id), changes, now=now)
    if found.problems:
        raise Unfit(found.problems)
    apply(tx, actor, region_id, found.effects, now=now)
    return found


def apply(
    tx: Connection, actor: Actor | None, region_id: str, effects: Sequence[Effect], *, now: datetime
) -> None:
    """Write what a plan without problems says; the region's directory is held."""
    who = _who(actor, region_id)
    ordered = sorted(effects, key=lambda one: list(KINDS).index(one.change.kind))
    for effect in _parents_first(ordered):
        kind, row = effect.change.kind, effect.change.row
        directory_book.put(tx, region_id, kind, row, is_new=effect.how == "added")
        fact_rows.insert(tx, [_fact(effect, who, now)])
    for effect in ordered:
        row = effect.change.row
        if effect.change.kind == "unit" and effect.fields.get("valid_to", (None, None))[1]:
            directory_handover.hand_over(tx, str(row["id"]), row.get("successor"), who=who, now=now)
        if effect.change.kind == "person" and effect.fields.get("active", (None, None))[1] is False:
            directory_handover.put_back(tx, str(row["id"]), who=who, now=now)


def keepers(book: Book, change: Change) -> frozenset[str]:
    """The principals whose administrators keep the row; none where it is the region's."""
    row = change.row
    match change.kind:
        case "organisation":
            found = {row.get("principal")}
        case "unit":
            known = book.get("unit", row.get("id"))
            found = {row.get("principal"), known["principal"] if known else None}
        case "membership" | "function":
            unit = book.get("unit", row.get("unit"))
            found = {unit["principal"] if unit else None}
        case "person":
            found = _persons_keepers(book, row)
        case _:
            found = set()
    return frozenset(str(one) for one in found if one)


def _persons_keepers(book: Book, row: Row) -> set[Any]:
    """The principal that keeps the person, else those where the person works; and the one that is to keep them. Whether somebody gets
    in at all is for all of these together.
    """
    known = book.get("person", row.get("id"))
    kept = {known["principal"], row.get("principal")} if known and known["principal"] else set()
    if known and kept and not _ways_in(known, row):
        return kept
    works = (one["unit"] for one in book.all("membership") if one["person"] == row.get("id"))
    units = (book.get("unit", unit) for unit in works)
    return {*kept, row.get("principal"), *(unit["principal"] for unit in units if unit)}


def _ways_in(known: Row, row: Row) -> list[str]:
    """The fields by which the change lets the person in or shuts them out."""
    return [name for name in ("active", "reached_by") if name in row and known.get(name) != row[name]]


def _for_others(
    actor: Actor | None, book: Book, changes: Sequence[Change], whole: Sequence[Change], today: date
) -> list[Problem]:
    """What is for others to change, told at what was asked for: also where closing a unit would end what they have given, or making a
    person inactive would end what they do elsewhere.
    """
    refused = [one for one in changes if not allowed(actor, book, one, today)]
    found = [_not_theirs(actor, book, one, today) for one in refused]
    others = [one for one in whole if one.follows and not allowed(actor, book, one, today)]
    for cause in (one for one in changes if one not in refused):
        match cause.kind:
            case "unit":
                ended = [one for one in others if one.row["unit"] == cause.row.get("id")]
                people = (book.get("person", one.row.get("person")) for one in ended)
                told = ", ".join(sorted({str(person["name"]) for person in people if person}))
                found += [Problem(cause, "valid_to", "ends-what-others-keep", told)] if ended else []
            case "person":
                if any(one.row.get("person") == cause.row.get("id") for one in others):
                    found.append(Problem(cause, "active", "works-elsewhere"))
    return found


def _not_theirs(actor: Actor | None, book: Book, change: Change, today: date) -> Problem:
    known = book.get("person", change.row.get("id")) if change.kind == "person" else None
    shut = _ways_in(known, change.row) if known else []
    if known and shut:
        without = replace(change, row={**change.row, **{name: known[name] for name in shut}})
        if allowed(actor, book, without, today):
            return Problem(change, shut[0], "works-elsewhere")
    return Problem(change, "", "not-yours")


def allowed(actor: Actor | None, book: Book, change: Change, today: date) -> bool:
    """Whether the actor may make that change; None is whoever fills the directory from the command line."""
    if actor is None:
        return True
    kept = _kept_alone(change, keepers(book, change))
    return bool(may(actor, Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id, kept))) and _may_give(
        actor, book, change, today
    )


def _kept_alone(change: Change, kept: frozenset[str]) -> frozenset[str]:
    return frozenset() if change.kind == "principal" else kept


def _is_over(membership: Row, today: date) -> bool:
    return membership["valid_to"] is not None and membership["valid_to"] < today


def _may_give(actor: Actor, book: Book, change: Change, today: date) -> bool:
    """A role over the whole region is given, and whoever has one now or later is changed, only by those who keep the region."""
    row = change.row
    wide = change.kind == "membership" and row.get("role") in REGION_WIDE
    if change.kind == "person":
        wide = any(
            one["person"] == row.get("id") and one["role"] in REGION_WIDE and not _is_over(one, today)
            for one in book.all("membership")
        )
    return not wide or bool(may(actor, Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id)))


def _effect(book: Book, change: Change) -> Effect | None:
    known = book.rows[change.kind].get(change.key)
    if known is None:
        return Effect(
            change,
            "added",
            {name: (None, value) for name, value in change.row.items() if value not in (None, "")},
        )
    fields = {
        name: (known.get(name), change.row.get(name))
        for name in KINDS[change.kind].columns
        if _none(known.get(name)) != _none(change.row.get(name))
    }
    if not fields:
        return None
    over = (
        fields.get("valid_to", (None, None))[1] is not None or fields.get("active", (None, True))[1] is False
    )
    return Effect(change, "ended" if over else "changed", fields)


def _none(value: object) -> object:
    return None if value == "" else value


def _fact(effect: Effect, who: Who, now: datetime) -> dict[str, object]:
    row, kind = effect.change.row, effect.change.kind
    about = row.get("id") or row.get("unit")
    told = {
        name: [None if value is None else "…" if name in WRITTEN else value for value in pair]
        for name, pair in effect.fields.items()
    }
    data = {"kind": kind, "key": list(effect.change.key), "how": effect.how, "fields": told}
    fact = {"case_id": None, "instance_id": None, "kind": f"directory_{effect.how}", "element_id": about}
    return fact | {"task_id": None, "at": now, "data": data} | who.columns()


def _parents_first(effects: Sequence[Effect]) -> list[Effect]:
    """New units after the units they stand below, or that take over from them."""
    added = {str(one.change.row["id"]) for one in effects if one.change.kind == "unit" and one.how == "added"}
    ordered: list[Effect] = []
    waiting = list(effects)
    while waiting:
        still = added & {str(one.change.row["id"]) for one in waiting if one.change.kind == "unit"}
        ready = [
            one
            for one in waiting
            if one.change.kind != "unit"
            or not {one.change.row.get("parent"), one.change.row.get("successor")} & still
        ]
        if not ready:  # the rules let no circle through
            raise ValueError("units point at each other")
        first_kind = ready[0].change.kind
        ready = [one for one in ready if one.change.kind == first_kind]
        ordered += ready
        waiting = [one for one in waiting if one not in ready]
    return ordered


def _today(tx: Connection, region_id: str, now: datetime) -> date:
    region = directory.region(tx, region_id)
    zone = str(region["zone"]) if region else "UTC"
    return now.astimezone(ZoneInfo(zone)).date()


def _who(actor: Actor | None, region_id: str) -> Who:
    return asking.acting(actor) if actor else Who(region_id=region_id)
