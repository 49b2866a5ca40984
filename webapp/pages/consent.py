"""Consent as people meet it: what holds now and who said so, what each unit can read, what was said before, what may be changed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine.access import Act, CategoryObject, may
from engine.reads import consents
from engine.reads.consents import Given, Holds, Reach, Stands
from engine.records import directory, grounds
from webapp import words
from webapp.auth import actor
from webapp.pages import consentwords, directory_names, message, telling
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.session import now, tx, writes

pages = Blueprint("consent", __name__)


@pages.get("/cases/<case_id>/consent")
@writes
def page(case_id: str) -> str:
    """What the person has said yes to, and what follows from it."""
    seen = see(case_id, "consent")
    may(actor(), Act.CASE_SEE_CONTENT, CategoryObject(seen.about, "consent")).required()
    ground = seen.ground
    found = consents.given(ground.case, ground.standing, seen.about, now=now())
    may_shield = bool(may(actor(), Act.CASE_WITHHOLD, seen.about))
    return render_template(
        "consent.html", section="cases", case=head(seen, "consent"), test_case=ground.case.is_test,
        plan=_plan(seen, found), columns=consentwords.columns(),
        rows=[_row(one) for one in consents.reach(tx(), seen.about, found)], others=consents.others(ground.standing),
        history=_history(seen, found), startable=_startable(seen),
        shielding_url=url_for("shielding.page", case_id=case_id) if may_shield else None,
    )  # fmt: skip


def _plan(seen: Seen, found: Sequence[Given]) -> dict[str, object]:
    """Whether a plan may be made at all; on whose word stands in the history."""
    asked = [one for one in found if "plan_creation" in one.kinds]
    agreed = [one for one in asked if one.holds in (Holds.ALL, Holds.PARTLY, Holds.NOTHING)]
    if any(one.scope == "all" for one in seen.ground.standing.withdrawals):
        return {"state": "hidden", "words": gettext("All consent has been taken back")}
    if agreed:
        return {"state": "done", "words": gettext("A plan may be made")}
    told = consentwords.holds(asked[0].holds) if asked else gettext("Nobody has said yes yet")
    return {"state": "waiting", "words": told}


def _row(one: Reach) -> dict[str, object]:
    unit = directory_names.all_units()[one.unit_id]
    state, told = consentwords.stands(one.stands)
    return {
        "name": unit.name,
        "principal": unit.principal_name,
        "state": state,
        "state_words": told,
        "later": one.stands == Stands.NAMED,
        "cells": [
            (name, category in one.categories)
            for name, category in zip(consentwords.columns(), consentwords.ORDER, strict=True)
        ],
    }


def _history(seen: Seen, found: Sequence[Given]) -> list[dict[str, object]]:
    """Everything that was said, the newest first; a withdrawal says as much as a consent."""
    standing = seen.ground.standing
    by = {one.row.recorded_by for one in found} | {one.recorded_by for one in standing.withdrawals}
    names = directory.names(tx(), {name for name in by if name})
    told = [(one.row.recorded_at, 0, _given(seen, one, names)) for one in found]
    told += [(one.recorded_at, 1, _taken(seen, one, names)) for one in standing.withdrawals]
    return [row for _, _, row in sorted(told, key=lambda event: event[:2], reverse=True)]


def _given(seen: Seen, one: Given, names: dict[str, str]) -> dict[str, object]:
    row = one.row
    units = words.listed([unit_name(unit_id) for unit_id in row.units if unit_id])
    what = words.listed([telling.category(name) for name in consentwords.ORDER if name in row.categories])
    lines = consentwords.said(row, seen.ground.today)
    if units and what:
        lines = [gettext("%(units)s may read %(what)s.", units=units, what=what), *lines]
    if row.others:
        lines.append(gettext("May take part without access: %(who)s.", who=words.listed(list(row.others))))
    if row.note:
        lines.append(row.note)
    return {
        "when": words.moment(row.recorded_at, now(), seen.ground.zone),
        "what": consentwords.kinds(one.kinds),
        "state": consentwords.state(one.holds),
        "state_words": consentwords.holds(one.holds),
        "lines": lines,
        "by": _written_down(row.recorded_by, names),
    }


def _taken(seen: Seen, one: grounds.Withdrawal, names: dict[str, str]) -> dict[str, object]:
    return {
        "when": words.moment(one.recorded_at, now(), seen.ground.zone),
        "what": consentwords.taken_back(one, [unit_name(unit_id) for unit_id in one.units]),
        "state": "hidden",
        "state_words": gettext("Taken back"),
        "lines": consentwords.said_no(one, seen.ground.today),
        "by": _written_down(one.recorded_by, names),
    }


def _written_down(person_id: str | None, names: dict[str, str]) -> str:
    return gettext("Written down by %(name)s", name=names[person_id]) if person_id in names else ""


def _startable(seen: Seen) -> list[dict[str, str]]:
    """What of the actions drawn for this case is about consent: those whose form writes in that category."""
    return [one for one in message.startable(seen.ground, seen.about) if one.get("about_consent")]
