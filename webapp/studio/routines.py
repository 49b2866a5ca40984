"""The routines with their versions, drafts and running cases; what waits for whoever looks comes first.

Enters: requests of those who answer for routines, or who keep the system running. Leaves: the page, or a new draft. Numbers of cases only:
which cases they are is for the technical view to tell, and for whoever may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.actions import decisions, draft_sources, publishing, routine_drafts
from engine.definitions.routine import Routine
from engine.reads import compared, overview
from engine.reads.overview import Version
from engine.records import directory, publications
from engine.records import routine_drafts as draft_rows
from engine.records.database import writing
from engine.records.publications import Publication
from engine.records.routine_drafts import Draft
from webapp import words
from webapp.auth import actor
from webapp.pages.differences import version_name
from webapp.session import ZONE, house, now, reads, tx
from webapp.studio import decided, giving_up, routine_opened

pages = Blueprint("studio_routines", __name__, url_prefix="/studio")
SHADES = 3
"""How many versions a bar tells apart; the oldest share the last one."""


@pages.get("/")
@reads
def page() -> str:
    """What waits for me, every routine, and one of them opened."""
    sees_versions()
    grouped = by_routine(overview.versions(tx()))
    drafts: dict[str, list[Draft]] = {}
    listed = routine_drafts.listed(tx(), actor())
    for one in listed:
        drafts.setdefault(one.process_id, []).append(one)
    names = directory.names(
        tx(), {one.changed_by for each in drafts.values() for one in each if one.changed_by}
    )
    waiting = waits_for_me()
    mine = {one.draft_id for one, _ in waiting}
    callers = _callers(grouped)
    rows = [
        _row(process_id, versions, drafts.pop(process_id, []), names, mine, callers)
        for process_id, versions in grouped.items()
    ]
    rows += [_unborn(process_id, found, names, mine) for process_id, found in drafts.items()]
    rows.sort(key=lambda row: str(row["title"]).casefold())
    opened = request.args.get("routine", "")
    return render_template(
        "studio/routines.html", section="studio", routines=rows,
        waiting=[_waits(one, draft) for one, draft in waiting] + decided.back_to_me(listed),
        sentence=_sentence(rows), may_begin=may_begin(), opened=opened,
        inside=routine_opened.told(opened, grouped[opened]) if opened in grouped else None, given_up=giving_up.given_up(),
    )  # fmt: skip


@pages.post("/drafts")
def begin() -> AnyResponse:
    """A draft of the version in force."""
    with writing(house().engine) as opened:
        made = draft_sources.from_version(opened, actor(), request.form.get("process_id", ""), now=now())
    return redirect(url_for("studio.diagram", draft_id=made.id))


def sees_versions() -> None:
    """Whoever changes routines somewhere or sees which cases run on them; everybody else is refused. NotAllowed."""
    regions = [*{one.region_id: None for one in actor().memberships}]
    if not any(may(actor(), Act.ADMIN_VERSIONS, SystemObject(one)) for one in regions):
        may(actor(), Act.VERSION_UPLOAD, RoutineObject(next(iter(regions), None))).required()


def may_begin() -> bool:
    """Whether the person may make a new routine in some region."""
    return any(may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id)) for one in actor().memberships)


def by_routine(versions: Sequence[Version]) -> dict[str, list[Version]]:
    """process id -> its versions, the newest first, as far as the person may see them."""
    near = {None, "shared", *(one.region_id for one in actor().memberships)}
    found: dict[str, list[Version]] = {}
    for one in versions:
        if one.region_id in near and may(actor(), Act.ROUTINE_SEE, RoutineObject(one.region_id)):
            found.setdefault(one.process_id, []).append(one)
    return found


def waits_for_me() -> list[tuple[Publication, Draft]]:
    """What is asked for and this person may decide, the oldest first."""
    found = [(one, draft_rows.fetch(tx(), one.draft_id)) for one in publications.waiting(tx())]
    return [
        (one, draft)
        for one, draft in found
        if may(actor(), Act.VERSION_APPROVE, decisions.approval(tx(), one, draft))
    ]


def _sentence(rows: Sequence[Mapping[str, object]]) -> str:
    running = sum(one for row in rows if isinstance(one := row["running"], int))
    told = ngettext("One routine.", "%(num)s routines.", len(rows))
    cases = ngettext("One case is running.", "%(num)s cases are running.", running)
    return f"{told} {cases}"


def _waits(asked: Publication, draft: Draft) -> dict[str, object]:
    by = directory.names(tx(), [asked.asked_by]).get(asked.asked_by, "")
    count = 0
    if draft.kind == "change":
        held = {path: one.content for path, one in draft_rows.held(tx(), draft.id).items()}
        contents = {path: data for path, data in held.items() if data is not None}
        count = len(publishing.differing(tx(), draft, contents))
    return {
        "head": (
            gettext("%(title)s is to be withdrawn and waits for your approval", title=draft.title)
            if draft.kind != "change"
            else gettext("%(title)s waits for your approval", title=draft.title or draft.process_id)
        ),
        "title": draft.title or draft.process_id,
        "sent": gettext("%(name)s sent it %(when)s.", name=by, when=words.small(words.moment(asked.asked_at, now(), ZONE))),
        "changes": ngettext("One change.", "%(num)s changes.", count) if count else "",
        "message": asked.message,
        "url": url_for("studio_publishing.page", draft_id=draft.id),
    }  # fmt: skip


def _row(
    process_id: str, versions: Sequence[Version], drafts: Sequence[Draft], names: Mapping[str, str], mine: set[str],
    callers: Mapping[str, int],
) -> dict[str, object]:  # fmt: skip
    current = next((one for one in versions if one.is_current), None)
    shown = current or versions[0]
    routine = library.loaded(tx(), shown.hash).routine
    changes = may(actor(), Act.VERSION_UPLOAD, RoutineObject(shown.region_id))
    return {
        "process_id": process_id,
        "title": routine.title or shown.title,
        "about": _about(routine, callers.get(process_id, 0)),
        "base": _base(process_id, shown.hash),
        "current": version_name(current.hash) if current else "",
        "since": gettext("since %(day)s", day=routine_opened.since(current, _held(current))) if current else "",
        "coming": decided.coming(process_id),
        "drafts": [_draft(one, names, mine) for one in drafts],
        "make_url": url_for("studio_routines.begin") if changes and current else "",
        "changed_by": "" if changes else _changed_by(shown.region_id),
        "url": url_for("studio_routines.page", routine=process_id) + f"#{process_id}",
        **spread(versions),
    }  # fmt: skip


def _changed_by(region_id: str | None) -> str:
    """Who may change a routine that whoever looks may not."""
    if region_id is None:
        return gettext("It holds in every region. Whoever administers a region changes it.")
    return gettext("Whoever answers for the routines of the region changes it.")


def _held(current: Version) -> list[Publication]:
    """How the version in force came into force, without what awaits its day or was called off."""
    return [one for one in publications.of_version(tx(), current.hash) if one.in_force_at is not None]


def _unborn(
    process_id: str, drafts: Sequence[Draft], names: Mapping[str, str], mine: set[str]
) -> dict[str, object]:
    """A routine that is only a draft so far."""
    return {
        "process_id": process_id, "title": drafts[0].title or process_id, "about": "", "base": None, "current": "", "since": "",
        "drafts": [_draft(one, names, mine) for one in drafts], "make_url": "", "changed_by": "", "url": "", "running": 0, "shares": [],
        "told": "", "unborn": True,
    }  # fmt: skip


def _about(routine: Routine, callers: int) -> str:
    used = (
        ngettext("Used by one other routine.", "Used by %(num)s other routines.", callers) if callers else ""
    )
    return " ".join(one for one in (routine.settings.description, used) if one)


def _base(process_id: str, bundle_hash: str) -> dict[str, object] | None:
    found = compared.to_base(tx(), bundle_hash)
    if found is None:
        return None
    return {
        "title": base_name(found),
        "words": ngettext("One difference", "%(num)s differences", len(found.changes)),
        "url": url_for("studio_versions.base", process_id=process_id),
    }


def base_name(found: compared.BasedOn) -> str:
    """The routine that a variant was made from, with its region."""
    region_id = library.loaded(tx(), found.hash).routine.region
    region = directory.region(tx(), region_id) if region_id else None
    return f"{found.title}, {region['name']}" if region else found.title


def _callers(grouped: Mapping[str, Sequence[Version]]) -> dict[str, int]:
    """How many of the routines in force hold, start or report by each process."""
    found: dict[str, int] = {}
    for process_id, versions in grouped.items():
        for one in versions:
            if one.is_current:
                routine = library.loaded(tx(), one.hash).routine
                named = {*routine.processes, *routine.settings.linked, routine.settings.deviation}
                for other in named - {process_id}:
                    found[other] = found.get(other, 0) + 1
    return found


def _draft(one: Draft, names: Mapping[str, str], mine: set[str]) -> dict[str, object]:
    state, said = _state(one, decides=one.id in mine)
    waiting = one.status == "waiting"
    answered = state == "answered"
    return {
        "url": url_for(
            "studio_publishing.page" if waiting or answered else "studio.diagram", draft_id=one.id
        ),
        "act": gettext("Look at it") if waiting else gettext("Go on changing"),
        "state": "late" if answered else state,
        "words": said,
        "by": gettext("you") if one.changed_by == actor().id else names.get(one.changed_by or "", ""),
        "when": words.small(words.moment(one.changed_at, now(), ZONE)),
    }


def _state(one: Draft, *, decides: bool) -> tuple[str, str]:
    """How far a draft has come: a key of the state table, and the words."""
    if one.status == "waiting":
        return ("mine", gettext("Waits for you")) if decides else ("waiting", gettext("Sent for approval"))
    if answer := decided.came_back(one):
        return "answered", gettext("Sent back") if answer.status == "sent_back" else gettext("Called off")
    held = {path: each.content for path, each in draft_rows.held(tx(), one.id).items()}
    contents = {path: data for path, data in held.items() if data is not None}
    trial = publications.trial(tx(), one.id, draft_sources.tried(tx(), one.folder, contents))
    if trial is None:
        return "none", gettext("Being changed")
    errors = sum(each.get("severity") == "error" for each in trial.findings)
    if errors:
        return "late", ngettext("One error", "%(num)s errors", errors)
    return ("done", gettext("Tried, all well")) if trial.passed else ("late", gettext("A scenario fails"))


def spread(versions: Sequence[Version]) -> dict[str, object]:
    """How the running cases stand on the versions: the number, and shares for a bar where they stand on several."""
    standing_on = [one for one in versions if one.running]
    total = sum(one.running for one in standing_on)
    told = [f"{version_name(one.hash)}: {one.running}" for one in standing_on]
    several = len(standing_on) > 1
    only = (
        gettext("all in %(version)s", version=words.small(version_name(standing_on[0].hash))) if total else ""
    )
    shares = [{"per": one.running, "shade": min(place, SHADES - 1)} for place, one in enumerate(standing_on)]
    return {
        "running": total,
        "shares": shares if several else [],
        "told": " · ".join(told) if several else only,
    }
