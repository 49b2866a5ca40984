"""What to write, in one sentence for each thing that is wrong.

Enters: an error of `definitions.forms` and, where there is one, its field. Leaves: a sentence in the reader's language that says what to
write, not what is wrong. A routine's author may give the sentence: `properties.error_<key>` of the field.
"""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from engine.definitions.forms import Field
from engine.errors import FieldError
from webapp import words


def sentence(one: Field | None, error: FieldError) -> str:
    """What to write. The routine's author may give the sentence (`properties.error_<key>`); else it is made from the label."""
    detail = dict(error.detail)
    if "sentence" in detail:
        return detail["sentence"]
    if error.message == "required" and one is not None:
        return _asked(one)
    made = _SENTENCES.get(error.message)
    return made(detail) if made else gettext("Look through this answer once more.")


def _asked(one: Field) -> str:
    label = one.label.strip()
    if one.type == "dynamiclist":
        return _row_asked(one, label)
    if label.endswith("?"):
        return gettext("Answer the question: %(label)s", label=label)
    name = words.small(label.rstrip(":. "))
    if one.type in {"radio", "select", "checklist"}:
        return gettext("Choose: %(label)s.", label=name)
    if one.type == "checkbox":
        return gettext("Tick the box: %(label)s.", label=name)
    if one.type == "datetime":
        return (
            gettext("Give a date: %(label)s.", label=name)
            if one.subtype != "time"
            else gettext("Give a time: %(label)s.", label=name)
        )
    return gettext("Write: %(label)s.", label=name)


def _row_asked(one: Field, label: str) -> str:
    """In the words of the button that adds a row."""
    name = words.small(label.rstrip(":.? "))
    button = one.properties.get("add_label", "").strip()
    if not button:
        row = one.properties.get("row_name", "").strip()
        button = gettext("Add %(row)s", row=words.small(row)) if row else gettext("Add a row")
    return f"{button}: {name}." if name else f"{button}."


_SENTENCES = {
    "required": lambda d: gettext("Fill in this field."),
    "not-in-consent": lambda d: gettext(
        "Nobody of that name stands in the consent. Write it, or choose it, as it stands there."
    ),
    "not-understood": lambda d: gettext("Fill in this answer once more."),
    "too-long": lambda d: gettext(
        "Write at most %(max)s characters; now there are %(length)s.",
        max=d.get("max"),
        length=d.get("length"),
    ),
    "too-short": lambda d: gettext("Write at least %(min)s characters.", min=d.get("min")),
    "not-allowed-characters": lambda d: gettext(
        "Write the text anew; it holds characters that cannot be kept."
    ),
    "not-an-email": lambda d: gettext("Write an e-mail address, for example name@example.se."),
    "not-a-phone-number": lambda d: gettext(
        "Write a telephone number in figures, for example 021-555 01 42."
    ),
    "pattern": lambda d: gettext("Write it in the form the field asks for."),
    "not-a-number": lambda d: gettext("Write a number in figures, for example 12 or 2,5."),
    "too-many-decimals": lambda d: gettext("Write at most %(max)s decimals.", max=d.get("max")),
    "number-too-small": lambda d: gettext("Write %(min)s or more.", min=d.get("min")),
    "number-too-large": lambda d: gettext("Write %(max)s or less.", max=d.get("max")),
    "not-an-option": lambda d: gettext("Choose one of the alternatives."),
    "date-in-past": lambda d: gettext("Give a day from today onwards."),
    "before-case": lambda d: gettext(
        "Give a day from %(day)s onwards, when the case began.",
        day=words.full_day(date.fromisoformat(d["day"])),
    ),
    "not-a-date": lambda d: gettext("Write the date as year-month-day, for example 2026-11-18."),
    "not-a-time": lambda d: gettext("Write the time in hours and minutes, for example 13.30."),
    "not-a-date-and-time": lambda d: gettext("Give both a date and a time."),
    "no-such-time": lambda d: gettext(
        "Choose another time; the clocks change that night and this hour does not exist."
    ),
    "too-many-rows": lambda d: gettext("Keep at most %(max)s rows.", max=d.get("max")),
    "too-few-rows": lambda d: gettext("Add rows until there are at least %(min)s.", min=d.get("min")),
    "unknown-field": lambda d: gettext(
        "The form has changed since the page was opened. Look it through and hand in again."
    ),
    "too-many-fields": lambda d: gettext("The form is too large to be handed in at once. Remove some rows."),
}
