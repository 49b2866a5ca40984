"""What a deviation is called: the routines that deviations go by, and the words of their own forms for what one is about.

Enters: the request's actor. Leaves: process ids, and labels by kind. Never a deviation itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from engine import library
from engine.reads import overview
from webapp.auth import actor
from webapp.session import tx


def routines() -> tuple[str, ...]:
    """Every routine that some other one names for its deviations."""
    named = {library.current(tx(), one).routine.settings.deviation for one, _ in overview.routines(tx())}
    return tuple(sorted(named - {""}))


def labels(reported_by: Iterable[str], key: str = "kind") -> dict[str, str]:
    """What the routines' own forms call each kind, or each choice of another field."""
    told: dict[str, str] = {"": gettext("Not said yet")}
    own = {one.region_id for one in actor().memberships}
    found = [library.current(tx(), one).routine for one in reported_by]
    for routine in sorted(found, key=lambda one: (one.region not in own, one.region is not None)):
        for form in routine.forms.values():
            for field in form.top_level():
                if field.key == key:
                    told = {one.value: one.label for one in field.options} | told
    return told


def statuses() -> dict[str, str]:
    """How far a deviation has come (`engine.reads.deviations.STATUS`)."""
    return {
        "draft": gettext("Draft"),
        "assess": gettext("To be assessed"),
        "sent": gettext("Sent"),
        "answered": gettext("Answered"),
        "lifted": gettext("With the managers"),
        "closed": gettext("Fed back and closed"),
    }
