"""The words of a letter, in the language of whoever reads it.

Enters: how many things of which kind (`letters.Told`) and the address of the pages. Leaves: a subject and plain text. Nothing else can
stand in a letter: no name, no number, no unit, no case; what it is about is seen by whoever signs in.
"""

from __future__ import annotations

from collections.abc import Callable

from babel.dates import format_datetime

from engine.actions import mail_kinds as kinds
from engine.actions.letters import Told
from webapp.catalogues import translations

Ngettext = Callable[[str, str, int], str]


def letter(told: Told, address: str) -> tuple[str, str]:
    """Subject and text."""
    catalogue = translations(told.language)
    gettext, ngettext = catalogue.gettext, catalogue.ngettext
    number = sum(told.counts.values())
    subject = ngettext(
        "You have one thing to see to in Samordna", "You have %(num)s things to see to in Samordna", number
    ) % {"num": number}
    lines = [f"- {line(kind, count, ngettext)}" for kind, count in told.counts.items() if count]
    paragraphs = [gettext("Hello,"), f"{subject}:", "\n".join(lines)]
    paragraphs += _beside(told, ngettext)
    paragraphs.append(gettext("Sign in to see what it is about:") + f"\n{address}/")
    paragraphs.append(gettext("What it is about is never sent by mail, so that nobody else can read it."))
    choose = gettext("Under My settings you choose what you are told by mail, and when:")
    paragraphs.append(f"{choose}\n{address}/account")
    return subject, "\n\n".join(paragraphs) + "\n"


def line(kind: str, number: int, ngettext: Ngettext) -> str:
    """One kind of thing, and how many there are."""
    said = {
        kinds.NEW: ngettext("one new task", "%(num)s new tasks", number),
        kinds.NEAR: ngettext("one task that is due soon", "%(num)s tasks that are due soon", number),
        kinds.OVERDUE: ngettext("one task that is overdue", "%(num)s tasks that are overdue", number),
        kinds.REMINDER: ngettext("one reminder", "%(num)s reminders", number),
        kinds.ESCALATION: ngettext("one matter escalated to you", "%(num)s matters escalated to you", number),
        kinds.COVER: ngettext(
            "you are to stand in for a colleague", "you are to stand in for %(num)s colleagues", number
        ),
        kinds.APPROVAL: ngettext(
            "one thing that waits for your approval", "%(num)s things that wait for your approval", number
        ),
        kinds.ANSWERED: ngettext(
            "one answer to what you sent for approval",
            "%(num)s answers to what you sent for approval",
            number,
        ),
        kinds.READING: ngettext(
            "one routine in a new version to read", "%(num)s routines in new versions to read", number
        ),
        kinds.MEETING: ngettext(
            "one meeting, attached as an entry for your calendar",
            "%(num)s meetings, attached as entries for your calendar",
            number,
        ),
    }
    return said[kind] % {"num": number}


def _beside(told: Told, ngettext: Ngettext) -> list[str]:
    """Whom it is for besides oneself, and why it comes so late."""
    found = []
    if told.covering:
        found.append(
            ngettext(
                "One of these is for a colleague whom you stand in for.",
                "%(num)s of these are for colleagues whom you stand in for.",
                told.covering,
            )
            % {"num": told.covering}
        )
    if told.late and told.late_since is not None:
        at = format_datetime(
            told.late_since, "d MMMM y HH:mm", locale=told.language, tzinfo=told.late_since.tzinfo
        )
        found.append(
            ngettext(
                "One of these comes late, because the system or the mail stood still: it happened on %(when)s.",
                "%(num)s of these come late, because the system or the mail stood still: the first happened on %(when)s.",
                told.late,
            )
            % {"num": told.late, "when": at}
        )
    return found
