"""What differs between two versions of a plan, as plain sentences: the same on the page, on paper and for the person.

Enters: changes as `engine.reads.plan_changes` finds them in what the reader may see. Leaves: sentences, and marks for the matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from flask_babel import gettext

from engine.definitions.routine import Routine
from engine.reads.plan_changes import Change
from engine.reads.plans import Activity
from webapp import words
from webapp.pages import paperwords, planrows
from webapp.pages.answers import told
from webapp.pages.casehead import unit_name

SHORT = 120
"""A text longer than this (in characters) is not repeated in a sentence: it is read where it stands."""


def sentences(changes: Sequence[Change], routine: Routine) -> list[str]:
    """One sentence for each goal, activity or part of the plan that changed."""
    found: list[str] = []
    for (part, goal, name, kind), group in groupby(
        changes, lambda one: (one.part, one.goal, one.name, one.kind)
    ):
        same = list(group)
        if part == "beside":
            found += [_beside(one, routine) for one in same]
        elif kind == "changed":
            about = gettext("Goal ”%(goal)s”", goal=goal) if part == "goal" else name
            found.append(f"{about}: {_all(same)}.")
        elif part == "goal":
            found.append(_whole_goal(kind, goal))
        else:
            found += [_whole_activity(one) for one in same]
    return found


def marks(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """What to write at each goal and activity of the newer plan; what is gone is marked where it stood."""
    found: dict[tuple[str, str], str] = {}
    several = groupby((one for one in changes if one.part != "beside"), lambda one: (one.goal, one.name))
    for key, group in several:
        same = list(group)
        found[key] = {
            "added": gettext("New"),
            "removed": gettext("Taken out of the plan"),
        }.get(same[0].kind) or gettext("Changed: %(what)s", what=_all(same))
    return found


def _whole_goal(kind: str, goal: str) -> str:
    if kind == "added":
        return gettext("New goal: ”%(goal)s”.", goal=goal)
    return gettext("Goal taken out: ”%(goal)s”.", goal=goal)


def _whole_activity(one: Change) -> str:
    if one.kind == "removed":
        return gettext("Taken out: %(what)s.", what=one.name)
    by = planrows.activity(one.now, date.min)["by"] if isinstance(one.now, Activity) else ""
    return gettext("New: %(what)s.", what=f"{one.name} ({by})" if by else one.name)


def _all(same: Sequence[Change]) -> str:
    return "; ".join(_field(one) for one in same)


def _field(one: Change) -> str:
    return _from_to(_name(one.field), _value(one.field, one.was), _value(one.field, one.now))


def _from_to(name: str, was: str, now: str) -> str:
    if max(len(was), len(now)) > SHORT:
        return gettext("%(name)s is written anew", name=name)
    if was and now:
        return gettext("%(name)s from %(was)s to %(now)s", name=name, was=was, now=now)
    if now:
        return gettext("%(name)s is now %(now)s", name=name, now=now)
    return gettext("%(name)s is no longer %(was)s", name=name, was=was)


def _name(field: str) -> str:
    """What changed, in a few words."""
    return {
        "words": gettext("the goal"),
        "measure": gettext("reached when"),
        "target_on": gettext("last day"),
        "what": gettext("what is done"),
        "principal": gettext("who answers"),
        "unit_id": gettext("the unit"),
        "other": gettext("who does it"),
        "responsible": gettext("who is responsible"),
        "decision": gettext("the decision"),
        "progress": gettext("how it goes"),
        "starts_on": gettext("the beginning"),
        "ends_on": gettext("done or followed up by"),
        "decided_on": gettext("decided on"),
        "waits_for": gettext("who decides"),
        "expected_on": gettext("the decision expected"),
        "meanwhile": gettext("what is done until then"),
    }[field]


def _value(field: str, value: object) -> str:
    if value is None or value == "":
        return ""
    match field:
        case "unit_id":
            return unit_name(str(value)) or gettext("another unit")
        case "decision":
            return words.small(planrows.decision_words(str(value)))
        case "progress":
            return words.small(planrows.progress_words(str(value)))
        case "principal":
            return words.small(_principals().get(str(value), str(value)))
    return words.full_day(value) if isinstance(value, date) else f"”{str(value).rstrip('.')}”"


def _principals() -> dict[str, str]:
    return {
        "region": gettext("The region"),
        "specialist": gettext("The region"),
        "municipality": gettext("The municipality"),
        "person": gettext("The person"),
        "state": gettext("The state"),
        "other": gettext("Others"),
    }


def _beside(one: Change, routine: Routine) -> str:
    was, now = (paperwords.written(routine, {one.name: value}) for value in (one.was, one.now))
    if was.lists or now.lists:
        return _lists(was.lists, now.lists)
    label = (now.pairs or was.pairs)[0][0].rstrip("?:")
    before, after = (_quoted(value, found) for value, found in ((one.was, was), (one.now, now)))
    if max(len(before), len(after)) > SHORT:
        return gettext("%(name)s: written anew.", name=label)
    if before and after:
        return gettext("%(name)s: from %(was)s to %(now)s.", name=label, was=before, now=after)
    if after:
        return gettext("%(name)s: is now %(now)s.", name=label, now=after)
    return gettext("%(name)s: is no longer %(was)s.", name=label, was=before)


def _quoted(value: object, found: paperwords.Written) -> str:
    text = found.pairs[0][1] if found.pairs else ""
    return f"”{text.rstrip('.')}”" if isinstance(value, str) and text == value and " " in text else text


def _lists(was: Sequence[Mapping[str, object]], now: Sequence[Mapping[str, object]]) -> str:
    label = str((now or was)[0]["label"]).rstrip("?:")
    before, after = (_rows(one) for one in (was, now))
    parts = [gettext("new: %(row)s", row=row) for row in after if row not in before]
    parts += [gettext("taken out: %(row)s", row=row) for row in before if row not in after]
    if not parts:
        return gettext("%(name)s: in another order.", name=label)
    return f"{label}: {'; '.join(parts)}."


def _rows(lists: Sequence[Mapping[str, object]]) -> list[str]:
    found = lists[0]["rows"] if lists else []
    return [", ".join(told(text) for _, text in row) for row in found] if isinstance(found, list) else []
