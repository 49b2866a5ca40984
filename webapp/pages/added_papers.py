"""Papers that people have added to a case, as rows; and of which categories one may add more."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from engine.access import CATEGORIES, Act, CategoryObject, may
from engine.actions import attaching
from engine.records import attachments
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, telling
from webapp.pages.casehead import Seen
from webapp.session import now, tx


def listed(seen: Seen) -> list[dict[str, object]]:
    """The papers of the categories that the actor may read, the newest first."""
    found = [one for one in attachments.of_case(tx(), seen.ground.case.id) if one.category in seen.visible]
    names = directory_names.people(
        pair
        for one in found
        for pair in ((one.actor_id, one.acting_for_id), (one.removed_by, one.removed_for_id))
    )
    return [_row(seen, one, names) for one in found]


def offered(seen: Seen) -> list[tuple[str, str]]:
    """(key, name) of the categories of which the actor may add papers."""
    return [
        (one, words.capital(telling.category(one)))
        for one in sorted(CATEGORIES - {"identity", "consent"})
        if may(actor(), Act.CASE_ATTACH, CategoryObject(seen.about, one))
    ]


def _row(
    seen: Seen, one: attachments.Attachment, names: dict[tuple[str | None, str | None], str]
) -> dict[str, object]:
    zone = seen.ground.zone
    removed = ""
    if one.removed_at is not None:
        by = names[one.removed_by, one.removed_for_id]
        removed = gettext(
            "Removed %(when)s by %(who)s", when=words.small(words.moment(one.removed_at, now(), zone)), who=by
        )
    can_remove = one.removed_at is None and attaching.may_remove(actor(), seen.ground, one)
    return {
        "id": one.id,
        "name": one.name,
        "url": "" if removed else url_for("attachments.download", attachment_id=one.id),
        "category": words.capital(telling.category(one.category)),
        "size": size(one.size),
        "hash": one.hash,
        "note": one.note,
        "added": f"{words.moment(one.at, now(), zone)}, {names[one.actor_id, one.acting_for_id]}",
        "removed": removed,
        "because": one.removed_because,
        "remove_url": url_for("attachments.remove", attachment_id=one.id) if can_remove else "",
    }


def size(size: int) -> str:
    """In words."""
    return gettext("%(size)s MB", size=f"{size / 1_000_000:.1f}".replace(".", ",")) if size >= 1_000_000 else gettext(
        "%(size)s kB", size=max(1, round(size / 1000))
    )  # fmt: skip
