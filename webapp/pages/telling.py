"""A case told in sentences: what has happened, and who takes part with what right."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flask_babel import gettext

from engine import asking
from engine.access.objects import Participation, ParticipationState
from engine.reads import consents
from engine.reads.timeline import Happened
from engine.records import directory
from webapp import words
from webapp.pages import directory_names
from webapp.pages.casehead import Seen, unit_name
from webapp.session import now, tx

FOR_KEEPERS = frozenset({"duplicate_found"})
"""What only those are told who run the case."""


def events(
    happened: Iterable[Happened], seen: Seen, named_at: Collection[str] | None = None
) -> list[dict[str, object]]:
    """The timeline: when, what, by whom. Where `named_at` is given, those of other units are told of by their unit alone."""
    rows = list(happened)
    names = directory.names(tx(), {str(row.data["to"]) for row in rows if row.data.get("to")})
    people = directory_names.people((row.actor_id, row.acting_for_id) for row in rows)
    told = []
    for row in rows:
        what = _what(row, names)
        if not what or (row.kind in FOR_KEEPERS and not seen.full):
            continue
        person = people[row.actor_id, row.acting_for_id]
        shown = person if named_at is None or row.unit_id in named_at else ""
        by = (
            ", ".join(part for part in (shown, unit_name(row.unit_id)) if part)
            if person
            else gettext("By itself")
        )
        told.append({"when": words.moment(row.at, now(), seen.ground.zone), "what": what, "by": by})
    return told


def _what(row: Happened, names: dict[str, str]) -> str:
    """The sentence of one fact; kinds that people need no sentence for give none."""
    name = str(row.data.get("name") or "")
    receiver = names.get(str(row.data.get("to")), "")
    if row.kind == "task_reassigned" and receiver:
        return gettext("%(task)s: given to %(name)s", task=name, name=receiver)
    told = {
        "case_started": gettext("The case was started"),
        "instance_started": gettext("A part beside the case was started"),
        "task_completed": gettext("%(task)s: handed in", task=name),
        "task_answered_on_behalf": gettext("%(task)s: the answer was written down for the unit", task=name),
        "task_cancelled": gettext("%(task)s: no longer needed", task=name),
        "task_claimed": gettext("%(task)s: taken", task=name),
        "task_released": gettext("%(task)s: put back", task=name),
        "task_reassigned": gettext("%(task)s: given to a colleague", task=name),
        "task_reminded": gettext("%(task)s: a manager reminded", task=name),
        "task_escalated": gettext("%(task)s: a manager lifted it before its time", task=name),
        "escalation_held": gettext(
            "%(task)s: the escalation stands still, since somebody else has it", task=name
        ),
        "unit_taken_over": gettext("Another unit took over from one that was closed"),
        "timer_fired": gettext("Time limit reached: %(name)s", name=name),
        "note_written": gettext("A note was written"),
        "paper_added": gettext("A paper was added"),
        "paper_removed": gettext("A paper was removed"),
        "reading_added": gettext("Something to read was added"),
        "reading_removed": gettext("Something to read was taken away"),
        "entry_corrected": gettext("%(task)s: corrected", task=name),
        "incident_opened": gettext("A step could not be taken"),
        "incident_resolved": gettext("The step was taken after all"),
        "duplicate_found": gettext("A search for whether the person has a plan found this one"),
        "case_moved": gettext("The case was moved to a corrected version of the routine"),
        "message_received": name,
        "operation_performed": name,
        "instance_ended": name,
    }
    return told.get(row.kind, "")


def people(seen: Seen) -> list[dict[str, object]]:
    """The person, the units with their part and what each may read, and those without access."""
    rows: list[dict[str, object]] = []
    ground = seen.ground
    if "identity" in seen.visible and ground.case.subject_name:
        rows.append(
            {"kind": "person", "name": ground.case.subject_name, "more": "", "lines": _consent_lines(seen)}
        )
    roles, called = _unit_lines(seen), seen.about.participants
    units, keeping = directory_names.all_units(), asking.keeping(tx(), seen.about)
    rows += [
        _unit_row(
            seen, units[unit_id], roles.get(unit_id, []), None if unit_id in keeping else called.get(unit_id)
        )
        for unit_id in dict.fromkeys([*roles, *called])
        if unit_id in units
    ]
    others = consents.others(ground.standing)
    without = gettext("Without access, reached by letter")
    return rows + [{"kind": "other", "name": name, "more": "", "lines": [without]} for name in others]


def _unit_lines(seen: Seen) -> dict[str, list[str]]:
    """Those who run the case: the unit that keeps it and whoever fills a role of it, with what they do."""
    ground = seen.ground
    found: dict[str, list[str]] = {}
    for slot, held in sorted(ground.slots.items(), key=lambda pair: pair[0] != "convener"):
        person = directory.names(tx(), [held.person_id]).get(held.person_id, "") if held.person_id else ""
        found.setdefault(held.unit_id, []).append(", ".join(part for part in (person, _slot(slot)) if part))
    found.setdefault(ground.case.unit_id, []).append(gettext("keeps the case"))
    return found


def _unit_row(
    seen: Seen, unit: directory.Unit, roles: list[str], part: Participation | None
) -> dict[str, object]:
    """A unit with what it does and, unless `part` is None since it keeps the case, what consent lets it read."""
    row: dict[str, object] = {"kind": _kind(unit), "name": unit.name, "more": unit.principal_name}
    told = [words.capital(one) for one in [words.listed(roles)] if one]
    if part is None:
        return row | {"lines": [*told, *([unit.phone] if unit.phone else [])]}
    if part.state == ParticipationState.LEFT:
        return row | {"lines": [*told, gettext("No longer takes part")]}
    told += [unit.phone] if roles and unit.phone else []
    if part.categories:
        return row | {"lines": [*told, *_may_read(seen, part)]}
    waits = {"state": "waiting", "state_words": gettext("Waits for consent")}
    return row | waits | {"lines": [*told, gettext("Sees nothing yet")]}


def _may_read(seen: Seen, part: Participation) -> list[str]:
    """What another unit may read stands in the consents, and is for those who may read them."""
    if "consent" not in seen.visible:
        return []
    return [
        gettext("May read: %(what)s", what=words.listed(sorted(category(one) for one in part.categories)))
    ]


def category(name: str) -> str:
    """A category of case data, in words."""
    return {
        "coordination": gettext("who takes part and when"),
        "identity": gettext("who it is about"),
        "consent": gettext("the consents"),
        "situation": gettext("the person's own situation"),
        "health": gettext("health"),
        "social": gettext("social circumstances"),
        "plan": gettext("the plan"),
        "child": gettext("what concerns the child"),
    }.get(name, name)


def _consent_lines(seen: Seen) -> list[str]:
    if "consent" not in seen.visible:
        return []
    if any(one.scope == "all" for one in seen.ground.standing.withdrawals):
        return [gettext("Has taken back all consent")]
    given = [one for one in seen.ground.standing.consents if one.kind == "plan_creation"]
    if not given:
        return []
    day = words.short_day(given[-1].given_on, seen.ground.today)
    return [gettext("Consent: yes, %(form)s %(day)s", form=form(given[-1].form), day=day)]


def form(name: str) -> str:
    """How a consent was given, in words."""
    return {
        "oral": gettext("orally"),
        "written": gettext("in writing"),
        "electronic": gettext("electronically"),
    }.get(name, gettext("in another way"))


def _slot(name: str) -> str:
    return {
        "convener": gettext("convener"),
        "coordinator": gettext("holds the plan together"),
        "chair": gettext("leads the meeting"),
    }.get(name, name)


def _kind(unit: directory.Unit) -> str:
    return {"region": "region", "municipality": "municipality"}.get(unit.principal_kind, "other")
