"""The board of what is late, in words: headline, figures, what was done and what happens next by itself.

Enters: rows and counts of `engine.reads.board`. Leaves: dictionaries that the template draws and the live answer repeats; the same words
in both, so that a figure that changes in place reads as if the page were new. Never a name of a person a case is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from engine import ahead
from engine.access.actor import Role
from engine.reads.board import Board, Load, Row
from engine.records import directory
from engine.records.follow_ups import FollowUp
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.pages.taskrow import NEAR, due_words
from webapp.session import ZONE, now, today, tx

LAST = 3
"""How many things that were done about a step are told; those before them are folded away."""


def headline(load: Load) -> tuple[str, str]:
    """What is late, and the rest of the sentence; either may be empty."""
    late = ngettext("%(num)s step is late", "%(num)s steps are late", load.late) if load.late else ""
    if load.late and load.near:
        return late, ngettext("and %(num)s is due today", "and %(num)s are due today", load.near)
    if load.near:
        return "", ngettext(
            "Nothing is late, %(num)s step is due today",
            "Nothing is late, %(num)s steps are due today",
            load.near,
        )
    return late, "" if load.late else gettext("Nothing is late")


def lead(board: Board, names: Mapping[str, str], *, of_one: bool) -> str:
    """Who is waited for most, and how much is in time."""
    said = []
    unit_id, most = next(iter(board.waits.items()), ("", Load()))
    if board.total.late > 1 and most.late and not of_one and unit_id in names:
        number, unit = words.number_words(most.late), names[unit_id]
        total = words.number_words(board.total.late).lower()
        if most.late == board.total.late:
            said.append(gettext("All wait for %(unit)s.", unit=unit))
        else:
            said.append(
                ngettext(
                    "%(number)s of the %(total)s waits for %(unit)s.",
                    "%(number)s of the %(total)s wait for %(unit)s.",
                    most.late,
                    number=number,
                    total=total,
                    unit=unit,
                )
            )
    in_time = board.total.open - board.total.late - board.total.near
    if in_time:
        said.append(ngettext("%(num)s open step is in time.", "%(num)s open steps are in time.", in_time))
    return " ".join(said)


def figures(key: str, load: Load) -> list[dict[str, str]]:
    """Late, due today and open of one line, each with the key under which it changes in place."""
    return [
        {
            "key": f"{key}:late", "state": "late",
            "text": ngettext("%(num)s late", "%(num)s late", load.late) if load.late else "",
        },
        {"key": f"{key}:near", "state": "near", "text": ngettext("%(num)s near", "%(num)s near", load.near) if load.near else ""},
        {"key": f"{key}:open", "state": "open", "text": ngettext("%(num)s open", "%(num)s open", load.open)},
    ]  # fmt: skip


def drawn(rows: Iterable[Row], names: Mapping[str, str], kept: str = "") -> list[dict[str, object]]:
    """Rows as the template draws them; `kept` is the filter to which their pages lead back."""
    listed = list(rows)
    me = actor()
    holders = directory.names(
        tx(), {one.task.holder_id for one in listed if one.task.holder_id and one.task.unit_id in me.leads}
    )
    return [
        {
            "id": one.task.id,
            "number": one.number,
            "name": one.task.name,
            "url": url_for("late_step.page", task_id=one.task.id, filter=kept or None),
            "due": due(one),
            "since": gettext("Open since %(day)s", day=_day(one.task.opened_at)),
            "waits": waits_on(one, names, holders),
            "done": done(one, LAST),
            "notes": [_note(each) for each in one.done if each.reason][-LAST:],
            "next": what_next(one),
        }
        for one in listed
    ]


def waits_on(row: Row, names: Mapping[str, str], holders: Mapping[str, str]) -> str:
    """The unit, and who holds it where the unit is one the reader answers for."""
    unit_id = row.task.unit_id
    unit = gettext("Own unit") if unit_id == row.group_id else names.get(unit_id, "")
    if unit_id not in actor().leads:
        return unit
    holder = holders.get(row.task.holder_id or "")
    who = holder or gettext("nobody has taken it")
    return gettext("%(unit)s, %(who)s", unit=unit, who=who)


def done(row: Row, most: int | None = None) -> str:
    """What has been done so far, by the routine and by managers, in order; of more than `most`, the last ones and how many others."""
    level = gettext("Now at %(level)s.", level=words.small(row.level.split(":")[0])) if row.level else ""
    told = list(dict.fromkeys(text for _, text, _ in _deeds(row)))
    over = len(told) - most if most else 0
    if over > 0:
        told = [ngettext("%(num)s thing earlier.", "%(num)s things earlier.", over), *told[over:]]
    return " ".join(one for one in [*told, _through(row), level] if one) or gettext("Nothing yet.")


def deeds(row: Row) -> list[dict[str, str]]:
    """The same one by one, with who did it by hand and what they wrote."""
    found, through = _deeds(row), _through(row)
    people = directory.names(tx(), {one.actor_id for _, _, one in found if one and one.actor_id})
    return [
        {
            "what": text,
            "by": people.get(one.actor_id or "", "") if one else gettext("By itself"),
            "note": one.reason if one else "",
        }
        for _, text, one in found
    ] + ([{"what": through, "by": "", "note": ""}] if through else [])


def _through(row: Row) -> str:
    """That the line of management is through with the matter, and what it waits for is not there; '' where it is not so."""
    if row.lift is None or not row.lift.again:
        return ""
    day = _day(row.lift.timer.set_at)
    return gettext("The managers were through %(day)s, but the answer is missing.", day=day)


def _deeds(row: Row) -> list[tuple[datetime, str, FollowUp | None]]:
    told: list[tuple[datetime, str, FollowUp | None]] = []
    for effects_, at in row.fired:
        told += [(at, text, None) for one in effects_ if (text := _happened(one, at - timedelta(seconds=1)))]
    by_hand = {
        "reminded": gettext("Reminded by hand %(day)s.", day="{day}"),
        "reassigned": gettext("Given to somebody else %(day)s.", day="{day}"),
        "taken_over": gettext("Taken over %(day)s.", day="{day}"),
        "escalated": gettext("Lifted by hand %(day)s.", day="{day}"),
        "noted": gettext("Note %(day)s.", day="{day}"),
    }
    told += [(one.at, by_hand[one.kind].replace("{day}", _day(one.at)), one) for one in row.done]
    return sorted(told, key=lambda each: each[0])


def what_next(row: Row) -> dict[str, str]:
    """When the next thing happens by itself, and what; or that it is the reader's move, or that nothing will."""
    me, task = actor(), row.task
    mine = task.role == Role.MANAGER and any(
        one.unit_id == task.unit_id and Role.MANAGER in one.roles for one in me.memberships
    )
    if task.holder_id == me.id or (mine and task.holder_id is None):
        return {"icon": "person", "when": gettext("With you now"), "what": _after_you(row)}
    if row.stopped:
        return {
            "icon": "stopped",
            "when": gettext("Stands still"),
            "what": gettext("the administrator has been told"),
        }
    if row.lift is not None and (until := ahead.held_until(row.lift.timer)) and until > now():
        return _standing(row.lift, until)
    if not row.next:
        if row.stuck is not None:
            name, unit_id = row.stuck
            unit = directory_names.all_units()[unit_id].name
            return {"icon": "waiting", "when": name, "what": gettext("waits for %(unit)s", unit=unit)}
        nobodys = row.task.due_on is not None and row.task.due_on < today() and row.task.holder_id is None
        what = gettext("somebody has to act") if nobodys else ""
        return {"icon": "none", "when": gettext("Nothing by itself"), "what": what}
    first = row.next[0]
    return {"icon": "right", "when": when(first.timer.due_at), "what": _sets_going(first)}


