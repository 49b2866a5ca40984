"""What differs between two versions, in sentences: for pages with names in bold, for mail, log and command in quotation marks.

Enters: changes of `engine.definitions.difference`. Leaves: one sentence for each, in the language of the context. The same words come out
everywhere, since nothing but the two versions is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from flask_babel import Babel, force_locale, gettext, ngettext
from markupsafe import Markup, escape

from engine.deadlines import iso
from engine.definitions.difference import Change, Name, Span, Term, Text, Word
from engine.definitions.difference.values import SECTIONS
from webapp import catalogues
from webapp.difference_terms import flag, term
from webapp.legible import apart, short
from webapp.studio.stepwords import SLOTS


def plain(change: Change) -> str:
    """The sentence as text."""
    words = {name: _plain(word) for name, word in _words(change)}
    return " ".join(said % words for said in _said_of(change))


def page(change: Change) -> Markup:
    """The sentence for a page; whatever stands in the files is shown as text."""
    words = {name: _bold(word) for name, word in _words(change)}
    return Markup(" ").join(escape(said) % words for said in _said_of(change))


def text(changes: Sequence[Change]) -> str:
    """All of them, one a line."""
    return "\n".join(map(plain, changes))


def headline(changes: Sequence[Change]) -> str:
    """How much differs, in one sentence."""
    if not changes:
        return gettext("Nothing differs.")
    return ngettext("%(num)d change.", "%(num)d changes.", len(changes))


def counts(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """How many of each kind, in the order in which they are read."""
    found = Counter(one.section for one in changes)
    return [(section(name), found[name]) for name in SECTIONS if found[name]]


def section(name: str) -> str:
    """A group of changes, where there are many."""
    return {
        "deadline": gettext("Time limits"),
        "role": gettext("Who does what"),
        "step": gettext("Steps and ways"),
        "condition": gettext("Conditions"),
        "table": gettext("Tables"),
        "form": gettext("Forms to fill in"),
        "document": gettext("Documents"),
        "setting": gettext("Settings"),
        "layout": gettext("Layout"),
    }[name]


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """For a command, which has no page around it: sentences in that language."""
    app = Flask(__name__)
    babel = Babel(app, default_locale=language)
    with app.app_context():
        catalogues.install(babel)
        with force_locale(language):
            yield


def _said_of(change: Change) -> Iterator[str]:
    """The sentence; of a step that came also who does it, where and by when."""
    yield _SENTENCES[change.says]()
    told = dict(change.words)
    for name in ("waits", "operation", "role", "due", "ends"):
        if name in told:
            yield _FURTHER[_which(name, told)]()


def _which(name: str, told: Mapping[str, Word]) -> str:
    """Of the sentences about it the one that says all that is known."""
    role, unit = told.get("role"), told.get("unit")
    if name == "role" and not role:
        return "nobody"
    if name == "role" and "person" in told:
        return "role-person"
    held = isinstance(role, Term) and role.key in SLOTS and unit == Term("unit", "")
    return f"{name}-unit" if name in ("role", "operation") and unit is not None and not held else name


# --- words ----------------------------------------------------------------------------------------------------------


def _words(change: Change) -> list[tuple[str, Word]]:
    """With the first of two lengths as a bare number where both count the same, and what became another so that it shows in what."""
    told = dict(change.words)
    for first, second in (("before", "after"), ("was", "name")):
        told |= _apart(first, told.get(first), second, told.get(second))
    before, after = told.get("before"), told.get("after")
    if isinstance(before, Span) and isinstance(after, Span):
        was, now = _counted(before), _counted(after)
        if was is not None and now is not None and was[1] is now[1]:
            told["before"] = str(was[0])
    field = told.get("field")
    kind = _VALUES.get(field.key, "") if isinstance(field, Term) else ""
    kind = "value" if change.says == "cell-changed" else kind
    if isinstance(cells := told.get("cells"), str):
        told["cells"] = ", ".join(_of_row(one) for one in cells.split(", "))
    told |= {
        key: Term(kind, word.text)
        for key in ("before", "after")
        if kind and isinstance(word := told.get(key), Text)
    }
    return list(told.items())


def _apart(was: str, before: Word | None, now: str, after: Word | None) -> dict[str, Word]:
    match before, after:
        case (Name(one), Name(other)) if one and other:
            one, other = apart(one, other)
            return {was: Name(one), now: Name(other)}
        case (Text(one), Text(other)) if one and other:
            one, other = apart(one, other)
            return {was: Text(one), now: Text(other)}
    return {}


def _of_row(said: str) -> str:
    """What stands in one cell, a bare yes or no in the reader's language, with the heading of its column before it."""
    head, colon, value = said.rpartition(": ")
    return f"{head}{colon}{flag(value)}"


