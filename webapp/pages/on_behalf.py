"""A called unit answered by telephone: who spoke, how and when, beside the form that is filled in for it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import tasks
from engine.errors import FieldError, InvalidForm
from webapp.auth import actor
from webapp.pages import directory_names, naming
from webapp.session import now

HOWS = ("telephone", "meeting", "letter", "other")


def allowed(held: tasks.Held) -> bool:
    element = held.routine.element(held.task.process_id, held.task.element_id)
    return bool(element and element.on_behalf and may(actor(), Act.TASK_COMPLETE_ON_BEHALF, held.about))


def part(held: tasks.Held) -> dict[str, object]:
    unit = directory_names.all_units()[held.task.unit_id]
    hows = {
        "telephone": gettext("By telephone"),
        "meeting": gettext("At a meeting"),
        "letter": gettext("By letter"),
        "other": gettext("In another way"),
    }
    at = request.form.get("_on_behalf_at") or now().astimezone(held.ground.zone).strftime("%Y-%m-%dT%H:%M")
    return {
        "unit": unit.name,
        "who": request.form.get("_on_behalf_who", ""),
        "how": request.form.get("_on_behalf_how", "telephone"),
        "at": at,
        "hows": list(hows.items()),
        "error_who": gettext("Write who answered.")
        if request.method == "POST" and not request.form.get("_on_behalf_who")
        else "",
    }


def said() -> tasks.OnBehalf | InvalidForm:
    who, how = (
        request.form.get("_on_behalf_who", "").strip()[:200],
        request.form.get("_on_behalf_how", "telephone"),
    )
    if not who or how not in HOWS:
        return InvalidForm((FieldError("_on_behalf_who", "required"),))
    try:
        told = datetime.fromisoformat(request.form.get("_on_behalf_at", ""))
        at = told.replace(tzinfo=naming.ZONE).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and last day of all years lie outside in UTC
        at = now()
    return tasks.OnBehalf(who, how, min(at, now()))
