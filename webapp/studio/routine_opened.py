"""One routine opened in the list: where its running cases stand, version by version, and how each version came into force.

Enters: the process and its versions, the newest first. Leaves: values for the page; numbers of cases, never which they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.reads import standing
from engine.reads.overview import Version
from engine.reads.standing import Standing
from engine.records import directory, publications
from engine.records.publications import Publication
from webapp import words
from webapp.auth import actor
from webapp.pages.differences import version_name
from webapp.session import ZONE, tx


def told(process_id: str, versions: Sequence[Version]) -> dict[str, object]:
    """Where the cases of a routine stand, and its versions."""
    found = standing.of(tx(), process_id)
    order = {one.hash: place for place, one in enumerate(versions)}
    found.sort(key=lambda one: order.get(one.bundle_hash, len(order)))
    lists = {one.hash for one in versions if may(actor(), Act.ADMIN_VERSIONS, SystemObject(one.region_id))}
    steps: dict[tuple[str, str], str] = {}
    for one in sorted(versions, key=lambda each: not each.is_current):
        if one.hash in {each.bundle_hash for each in found}:
            steps |= {key: name for key, name in _steps(one.hash).items() if key not in steps}
    stands = {key for one in found for key in one.steps}
    columns = [
        {"name": version_name(one.bundle_hash), "running": one.running,
         "url": url_for("technical.on_version", bundle_hash=one.bundle_hash) if one.bundle_hash in lists else ""}
        for one in found
    ]  # fmt: skip
    return {
        "columns": columns,
        "steps": [
            {
                "name": steps.get(key, key[1]),
                "counts": [_count(one, key, listed=one.bundle_hash in lists) for one in found],
            }
            for key in [*(key for key in steps if key in stands), *sorted(stands - steps.keys())]
        ],
        "versions": [_version(one, until) for one, until in zip(versions, [None, *versions], strict=False)],
        "compare": [(one.hash, version_name(one.hash)) for one in versions] if len(versions) > 1 else [],
        "compare_url": url_for("studio_versions.compare", process_id=process_id),
        "withdraw_url": _withdraw_url(process_id, versions),
    }


def _count(one: Standing, key: tuple[str, str], *, listed: bool) -> dict[str, object]:
    """How many cases wait at a step, and where they are listed for whoever may see which they are."""
    number = one.steps.get(key, 0)
    shown = listed and number
    address = (
        url_for("technical.on_version", bundle_hash=one.bundle_hash, process=key[0], step=key[1])
        if shown
        else ""
    )
    return {"number": number, "url": address}


def _withdraw_url(process_id: str, versions: Sequence[Version]) -> str:
    """Where it can be asked that no new cases begin; '' where nobody may or there is nothing to withdraw."""
    current = next((one for one in versions if one.is_current), None)
    allowed = current and may(actor(), Act.VERSION_UPLOAD, RoutineObject(current.region_id))
    return url_for("studio_versions.withdrawal", process_id=process_id) if allowed else ""


def _steps(bundle_hash: str) -> dict[tuple[str, str], str]:
    """What the tasks of a version are called, in the order in which the drawing has them."""
    elements = library.loaded(tx(), bundle_hash).routine.elements
    return {
        (process_id, one.id): one.name or one.id
        for process_id, inside in elements.items()
        for one in inside.values()
        if one.kind == "userTask"
    }


def _version(one: Version, newer: Version | None) -> dict[str, object]:
    approved = publications.of_version(tx(), one.hash)
    latest = approved[0] if approved else None
    by = (
        directory.names(tx(), [latest.decided_by]).get(latest.decided_by, "")
        if latest and latest.decided_by
        else ""
    )
    return {
        "name": version_name(one.hash),
        "now": one.is_current,
        "awaits": bool(latest and latest.status == "approved" and latest.in_force_at is None),
        "called_off": bool(latest and latest.status == "called_off"),
        "left": one.running if not one.is_current else 0,
        "words": _approved(one, approved, by),
        "url": url_for("studio_versions.page", bundle_hash=one.hash),
    }


def _approved(one: Version, approved: Sequence[Publication], by: str) -> str:
    """Who let it come into force, and from when."""
    day = since(one, approved)
    if not approved:
        return gettext("Came with the installation, %(day)s", day=day)
    return gettext("Approved by %(name)s, valid from %(day)s", name=by, day=day)


def since(one: Version, approved: Sequence[Publication]) -> str:
    """The day from which it holds, or else on which it came."""
    held: datetime | None = approved[0].valid_from_at if approved else None
    return words.full_day((held or one.deployed_at).astimezone(ZONE).date())
