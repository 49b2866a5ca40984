"""The auditor's pages: the log, and signs worth a look.

Enters: what is looked for, posted and kept in the session, since names and numbers never stand in an address. Leaves: rows of the log,
never what stands in a case. That somebody looked, and for what, is logged too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.access import Act, SystemObject, may
from engine.access.actor import Role
from engine.actions import identity
from engine.reads import log_signs, logbook
from engine.records import directory, log
from webapp import acts
from webapp.auth import actor
from webapp.pages import logwords
from webapp.pages.directory_names import all_units, unit_names
from webapp.session import ZONE, house, now, today, tx, writes

pages = Blueprint("logbook", __name__, url_prefix="/log")
SEARCH = "log_search"
DAYS = 30
FIELDS = ("person", "case_number", "unit", "since", "until", "kind")


@pages.get("/")
@writes
def page() -> str:
    """The rows that fit what was looked for, the newest first."""
    allowed = regions()
    asked = _asked()
    found, more = logbook.page(tx(), allowed, wanted(asked), before=request.args.get("before", type=int))
    note("log_searched", asked, before=request.args.get("before", ""))
    return render_template(
        "log/search.html", rows=rows(found), asked=asked, kinds=_kinds(), action=url_for("logbook.search"),
        units=[(unit.id, unit.name) for unit in all_units().values() if unit.region_id in allowed],
        more_url=url_for("logbook.page", before=found[-1].id) if more else "", nobody=_nobody(asked), **frame("search"),
    )  # fmt: skip


@pages.post("/")
@writes
def search() -> AnyResponse:
    """Remember what is looked for. Of an identity number only its keyed hash is kept."""
    regions()
    asked = {name: request.form.get(name, "").strip()[:100] for name in FIELDS}
    typed, asked["subject_key"], asked["wrong"] = request.form.get("identity_number", "").strip(), "", ""
    if typed:
        try:
            asked["subject_key"] = identity.keyed_hash(typed, house().settings.lookup_key)
        except identity.BadIdentityNumber:
            asked["wrong"] = "identity_number"
    for name in ("since", "until"):
        if asked[name] and _day(asked[name]) is None:
            asked["wrong"] = name
    session[SEARCH] = asked
    return redirect(url_for("logbook.page"))


@pages.get("/signs")
@writes
def signs() -> str:
    """Signs of the last month that are worth a look."""
    allowed = regions()
    found = log_signs.signs(tx(), allowed, now() - timedelta(days=DAYS), now() + timedelta(seconds=1))
    note("log_signs_seen", {})
    names = directory.names(tx(), {one.actor_id for one in found})
    kinds = {
        log_signs.OWN: gettext("Has the same name as the one whose case it is"),
        log_signs.RELATIVE: gettext("Has the same surname as the one whose case it is"),
        log_signs.NO_TASK: gettext("Read in many cases without doing anything there"),
        log_signs.AFTER_LEAVING: gettext("Read after the unit had left the case"),
    }
    shown = [
        {
            "title": title,
            "rows": [
                (names.get(one.actor_id, one.actor_id), one.case_number or "", one.times) for one in of_kind
            ],
        }
        for kind, title in kinds.items()
        if (of_kind := [one for one in found if one.kind == kind])
    ]
    return render_template("log/signs.html", signs=shown, days=DAYS, **frame("signs"))


def regions() -> frozenset[str]:
    """The regions whose log the person may read. Raises NotAllowed where there is none."""
    held = {one.region_id for one in actor().memberships if Role.AUDITOR in one.roles}
    allowed = frozenset(one for one in held if may(actor(), Act.AUDIT_READS, SystemObject(one)))
    if not allowed:
        may(actor(), Act.AUDIT_READS, SystemObject(None)).required()
    return allowed


def note(act: str, asked: dict[str, str], **more: str) -> None:
    """Whoever looks in the log stands in it: for what by the names of the fields, for whom by account, case or keyed hash."""
    told = {
        name: value
        for name, value in {**asked, **more}.items()
        if value and name not in ("person", "subject_key", "wrong")
    }
    people = " ".join(f"person:{one}" for one in wanted(asked).actor_ids) if asked.get("person") else ""
    about = " ".join(filter(None, [people, *(f"{name}:{value}" for name, value in told.items())]))
    row: dict[str, object] = {
        "act": act,
        "at": now(),
        "subject_key": asked.get("subject_key") or None,
        "about": about[:500] or None,
    }
    log.note_all(tx(), [row | acts.by(actor()).columns()])


def frame(area: str) -> dict[str, object]:
    """What every page of the log is drawn with."""
    links = {
        "search": "logbook.page",
        "signs": "logbook.signs",
        "extract": "log_extract.page",
        "reviews": "log_review.page",
    }
    return {
        "section": "log",
        "area": area,
        "log_links": {key: url_for(endpoint) for key, endpoint in links.items()},
    }


def rows(found: list[logbook.Line]) -> list[dict[str, str]]:
    """Rows of the table."""
    named = {one for line in found for one in (line.actor_id, line.acting_for_id) if one}
    people, units = directory.names(tx(), named), unit_names(line.unit_id for line in found if line.unit_id)
    return [logwords.shown(line, people, units, ZONE) for line in found]


def wanted(asked: dict[str, str]) -> logbook.Wanted:
    """What was typed, as what is looked for."""
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    return logbook.Wanted(
        actor_ids=(logbook.people(tx(), asked["person"]) or ("",)) if asked.get("person") else (),
        case_number=asked.get("case_number", ""),
        subject_key=asked.get("subject_key", ""),
        unit_id=asked.get("unit", ""),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        kind=asked.get("kind", "") if asked.get("kind") in logbook.KINDS else "",
    )


def _asked() -> dict[str, str]:
    kept = session.get(SEARCH)
    found = {str(name): str(value) for name, value in kept.items()} if isinstance(kept, dict) else {}
    return found or {"since": (today() - timedelta(days=DAYS)).isoformat()}


def _nobody(asked: dict[str, str]) -> str:
    if asked.get("wrong") == "identity_number":
        return gettext("That is not an identity number. Check the last four digits.")
    if asked.get("wrong"):
        return gettext("Write days as 2026-03-01.")
    if asked.get("person") and not logbook.people(tx(), asked["person"]):
        return gettext("Nobody has that name or user name.")
    return ""


def _kinds() -> list[tuple[str, str]]:
    named = [
        gettext("Everything"),
        gettext("Readings"),
        gettext("Acts"),
        gettext("Sign-ins"),
        gettext("Refusals"),
    ]
    return list(zip(("", *logbook.KINDS), named, strict=True))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
