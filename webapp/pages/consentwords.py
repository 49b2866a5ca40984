"""The words of consent: kinds, who answered, how much holds, what a unit may read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext

from engine.reads.consents import Holds, Stands
from engine.records import grounds
from webapp import words
from webapp.pages import telling

ORDER = ("identity", "coordination", "consent", "situation", "health", "social", "plan", "child")
"""Categories in the order in which people ask for them."""


def columns() -> list[str]:
    """The categories as headings, in order and in the words they have everywhere."""
    return [words.capital(telling.category(name)) for name in ORDER]


def kinds(found: Collection[str]) -> str:
    """What a consent is about."""
    told = {
        "plan_creation": gettext("that a plan is made"),
        "disclosure": gettext("that information is shared"),
        "information_exchange": gettext("that the units exchange information"),
    }
    return gettext("Yes to %(what)s", what=words.listed([told[one] for one in told if one in found]))


def holds(how: Holds) -> str:
    """How much of a consent is in force."""
    return {
        Holds.ALL: gettext("Holds"),
        Holds.PARTLY: gettext("Holds in part"),
        Holds.NOTHING: gettext("Holds no longer"),
        Holds.OVER: gettext("Its time is out"),
        Holds.NOT_AGREED: gettext("Does not hold: not all agree"),
    }[how]


def state(how: Holds) -> str:
    """The icon and colour of it."""
    return {Holds.ALL: "done", Holds.PARTLY: "partly", Holds.NOT_AGREED: "waiting"}.get(how, "hidden")


def stands(how: Stands) -> tuple[str, str]:
    """(icon, words) of how a unit stands to the case."""
    return {
        Stands.KEEPS: ("done", gettext("Runs the case")),
        Stands.READS: ("done", gettext("Takes part, with consent")),
        Stands.WAITS: ("waiting", gettext("Is called, waits for consent: sees by whom it is called and when to answer")),
        Stands.NAMED: ("later", gettext("Is not called yet. May then read:")),
        Stands.ENDED: ("hidden", gettext("Takes part no longer, sees nothing")),
    }[how]  # fmt: skip


def said(row: grounds.Consent, today: date) -> list[str]:
    """Who said it, in which capacity, how and when; each guardian; the child; until when."""
    who = _capacity(row.given_by, row.given_as)
    day = words.full_day(row.given_on)
    lines = [gettext("%(who)s said so %(how)s on %(day)s.", who=who, how=telling.form(row.form), day=day)]
    for one in row.guardians:
        name = str(one.get("name", ""))
        lines.append(
            gettext("%(name)s says yes.", name=name)
            if one.get("agrees") is True
            else gettext("%(name)s says no.", name=name)
        )
    child = {
        "agrees": gettext("The child says yes."),
        "too_young": gettext("The child is too young to take a stand."),
        "disagrees": gettext("The child says no."),
    }.get(row.child_view or "")
    lines += [child] if child else []
    if row.valid_until:
        until = words.full_day(row.valid_until)
        lines.append(
            gettext("Until and including %(day)s.", day=until)
            if row.valid_until >= today
            else gettext("Its time was out on %(day)s.", day=until)
        )
    return lines


def said_no(row: grounds.Withdrawal, today: date) -> list[str]:
    """Who took it back, how and when."""
    if not row.said_by:
        return [gettext("Taken back on %(day)s.", day=words.full_day(row.given_on))]
    who = _capacity(row.said_by, row.said_as)
    how = telling.form(row.form) if row.form else ""
    day = words.full_day(row.given_on)
    return [gettext("%(who)s said so %(how)s on %(day)s.", who=who, how=how, day=day)]


def taken_back(row: grounds.Withdrawal, units: Sequence[str]) -> str:
    """What was taken back."""
    if row.scope == "all":
        return gettext("No to everything")
    what = words.listed([telling.category(name) for name in ORDER if name in row.categories])
    if row.categories and units:
        return gettext("No to %(units)s reading %(what)s", units=words.listed(list(units)), what=what)
    if row.categories:
        return gettext("No to anybody reading %(what)s", what=what)
    return gettext("No to %(who)s", who=words.listed([*units, *row.others]))


def _capacity(name: str, capacity: str | None) -> str:
    told = {
        "guardian": gettext("guardian"),
        "legal_representative": gettext("legal representative"),
        "relative": gettext("relative"),
    }.get(capacity or "")
    return f"{name} ({told})" if told else name