_VALUES = {
    "role": "role", "on_behalf": "role", "unit": "unit", "input[unit]@value": "unit", "operation": "operation", "signed": "flag",
    "category": "category", "start_roles": "roles", "linked": "names",
}  # fmt: skip
"""By something that a step says the kind of word that stands there."""


def _plain(word: Word) -> str:
    return gettext("“%(text)s”", text=short(word.text)) if isinstance(word, Name) else _said(word)


def _bold(word: Word) -> Markup:
    return Markup("<strong>%s</strong>") % short(word.text) if isinstance(word, Name) else escape(_said(word))


def _said(word: Word) -> str:
    match word:
        case Name(text):
            return text
        case Text(text):
            return gettext("“%(text)s”", text=short(text))
        case Span():
            return _length(word)
        case Term(kind, key):
            return term(kind, key)
    return short(str(word))


Count = Callable[[int], str]


def _length(span: Span) -> str:
    found = _counted(span)
    if found is not None:
        return found[1](found[0])
    if not span.text:
        return gettext("no time")
    quoted = gettext("“%(text)s”", text=short(span.text))
    return gettext("%(time)s in working days", time=quoted) if span.calendar == "working-days" else quoted


def _counted(span: Span) -> tuple[int, Count] | None:
    """A number and what it counts; None for an expression, a date or a mixed length."""
    try:
        found = iso.duration(span.text)
    except ValueError:
        return None
    hours, minutes = found.clock / timedelta(hours=1), found.clock / timedelta(minutes=1)
    parts = [bool(found.months), bool(found.days), bool(found.clock)]
    if sum(parts) != 1:
        return None
    if found.months:
        whole = found.months % 12 == 0
        return (found.months // 12, _years) if whole else (found.months, _months)
    if found.days:
        days = {"working-days": _working_days, "rolled-days": _rolled_days}.get(span.calendar, _days)
        return found.days, days
    return (
        (int(hours), _hours)
        if hours == int(hours)
        else (int(minutes), _minutes)
        if minutes == int(minutes)
        else None
    )


def _working_days(number: int) -> str:
    return ngettext("%(num)d working day", "%(num)d working days", number)


def _rolled_days(number: int) -> str:
    return ngettext("%(num)d day, moved to a working day", "%(num)d days, moved to a working day", number)


def _days(number: int) -> str:
    return ngettext("%(num)d day", "%(num)d days", number)


def _months(number: int) -> str:
    return ngettext("%(num)d month", "%(num)d months", number)


def _years(number: int) -> str:
    return ngettext("%(num)d year", "%(num)d years", number)


def _hours(number: int) -> str:
    return ngettext("%(num)d hour", "%(num)d hours", number)


def _minutes(number: int) -> str:
    return ngettext("%(num)d minute", "%(num)d minutes", number)


_FURTHER: dict[str, Callable[[], str]] = {
    "waits": lambda: gettext("It waits %(waits)s."),
    "nobody": lambda: gettext("Nobody is named to do it."),
    "role": lambda: gettext("It is done by %(role)s."),
    "role-unit": lambda: gettext("It is done by %(role)s at %(unit)s."),
    "role-person": lambda: gettext("It is done by a certain person (%(role)s)."),
    "operation": lambda: gettext("It happens by itself: %(operation)s."),
    "operation-unit": lambda: gettext("It happens by itself: %(operation)s (%(unit)s)."),
    "due": lambda: gettext("The deadline is %(due)s."),
    "ends": lambda: gettext("%(ends)s ends then."),
}
"""Sentences after the one that says that a step came."""
_SENTENCES: dict[str, Callable[[], str]] = {
    "deadline-changed": lambda: gettext("The deadline of %(name)s changes from %(before)s to %(after)s."),
    "deadline-added": lambda: gettext("%(host)s gets a deadline: %(span)s (%(name)s)."),
    "deadline-added-unnamed": lambda: gettext("%(host)s gets a deadline: %(span)s."),
    "deadline-removed-unnamed": lambda: gettext("%(host)s has no deadline any more: %(span)s is removed."),
    "deadline-removed": lambda: gettext("%(host)s has no deadline any more: %(span)s (%(name)s) is removed."),
    "time-changed": lambda: gettext("The time of %(name)s changes from %(before)s to %(after)s."),
    "time-to-changed": lambda: gettext(
        "The time from the start of %(host)s to %(name)s changes from %(before)s to %(after)s."
    ),
    "limit-changed": lambda: gettext("A time limit of %(host)s changes from %(before)s to %(after)s."),
    "reminder-added": lambda: gettext("At %(host)s, %(name)s is added, %(span)s after it starts."),
    "reminder-added-unnamed": lambda: gettext("At %(host)s a time limit is added, %(span)s after it starts."),
    "reminder-removed-unnamed": lambda: gettext(
        "At %(host)s the time limit %(span)s after it starts is removed."
    ),
    "reminder-removed": lambda: gettext("At %(host)s, %(name)s is removed, %(span)s after it starts."),
    "limit-ends": lambda: gettext("%(name)s now ends %(host)s."),
    "limit-ends-not": lambda: gettext("%(name)s no longer ends %(host)s."),
    "limit-is-deadline": lambda: gettext("%(name)s is now the deadline of %(host)s."),
    "limit-is-no-deadline": lambda: gettext("%(name)s is no longer the deadline of %(host)s."),
    "role-changed": lambda: gettext("%(name)s is done by %(after)s instead of %(before)s."),
    "step-added": lambda: gettext("The step %(name)s is added."),
    "step-added-after": lambda: gettext("The step %(name)s is added after %(before)s."),
    "step-added-after-time": lambda: gettext("The step %(name)s is added, %(span)s after %(host)s starts."),
    "step-removed": lambda: gettext("The step %(name)s is removed."),
    "step-moved-before": lambda: gettext("%(name)s moves to before %(after)s."),
    "step-moved-after": lambda: gettext("%(name)s moves to after %(before)s."),
    "step-moved-into": lambda: gettext("%(name)s moves into %(inside)s."),
    "element-added": lambda: gettext("%(kind)s %(name)s is added."),
    "element-removed": lambda: gettext("%(kind)s %(name)s is removed."),
    "kind-changed": lambda: gettext(
        "%(name)s becomes another kind of element: %(after)s instead of %(before)s."
    ),
    "renamed": lambda: gettext("%(was)s is now called %(name)s."),
    "renamed-only": lambda: gettext("%(was)s is now called %(name)s. Nothing else changes."),
    "way-leads": lambda: gettext(
        "The path %(way)s from %(source)s leads to %(after)s instead of %(before)s."
    ),
    "way-leads-unnamed": lambda: gettext(
        "The path from %(source)s leads to %(after)s instead of %(before)s (%(way)s)."
    ),
    "way-added": lambda: gettext("A path from %(source)s to %(after)s is added."),
    "way-removed": lambda: gettext("The path %(way)s from %(source)s to %(before)s is removed."),
    "condition-changed": lambda: gettext(
        "The path %(way)s from %(source)s is taken when %(after)s, instead of %(before)s."
    ),
    "condition-added": lambda: gettext("The path %(way)s from %(source)s gets a condition: %(after)s."),
    "condition-removed": lambda: gettext("The path %(way)s from %(source)s loses its condition: %(before)s."),
    "ways-order": lambda: gettext("At %(name)s the paths are tried in another order: %(ways)s."),
    "field-changed": lambda: gettext("%(name)s: %(field)s changes from %(before)s to %(after)s."),
    "field-added": lambda: gettext("%(name)s: %(field)s is added: %(after)s."),
    "field-removed": lambda: gettext("%(name)s: %(field)s is removed: %(before)s."),
    "field-there": lambda: gettext("%(name)s: %(field)s is added."),
    "field-not-there": lambda: gettext("%(name)s: %(field)s is removed."),
    "row-added": lambda: gettext("Row %(row)s is added to %(name)s: %(cells)s."),
    "row-removed": lambda: gettext("Row %(row)s is removed from %(name)s: %(cells)s."),
    "row-moved": lambda: gettext("In %(name)s, row %(before)s moves to row %(row)s."),
    "cell-changed": lambda: gettext(
        "In %(name)s, row %(row)s, %(column)s changes from %(before)s to %(after)s."
    ),
    "form-field-added": lambda: gettext("In %(form)s the field %(name)s is added."),
    "form-field-removed": lambda: gettext("In %(form)s the field %(name)s is removed."),
    "form-field-moved": lambda: gettext("In %(form)s the field %(name)s moves."),
    "form-field-required": lambda: gettext("In %(form)s the field %(name)s becomes required."),
    "form-field-voluntary": lambda: gettext("In %(form)s the field %(name)s becomes voluntary."),
    "form-field-renamed": lambda: gettext("In %(form)s the field %(was)s is now called %(name)s."),
    "form-field-changed": lambda: gettext(
        "In %(form)s, for the field %(name)s, %(field)s changes from %(before)s to %(after)s."
    ),
    "choice-added": lambda: gettext("In %(form)s the field %(name)s gets the choice %(choice)s."),
    "choice-removed": lambda: gettext("In %(form)s the field %(name)s loses the choice %(choice)s."),
    "choice-renamed": lambda: gettext(
        "In %(form)s, for the field %(name)s, the choice %(before)s is now called %(after)s."
    ),
    "choices-moved": lambda: gettext("In %(form)s the choices of the field %(name)s change their order."),
    "passage-changed": lambda: gettext("In the document %(name)s, %(before)s becomes %(after)s."),
    "passage-added": lambda: gettext("In the document %(name)s, %(after)s is added."),
    "passage-removed": lambda: gettext("In the document %(name)s, %(before)s is removed."),
    "passages-more": lambda: gettext("In the document %(name)s, %(number)s more passages change."),
    "setting-changed": lambda: gettext("The setting %(field)s changes from %(before)s to %(after)s."),
    "setting-added": lambda: gettext("The setting %(field)s is added: %(after)s."),
    "setting-removed": lambda: gettext("The setting %(field)s is removed: %(before)s."),
    "drawing-added": lambda: gettext("The diagram %(name)s is added."),
    "drawing-removed": lambda: gettext("The diagram %(name)s is removed."),
    "table-added": lambda: gettext("The table %(name)s is added."),
    "table-removed": lambda: gettext("The table %(name)s is removed."),
    "form-added": lambda: gettext("The form %(name)s is added."),
    "form-removed": lambda: gettext("The form %(name)s is removed."),
    "document-added": lambda: gettext("The document %(name)s is added."),
    "document-removed": lambda: gettext("The document %(name)s is removed."),
    "scenario-passage-changed": lambda: gettext("In the scenario %(name)s, %(before)s becomes %(after)s."),
    "scenario-passage-added": lambda: gettext("In the scenario %(name)s, %(after)s is added."),
    "scenario-passage-removed": lambda: gettext("In the scenario %(name)s, %(before)s is removed."),
    "scenario-added": lambda: gettext("The scenario %(name)s is added."),
    "scenario-removed": lambda: gettext("The scenario %(name)s is removed."),
    "file-added": lambda: gettext("The file %(name)s is added."),
    "file-removed": lambda: gettext("The file %(name)s is removed."),
    "file-replaced": lambda: gettext("The file %(name)s is replaced."),
    "file-unread": lambda: gettext("The file %(name)s changes, and cannot be read."),
    "drawn-otherwise": lambda: gettext("The picture %(name)s is redrawn, the routine is the same."),
    "written-otherwise": lambda: gettext("The file %(name)s is written in another way and says the same."),
}
