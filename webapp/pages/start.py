"""Starting a case: who is it about, does a plan exist, what is it about. The identity number is posted, never in an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, Membership, Reason, UnitObject, may
from engine.actions import cases, duplicates, identity, initiative
from engine.definitions.region import INITIATORS, MUST
from engine.definitions.routine import Routine
from engine.errors import FieldError, InvalidForm, NotAllowed
from engine.reads import overview
from engine.records import directory
from engine.records import tasks as task_rows
from engine.records.pressed import Pressed
from engine.status import Protection
from webapp import once, sealing, words
from webapp.auth import actor
from webapp.pages import directory_names, forms, found_plan, levels, twice
from webapp.session import ZONE, house, now, reads, tx, writes

pages = Blueprint("start", __name__)
SEALED = "start a case"
SEALED_FOR = timedelta(hours=1)


@pages.get("/start")
@reads
def page() -> str:
    """Who is it about?"""
    if not _units() and _workplaces():
        raise NotAllowed(Reason.NO_INITIATIVE)
    if not _units():
        may(actor(), Act.CASE_START, UnitObject("", "", "")).required()
    return _first("", "")


@pages.post("/start")
@writes
def find(problem: str = "") -> ResponseReturnValue:
    """Look for a plan that exists. No hit and a protected identity look the same."""
    number = request.form.get("identity_number", "")
    try:
        known = identity.normalised(number)
    except identity.BadIdentityNumber:
        told = (
            gettext("Check the last four digits.")
            if len([one for one in number if one.isdecimal()]) in (10, identity.NORWEGIAN, 12)
            else gettext("Write ten or twelve digits, for example 19430515-1234.")
        )
        return _first(number, told), 422
    if identity.is_made_up(known) and house().settings.is_production:
        return _first(number, gettext("Nobody has that number: it is made up, for trying systems with.")), 422
    found = duplicates.check(tx(), actor(), known, house().settings.lookup_key, now=now())
    if found:
        return _first(number, problem, found, _seal({"number": known, "known": str(len(found))}))
    return _second({"number": known})


@pages.post("/start/anyway")
def anyway() -> ResponseReturnValue:
    """Start although there is a plan; the reason is kept."""
    kept = _unseal()
    if kept is None:
        return _search_again(), 400
    given = request.form.get("reason", "").strip()[:1_000]
    if not given:
        return _anyway_again(kept=kept), 422
    return reads(_second)(kept={**kept, "reason": given})


@pages.post("/start/case")
def begin() -> ResponseReturnValue:
    """Start the case."""
    kept, values = _unseal(), forms.posted()
    if kept is None:
        return _search_again(), 400
    changed = forms.pressed(values)
    if changed is not None or not request.form.get("_hand_in"):
        return reads(_second)(kept=kept, values=changed[0] if changed else values)
    try:
        return _begun(kept=kept, values=values)
    except _Missing as missing:
        return reads(_second)(kept=kept, values=values, problems=missing.problems), 422
    except _FoundMeanwhile:
        return _told_meanwhile(kept=kept), 409
    except InvalidForm as error:
        return reads(_second)(kept=kept, values=values, errors=error.errors), 422


class _Missing(Exception):
    """What the page itself asks for is not there."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__()
        self.problems = problems


class _FoundMeanwhile(Exception):
    """Somebody else has started a case for the same person since the search."""


@writes
def _begun(kept: Mapping[str, str], values: dict[str, object]) -> ResponseReturnValue:
    first = once.earlier()
    if first is not None:
        return _begun_before(first)
    if problems := _problems():
        raise _Missing(problems)
    key, is_test = house().settings.lookup_key, request.form.get("_test") == "on"
    found = cases.find_existing(tx(), actor(), kept["number"], key, now=now())
    if len(found) > int(kept.get("known", "0")):
        raise _FoundMeanwhile
    unit_id = _unit()
    subject = cases.Subject(
        request.form.get("_subject_name", "").strip()[:200],
        kept["number"],
        protection=Protection(request.form.get("_protection") or Protection.NONE),
    )
    routine = library.current(tx(), request.form["_routine"]).routine
    form = routine.forms.get(routine.start_events()[0].id)
    options = directory_names.values_of(directory_names.options(form, unit_id))
    case_id = cases.start(
        tx(),
        actor(),
        routine.process_id,
        unit_id,
        subject,
        values,
        key,
        options=options,
        is_test=is_test,
        now=now(),
    )
    if kept.get("reason"):
        cases.note(tx(), actor(), case_id, kept["reason"], "coordination", now=now())
    once.made(case_id)
    return redirect(_where(case_id))


def _begun_before(first: Pressed) -> ResponseReturnValue:
    """The button was pressed twice, or the request sent again: the case that the first one started."""
    address = _where(first.made_id or "")
    if once.same(first):
        return redirect(address)
    return twice.handed_in_before(first, {"url": address, "words": gettext("Open the case")}), 409


def _where(case_id: str) -> str:
    opened = task_rows.of_case(tx(), case_id, open_only=True)
    mine = next((task for task in opened if actor().at(task.unit_id)), None)
    return url_for("task.page", task_id=mine.id) if mine else url_for("case.page", case_id=case_id)


@writes
def _told_meanwhile(kept: Mapping[str, str]) -> str:
    found = duplicates.check(tx(), actor(), kept["number"], house().settings.lookup_key, now=now())
    return _first("", "", found, _seal({"number": kept["number"], "known": str(len(found))}))


@reads
def _search_again() -> str:
    return _first("", gettext("Search for the person once more; the search is kept for an hour."))


