"""Dates, spans and counts in the words of the reader's language.

Enters: days and aware instants, with the day or instant that counts as now, and the zone people live in. Leaves: words. The patterns
stand in the message catalogue, so that each language orders day and month its own way. Never reads the clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext, pgettext

NUMBERS_IN_WORDS = 12  # above this, figures
AFTER_A_LETTER = re.compile(r"(?<=[^\W\d])\.")


@dataclass(frozen=True, slots=True)
class Due:
    """How near a due date is: `state` is `late`, `near`, `later` or `none`; `words` say it; `on` is the day itself, or ''."""

    state: str
    words: str
    on: str = ""
    day: date | None = None


def due(
    day: date | None,
    today: date,
    *,
    late_for: int = 0,
    in_working_days: bool = False,
    near_until: date | None = None,
) -> Due:
    """What the list shows for a due day.

    `late_for` counts the days passed in the calendar of the timer (`in_working_days` says which); `near_until` is the next working day,
    the last day that counts as near (tomorrow where it is not given).
    """
    if day is None:
        return Due("none", gettext("No time limit"))
    on = weekday_and_day(day, today)
    if day < today:
        gone = max(late_for, 1)
        if in_working_days:
            words = ngettext("%(num)d working day late", "%(num)d working days late", gone)
        else:
            words = ngettext("%(num)d day late", "%(num)d days late", gone)
        return Due("late", words, on, day)
    ahead = (day - today).days
    if ahead < 2:
        return Due("near", gettext("Today") if ahead == 0 else gettext("Tomorrow"), on, day)
    words = ngettext("In %(num)d day", "In %(num)d days", ahead)
    near = near_until is not None and day <= near_until
    return Due("near" if near else "later", words, on, day)


def due_headline(day: date, today: date) -> str:
    """`Klar senast i morgon, onsdag 18 november`: the due day as a heading."""
    ahead = (day - today).days
    on = long_day(day, today)
    if ahead < 0:
        return gettext("Should have been done on %(day)s", day=on)
    if ahead == 0:
        return gettext("Done by today, %(day)s", day=on)
    if ahead == 1:
        return gettext("Done by tomorrow, %(day)s", day=on)
    return gettext("Done by %(day)s", day=on)


def weekday_and_day(day: date, today: date) -> str:
    """`fre 13 november`; the year only when it is not this one."""
    if day.year != today.year:
        return _format(day, pgettext("date pattern", "EEE d MMMM y"))
    return _format(day, pgettext("date pattern", "EEE d MMMM"))


def long_day(day: date, today: date) -> str:
    """`onsdag 18 november`, or `tisdag 12 januari 2027`."""
    if day.year != today.year:
        return _format(day, pgettext("date pattern", "EEEE d MMMM y"))
    return _format(day, pgettext("date pattern", "EEEE d MMMM"))


def short_day(day: date, today: date) -> str:
    """`18 nov`, or `5 nov 2026`."""
    if day.year != today.year:
        return _format(day, pgettext("date pattern", "d MMM y"))
    return _format(day, pgettext("date pattern", "d MMM"))


def month(day: date) -> str:
    """`Oktober 2026`."""
    return capital(_format(day, pgettext("date pattern", "LLLL y")))


def full_day(day: date) -> str:
    """`5 november 2026`: always with the year, for paper and versions."""
    return _format(day, pgettext("date pattern", "d MMMM y"))


def clock(instant: datetime, zone: tzinfo) -> str:
    """`16.30`, in the zone people live in."""
    return time_of_day(instant.astimezone(zone).time())


def time_of_day(at: time) -> str:
    """`16.30`."""
    return at.strftime(pgettext("time pattern", "%H:%M"))


def moment(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """`I dag 10.42`, `I går 8.00`, `Mån 16 nov 11.20`: when something happened."""
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    ago = (today - local.date()).days
    if ago == 0:
        return gettext("Today %(time)s", time=clock(instant, zone))
    if ago == 1:
        return gettext("Yesterday %(time)s", time=clock(instant, zone))
    if local.year == today.year:
        day = _format(local.date(), pgettext("date pattern", "EEE d MMM"))
    else:
        day = _format(local.date(), pgettext("date pattern", "d MMM y"))
    return capital(f"{day} {clock(instant, zone)}")


def draft_saved(saved_at: datetime, now: datetime, zone: tzinfo) -> str:
    """`Utkast sparat 10.42. Bara du ser det.`"""
    local, today = saved_at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return gettext("Draft saved %(time)s. Only you see it.", time=clock(saved_at, zone))
    return gettext(
        "Draft saved %(day)s %(time)s. Only you see it.",
        day=short_day(local.date(), today),
        time=clock(saved_at, zone),
    )


def worklist_sentence(late: int, near: int, total: int) -> str:
    """One sentence on how things are: `Två uppgifter är försenade. Tre ska bli klara i dag eller i morgon.`"""
    if not total:
        return ""
    parts = []
    if late:
        parts.append(
            ngettext(
                "%(words)s task is late.", "%(words)s tasks are late.", late, words=capital(number(late))
            )
        )
    if near and late:
        parts.append(
            ngettext(
                "%(words)s is to be done today or tomorrow.",
                "%(words)s are to be done today or tomorrow.",
                near,
                words=capital(number(near)),
            )
        )
    elif near:
        parts.append(
            ngettext(
                "%(words)s task is to be done today or tomorrow.",
                "%(words)s tasks are to be done today or tomorrow.",
                near,
                words=capital(number(near)),
            )
        )
    if not parts:
        parts.append(gettext("Nothing is late, and nothing has to be done today or tomorrow."))
    return " ".join(parts)


def number(count: int) -> str:
    """`två` up to twelve, then figures."""
    words = (
        pgettext("number", "no"),
        pgettext("number", "one"),
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
        pgettext("number", "nine"),
        pgettext("number", "ten"),
        pgettext("number", "eleven"),
        pgettext("number", "twelve"),
    )
    return words[count] if 0 <= count <= NUMBERS_IN_WORDS else str(count)


def number_words(count: int) -> str:
    """The number with a capital, to open a sentence."""
    return capital(number(count))


def listed(names: Sequence[str]) -> str:
    """`Birgitta, Anna och Maria`."""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The first letter small, unless the word is all capitals (SIP, BVC)."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def initials(name: str) -> str:
    """`SL` of `Sara Lindqvist`."""
    words = name.split()
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper() if words else ""


def _format(day: date, pattern: str) -> str:
    # CLDR ends abbreviated Nordic names with a full stop (`nov.`); in our running text it reads as the end of the sentence. The one after
    # the day of the month (`5. mai`) is Norwegian.
    return AFTER_A_LETTER.sub("", format_date(day, pattern, locale=get_locale() or "sv"))
