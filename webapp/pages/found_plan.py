"""What the search for a plan that exists is answered with: whom to ask, and never more than one may know."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext

from engine.actions import cases
from webapp.pages import directory_names


def own(found: Sequence[cases.Existing]) -> dict[str, object] | None:
    """Within one's own principal: who keeps it, and the case where one may open it."""
    if not found:
        return None
    unit = directory_names.all_units()[found[0].unit_id]
    opened = next((one.case_id for one in found if one.case_id), None)
    pairs = [(gettext("Kept by"), unit.name), (gettext("Telephone"), unit.phone or "–")]
    return {
        "title": gettext("There is a plan already"),
        "pairs": pairs,
        "text": "",
        "add": None,
        "open": {"url": url_for("case.page", case_id=opened), "words": gettext("Open the case")}
        if opened
        else None,
    }


def elsewhere(found: Sequence[cases.Existing]) -> dict[str, str] | None:
    """With another principal: only that there is one, and whom to ask."""
    if not found:
        return None
    unit = directory_names.all_units()[found[0].unit_id]
    told = gettext(
        "Ask %(unit)s, %(phone)s.",
        unit=directory_names.unit_label(unit),
        phone=unit.phone or "",
    )
    return {"title": gettext("There is a plan with another principal"), "text": told}
