"""What every page of a case begins with: who may see it at all, the heading, the tabs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext

from engine import asking, library
from engine.access import CATEGORIES, Act, Reason, may, visible_categories
from engine.access.objects import CaseObject
from engine.actions import reading
from engine.actions.ground import Ground
from engine.definitions.routine import Routine
from engine.errors import EngineError
from engine.reads import overview
from engine.records import cases, documents, tasks
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, naming
from webapp.session import now, tx


@dataclass(frozen=True)
class Seen:
    """A case that the actor may see, and how much of it."""

    ground: Ground
    about: CaseObject
    main: cases.Instance
    routine: Routine
    visible: frozenset[str]
    reason: str
    part_unit: str | None  # of the actor's units, the one through whose part in the case it is seen

    @property
    def full(self) -> bool:
        """Whether the actor's unit runs the case: sees its whole course, not only its own part."""
        return self.reason in KEEPS

    @property
    def sees_branches(self) -> bool:
        """Which way the case took was decided by what stands in it: told to those who may read all of it."""
        return self.full and visible_categories(actor(), self.about) >= CATEGORIES

    @property
    def sees_course(self) -> bool:
        """How far the case has come, and who takes part."""
        return bool(may(actor(), Act.CASE_SEE_COURSE, self.about))


class ContentGone(EngineError):
    """The content of the case was removed: only the page that says so is left."""

    def __init__(self, case_id: str) -> None:
        super().__init__()
        self.case_id = case_id


LEFT = frozenset({"case", "readers"})
"""Pages of a case whose content was removed: that it was there, and who read it."""
KEEPS = frozenset({"own-unit", "convener", "coordinator"})


def see(case_id: str, page: str) -> Seen:
    """The case, if the actor may see that it is there; notes the reading of what the page may show. NotAllowed, NotFound."""
    seen = see_existence(case_id, page)
    if seen.ground.case.purged_at is not None:
        return seen
    visible = visible_categories(actor(), seen.about)
    reading.note(tx(), actor(), case_id, page, visible, seen.reason, unit_id=seen.part_unit, now=now())
    return replace(seen, visible=visible)


def see_existence(case_id: str, page: str = "") -> Seen:
    """The same for a page that shows no content, and so no category and no reading. ContentGone."""
    case = cases.fetch(tx(), case_id)
    ground = Ground(tx(), case, asking.acting(actor(), case.unit_id), now())
    verdict = may(actor(), Act.CASE_SEE_EXISTENCE, ground.about).required()
    if case.purged_at is not None and page not in LEFT:
        raise ContentGone(case_id)
    main = cases.main_instance(tx(), case_id)
    routine = library.loaded(tx(), main.bundle_hash).routine
    return Seen(ground, ground.about, main, routine, frozenset(), verdict.reason, verdict.detail or None)


def head(seen: Seen, current: str) -> dict[str, object]:
    """`over`, `title`, `sentence`, `back`, `tabs` for the templates of a case."""
    case = seen.ground.case
    return {
        "over": f"{seen.routine.title} · {case.number}",
        "title": naming.case_title(seen.ground, seen.about),
        "sentence": sentence(seen),
        "back": {"url": url_for("cases.page"), "words": gettext("Cases")},
        "tabs": _tabs(seen, current),
        "plan_url": url_for("plan.page", case_id=case.id) if "plan" in seen.visible else "",
    }


def sentence(seen: Seen) -> str:
    """Where the case stands, in one sentence."""
    case = seen.ground.case
    if seen.reason == "ended-for-you":
        return gettext("The case is closed for you.")
    if case.ended_at is not None:
        return closed(case, seen.ground)
    if case.status == "stopped":
        return gettext("The case stands still until an administrator has mended the cause.")
    if seen.sees_course:
        return _now(seen)
    return _part(seen)


def _part(seen: Seen) -> str:
    """What those see of it who do not run it."""
    if "identity" in seen.visible:
        return gettext("You see what the person has said yes to, and your own tasks.")
    if seen.reason == Reason.MANAGER_ABOVE:
        return gettext(
            "You answer for a unit that takes part. You see what waits, and nothing of what stands in the case."
        )
    by = unit_name(overview.summoned_by(seen.about))
    return gettext("%(unit)s calls you. Who it is about is shown when there is consent.", unit=by)


def mine(seen: Seen) -> list[tasks.Task]:
    """The open tasks of the case that the actor may do now."""
    opened = tasks.of_case(tx(), seen.ground.case.id, open_only=True)
    return [
        task
        for task in opened
        if may(actor(), Act.TASK_COMPLETE, about := asking.task_object(tx(), seen.about, task, ()))
        and (task.holder_id is None or asking.doer(actor(), about).is_person(task.holder_id))
    ]


def closed(case: cases.Case, ground: Ground) -> str:
    """Since when the case is over, or that its content is gone; nothing while it runs."""
    if case.purged_at is not None:
        return gettext("What was written in the case has been removed.")
    if case.ended_at is None:
        return ""
    day = words.long_day(case.ended_at.astimezone(ground.zone).date(), ground.today)
    return gettext("The case is closed since %(day)s.", day=day)


def _now(seen: Seen) -> str:
    """Whom the case waits for: `Nu väntar ärendet på Biståndsenheten Norra.`"""
    opened = tasks.of_case(tx(), seen.ground.case.id, open_only=True)
    if not opened:
        return ""
    units = dict.fromkeys(task.unit_id for task in opened)
    if any(actor().at(unit_id) for unit_id in units):
        named = dict.fromkeys(task.name for task in opened if actor().at(task.unit_id))
        return gettext("Now it is your turn: %(what)s.", what=words.small(words.listed(list(named)[:3])))
    return gettext(
        "The case now waits for %(units)s.", units=words.listed([unit_name(one) for one in units][:4])
    )


def _tabs(seen: Seen, current: str) -> list[dict[str, object]]:
    case_id = seen.ground.case.id
    tabs = [("state", url_for("case.page", case_id=case_id), gettext("Where it stands"))]
    if "plan" in seen.visible and documents.has_plan(tx(), case_id):
        tabs.append(("plan", url_for("plan.page", case_id=case_id), gettext("The plan")))
    if seen.visible:
        tabs.append(("papers", url_for("papers.page", case_id=case_id), gettext("Data and papers")))
    about_somebody = seen.ground.case.subject_id is not None
    if about_somebody and "consent" in seen.visible:
        tabs.append(("consent", url_for("consent.page", case_id=case_id), gettext("Consent")))
    if may(actor(), Act.CASE_SEE_READERS, seen.about):
        tabs.append(("reads", url_for("papers.readers", case_id=case_id), gettext("Who has read")))
    if about_somebody and may(actor(), Act.CASE_LET_OUT, seen.about):
        tabs.append(("own", url_for("own_ways.page", case_id=case_id), gettext("The person's own way in")))
    if len(tabs) == 1:
        return []
    return [{"key": key, "url": url, "words": told, "current": key == current} for key, url, told in tabs]


def unit_name(unit_id: str | None) -> str:
    """The unit's name, or nothing."""
    unit = directory_names.all_units().get(unit_id or "")
    return unit.name if unit else ""