@reads
def _anyway_again(kept: Mapping[str, str]) -> str:
    found = cases.find_existing(tx(), actor(), kept["number"], house().settings.lookup_key, now=now())
    return _first("", "", found, _seal(dict(kept)), gettext("Write why another case is needed."))


def _first(
    number: str, problem: str, found: Sequence[cases.Existing] = (), sealed: str = "", reason_error: str = ""
) -> str:
    own = [one for one in found if one.reason != "other-principal"]
    elsewhere = [one for one in found if one.reason == "other-principal"]
    return render_template(
        "start.html", section="start", step=1, must=MUST in _initiative().values(), action=url_for("start.find"),
        number=number, number_error=problem, found=found_plan.own(own),
        elsewhere=found_plan.elsewhere(elsewhere), hidden={"_sealed": sealed} if sealed else {},
        anyway={"action": url_for("start.anyway"), "reason": "", "error": reason_error} if found else None,
    )  # fmt: skip


def _second(
    kept: Mapping[str, str],
    values: Mapping[str, object] | None = None,
    errors: Sequence[FieldError] = (),
    problems: Mapping[str, str] | None = None,
) -> str:
    routines, units = _routines(actor().in_care()), _units()
    if not units:
        may(actor(), Act.CASE_START, UnitObject("", "", "")).required()
    chosen = request.form.get("_routine") or (routines[0].process_id if len(routines) == 1 else "")
    routine = next((one for one in routines if one.process_id == chosen), None)
    form = routine.forms.get(routine.start_events()[0].id) if routine else None
    offered = directory_names.options(form, _unit())
    drawn = forms.drawn(forms.Sheet(form, offered, {}, ZONE), values or {}, errors)
    wrong = problems or {}
    listed = [{"href": name, "text": text} for name, text in wrong.items()]
    errors_told = [*listed, *drawn["errors"]] if isinstance(drawn["errors"], list) else listed
    person = {
        "person_line": gettext("Born %(day)s", day=words.full_day(identity.born_on(kept["number"]))),
        "person_fields": True,
        "subject_name": request.form.get("_subject_name", ""),
        "name_error": wrong.get("subject_name", ""),
        "levels": levels.offered(),
        "level": request.form.get("_protection", ""),
        "level_error": wrong.get("protection", ""),
        "test": request.form.get("_test") == "on",
    }
    offers = {
        "routines": [
            {"id": one.process_id, "name": one.title, "text": one.settings.description} for one in routines
        ],
        "chosen": chosen,
        "routine_error": wrong.get("routine-0", ""),
        "units": units,
        "unit": _unit(),
    }
    return render_template(
        "start.html", section="start", step=2, action=url_for("start.begin"), hidden={"_sealed": _seal(dict(kept))},
        parts=drawn["parts"], errors=errors_told, refresh=None, **person, **offers,
    )  # fmt: skip


def _problems() -> dict[str, str]:
    found = {}
    if not request.form.get("_subject_name", "").strip():
        found["subject_name"] = gettext("Write the person's name.")
    if request.form.get("_protection") not in (None, "", *(level for level, _ in levels.offered())):
        found["protection"] = gettext("Choose one of the levels.")
    chosen, mine = request.form.get("_routine"), actor().at(_unit())
    if chosen not in {one.process_id for one in _routines(actor().in_care())}:
        found["routine-0"] = gettext("Choose a routine.")
    elif mine is None or chosen not in {one.process_id for one in _routines([mine])}:
        found["routine-0"] = gettext("Your role at that unit does not start this routine.")
    return found


def _routines(places: Iterable[Membership]) -> list[Routine]:
    """Routines that people start by hand: those that name a role for it that the actor has at one of these places of work."""
    held, found = [(one, _country(one.region_id)) for one in places], []
    for process_id, _ in overview.routines(tx()):
        routine = library.current(tx(), process_id).routine
        if any(cases.may_start(place, routine, country) for place, country in held):
            found.append(routine)
    return found


def _country(region_id: str) -> str:
    region = directory.region(tx(), region_id)
    return str(region["country"]) if region else ""


def _unit() -> str:
    """The unit that was chosen, else the actor's first."""
    return request.form.get("_unit") or next((unit_id for unit_id, _ in _units()), "")


def _units() -> list[tuple[str, str]]:
    """Where the person works and may begin: not a school that its municipality has given no initiative (S1-28)."""
    said = _initiative()
    return [pair for pair in _workplaces() if said.get(pair[0]) != initiative.NO]


def _workplaces() -> list[tuple[str, str]]:
    return list(directory_names.unit_names(one.unit_id for one in actor().in_care()).items())


def _initiative() -> dict[str, str]:
    """unit -> `may`, `must` or `no`, of those that are no units of care."""
    units, found = directory_names.all_units(), {}
    for unit_id, _ in _workplaces():
        unit = units[unit_id]
        region = directory.region(tx(), unit.region_id) if unit.kind in INITIATORS else None
        settings = region["settings"] if region else None
        if isinstance(settings, Mapping):
            found[unit_id] = initiative.of(settings, unit)
    return found


def _seal(kept: Mapping[str, str]) -> str:
    """What step 2 must know, encrypted for this person and hour: neither address nor page holds the number where anybody can read it."""
    told = {**kept, "person": actor().id}
    return sealing.seal(told, purpose=SEALED, secret=house().settings.secret_key, now=now())


def _unseal() -> dict[str, str] | None:
    """What was sealed for this person, or None: too old, or another's."""
    kept = sealing.unseal(
        request.form.get("_sealed", ""), purpose=SEALED, secret=house().settings.secret_key, kept_for=SEALED_FOR, now=now()
    )  # fmt: skip
    if kept is None or kept.get("person") != actor().id or "number" not in kept:
        return None
    return {name: value for name, value in kept.items() if name != "person"}
