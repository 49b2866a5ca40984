"""Consents as the one who gave them sees them, and taking one back: told before what follows, in force at once, a receipt after."""

from __future__ import annotations

import hashlib

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import own, own_acts
from engine.actions.own_acts import Choice
from engine.errors import NotFound, StaleCase
from engine.reads import consents
from engine.reads.consents import Given, Holds
from engine.records import documents, grounds
from webapp import words
from webapp.pages import consentwords, directory_names, own_case
from webapp.pages.casehead import Seen, unit_name
from webapp.pages.own_case import pages
from webapp.session import now, tx, writes


def listed(one: own.OwnCase) -> list[dict[str, object]] | None:
    """Each consent with what of it holds and a way to take it back; what was taken back, with its receipt. None where not theirs to see."""
    if "consent" not in one.visible or one.case.purged_at is not None:
        return None
    seen = own_case.case(one)
    found = consents.given(one.case, seen.ground.standing, seen.about, now=now())
    offered = own_acts.choices(tx(), one, now=now())
    told = [(row.row.recorded_at, _given(one, seen, row, offered)) for row in found]
    told += [(row.recorded_at, _withdrawn(one, seen, row)) for row in seen.ground.standing.withdrawals]
    return [row for _, row in sorted(told, key=lambda pair: pair[0], reverse=True)]


def _given(one: own.OwnCase, seen: Seen, given: Given, offered: list[Choice]) -> dict[str, object]:
    row = given.row
    units = words.listed([unit_name(unit_id) for unit_id in row.units if unit_id])
    what = words.listed(
        [own_case.category(name, one.capacity) for name in consentwords.ORDER if name in row.categories]
    )
    lines = consentwords.said(row, seen.ground.today)
    if units and what:
        lines = [gettext("%(units)s may read %(what)s.", units=units, what=what), *lines]
    if row.others:
        lines.append(gettext("May take part without access: %(who)s.", who=words.listed(list(row.others))))
    holds = given.holds in (Holds.ALL, Holds.PARTLY) and one.case.ended_at is None
    return {
        "what": consentwords.kinds(given.kinds),
        "state": consentwords.state(given.holds),
        "state_words": consentwords.holds(given.holds),
        "lines": lines,
        "url": url_for("own.take_back_page", case_id=one.case.id) if holds and offered else "",
        "url_words": gettext("Take back"),
    }


def _withdrawn(one: own.OwnCase, seen: Seen, row: grounds.Withdrawal) -> dict[str, object]:
    return {
        "what": consentwords.taken_back(row, [unit_name(unit_id) for unit_id in row.units]),
        "state": "hidden",
        "state_words": gettext("Taken back"),
        "lines": consentwords.said_no(row, seen.ground.today),
        "url": url_for("own.taken_back", case_id=one.case.id, withdrawal_id=row.id),
        "url_words": gettext("Receipt"),
    }


@pages.get("/cases/<case_id>/take-back")
@writes
def take_back_page(case_id: str) -> ResponseReturnValue:
    """What may be taken back."""
    own_case.session()
    return _asked(case_id=case_id)


@pages.post("/cases/<case_id>/take-back")
@writes
def take_back(case_id: str) -> ResponseReturnValue:
    """First what follows from it, and only then it itself."""
    own_case.session()
    one = own_case.one(case_id)
    offered = {_word(choice): choice for choice in own_acts.choices(tx(), one, now=now())}
    choice = offered.get(request.form.get("what", ""))
    if choice is None:
        return _asked(case_id, gettext("Choose what you take back.") if offered else ""), 422
    if not request.form.get("_sure"):
        own_case.note(one, frozenset({"consent"}))
        return render_template(
            "own_take_back_sure.html", what=_named(one, choice), word=_word(choice), effects=_effects(one, choice),
            action=url_for("own.take_back", case_id=case_id), back_url=url_for("own.take_back_page", case_id=case_id),
            all=choice.kind == "all",
        )  # fmt: skip
    before = {row.id for row in grounds.standing(tx(), case_id).withdrawals}
    try:
        own_acts.take_back(tx(), one, choice, name=own_case.speaks_as(one), now=now())
    except (
        StaleCase
    ):  # pressed twice, or somebody else was quicker: it holds no longer, which is what was wanted
        return redirect(url_for("own.page"))
    made = next(row for row in grounds.standing(tx(), case_id).withdrawals if row.id not in before)
    return redirect(url_for("own.taken_back", case_id=case_id, withdrawal_id=made.id))


@pages.get("/cases/<case_id>/taken-back/<withdrawal_id>")
@writes
def taken_back(case_id: str, withdrawal_id: str) -> ResponseReturnValue:
    """The receipt: what was taken back, by whom and when; to be read again and printed."""
    own_case.session()
    one = own_case.one(case_id)
    row = next(
        (each for each in grounds.standing(tx(), case_id).withdrawals if each.id == withdrawal_id), None
    )
    if row is None or "consent" not in one.visible:
        raise NotFound
    own_case.note(one, frozenset({"consent"}))
    seen = own_case.case(one)
    unit = directory_names.all_units()[one.case.unit_id]
    return render_template(
        "own_receipt.html",
        title=gettext("It is taken back"),
        facts=[
            (gettext("What"), consentwords.taken_back(row, [unit_name(unit_id) for unit_id in row.units])),
            (gettext("Who said so"), row.said_by or ""),
            (gettext("When"), words.moment(row.recorded_at, now(), seen.ground.zone)),
            (gettext("Case"), one.case.number),
            (gettext("Questions"), ", ".join(part for part in (unit.name, unit.phone) if part)),
        ],
        lines=_since(row),
        back_url=url_for("own.page"),
    )


