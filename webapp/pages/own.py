"""The page of the one whose case it is, and of whoever stands by them: the case, whom to ring, meetings, the plan, who has read (S3-033).

Short sessions, nothing kept by the browser, and nothing that `engine.access.own` does not open. Nothing leads to the pages of staff.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import asking, library
from engine.actions import accounts, own
from engine.actions.ground import Ground
from engine.actions.sessions import Holder
from engine.errors import NotFound
from engine.records import attachments, cases, documents, log
from engine.records.who import Who
from webapp import auth, language, words
from webapp.pages import attachments as attachment_pages
from webapp.pages import outside, plan, plan_versions, planrows, signin
from webapp.pages.casehead import Seen, unit_name
from webapp.session import house, now, reads, tx, writes

pages = Blueprint("own", __name__, url_prefix="/own")
MOST_READINGS = 100


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
def sign_out() -> Response:
    """The session is over."""
    auth.end()
    return redirect(url_for("own.sign_in_page", out=1))


@pages.get("/")
@writes
def page() -> ResponseReturnValue:
    """What is theirs to see, and a note in the log that it was shown."""
    row = auth.current().row
    if row is None or (row.invitation_id is None and row.identity_hash is None):
        return redirect(url_for("own.sign_in_page"))
    found = own.seen_with(tx(), row, now=now())
    if found:
        language.follow(found[0].case.region_settings)
    for one in found:
        log.note(
            tx(), log.READ, who=Who(), now=now(), case_id=one.case.id, page="own", categories=sorted(one.visible), ground=one.capacity
        )  # fmt: skip
    return render_template("own.html", cases=[_drawn(one) for one in found], action=url_for("own.sign_out"))


@pages.get("/papers/<attachment_id>")
@writes
def paper(attachment_id: str) -> ResponseReturnValue:
    """A paper of a case that is theirs to see, of a category that is; noted in the log."""
    row = auth.current().row
    if row is None or (row.invitation_id is None and row.identity_hash is None):
        return redirect(url_for("own.sign_in_page"))
    one = attachments.fetch(tx(), attachment_id)
    found = next((seen for seen in own.seen_with(tx(), row, now=now()) if seen.case.id == one.case_id), None)
    if (
        found is None
        or one.category not in found.visible
        or attachments.draft_of(tx(), attachment_id) is not None
    ):
        raise NotFound
    log.note(
        tx(), log.READ, who=Who(), now=now(), case_id=one.case_id, page="own", categories=[one.category], ground=found.capacity
    )  # fmt: skip
    return attachment_pages.given(one)


def _asked(problem: str) -> str:
    return render_template(
        "own_sign_in.html", action=url_for("own.sign_in"), problem=problem, providers=outside.buttons("person", ""),
        out="out" in request.args,
    )  # fmt: skip


def _drawn(one: own.OwnCase) -> dict[str, object]:
    ground = Ground(tx(), one.case, Who(), now())
    main = cases.main_instance(tx(), one.case.id)
    routine = library.loaded(tx(), main.bundle_hash).routine
    seen = Seen(
        ground,
        asking.case_object(one.case, ground.standing, now=now()),
        main,
        routine,
        one.visible,
        str(one.capacity),
        None,
    )
    values = cases.values(tx(), one.case.id).get("", {}) if "plan" in one.visible else {}
    return {
        "title": routine.title,
        "own": one.capacity == "person",
        "name": one.case.subject_name if "identity" in one.visible else "",
        "since": words.long_day(one.case.started_at.astimezone(ground.zone).date(), ground.today),
        "ended": words.long_day(one.case.ended_at.astimezone(ground.zone).date(), ground.today)
        if one.case.ended_at
        else "",
        "coordinator": plan.coordinator(seen, values),
        "meeting": _meeting(ground) if "coordination" in one.visible else None,
        "plan": _plan(seen),
        "papers": _papers(one),
        "readers": _readers(ground) if one.sees_readers else None,
    }


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


def _meeting(ground: Ground) -> dict[str, str] | None:
    """The next one that is planned."""
    ahead = [
        one
        for one in documents.meetings(tx(), ground.case.id)
        if one.status == "planned" and one.starts_at > now()
    ]
    if not ahead:
        return None
    return {
        "when": words.capital(words.moment(ahead[0].starts_at, now(), ground.zone)),
        "where": gettext("By video or telephone") if ahead[0].digital else ahead[0].place or "",
    }


def _plan(seen: Seen) -> dict[str, object] | None:
    """The newest that was issued; what is being written is not shown."""
    if "plan" not in seen.visible:
        return None
    versions = plan_versions.of_case(seen)
    goals = plan_versions.followed(seen, versions) if versions else ()
    if not goals:
        return None
    day, columns = seen.ground.today, planrows.columns(seen, goals)
    return {
        "issued": words.long_day(versions[0].on, day),
        "purpose": plan.purpose(),
        "together": planrows.together(goals),
        "columns": columns,
        "goals": [planrows.drawn(goal, number, columns, day) for number, goal in enumerate(goals, 1)],
        "follow_up": plan.follow_up(versions[0].content, day),
        "versions": plan_versions.told(seen, versions),
    }


def _readers(ground: Ground) -> list[dict[str, str]]:
    """Which units, and on which days: the names of staff stay with the auditor."""
    rows = documents.readings(tx(), ground.case.id, limit=MOST_READINGS)
    found = {
        (row.at.astimezone(ground.zone).date(), unit_name(row.unit_id))
        for row in rows
        if row.actor_id is not None
    }
    return [
        {"when": words.capital(words.long_day(on, ground.today)), "unit": unit}
        for on, unit in sorted(found, reverse=True)
    ]
