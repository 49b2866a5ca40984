"""The page of the one whose case it is, and of whoever stands by them: what goes on, whom to ring, meetings, the plan, consents, who has
read (S3-033).

Short sessions, nothing kept by the browser, and nothing that `engine.access.own` does not open. Nothing leads to the pages of staff. What
one does from here stands in `own_consent` (taking back) and `own_writing` (preparing, proposing).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from engine.access import DEMANDS
from engine.actions import accounts, own, own_acts, own_notes
from engine.actions.sessions import Holder
from engine.documents import Appointment, calendar_file
from engine.errors import NotFound
from engine.reads.plans import Goal
from engine.records import attachments, cases, documents
from webapp import auth, words
from webapp.pages import attachments as attachment_pages
from webapp.pages import (
    case_reading,
    outside,
    own_case,
    own_consent,
    own_people,
    own_way,
    own_writing,
    plan,
    plan_versions,
    planrows,
    signin,
)
from webapp.pages.casehead import Seen
from webapp.pages.own_case import pages
from webapp.session import house, now, reads, tx, writes


@pages.get("/sign-in")
@reads
def sign_in_page() -> str:
    """Ask for the code on the letter, or send to where people show who they are."""
    return _asked("")


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Take the code."""
    try:
        found = own.use_code(
            house().engine,
            request.form.get("code", ""),
            key=house().settings.lookup_key,
            address=signin.address(),
            now=now(),
        )
    except accounts.TooManyTries as error:
        return reads(_asked)(problem=signin.many(error)), 429
    except own.NoSuchCode:
        told = gettext(
            "The code is not right, has been used, or is too old. Ring the number on the letter for a new one."
        )
        return reads(_asked)(problem=told), 401
    auth.begin(Holder("letter", invitation_id=found.id))
    return redirect(url_for("own.page"))


@pages.post("/sign-out")
def sign_out() -> Answer:
    """The session is over."""
    auth.end()
    return redirect(url_for("own.sign_in_page", out=1))


@pages.get("/")
@writes
def page() -> ResponseReturnValue:
    """What is theirs to see, and a note in the log that it was shown."""
    own_case.session()
    found = own_case.every()
    for one in found:
        own_case.note(one)
    return render_template("own.html", cases=[_drawn(one) for one in found], action=url_for("own.sign_out"))


@pages.get("/cases/<case_id>/readers")
@writes
def readers(case_id: str) -> ResponseReturnValue:
    """Every reading there ever was."""
    own_case.session()
    one = own_case.one(case_id)
    if not one.sees_readers:
        raise NotFound
    own_case.note(one)
    rows = own_people.readings(one, own_case.case(one))
    return render_template("own_readers.html", readers=rows, back_url=url_for("own.page"))


@pages.get("/cases/<case_id>/plan/<int:version>")
@writes
def plan_version(case_id: str, version: int) -> ResponseReturnValue:
    """A plan as it was issued, and what it changed of the one before."""
    own_case.session()
    one = own_case.one(case_id)
    seen = own_case.case(one)
    versions = plan_versions.of_case(seen) if "plan" in one.visible else []
    place = next((place for place, each in enumerate(versions) if each.paper.version == version), None)
    if place is None:
        raise NotFound
    own_case.note(one, one.visible)
    before = versions[place + 1] if place + 1 < len(versions) else None
    shown = _version(seen, versions[place], before) | {"newest": place == 0}
    return render_template("own_plan.html", plan=shown, back_url=url_for("own.page"))


