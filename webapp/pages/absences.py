"""Who is away and who acts for them: one's own, and that of people at the units one leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, may
from engine.actions import directory_absences
from engine.errors import FieldError, InvalidForm
from engine.records import absences, directory
from engine.records.absences import Absence, Given
from engine.records.collation import sort_key
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.pages.directory_words import role
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("absences", __name__)
SHOWN_FOR = timedelta(days=90)
MOST_OTHERS = 300


@pages.get("/absences")
@reads
def page() -> str:
    """One's own absences and those of one's people, and the form to register another."""
    return _page(_chosen(request.args.get("person", "")), {})


@pages.post("/absences")
@writes
def register() -> ResponseReturnValue:
    """Register a period, with who acts at each unit."""
    person_id = _chosen(request.form.get("person", ""))
    typed = dict(request.form.items())
    try:
        from_on, until_on = _day(typed, "from"), _day(typed, "until")
        given = _given(typed)
        period = _midnight(from_on), _midnight(until_on + timedelta(days=1))
        directory_absences.register(tx(), actor(), person_id, *period, given, zone=ZONE, now=now())
    except InvalidForm as error:
        return _page(person_id, typed, error.errors), 422
    flash(gettext("The absence is registered. It ends by itself."))
    return redirect(url_for("absences.page"))


@pages.post("/absences/<absence_id>/end")
@writes
def end(absence_id: str) -> Response:
    """End it now."""
    directory_absences.end(tx(), actor(), absence_id, now=now())
    flash(gettext("The absence is ended."))
    return redirect(url_for("absences.page"))


def _page(person_id: str, typed: Mapping[str, str], errors: Iterable[FieldError] = ()) -> str:
    me, since = actor(), now() - SHOWN_FOR
    people = _people()
    away = absences.of_persons(tx(), [me.id, *people], over_after=since)
    covered = absences.covered_by(tx(), me.id, over_after=now())
    names = _names([*away, *covered])
    wrong = _wrong(errors)
    return render_template(
        "absences.html", section="", me=me.id, person=person_id, people=[(me.id, gettext("Myself")), *people.items()],
        action=url_for("absences.register"), choose_url=url_for("absences.page"), typed=typed, wrong=wrong,
        errors=[{"href": field, "text": text} for field, text in wrong.items()],
        places=_places(person_id, typed), today=today().isoformat(),
        mine=[_row(one, names) for one in away if one.person_id == me.id],
        theirs=[_row(one, names) for one in away if one.person_id != me.id],
        covered=[_row(one, names) for one in covered],
    )  # fmt: skip


def _chosen(person_id: str) -> str:
    """One's own, or that of somebody one may register it for."""
    if person_id in ("", actor().id) or directory.person(tx(), person_id) is None:
        return actor().id
    about = directory_absences.person_object(tx(), actor(), person_id, on=today())
    may(actor(), Act.ABSENCE_REGISTER, about).required()
    return person_id


def _people() -> dict[str, str]:
    """Those who work at the units that I lead."""
    led = sorted(actor().leads)
    held = directory.memberships(tx(), on=today(), unit_ids=led) if led else []
    found = directory.names(tx(), {one.person_id for one in held} - {actor().id})
    return dict(sorted(found.items(), key=lambda pair: sort_key(pair[1])))


def _places(person_id: str, typed: Mapping[str, str]) -> list[dict[str, object]]:
    """Each role at each unit, with those who may fill it: colleagues there, then others of the principal."""
    units = directory_names.all_units()
    found: list[dict[str, object]] = []
    for unit_id, key in directory_absences.places(tx(), person_id, on=today()):
        if person_id != actor().id and unit_id not in actor().leads and actor().leads:
            continue
        near = [one for one in directory.colleagues(tx(), unit_id, on=today()) if one[0] != person_id]
        known = {person_id, *(one[0] for one in near)}
        principal = units[unit_id].principal_id
        others = directory.people_of(tx(), principal, on=today(), most=MOST_OTHERS)
        field = f"fills-{unit_id}-{key}"
        found.append(
            {
                "field": field, "unit": units[unit_id].name, "role": role(key), "chosen": typed.get(field, ""), "near": near,
                "principal": units[unit_id].principal_name, "others": [one for one in others if one[0] not in known],
            }
        )  # fmt: skip
    return found


