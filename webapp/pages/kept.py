"""What somebody sent when their session was over, or before they had proved who they are: kept, and offered anew to them alone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.records import sessions as session_rows
from engine.records.database import writing
from webapp import auth, words
from webapp.auth import actor, asking
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("kept", __name__)
REDRAWN = frozenset({"task.hand_in", "message.start"})
"""Forms that are shown anew with what was written; all others are sent as they were."""
PRESSED = ("_hand_in", "_later", "_add", "_remove", "_refresh")


@pages.get("/kept")
@reads
def page() -> ResponseReturnValue:
    """All that is kept for me."""
    kept = [(one, auth.fields_kept(one)) for one in session_rows.kept_forms(tx(), actor().id)]
    found = [_drawn(one, fields) for one, fields in kept if fields is not None]
    if not found:
        return redirect(url_for("worklist.page"))
    return render_template("kept.html", section="", forms=found)


@pages.post("/kept/<form_id>/drop")
def drop(form_id: str) -> ResponseReturnValue:
    """Throw it away."""
    with writing(house().engine) as opened:
        session_rows.drop_kept_form(opened, form_id, actor().id)
    flash(gettext("Thrown away."))
    return redirect(url_for("kept.page"))


@pages.after_app_request
def sent(response: Response) -> Response:
    """What was kept has been sent after all, or stands in its form again."""
    worked = (
        request.method == "POST" and response.status_code < 400
    )  # what was too large to be read is not read now either
    form_id = request.form.get("_kept", "") if worked else ""
    if form_id and (who := asking()) is not None:
        with writing(house().engine) as opened:
            session_rows.drop_kept_form(opened, form_id, who.id)
    return response


def _drawn(one: session_rows.KeptForm, sent: Mapping[str, list[str]]) -> dict[str, object]:
    redrawn = one.endpoint in REDRAWN
    fields = [
        (name, value)
        for name, values in sent.items()
        for value in values
        if not (redrawn and name.startswith(PRESSED))
    ]
    return {
        "id": one.id,
        "when": words.moment(one.kept_at, now(), ZONE),
        "address": one.address,
        "redrawn": redrawn,
        "fields": fields,
        "written": []
        if redrawn
        else [value for name, value in fields if not name.startswith("_") and value.strip()],
        "drop_url": url_for("kept.drop", form_id=one.id),
    }