def _sets_going(one: ahead.Next) -> str:
    if one.again and len(one.effects) == 1:
        return gettext("starts again at %(step)s", step=words.small(one.effects[0].name))
    return effects(one.effects)


def stood_still(until: datetime) -> str:
    """`Eskaleringen står still till och med ons 25 nov.`"""
    return gettext("The escalation stands still to and including %(day)s.", day=_last_day(until))


def _after_you(row: Row) -> str:
    until = ahead.held_until(row.lift.timer) if row.lift else None
    return stood_still(until) if until and until > now() else words.small(row.task.name)


def _standing(lift: ahead.Next, until: datetime) -> dict[str, str]:
    told = gettext("to and including %(day)s", day=_last_day(until))
    on = lift.timer.due_at
    what = _sets_going(lift)
    then = what if on == until else f"{what}, {words.small(when(on))}"
    return {
        "icon": "paused",
        "when": gettext("The escalation stands still"),
        "what": told,
        "then": gettext("If nothing is done: %(what)s", what=then),
    }


def _last_day(until: datetime) -> str:
    day = (until - timedelta(microseconds=1)).astimezone(ZONE).date()
    return gettext("tomorrow") if day == today() + timedelta(days=1) else _at_day(day)


def when(at: datetime) -> str:
    """`I dag, dagens slut`, `I morgon, dagens slut`, `Fre 27 nov`, or a time of the day."""
    if at <= now():
        return gettext("Any moment")
    local = at.astimezone(ZONE)
    if local.time() != time():
        return (
            words.moment(at, now(), ZONE) if local.date() == today() else words.capital(_at_day(local.date()))
        )
    day = local.date() - timedelta(days=1)
    if day == today():
        return gettext("Today, end of the day")
    if day == today() + timedelta(days=1):
        return gettext("Tomorrow, end of the day")
    return words.capital(_at_day(day))


def effects(found: Iterable[ahead.Effect]) -> str:
    """`enhet och chef påminns, en avvikelse skrivs i utkast`."""
    said = {
        "reminds": gettext("the unit is reminded"),
        "reminds-manager": gettext("unit and manager are reminded"),
        "reports": gettext("a deviation is drafted"),
        "escalates": gettext("goes to the line of management, level 1"),
    }
    told = [said.get(one.kind) or gettext("goes to %(step)s", step=words.small(one.name)) for one in found]
    return ", ".join(told) or gettext("the routine goes on")


def _happened(one: ahead.Effect, at: datetime) -> str:
    day = _day(at)
    return {
        "reminds": gettext("Reminded %(day)s.", day=day),
        "reminds-manager": gettext("Unit and manager reminded %(day)s.", day=day),
        "reports": gettext("Deviation drafted %(day)s.", day=day),
        "escalates": gettext("Escalated %(day)s.", day=day),
    }.get(one.kind, "")


def _note(one: object) -> str:
    return str(getattr(one, "reason", ""))


def due(row: Row) -> words.Due:
    """When it was or is to be done, in words; late, near or later."""
    found = due_words(row.task.due_on, row.task.due_explanation, today(), NEAR.next_working_day(today()))
    if row.task.due_on == today():
        return words.Due("near", gettext("Due today"))
    return words.Due(found.state if found.state == "late" else "later", found.words, found.on)


def _day(at: datetime) -> str:
    day = at.astimezone(ZONE).date()
    return gettext("today") if day == today() else words.short_day(day, today())


def _at_day(day: date) -> str:
    return words.weekday_and_day(day, today())
