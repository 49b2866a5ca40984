"""The versions of a plan: who made each, when and why, and what differs from the one before.

Enters: a case as its reader sees it. Leaves: versions with their sentences. Nobody keeps one by hand: each time a plan is issued is one.
What a reader may not see of a version is taken out before anything is compared, so that no difference tells of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext

from engine.actions import papers
from engine.reads import plan_changes, plans, timeline
from engine.reads.plan_changes import Change
from engine.reads.plans import Activity, Goal
from engine.records import cases, directory, documents, entries
from webapp import words
from webapp.pages import directory_names, plan_sentences, planrows
from webapp.pages.casehead import Seen
from webapp.session import tx

REASONS = ("plan_change_reason", "plan_change", "change_needed", "commitment_objection")
"""The answers in which somebody says why a plan is to be changed; the first that was given counts."""
FEW = 3


@dataclass(frozen=True, slots=True)
class Version:
    """A plan as it was issued, as far as its reader may see it; `on` is the day in the case's region."""

    paper: documents.Document
    content: Mapping[str, object]
    goals: tuple[Goal, ...]
    on: date


def of_case(seen: Seen) -> list[Version]:
    """Every version, the newest first."""
    return [version(seen, one) for one in documents.of_case(tx(), seen.ground.case.id) if one.kind == "plan"]


def version(seen: Seen, paper: documents.Document) -> Version:
    """One version, less what the reader may not see."""
    content, _ = papers.content_for(tx(), paper, seen.visible)
    on = paper.issued_at.astimezone(seen.ground.zone).date()
    return Version(paper, content, plans.read(content, unit_kinds()), on)


def unit_kinds() -> dict[str, str]:
    """Unit -> kind of its principal."""
    return {one.id: one.principal_kind for one in directory_names.all_units().values()}


def followed(seen: Seen, versions: Sequence[Version]) -> tuple[Goal, ...]:
    """What holds now: what is written, with what was found of it since, and since when each activity is as it is."""
    values = cases.values(tx(), seen.ground.case.id).get("", {})
    known = {
        name: value
        for name, value in values.items()
        if seen.routine.categories.get(name, "plan") in seen.visible
    }
    written = plans.read(known, unit_kinds())
    on = versions[0].on if versions else seen.ground.today
    checks, states = _findings(seen, since=on)
    dated = plans.dated(written, [(one.on, one.goals) for one in versions])
    return plans.judged(plans.checked(dated, checks, written_on=on), states)


def _findings(seen: Seen, *, since: date) -> tuple[list[plans.Check], list[tuple[str, str]]]:
    """What was found of activities, and of goals since the plan was issued; the oldest first."""
    checks: list[plans.Check] = []
    states: list[tuple[str, str]] = []
    for one in entries.of_case(tx(), seen.ground.case.id, seen.visible):
        on, written_on = one.data.get("activities_checked_on"), one.at.astimezone(seen.ground.zone).date()
        day = on if isinstance(on, date) else written_on
        found = plans.rows(one.data.get("activity_checks"))
        checks += [plans.Check(str(row.get("activity", "")), str(row.get("state", "")), day) for row in found]
        for name in ("follow_up_goals", "evaluated_goals"):
            found = plans.rows(one.data.get(name))
            states += [
                (str(row.get("goal", "")), str(row.get("state", ""))) for row in found if written_on >= since
            ]
    return checks, states


def compared(seen: Seen, before: Version, after: Version, numbers: Sequence[int]) -> dict[str, object]:
    """Two versions beside one another for the template: sentences, and the later table with what is new, changed and gone in it."""
    found = changes(before, after)
    goals, columns = _with_gone(before, after), planrows.columns(seen, (*before.goals, *after.goals))
    marks, day = plan_sentences.marks(found), seen.ground.today
    return {
        "title": gettext(
            "From version %(earlier)s to version %(later)s",
            earlier=before.paper.version,
            later=after.paper.version,
        ),
        "over": gettext("The plan"),
        "back": {"url": url_for("plan.page", case_id=seen.ground.case.id), "words": gettext("The plan")},
        "action": url_for("plan.compare", case_id=seen.ground.case.id),
        "numbers": sorted(numbers),
        "earlier": before.paper.version,
        "later": after.paper.version,
        "sentences": sentences(seen, before, after),
        "columns": columns,
        "goals": [
            planrows.drawn(goal, number, columns, day, marks) | {"joint": ""}
            for number, goal in enumerate(goals, 1)
        ],
    }