@pages.get("/cases/<case_id>/meetings/<meeting_id>.ics")
@writes
def meeting(case_id: str, meeting_id: str) -> ResponseReturnValue:
    """A meeting for the calendar on one's telephone: neutral, never of a person whose data are protected."""
    own_case.session()
    one = own_case.one(case_id)
    all_of = documents.meetings_set(tx(), case_id)
    chain = next(
        (each for each in documents.chains(all_of) if any(met.id == meeting_id for met in each)), None
    )
    if chain is None or not _may_download(one):
        raise NotFound
    own_case.note(one, frozenset({"coordination"}))
    last, cancelled = chain[-1], chain[-1].status == "cancelled"
    head = one.case.region_settings.get("letterhead")
    told = head if isinstance(head, dict) else {}
    entry = Appointment(
        uid=f"{chain[0].id}@samordna", sequence=len(chain) - 1 + cancelled, stamped_at=now() if cancelled else last.set_at,
        starts_at=last.starts_at, ends_at=last.ends_at, summary=gettext("Meeting"), place="" if last.digital else last.place or "",
        organizer=str(told.get("name") or ""), organizer_mail=str(told.get("email") or ""), attendee=gettext("You"), cancelled=cancelled,
    )  # fmt: skip
    answer = Response(calendar_file(entry), mimetype="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=mote.ics"
    return answer


@pages.get("/papers/<attachment_id>")
@writes
def paper(attachment_id: str) -> ResponseReturnValue:
    """A paper of a case that is theirs to see, of a category that is; noted in the log."""
    own_case.session()
    one = attachments.fetch(tx(), attachment_id)
    found = next((seen for seen in own_case.every() if seen.case.id == one.case_id), None)
    if (
        found is None
        or one.category not in found.visible
        or attachments.draft_of(tx(), attachment_id) is not None
    ):
        raise NotFound
    own_case.note(found, frozenset({one.category}))
    return attachment_pages.given(one)


def _asked(problem: str) -> str:
    return render_template(
        "own_sign_in.html", action=url_for("own.sign_in"), problem=problem, providers=outside.buttons("person", ""),
        out="out" in request.args,
    )  # fmt: skip


def _drawn(one: own.OwnCase) -> dict[str, object]:
    seen, case_id = own_case.case(one), one.case.id
    ground, visible = seen.ground, one.visible
    values = cases.values(tx(), case_id).get("", {}) if "plan" in visible else {}
    follows = "coordination" in visible and one.case.purged_at is None
    rows = own_people.readings(one, seen) if one.sees_readers else None
    return {
        "id": case_id,
        "title": seen.routine.title,
        "own": one.capacity == "person",
        "name": one.case.subject_name if "identity" in visible else "",
        "since": _day(ground.today, one.case.started_at, ground.zone),
        "ended": _day(ground.today, one.case.ended_at, ground.zone) if one.case.ended_at else "",
        "way": own_way.steps(seen) if follows else [],
        "now": own_way.sentence(seen) if follows and not one.case.ended_at else "",
        "unanswered": own_way.unanswered(seen) if follows else [],
        "coordinator": plan.coordinator(seen, values),
        "meetings": _meetings(one) if follows else [],
        "follow_up": plan.follow_up(values, ground.today),
        "plan": _plan(seen),
        "papers": _papers(one),
        "reading": case_reading.of_own_case(one.case.id, one.visible),
        "people": own_people.taking_part(seen) if follows else [],
        "consents": own_consent.listed(one),
        "writing": own_writing.summary(one),
        "propose_url": url_for("own.propose_page", case_id=case_id)
        if own_acts.may_propose_now(tx(), one)
        else "",
        "shared": own_writing.shared(one) if own_notes.CATEGORY in visible else [],
        "readers": rows[: own_people.FIRST] if rows is not None else None,
        "more_readers": len(rows) - own_people.FIRST if rows else 0,
        "readers_url": url_for("own.readers", case_id=case_id),
    }


def _day(today: date, at: datetime, zone: ZoneInfo) -> str:
    return words.long_day(at.astimezone(zone).date(), today)


def _papers(one: own.OwnCase) -> list[dict[str, str]]:
    """What has been added to the case of the categories that are theirs to see."""
    return [
        {
            "name": paper.name,
            "url": url_for("own.paper", attachment_id=paper.id),
            "when": words.capital(
                words.long_day(paper.at.astimezone(ZoneInfo(one.case.zone)).date(), now().date())
            ),
        }
        for paper in attachments.of_case(tx(), one.case.id)
        if paper.removed_at is None and paper.category in one.visible
    ]


def _may_download(one: own.OwnCase) -> bool:
    return "coordination" in one.visible and not DEMANDS[one.case.protection].by_hand


def _meetings(one: own.OwnCase) -> list[dict[str, object]]:
    """Those that are planned, the next first."""
    zone = ZoneInfo(one.case.zone)
    return [
        {
            "day": words.capital(
                words.long_day(met.starts_at.astimezone(zone).date(), now().astimezone(zone).date())
            ),
            "time": words.clock(met.starts_at, zone)
            + (f"–{words.clock(met.ends_at, zone)}" if met.ends_at else ""),
            "where": gettext("By video or telephone") if met.digital else met.place or "",
            "ics_url": url_for("own.meeting", case_id=one.case.id, meeting_id=met.id)
            if _may_download(one)
            else "",
        }
        for met in documents.meetings(tx(), one.case.id)
        if met.status == "planned" and met.starts_at > now()
    ]


def _plan(seen: Seen) -> dict[str, object] | None:
    """The newest that was issued, as it has gone since, and the versions before it; what is being written is not shown."""
    versions = plan_versions.of_case(seen) if "plan" in seen.visible else []
    goals = plan_versions.followed(seen, versions) if versions else ()
    if not goals:
        return None
    pairs = list(zip(versions, [*versions[1:], None], strict=True))
    told = {"purpose": plan.purpose(), "together": planrows.together(goals)}
    lines = [_version_line(seen, one, before) for one, before in pairs]
    return _version(seen, *pairs[0]) | _matrix(seen, goals) | told | {"versions": lines}


def _matrix(seen: Seen, goals: Sequence[Goal]) -> dict[str, object]:
    day, columns = seen.ground.today, planrows.columns(seen, goals)
    drawn = [planrows.drawn(goal, number, columns, day) for number, goal in enumerate(goals, 1)]
    return {"columns": columns, "goals": drawn}


def _version(
    seen: Seen, one: plan_versions.Version, before: plan_versions.Version | None
) -> dict[str, object]:
    return _matrix(seen, one.goals) | {
        "number": one.paper.version,
        "issued": words.long_day(one.on, seen.ground.today),
        "differs": plan_versions.sentences(seen, before, one) if before else [],
    }


def _version_line(
    seen: Seen, one: plan_versions.Version, before: plan_versions.Version | None
) -> dict[str, object]:
    return {
        "name": gettext("Version %(number)s", number=one.paper.version),
        "when": words.capital(words.short_day(one.on, seen.ground.today)),
        "differs": plan_versions.sentences(seen, before, one) if before else [],
        "url": url_for("own.plan_version", case_id=seen.ground.case.id, version=one.paper.version),
    }
