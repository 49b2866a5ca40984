"""Links of the register as reading matter of a case: listed beside its papers, added and taken away there (S0-28)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, CategoryObject, may
from engine.actions import reading_matter
from engine.errors import NotFound
from engine.records import links
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, support
from webapp.pages.casehead import Seen, see_existence
from webapp.session import now, tx, writes

pages = Blueprint("case_reading", __name__)


@pages.post("/cases/<case_id>/links")
@writes
def attach(case_id: str) -> ResponseReturnValue:
    """Add what was chosen."""
    see_existence(case_id)
    address = url_for("papers.page", case_id=case_id) + "#reading"
    chosen = request.form.get("link", "")
    try:
        reading_matter.attach(tx(), actor(), case_id, chosen, now=now())
        flash(gettext("The link is added."))
    except NotFound:
        flash(gettext("Choose a link."), "late")
    return redirect(address)


@pages.post("/cases/<case_id>/links/<case_link_id>/remove")
@writes
def remove(case_id: str, case_link_id: str) -> ResponseReturnValue:
    """Take it away again."""
    see_existence(case_id)
    reading_matter.detach(tx(), actor(), case_id, case_link_id, now=now())
    flash(gettext("The link is taken away."))
    return redirect(url_for("papers.page", case_id=case_id) + "#reading")


def listed(seen: Seen) -> list[dict[str, object]]:
    """The reading matter of the categories that the actor may read."""
    found = [one for one in links.of_case(tx(), seen.ground.case.id) if one.category in seen.visible]
    names = directory_names.people((one.actor_id, one.acting_for_id) for one in found)
    return [
        {
            "name": one.link.name, "address": one.link.address, "publisher": one.link.publisher,
            "added": f"{words.moment(one.at, now(), seen.ground.zone)}, {names[one.actor_id, one.acting_for_id]}",
            "remove_url": url_for("case_reading.remove", case_id=one.case_id, case_link_id=one.id) if _may(seen, one.category) else "",
        }
        for one in found
    ]  # fmt: skip


def offered(seen: Seen) -> list[dict[str, object]]:
    """What may be added, by theme: [{title, links: [(id, words)]}]."""
    groups: dict[str, list[tuple[str, str]]] = {}
    allowed = {of for of in (reading_matter.DIAGNOSIS, reading_matter.OTHERWISE) if _may(seen, of)}
    for one in reading_matter.offered(tx(), seen.ground.case, now=now()) if allowed else ():
        if reading_matter.category(one) in allowed:
            groups.setdefault(one.theme, []).append((one.id, f"{one.name} ({one.publisher})"))
    return [{"title": support.theme(key), "links": rows} for key, rows in groups.items()]


def of_own_case(case_id: str, visible: frozenset[str]) -> list[dict[str, str]]:
    """The same for the one whose case it is."""
    return [
        {
            "name": one.link.name,
            "address": one.link.address,
            "publisher": one.link.publisher,
            "note": one.link.note or "",
        }
        for one in links.of_case(tx(), case_id)
        if one.category in visible
    ]


def _may(seen: Seen, category: str) -> bool:
    return bool(may(actor(), Act.CASE_ATTACH, CategoryObject(seen.about, category)))