def _with_gone(before: Version, after: Version) -> list[Goal]:
    """The later goals, each with the activities that it had and has not any more, and after them the goals that are gone."""
    pairs, gone = plan_changes.matched(before.goals, after.goals, lambda one: one.words)
    found = []
    for old, new in pairs:
        _, left = plan_changes.matched(old.activities if old else (), new.activities, lambda one: one.what)
        found.append(replace(new, activities=(*new.activities, *map(_gone, left))))
    return found + [replace(one, activities=tuple(map(_gone, one.activities))) for one in gone]


def _gone(one: Activity) -> Activity:
    return replace(one, decision=planrows.GONE, progress="stopped")


def changes(before: Version, after: Version) -> list[Change]:
    """What the later version has that the earlier has not, and the other way round."""
    found = plan_changes.between(before.goals, after.goals)
    return found + plan_changes.beside(before.content, after.content)


def sentences(seen: Seen, before: Version, after: Version) -> list[str]:
    """The same in plain sentences; one that says so where nothing differs."""
    found = plan_sentences.sentences(changes(before, after), seen.routine)
    return found or [gettext("Nothing that you may see differs.")]


def steps(seen: Seen) -> list[timeline.Happened]:
    """What was done in the case, the newest first, for those who may see its course."""
    return timeline.events(tx(), seen.ground.case.id, ["task_completed"]) if seen.sees_course else []


def told(
    seen: Seen, versions: Sequence[Version], done: Sequence[timeline.Happened] = ()
) -> list[dict[str, object]]:
    """Each version as the templates draw it, the newest first; `done` are the steps that one may have come after."""
    names = directory.names(tx(), [one.paper.issued_by for one in versions if one.paper.issued_by])
    reasons = _reasons(seen, versions, done)
    found: list[dict[str, object]] = []
    for place, one in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        differs = sentences(seen, before, one) if before else []
        found.append(
            {
                "when": words.capital(words.short_day(one.on, seen.ground.today)),
                "name": gettext("Version %(number)s", number=one.paper.version),
                "now": place == 0,
                "text": one.paper.title if before is None or one.paper.title != before.paper.title else "",
                "by": names.get(one.paper.issued_by or "", ""),
                "why": reasons[one.paper.id],
                "sentences": differs,
                "few": differs[:FEW],
                "more": max(0, len(differs) - FEW),
                "url": url_for("letters.document", document_id=one.paper.id) if place else "",
                "print_url": url_for("letters.document", document_id=one.paper.id, print=1),
                "pdf_url": url_for("paper_files.document", document_id=one.paper.id)
                if one.paper.template
                else "",
                "compare_url": _compare(seen, before, one) if before else "",
            }
        )
    return found


def _compare(seen: Seen, before: Version, after: Version) -> str:
    first, second = before.paper.version, after.paper.version
    return url_for("plan.compare", case_id=seen.ground.case.id, earlier=first, later=second)


def _reasons(seen: Seen, versions: Sequence[Version], done: Sequence[timeline.Happened]) -> dict[str, str]:
    """Document id -> why it was made: what somebody wrote since the version before, else the step that it came after."""
    written = entries.of_case(tx(), seen.ground.case.id, seen.visible)
    found = {}
    for place, one in enumerate(versions):
        since = versions[place + 1].paper.issued_at if place + 1 < len(versions) else None
        until = one.paper.issued_at
        said = _said([each for each in written if _within(each.at, since, until)])
        names = [each.element_id or "" for each in done if _within(each.at, since, until)]
        found[one.paper.id] = said or _after(seen, names)
    return found


def _within(at: datetime, since: datetime | None, until: datetime) -> bool:
    return at <= until and (since is None or at > since)


def _said(written: Sequence[entries.Entry]) -> str:
    """The newest answer of the kind that tells most."""
    for key in REASONS:
        texts = [one.data[key] for one in written if one.data.get(key)]
        if texts:
            return str(texts[-1])
    return ""


def _after(seen: Seen, names: Sequence[str]) -> str:
    """The newest step that is none of writing, handing over and confirming the plan itself: what the plan came of."""
    of_plan = next((inside for inside in seen.routine.elements.values() if names and names[0] in inside), {})
    before = next((name for name in names if name not in of_plan), "")
    named = (inside[before].name for inside in seen.routine.elements.values() if before in inside)
    name = next(named, "")
    return gettext("After: %(step)s", step=name) if name else ""
