"""Answers as people read them: by the labels of their form, in the language of the page.

Enters: a form and the values of an entry. Leaves: (label, text). Decides nothing about who may read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext, pgettext

from engine.definitions.schema import Field, Form
from webapp import words
from webapp.pages import directory_names
from webapp.session import ZONE


def told(value: object) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return ", ".join(told(one) for one in value.values() if one not in (None, ""))
    if isinstance(value, list | tuple):
        return words.listed([told(one) for one in value])
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(ZONE) if value.tzinfo else value
        return f"{words.full_day(local.date())} {words.clock(local, ZONE)}"
    if isinstance(value, date):
        return words.full_day(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", pgettext("decimal mark", "."))
    return str(value)


def pairs(form: Form | None, data: Mapping[str, object]) -> list[tuple[str, str]]:
    """(label, text) of every plain answer, in the order of the form, choices by their labels."""
    return [
        (one.label, answer(one, data[one.key]))
        for one in fields(form)
        if one.key in data and one.type != "dynamiclist" and data[one.key] not in (None, "", [])
    ]


def answer(field: Field, value: object) -> str:
    """One answer: a choice by its label, an id of the directory by its name."""
    labels = {option.value: option.label for option in field.options}
    if field.options_source in ("units", "own_units"):
        labels |= {unit.id: unit.name for unit in directory_names.all_units().values()}
    if isinstance(value, list):
        return words.listed([labels.get(str(one), told(one)) for one in value])
    return labels.get(str(value), told(value))


def lists(form: Form | None, data: Mapping[str, object]) -> list[dict[str, object]]:
    """Every list of the form that has rows: its label, and each row as (label, text)."""
    found: list[dict[str, object]] = []
    for one in fields(form):
        rows = data.get(one.key)
        if one.type == "dynamiclist" and isinstance(rows, list) and rows:
            found.append(
                {
                    "label": one.label,
                    "rows": [told_row(one, each) for each in rows if isinstance(each, Mapping)],
                }
            )
    return found


def told_row(field: Field, row: Mapping[str, object]) -> list[tuple[str, str]]:
    """One row of a list as (label, text)."""
    found = []
    for child in field.children:
        value = row.get(child.key)
        if value in (None, "", []):
            continue
        if child.type == "dynamiclist" and isinstance(value, list):
            found.append(
                (
                    child.label,
                    "; ".join(
                        ", ".join(text for _, text in told_row(child, one))
                        for one in value
                        if isinstance(one, Mapping)
                    ),
                )
            )
        else:
            found.append((child.label, answer(child, value)))
    return found


def fields(form: Form | None) -> list[Field]:
    """The fields that answer to a name of their own, in page order."""
    return list(form.top_level()) if form else []
