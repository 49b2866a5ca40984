"""The person's protection: its level, who is named to read, and what is kept from a guardian. Only for those who run the case."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking
from engine.access import CATEGORIES, LEVELS, Act, may
from engine.actions import shielding
from engine.actions.ground import Ground
from engine.errors import InvalidForm
from engine.records import directory
from engine.status import Protection
from webapp import words
from webapp.auth import actor
from webapp.pages import consentwords, levels, telling
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.session import now, tx, writes

pages = Blueprint("shielding", __name__)


@pages.get("/cases/<case_id>/protection")
@writes
def page(case_id: str) -> str:
    """How the person is protected, and what may be changed."""
    return _shown(case_id)


@pages.post("/cases/<case_id>/protection")
def change(case_id: str) -> ResponseReturnValue:
    """Set the level, name a reader or end it, withhold something or lift it: whichever button was pressed."""
    what = request.form.get("_do", "")
    if what not in _DEEDS:
        return writes(_shown)(case_id=case_id), 422
    try:
        return writes(_do)(case_id=case_id, what=what)
    except InvalidForm as error:
        problems = {f"{what}-{one.path}": _problem(one.path) for one in error.errors}
        return writes(_shown)(case_id=case_id, problems=problems), 422


def _do(case_id: str, what: str) -> ResponseReturnValue:
    flash(_DEEDS[what](case_id))
    return redirect(url_for("shielding.page", case_id=case_id))


def _level(case_id: str) -> str:
    asked = request.form.get("level", "")
    level = Protection(asked) if asked in set(Protection) else None
    if level is None:
        raise InvalidForm(())
    if not shielding.protect(tx(), actor(), case_id, level, request.form.get("reason", ""), now=now()):
        return gettext(
            "It is written down. The level becomes milder when those who decide in the person's other cases want the same."
        )
    return gettext("The level is set. It holds from now.")


def _name(case_id: str) -> str:
    person, why = request.form.get("person", ""), request.form.get("reason", "")
    shielding.name_reader(tx(), actor(), case_id, person, why, now=now())
    return gettext("Named. The case is in their list from now.")


def _end(case_id: str) -> str:
    shielding.end_reader(tx(), actor(), case_id, request.form.get("person", ""), now=now())
    return gettext("No longer named.")


def _withhold(case_id: str) -> str:
    posted = request.form
    shielding.withhold(
        tx(), actor(), case_id, posted.get("category", ""), posted.get("guardian", ""), posted.get("reason", ""), now=now()
    )  # fmt: skip
    return gettext("It is kept from the guardian from now.")


def _lift(case_id: str) -> str:
    posted = request.form
    shielding.lift(tx(), actor(), case_id, posted.get("withheld", ""), posted.get("reason", ""), now=now())
    return gettext("It is no longer kept from the guardian.")


_DEEDS: dict[str, Callable[[str], str]] = {
    "level": _level, "name": _name, "end": _end, "withhold": _withhold, "lift": _lift,
}  # fmt: skip


def _problem(path: str) -> str:
    return {
        "reason": gettext("Write why. It is kept with the decision."),
        "person": gettext("Choose somebody who works at a unit in the case."),
        "category": gettext("Choose what is to be kept."),
    }.get(path, gettext("Choose one of the levels."))


def _shown(case_id: str, problems: dict[str, str] | None = None) -> str:
    seen = see(case_id, "protection")
    may(actor(), Act.CASE_WITHHOLD, seen.about).required()
    ground, wrong = seen.ground, problems or {}
    level = ground.case.protection
    known = [(one, levels.name(one)) for one in LEVELS.get(ground.case.country, LEVELS["SE"])]
    shared = shielding.shared_levels(tx(), actor(), ground)
    offered = shielding.may_be_named(tx(), ground) if ground.case.protected else []
    return render_template(
        "protection.html", section="cases", case=head(seen, "consent"), test_case=ground.case.is_test, problems=wrong,
        errors=[{"href": name, "text": text} for name, text in wrong.items()], level=level, level_name=levels.name(level),
        demands=levels.demands(level), levels=known, shared=bool(shared), wanted=_wanted(ground), readers=_readers(seen),
        guardians=_guardians(seen),
        people=[(person, f"{name}, {unit_name(unit)}") for person, name, unit in offered],
        categories=[(one, words.capital(telling.category(one))) for one in consentwords.ORDER if one in CATEGORIES],
        kept=_kept(seen), action=url_for("shielding.change", case_id=case_id),
        back_to={"url": url_for("consent.page", case_id=case_id), "words": gettext("Consent")},
    )  # fmt: skip


def _wanted(ground: Ground) -> list[str]:
    """What those want who decide in the person's other cases."""
    return [
        levels.name(one)
        for one in sorted(shielding.wanted_by_others(tx(), ground), key=list(Protection).index)
    ]


def _readers(seen: Seen) -> list[dict[str, object]]:
    """Everybody who may read of a protected person, by whom they were named and why."""
    if not seen.about.protected:
        return []
    named = {one.person_id: one for one in seen.ground.standing.readers if one.until_at is None}
    asked = seen.about.named_readers | {one.named_by for one in named.values()}
    names = directory.names(tx(), asked)
    rows: list[dict[str, object]] = []
    for person_id in sorted(seen.about.named_readers, key=lambda one: names.get(one, "")):
        one = named.get(person_id)
        why = gettext("Started the case, or has a role or a task in it")
        if one is not None:
            day = words.full_day(one.since_at.astimezone(seen.ground.zone).date())
            why = gettext(
                "Named by %(name)s on %(day)s: %(why)s",
                name=names.get(one.named_by, ""), day=day, why=one.reason,
            )  # fmt: skip
        rows.append({"id": person_id, "name": names.get(person_id, ""), "why": why, "ends": one is not None})
    return rows


def _kept(seen: Seen) -> list[dict[str, object]]:
    """What is kept from a guardian, and what was; the newest first."""
    rows = seen.ground.standing.withheld
    names = directory.names(tx(), {one.decided_by for one in rows} | {one.lifted_by or "" for one in rows})
    return [
        {
            "id": one.id,
            "what": words.capital(telling.category(one.category)),
            "guardian": one.guardian or gettext("every guardian"),
            "why": one.reason,
            "by": gettext(
                "Decided by %(name)s, %(when)s",
                name=names.get(one.decided_by, ""), when=words.small(words.moment(one.since_at, now(), seen.ground.zone)),
            ),
            "lifted": gettext("Lifted: %(why)s", why=one.lifted_because or "") if one.until_at else "",
        }
        for one in sorted(rows, key=lambda row: row.since_at, reverse=True)
    ]  # fmt: skip


def _guardians(seen: Seen) -> list[str]:
    """Guardians by name, as consents have them."""
    return sorted(asking.guardians(seen.ground.standing))
