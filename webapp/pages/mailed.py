"""What people are told by mail, as pages show it: each person's choice, and for administrators how the mail stands.

Enters: rows. Leaves: words. An address is shown to whoever it belongs to and to those who keep the directory.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from flask_babel import gettext, ngettext

from engine.actions import letters as sending
from engine.actions import mail_kinds as kinds
from engine.records import directory, letters, tellings
from webapp import words
from webapp.auth import actor
from webapp.session import ZONE, house, now, today, tx

MOST_SHOWN = 50


def own() -> dict[str, object]:
    """My address, and how I am told of each kind."""
    person = tellings.reached(tx(), [actor().id]).get(actor().id)
    chosen = person.choices if person else {}
    return {
        "address": (person.email if person else "") or "",
        "refused": bool(person and person.refused_at),
        "is_sent": house().settings.mail_host is not None,
        "action": url_for("account.choose_mail"),
        "hour": house().settings.mail_summary_hour,
        "rows": [
            {
                "kind": kind,
                "name": name,
                "chosen": kinds.choice(chosen, kind),
                "choices": [
                    (how, said) for how, said in _hows() if not (kind == kinds.MEETING and how == kinds.DAILY)
                ],
            }
            for kind, name in kind_names().items()
        ],
    }


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """The choices that a form holds; what is no choice is left out."""
    return {kind: form.get(kind, "") for kind in kinds.KINDS if form.get(kind) in kinds.CHOICES}


def kind_names() -> dict[str, str]:
    """Each kind in words, in the order in which they are shown."""
    return {
        kinds.NEW: gettext("New tasks"),
        kinds.NEAR: gettext("Tasks that are due soon"),
        kinds.OVERDUE: gettext("Overdue tasks"),
        kinds.REMINDER: gettext("Reminders"),
        kinds.ESCALATION: gettext("What is escalated to me"),
        kinds.COVER: gettext("That I am to stand in for a colleague"),
        kinds.APPROVAL: gettext("What waits for my approval"),
        kinds.ANSWERED: gettext("Answers to drafts that I sent for approval"),
        kinds.READING: gettext("New versions of routines to read"),
        kinds.MEETING: gettext("Meetings, for my calendar"),
    }


def _hows() -> list[tuple[str, str]]:
    return [
        (kinds.AT_ONCE, gettext("At once")),
        (kinds.DAILY, gettext("In a daily summary")),
        (kinds.NONE, gettext("Not at all")),
    ]


# --- how the mail stands --------------------------------------------------------------------------------------------------


def check() -> dict[str, str]:
    """One line of the health page."""
    name = gettext("Mail")
    if house().settings.mail_host is None:
        return {"state": "near", "name": name, "words": gettext("No mail is sent: no mail server is set")}
    state = letters.state(tx())
    if state.most_attempts:
        told = ngettext(
            "One letter waits since %(when)s. %(why)s", "%(num)s letters wait, since %(when)s. %(why)s", state.waiting,
            when=words.small(words.moment(state.oldest_at or now(), now(), ZONE)), why=why_not(state.failure, state.failure_code),
        )  # fmt: skip
        return {"state": "late", "name": name, "words": told}
    return {"state": "done", "name": name, "words": gettext("Goes out")}


def last_sent() -> str:
    """When the mail server last took a letter."""
    at = letters.state(tx()).last_sent_at
    return words.moment(at, now(), ZONE) if at else gettext("Not yet")


def dead() -> list[dict[str, object]]:
    """Letters that nobody takes, of people in the administrator's own region."""
    found = [one for one in letters.dead(tx(), most=MOST_SHOWN) if one.person_id in _theirs()]
    people = tellings.reached(tx(), [one.person_id for one in found])
    return [
        {
            "name": people[one.person_id].name if one.person_id in people else one.person_id,
            "url": url_for("directory.person", person_id=one.person_id),
            "since": words.moment(one.created_at, now(), ZONE),
            "tries": one.attempts,
            "why": why_not(one.failure, one.failure_code),
            "again": url_for("admin.letter_again", letter_id=one.id),
        }
        for one in found
    ]


def refused() -> list[dict[str, str]]:
    """Addresses that a mail server has refused, of people in the administrator's own region."""
    found = [one for one in letters.refused(tx()) if one[0] in _theirs()]
    names = directory.names(tx(), [one[0] for one in found])
    return [
        {
            "name": names[person_id],
            "address": address,
            "since": words.moment(at, now(), ZONE),
            "url": url_for("directory.person", person_id=person_id),
        }
        for person_id, address, at in found
    ]


def try_again(letter_id: str) -> bool:
    """The letter is tried from the beginning; False where it is not one of those that the administrator sees."""
    found = {one.id: one.person_id for one in letters.dead(tx(), most=10_000)}
    return found.get(letter_id) in _theirs() and sending.again(tx(), letter_id, now=now())


def _theirs() -> set[str]:
    regions = {one.region_id for one in actor().memberships}
    return {one for region_id in regions for one in tellings.people_in(tx(), region_id, on=today())}


def why_not(failure: str | None, code: int | None) -> str:
    """Why the server does not take it, and what to do."""
    said = {
        "address": gettext("The mail server says that there is no such address."),
        "letter": gettext("The mail server does not take the letter."),
        "sign_in": gettext("The mail server refuses our user name or password."),
        "sender": gettext("The mail server refuses the address that we send from."),
        "security": gettext("No safe connection with the mail server: look at its certificate and its port."),
        "silent": gettext("The mail server does not answer in time."),
        "broke_off": gettext("The mail server broke off."),
        "unreachable": gettext("The mail server cannot be reached."),
        sending.NO_ADDRESS: gettext("The person has no mail address any more."),
        sending.NOT_A_LETTER: gettext("The address is not a mail address."),
    }.get(failure or "", gettext("The mail server does not take it now."))
    return f"{said} ({code})" if code else said