def _since(row: grounds.Withdrawal) -> list[str]:
    if row.scope == "all":
        return [
            gettext(
                "The plan is closed. Nobody outside the unit that kept the case can read about you in it any longer."
            ),
            gettext("Those who took part have been told that the plan is closed, and nothing more."),
            gettext("If you change your mind you can ask for a plan again, at any time."),
        ]
    return [
        gettext("It holds from this very moment."),
        gettext("The one who runs the case goes through with you what it means for the plan."),
    ]


def _asked(case_id: str, problem: str = "") -> str:
    one = own_case.one(case_id)
    if "consent" not in one.visible:
        raise NotFound
    own_case.note(one, frozenset({"consent"}))
    offered = own_acts.choices(tx(), one, now=now())
    rows = [
        {"word": _word(choice), "says": _named(one, choice), "more": _briefly(choice)} for choice in offered
    ]
    unit = directory_names.all_units()[one.case.unit_id]
    return render_template(
        "own_take_back.html", choices=rows, problem=problem, action=url_for("own.take_back", case_id=case_id), back_url=url_for("own.page"),
        unit=unit.name, phone=unit.phone or "",
    )  # fmt: skip


def _word(choice: Choice) -> str:
    """What a choice is called in the form: a name never stands in an address or a field of its own."""
    key = hashlib.sha256(choice.key.encode()).hexdigest()[:16] if choice.kind == "others" else choice.key
    return f"{choice.kind}:{key}"


def _named(one: own.OwnCase, choice: Choice) -> str:
    match choice.kind:
        case "units":
            return gettext("%(unit)s is not to take part any longer", unit=unit_name(choice.key))
        case "others":
            return gettext("%(name)s is not to take part any longer", name=choice.key)
        case "categories":
            return gettext(
                "Other units are not to read about %(what)s any longer",
                what=own_case.category(choice.key, one.capacity),
            )
        case _:
            return gettext("All consent: I do not want a plan any longer")


def _briefly(choice: Choice) -> str:
    if choice.kind == "all":
        return gettext("The whole plan is closed.")
    return gettext("The rest of the plan goes on.")


def _effects(one: own.OwnCase, choice: Choice) -> list[str]:
    """What happens, in the order in which one asks; nothing that does not."""
    seen = own_case.case(one)
    keeps = unit_name(one.case.unit_id)
    readers = [
        unit for unit, part in seen.about.participants.items() if part.categories and unit != one.case.unit_id
    ]
    names = words.listed([unit_name(unit) for unit in sorted(readers)])
    if choice.kind == "all":
        return _effects_of_all(one, names)
    stays = gettext("What others have already written in their own records stays there.")
    match choice.kind:
        case "units":
            unit = unit_name(choice.key)
            return [
                gettext("From the moment you confirm, %(unit)s can read nothing in the case.", unit=unit),
                gettext(
                    "%(unit)s is told that it takes part no longer, and does not come to meetings.", unit=unit
                ),
                gettext(
                    "What %(unit)s was to do goes back to %(keeps)s, who speaks with you about it.",
                    unit=unit,
                    keeps=keeps,
                ),
                stays,
            ]
        case "others":
            return [
                gettext(
                    "From the moment you confirm, %(name)s has no part in the case and can see nothing of it.",
                    name=choice.key,
                ),
                gettext(
                    "%(keeps)s sees that you have changed your mind, and speaks with you about it.",
                    keeps=keeps,
                ),
            ]
        case "categories":
            found = [
                gettext(
                    "From the moment you confirm, no other unit can read about %(what)s.",
                    what=own_case.category(choice.key, one.capacity),
                )
            ]
            found += [gettext("That is so for %(units)s.", units=names)] if names else []
            told = gettext(
                "Tasks that cannot be done without it go back to %(keeps)s, who speaks with you about it.",
                keeps=keeps,
            )
            return [*found, told, stays]


def _effects_of_all(one: own.OwnCase, names: str) -> list[str]:
    """The same where everything is taken back; `names` are the units that may read now."""
    found = [gettext("The plan is closed at once, and so is the case.")]
    if names:
        found.append(
            gettext(
                "%(units)s can read nothing about you in it any longer, and are told only that it is closed.",
                units=names,
            )
        )
    ahead = [
        one
        for one in documents.meetings(tx(), one.case.id)
        if one.status == "planned" and one.starts_at > now()
    ]
    if ahead:
        found.append(gettext("Meetings that were planned are called off."))
    return [
        *found,
        gettext("You do not lose the care and the support you have: they are decided by each for itself."),
        gettext("What is written is kept for as long as the law says, and is not used for anything else."),
        gettext("You can ask for a plan again, at any time."),
    ]
