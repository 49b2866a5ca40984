"""Who takes part in one's own case and what each may read, and who has read: every reading, none left out (patientdatalagen 8:5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext, ngettext

from engine.access.own import Capacity
from engine.actions.own import OwnCase
from engine.reads import consents
from engine.reads.consents import Reach, Stands
from engine.records import directory, documents
from engine.records.documents import Reading
from webapp import words
from webapp.pages import consentwords, directory_names, own_case, papers
from webapp.pages.casehead import Seen, unit_name
from webapp.session import now, tx

FIRST = 15
MOST = 100_000
NAMED = frozenset({"NO"})
"""Where the law gives the person the names of those who have read, and not only their workplace (pasientjournalforskriften 14)."""
KINDS = {"region": "region", "municipality": "municipality"}


def taking_part(seen: Seen) -> list[dict[str, object]]:
    """Units: who they are, how they stand, and in words what each may read."""
    found = consents.given(seen.ground.case, seen.ground.standing, seen.about, now=now())
    units, opens = directory_names.all_units(), "consent" in seen.visible
    people: list[dict[str, object]] = []
    for one in consents.reach(tx(), seen.about, found):
        unit = units.get(one.unit_id)
        if unit is None or one.stands == Stands.NAMED:
            continue
        lines = [line for line in (_may_read(one, seen.reason) if opens else "", _phone(unit)) if line]
        state, told = _stands(one)
        people.append(
            {
                "kind": KINDS.get(unit.principal_kind, "other"),
                "name": unit.name,
                "more": unit.principal_name,
                "lines": lines,
                "state": state,
                "state_words": told,
            }
        )
    named = consents.others(seen.ground.standing) if opens else []
    by_letter: dict[str, object] = {
        "more": "",
        "lines": [gettext("Is asked by letter or telephone.")],
        "state": "",
    }
    return people + [by_letter | {"kind": "relative", "name": name} for name in named]


def _phone(unit: directory.Unit) -> str:
    return gettext("Telephone %(number)s", number=unit.phone) if unit.phone else ""


def _stands(one: Reach) -> tuple[str, str]:
    return {
        Stands.KEEPS: ("done", gettext("Runs the case")),
        Stands.READS: ("done", gettext("Takes part")),
        Stands.WAITS: ("waiting", gettext("Is called, and reads nothing about you yet")),
        Stands.ENDED: ("hidden", gettext("Takes part no longer, sees nothing")),
        Stands.NAMED: consentwords.stands(one.stands),
    }[one.stands]


def _may_read(one: Reach, capacity: str) -> str:
    if one.stands == Stands.KEEPS:
        return gettext("May read everything in the case.")
    what = [own_case.category(name, capacity) for name in consentwords.ORDER if name in one.categories]
    return gettext("May read: %(what)s.", what=words.listed(what)) if what else ""


def readings(one: OwnCase, seen: Seen) -> list[dict[str, str]]:
    """One row for each day, unit, role and what was read, the newest first: the times of that day are all there."""
    rows = documents.readings(tx(), one.case.id, limit=MOST)
    roles, names = _roles(rows, seen), _names(rows, one)
    together: dict[tuple[date, str, str, str], list[Reading]] = {}
    for row in rows:
        on = row.at.astimezone(seen.ground.zone).date()
        together.setdefault((on, *_who(row, roles, names, seen.reason), _what(row, seen.reason)), []).append(
            row
        )
    return [
        {
            "when": words.capital(words.long_day(on, seen.ground.today)),
            "times": _times([words.clock(row.at, seen.ground.zone) for row in of]),
            "unit": unit,
            "role": role,
            "what": what,
        }
        for (on, unit, role, what), of in together.items()
    ]


def _times(clocks: Sequence[str]) -> str:
    first, last = clocks[-1], clocks[0]
    if len(clocks) == 1:
        return first
    told = ngettext("%(num)s time", "%(num)s times", len(clocks))
    return f"{first}–{last}, {told}" if first != last else f"{first}, {told}"


def _who(row: Reading, roles: dict[str, str], names: dict[str, str], capacity: str) -> tuple[str, str]:
    """(unit, role or name) of whoever read; those who came by a way in of their own are told as whom."""
    if row.actor_id is None:
        capacity = {
            "person": gettext("You yourself")
            if capacity == Capacity.PERSON
            else gettext("The one whose case it is"),
            "guardian": gettext("Guardian of a child"),
            "representative": gettext("Legal representative"),
            "relative": gettext("Relative whom the consent names"),
        }.get(row.reason, gettext("The routine itself"))
        return capacity, gettext("By a way in of their own")
    unit = unit_name(row.unit_id) or gettext("Those who keep the system running")
    who = ", ".join(part for part in (names.get(row.actor_id, ""), roles.get(row.actor_id, "")) if part)
    return unit, who or papers.reason(row.reason)


def _what(row: Reading, capacity: str) -> str:
    known = [str(one) for one in row.categories] if isinstance(row.categories, list) else []
    if set(known) >= set(consentwords.ORDER):
        return gettext("Everything in the case")
    told = [own_case.category(name, capacity) for name in consentwords.ORDER if name in known]
    return words.capital(words.listed(told)) if told else gettext("That the case exists")


def _roles(rows: Sequence[Reading], seen: Seen) -> dict[str, str]:
    """Person -> the best role they hold at that unit now, in a word."""
    told = {
        "coordinator": gettext("Coordinator"),
        "manager": gettext("Manager"),
        "staff": gettext("Staff"),
        "auditor": gettext("Reviews the log"),
    }
    found: dict[str, str] = {}
    for person_id in {row.actor_id for row in rows if row.actor_id}:
        units = {row.unit_id for row in rows if row.actor_id == person_id}
        held = {
            str(one.role)
            for one in directory.memberships(tx(), on=seen.ground.today, person_id=person_id)
            if one.unit_id in units
        }
        found[person_id] = next((told[role] for role in told if role in held), "")
    return found


def _names(rows: Sequence[Reading], one: OwnCase) -> dict[str, str]:
    if one.case.country not in NAMED:
        return {}
    return directory.names(tx(), {row.actor_id for row in rows if row.actor_id})
