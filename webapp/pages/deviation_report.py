"""The yearly report on deviations: how many, of what kind, whom they were about, how they ended and how soon they were answered (S3-080).

Enters: whose report, of which year. Leaves: a tagged PDF of numbers that are protected already, each with its meaning in words. Never a
person, a case or a word that anybody wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response
from flask_babel import gettext, ngettext

from engine.documents import pdf
from engine.reads import deviation_year, guarded
from engine.reads.deviation_year import Parts, Side
from webapp import words
from webapp.pages import deviation_names, measure_words
from webapp.pages.archive_files import PAPERS
from webapp.pages.deviation_papers import frame, given
from webapp.pages.deviations_asked import Asked
from webapp.pages.directory_names import unit_names
from webapp.session import now, today, tx

Section = dict[str, object]
MOST_NAMES = 8
"""Of the units that a report names."""


def yearly(wanted: Asked) -> Response:
    """The report of the year, as far as it has come."""
    asked = (tx(), wanted.scope, deviation_names.routines(), wanted.period)
    day = words.full_day(today())
    if wanted.until <= now():
        period = gettext("The whole of %(year)s", year=wanted.year)
    else:
        period = gettext("%(year)s up to and including %(day)s", year=wanted.year, day=day)
    told = frame(gettext("Deviations %(year)s", year=wanted.year), day) | {
        "lead": gettext(
            "Yearly report on what was agreed between units and was not kept, and on what was done about it."
        ),
        "facts": [[gettext("Whose"), _whose(wanted)], [gettext("Period"), period]],
        "sides": [
            _side(
                _reported_title(wanted),
                deviation_year.reported(*asked, now=now()),
                gettext("Unit it is about"),
            ),
            _side(
                _received_title(wanted),
                deviation_year.received(*asked, now=now()),
                gettext("Unit that reported"),
            ),
        ],
        "definitions": {"title": gettext("How it is counted"), "rows": _definitions()},
    }
    return given(pdf(PAPERS, "deviation_year.typ", told), f"avvikelser-{wanted.year}-rapport.pdf")


def _whose(wanted: Asked) -> str:
    """Whose they are, for whoever reads the paper elsewhere."""
    names = list(unit_names(sorted(wanted.units)).values())
    if len(names) < 2:
        return wanted.name
    shown = names[:MOST_NAMES]
    more = len(names) - len(shown)
    return words.listed([*shown, ngettext("one more", "%(num)s more", more)] if more else shown)


def _reported_title(wanted: Asked) -> str:
    return gettext("Reported by our units") if wanted.units else gettext("Reported in the region")


def _received_title(wanted: Asked) -> str:
    return gettext("Sent to our units") if wanted.units else gettext("Sent to the unit they are about")


def _side(title: str, side: Side, counterpart: str) -> Section:
    if side.total is None:
        least = words.number(guarded.LEAST)
        few = gettext(
            "Fewer than %(least)s, so nothing is told of them: somebody could be recognised.", least=least
        )
        return {"title": title, "lead": few, "tables": []}
    lead = ngettext("%(num)s deviation.", "%(num)s deviations.", side.total)
    kinds = deviation_names.labels(deviation_names.routines())
    tables = [
        _table(gettext("Kind"), side.kinds, _joined(kinds)),
        _table(gettext("How far they have come"), side.statuses, _joined(deviation_names.statuses())),
        _table(counterpart, side.counterparts, _units(side.counterparts)),
        _table(gettext("How grave"), side.severities, _joined(_severities())),
        _table(gettext("Lifted to"), side.levels, _joined(_levels())),
        _table(gettext("How they began"), side.beginnings, _joined(_beginnings())),
        _table(gettext("What the answers promise"), side.measures, _joined(_measures())),
    ]
    return {"title": title, "lead": f"{lead} {_answers(side)}", "tables": [one for one in tables if one]}


def _table(head: str, parts: Parts | None, named: Callable[[tuple[str, ...]], str]) -> Section | None:
    if not parts:
        return None
    whole = sum(number for _, number in parts)
    if len(parts) == 1 and len(parts[0][0]) > 1:
        return {
            "head": [head, gettext("How many"), gettext("Share of all")],
            "rows": [[gettext("Too few to be told apart"), str(whole), "100 %"]],
        }
    rows = [[named(keys), str(number), f"{round(number / whole * 100)} %"] for keys, number in parts]
    return {"head": [head, gettext("How many"), gettext("Share of all")], "rows": rows}


def _answers(side: Side) -> str:
    if side.answered is None or side.median_days is None:
        return gettext("Too few were answered to say how long it took.")
    middle = measure_words.in_days(side.median_days)
    counted = ngettext("%(num)s was answered", "%(num)s were answered", side.answered)
    if side.ninth_days is None:
        told = gettext("%(counted)s, half of them within %(days)s.", counted=counted, days=middle)
    else:
        told = gettext(
            "%(counted)s, half of them within %(days)s and nine of ten within %(more)s.",
            counted=counted,
            days=middle,
            more=measure_words.in_days(side.ninth_days),
        )
    if side.in_time is None:
        return told
    in_time = gettext(
        "In time: %(hits)s of %(total)s (%(share)s %%).",
        hits=side.in_time.hits,
        total=side.in_time.total,
        share=round(side.in_time.part * 100),
    )
    return f"{told} {in_time}"


def _joined(names: Mapping[str, str]) -> Callable[[tuple[str, ...]], str]:
    def named(keys: tuple[str, ...]) -> str:
        told = [names.get(key, key) for key in keys]
        return words.listed([told[0], *map(words.small, told[1:])])

    return named


def _units(parts: Parts | None) -> Callable[[tuple[str, ...]], str]:
    names = unit_names(key for keys, _ in parts or [] for key in keys)

    def named(keys: tuple[str, ...]) -> str:
        first = names.get(keys[0], gettext("Not said yet"))
        if len(keys) == 1:
            return first
        more = len(keys) - 1
        return ngettext("%(unit)s and %(num)s smaller", "%(unit)s and %(num)s smaller", more, unit=first)

    return named


def _severities() -> dict[str, str]:
    return deviation_names.labels(deviation_names.routines(), "severity") | {"": gettext("Not assessed yet")}


def _levels() -> dict[str, str]:
    levels = {str(one): gettext("Level %(level)s", level=one) for one in (1, 2, 3)}
    return {"0": gettext("Not lifted")} | levels | {"4": gettext("The forum")}


def _beginnings() -> dict[str, str]:
    return {
        "drafted": gettext("A deadline was missed, drafted by Samordna"),
        "written": gettext("Somebody saw it and wrote"),
    }


def _measures() -> dict[str, str]:
    return {
        "with_day": gettext("A measure with a last day"),
        "without_day": gettext("A measure without a last day"),
        "none": gettext("No measure"),
    }


def _definitions() -> list[list[str]]:
    deviation = gettext(
        "What was agreed between units and was not kept, reported in Samordna. Counted in the year in which it was begun, drafts too. "
        "Test cases are not counted."
    )
    sides = gettext(
        "Reported: by the units of the report. Sent: to one of them, to be acknowledged and answered. What one of the units reported on "
        "another of them stands in both."
    )
    answer = gettext(
        "Days from when the deviation was sent to the unit until its manager answered. In time: by the last day of the routine, of all "
        "answered and all whose last day has passed."
    )
    lifted = gettext(
        "The highest level of the line of management that the deviation was lifted to, since nobody answered or the units did not agree."
    )
    small = gettext(
        "No number below %(least)s is told, nor one that could be worked out: small groups are put together. No name, no case and "
        "nothing that anybody wrote is in the report.",
        least=words.number(guarded.LEAST),
    )
    return [
        [gettext("Deviation"), deviation],
        [gettext("Reported and sent"), sides],
        [gettext("Answer"), answer],
        [gettext("Lifted"), lifted],
        [gettext("Small numbers"), small],
    ]