def _row(one: Absence, names: Mapping[str, str]) -> dict[str, object]:
    units = directory_names.all_units()
    filled: dict[str, dict[str, list[str]]] = {}
    for each in one.given:
        filled.setdefault(each.substitute_id, {}).setdefault(units[each.unit_id].name, []).append(
            role(each.role)
        )
    registered = names.get(one.registered_by or "", "")
    gaps = [
        gettext("%(name)s is away %(period)s; nobody acts then.", name=names[person], period=_period(gap))
        for person, gap in (directory_absences.uncovered(tx(), one) if one.over_at > now() else [])
        if person in names
    ]
    return {
        "person": names.get(one.person_id, ""),
        "period": _period(one),
        "state": _state(one),
        "filled": [
            (names.get(person, ""), "; ".join(f"{unit}: {words.listed(roles)}" for unit, roles in at.items()))
            for person, at in filled.items()
        ],
        "registered": gettext("Registered by %(name)s", name=registered) if registered else "",
        "gaps": gaps,
        "end_url": url_for("absences.end", absence_id=one.id) if _may_end(one) else "",
    }


def _may_end(one: Absence) -> bool:
    if one.over_at <= now():
        return False
    units = [each.unit_id for each in one.given]
    about = directory_absences.person_object(tx(), actor(), one.person_id, units, on=today())
    return bool(may(actor(), Act.ABSENCE_REGISTER, about))


def _state(one: Absence) -> tuple[str, str]:
    if one.over_at <= now():
        return "done", gettext("Ended early") if one.ended_at and one.ended_at < one.until_at else gettext(
            "Over"
        )
    return ("running", gettext("Away now")) if one.from_at <= now() else ("planned", gettext("To come"))


def _period(one: Absence) -> str:
    first, last = one.from_at.astimezone(ZONE).date(), _last_day(one.over_at)
    if last <= first:
        return words.short_day(first, today())
    return gettext(
        "%(first)s to %(last)s", first=words.short_day(first, today()), last=words.short_day(last, today())
    )


def _last_day(over_at: datetime) -> date:
    """The day that ends at that instant, or that holds it."""
    return (over_at.astimezone(ZONE) - timedelta(microseconds=1)).date()


def _names(rows: Iterable[Absence]) -> dict[str, str]:
    ids: set[str] = set()
    for one in rows:
        ids |= {one.person_id, one.registered_by or "", *(each.substitute_id for each in one.given)}
    return directory.names(tx(), ids)


def _given(typed: Mapping[str, str]) -> list[Given]:
    """Who is chosen for which role at which unit, as typed: also what was never offered, which is refused with the reason."""
    chosen = [
        (name.removeprefix("fills-"), who) for name, who in typed.items() if name.startswith("fills-") and who
    ]
    places = [(*name.rpartition("-"), who) for name, who in chosen]
    return [Given(who, unit, key) for unit, _, key, who in places]


def _wrong(errors: Iterable[FieldError]) -> dict[str, str]:
    """Field of the page -> what to mend."""
    given = [f"fills-{one.unit_id}-{one.role}" for one in _given(request.form)]
    found: dict[str, str] = {}
    for error in errors:
        field = error.path
        if field.startswith("given["):
            number = int(field[6:-1])
            field = given[number] if number < len(given) else "until"
        found.setdefault(field, _sentence(error.message, dict(error.detail)))
    return found


def _sentence(message: str, detail: Mapping[str, str]) -> str:
    person = detail.get("person", "")
    name = directory.names(tx(), [person]).get(person, "") if person else ""
    first, last = (_told(detail, "from"), _told(detail, "until"))
    return {
        "missing": gettext("Write the day"),
        "not-a-date": gettext("Write the day as 2026-12-24"),
        "ends-before-it-begins": gettext("The last day comes before the first"),
        "period-is-over": gettext("The period is over already"),
        "overlaps": gettext("There is an absence already, %(first)s to %(last)s. End it or choose other days", first=first, last=last),
        "not-lent": gettext("This role is not lent. Those who keep the directory give it to somebody else"),
        "not-held": gettext("The person does not have that role there at that time"),
        "filled-twice": gettext("One person fills each role"),
        "substitutes-themself": gettext("Choose somebody else than the one who is away"),
        "other-principal": gettext("%(name)s does not work for the same principal or provider", name=name),
        "no-such-colleague": gettext("Choose a colleague who signs in"),
        "substitute-away": gettext(
            "%(name)s is away too, %(first)s to %(last)s. Choose somebody else or divide the period", name=name, first=first, last=last
        ),
    }.get(message, message)  # fmt: skip


def _told(detail: Mapping[str, str], name: str) -> str:
    if name not in detail:
        return ""
    at = datetime.fromisoformat(detail[name])
    day = _last_day(at) if name == "until" else at.astimezone(ZONE).date()
    return words.short_day(day, today())


def _day(typed: Mapping[str, str], name: str) -> date:
    text = typed.get(name, "").strip()
    if not text:
        raise InvalidForm((FieldError(name, "missing"),))
    try:
        found = date.fromisoformat(text)
        _midnight(found + timedelta(days=1))
    except (ValueError, OverflowError):
        raise InvalidForm((FieldError(name, "not-a-date"),)) from None
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
