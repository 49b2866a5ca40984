"""What pages with a form share: what was posted, what is drawn, and what the person had written before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext

from engine.definitions import forms
from engine.definitions.schema import Form
from engine.errors import FieldError
from webapp import formview
from webapp.session import now


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with what it is drawn from."""

    form: Form | None
    options: Mapping[str, list[tuple[str, ...]]]
    context: Mapping[str, object]
    zone: ZoneInfo


def posted() -> dict[str, object]:
    """What the browser sent, nested; the page's own names (`_...`, the token) are left out. Raises InvalidForm."""
    flat = {
        name: request.form.getlist(name) if len(request.form.getlist(name)) > 1 else request.form[name]
        for name in request.form
        if name != "csrf_token" and not name.startswith("_")
    }
    return forms.nest(flat)


def pressed(values: Mapping[str, object]) -> tuple[dict[str, object], str] | None:
    """The answers after a row button, and what takes focus; None where another button was pressed."""
    return formview.press(values, request.form)


def drawn(sheet: Sheet, values: Mapping[str, object], errors: Sequence[FieldError] = ()) -> dict[str, object]:
    """`parts`, `errors` and `current_part` for a template."""
    if sheet.form is None:
        return {"parts": [], "errors": [], "current_part": None}
    fields = formview.draw(
        sheet.form, values, errors, now=now(), zone=sheet.zone, options=sheet.options, context=sheet.context
    )
    parts = formview.sections(fields)
    told = formview.summary(fields) + [
        {"href": "task-form", "text": text} for text in formview.stray(fields, errors)
    ]
    if errors and not told:
        told = [{"href": "task-form", "text": gettext("Look the form through once more and hand in again.")}]
    return {"parts": parts, "errors": told, "current_part": parts[0].id if parts else None}


def prefilled(
    form: Form | None, values: Mapping[str, Mapping[str, object]], scope: str, visible: frozenset[str]
) -> dict[str, object]:
    """What the case knows already, as far as the actor may read it; own answers in the same item always."""
    if form is None:
        return {}
    own = values.get(scope, {}) if scope else {}
    case_level = values.get("", {})
    found: dict[str, object] = {}
    for one in form.top_level():
        if one.key in own:
            found[one.key] = own[one.key]
        elif one.asked_anew:
            continue
        elif one.key in case_level and (one.category in visible or one.category == "coordination"):
            found[one.key] = case_level[one.key]
    return found
