"""The board of what is late: whom my units wait for, and what happens next by itself; it changes in place and never jumps.

Enters: somebody who answers for units, and a filter that stands in the address. A unit that is not theirs, or a word that is nothing,
gives one sentence and the nearest choice, never another unit's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine import library
from engine.actions import following as acting
from engine.errors import NotAllowed
from engine.reads import board, overview
from engine.reads.board import Load, Wanted
from engine.records import follow_ups
from webapp import words
from webapp.auth import actor
from webapp.pages import board_words, directory_names
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("board", __name__)
NAMES = ("unit", "waits", "routine", "step", "state", "all")
STATES = ("late", "near", "open")
LONGEST_NAME = 60
WORST = 3
"""Counterparts that are named before all of them are asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it can be shown, and what is said of the rest."""

    wanted: Wanted
    said: tuple[str, ...]


@pages.get("/monitor")
@reads
def page() -> str:
    """What is late and near at the units I answer for."""
    lead()
    asked = read(request.args)
    found = board.look(tx(), actor(), asked.wanted, today=today(), now=now())
    return render_template("monitor/board.html", section="monitor", **_view(found, asked))


@pages.get("/monitor/now")
@reads
def as_now() -> dict[str, object]:
    """The same as it stands now, for a page that is open: texts by key, which steps it would show, and what its rows say, as markup.
    The rows are left out ('') where they are those whose `tag` the page names as what it has.
    """
    lead()
    wanted = read(request.args).wanted
    found = board.look(tx(), actor(), wanted, today=today(), now=now())
    shown = [row for inside in found.rows.values() for row in inside]
    rows = render_template("monitor/rows.html", rows=board_words.drawn(shown, _names()))
    tag = blake2b(rows.encode(), digest_size=8).hexdigest()
    return {
        "texts": {one["key"]: one["text"] for one in _figures(found)} | _head(found, wanted),
        "rows": [row.task.id for row in shown],
        "tag": tag,
        "said": "" if request.args.get("tag") == tag else rows,
    }


@pages.post("/monitor/filters")
@writes
def save() -> Response:
    """Keep the filter under a name; it follows the person to any machine."""
    lead()
    wanted = read(given(request.form.get("filter", ""))).wanted
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    unit_id = request.form.get("unit", "")
    if not name:
        flash(gettext("Give the filter a name."), "late")
        return redirect(address(wanted))
    try:
        acting.checked(name)
    except acting.NamesAPerson:
        flash(
            gettext(
                "The text holds an identity number. Take it away: nothing about the person is written here."
            ),
            "late",
        )
        return redirect(address(wanted))
    shared = unit_id if unit_id in actor().leads else None
    follow_ups.save_filter(
        tx(), person_id=actor().id, name=name, address=query(wanted), unit_id=shared, now=now()
    )
    flash(gettext("The filter %(name)s is kept.", name=name))
    return redirect(address(wanted))


@pages.post("/monitor/filters/<filter_id>/remove")
@writes
def remove(filter_id: str) -> Response:
    """One's own filter goes."""
    lead()
    follow_ups.remove_filter(tx(), filter_id, actor().id)
    flash(gettext("The filter is gone."))
    return redirect(url_for("board.page"))


def read(asked: MultiDict[str, str]) -> Asked:
    """The filter of an address, with one sentence for each part of it that is nothing here."""
    unit, waits, routine = (asked.get(name, "") for name in ("unit", "waits", "routine"))
    step, state, said = asked.get("step", ""), asked.get("state", ""), []
    if unit and unit not in actor().leads:
        unit = ""
        said.append(gettext("You do not answer for the unit in the address. Here are all of yours."))
    if waits and waits not in directory_names.all_units():
        waits = ""
        said.append(gettext("There is no such unit to wait for. The filter shows all."))
    if routine and not any(routine == one for one, _ in overview.routines(tx())):
        routine = ""
        said.append(gettext("There is no such routine. The filter shows all."))
    if step and not step_name(step):
        step = ""
        said.append(gettext("There is no such step. The filter shows all."))
    if state and state not in STATES:
        state = ""
        said.append(gettext("What is shown is what is late and what is due today."))
    return Asked(Wanted(unit, waits, routine, step, state, asked.get("all") == "1"), tuple(said))


def step_name(step: str) -> str:
    """What a step is called in the versions in force, '' where none has it."""
    process_id, _, element_id = step.partition(":")
    for routine, _ in overview.routines(tx()):
        element = library.current(tx(), routine).routine.element(process_id, element_id)
        if element is not None:
            return element.name
    return ""


def query(wanted: Wanted) -> str:
    """The filter as it stands in an address."""
    values = (wanted.unit_id, wanted.waits_on, wanted.process_id, wanted.step, wanted.state)
    given = {name: value for name, value in zip(NAMES, values, strict=False) if value}
    return urlencode(given | ({"all": "1"} if wanted.everything else {}))


def address(wanted: Wanted) -> str:
    """The board with that filter."""
    asked = query(wanted)
    return url_for("board.page") + (f"?{asked}" if asked else "")


def lead() -> None:
    """Whoever answers for no unit has no board."""
    if not actor().leads:
        raise NotAllowed("leads-no-unit")


def given(text: str) -> MultiDict[str, str]:
    """A filter as a form carries it."""
    return MultiDict([(name, value) for name, value in parse_qsl(text[:1000]) if name in NAMES])


def _view(found: board.Board, asked: Asked) -> dict[str, object]:
    wanted, names = asked.wanted, _names()
    return {
        "texts": {one["key"]: one["text"] for one in _figures(found)} | _head(found, wanted),
        "said": asked.said,
        "updated": words.clock(now(), ZONE),
        "lists": _lists(found, wanted, names),
        "units": _units(found, wanted, names),
        "groups": _groups(found, wanted, names),
        "filters": _saved(wanted),
        "query": query(wanted),
        "now_url": url_for("board.as_now") + (f"?{query(wanted)}" if query(wanted) else ""),
        "here": address(wanted),
        "filtered": bool(query(replace(wanted, unit_id=""))),
        "clear_url": url_for("board.page"),
        "next_due": _next_due(found),
        "leads": [(unit_id, names[unit_id]) for unit_id in names if unit_id in actor().leads],
        "undo": undo_of(request.args.get("done", "")),
        "just": {one.task_id for one in follow_ups.of_batch(tx(), request.args.get("done", ""))},
        "files": {
            name: url_for(f"board_files.{name}") + (f"?{query(wanted)}" if query(wanted) else "")
            for name in ("csv", "xlsx")
        },
    }


def _names() -> dict[str, str]:
    return {key: unit.name for key, unit in directory_names.all_units().items()}


def _head(found: board.Board, wanted: Wanted) -> dict[str, str]:
    late, rest = board_words.headline(found.total)
    lead = board_words.lead(found, _names(), of_one=bool(wanted.waits_on))
    return {"head:late": late, "head:rest": rest, "head:lead": lead, "updated": words.clock(now(), ZONE)}


def _figures(found: board.Board) -> list[dict[str, str]]:
    """Every figure on the page, by the key under which it changes."""
    of_all = sum(found.units.values(), Load())
    told = board_words.figures("all", of_all)
    for kind, loads in (
        ("unit", found.units),
        ("waits", found.waits),
        ("routine", found.routines),
        ("step", found.steps),
    ):
        for key, load in loads.items():
            told += board_words.figures(f"{kind}:{key}", load)
    return told


def _units(found: board.Board, wanted: Wanted, names: dict[str, str]) -> list[dict[str, object]]:
    """All units, then each that has something open; where one is chosen only that one is counted, so that its board costs by its own."""
    rows: list[dict[str, object]] = [
        {
            "key": "all" if not wanted.unit_id else "", "name": gettext("All units"), "url": address(replace(wanted, unit_id="")),
            "current": not wanted.unit_id, "value": "",
        }
    ]  # fmt: skip
    listed = list(found.units) if not wanted.unit_id else [one for one in names if one in actor().leads]
    rows += [
        {
            "key": f"unit:{unit_id}" if unit_id in found.units else "", "name": names.get(unit_id, unit_id), "value": unit_id,
            "url": address(replace(wanted, unit_id=unit_id)), "current": wanted.unit_id == unit_id,
        }
        for unit_id in listed
    ]  # fmt: skip
    return rows


def _lists(found: board.Board, wanted: Wanted, names: dict[str, str]) -> list[dict[str, object]]:
    """Counterparts, routines and steps, the worst first, each leading to its cases; the one chosen can be taken away."""
    titles = dict(overview.routines(tx()))
    steps = dict(found.step_names)
    if wanted.step and wanted.step not in steps:
        steps[wanted.step] = step_name(wanted.step)
    kinds: tuple[tuple[str, str, Mapping[str, Load], dict[str, str], str, Callable[[str], Wanted]], ...] = (
        ("waits", gettext("Waits for"), found.waits, names, wanted.waits_on, lambda key: replace(wanted, waits_on=key)),
        ("routine", gettext("Routine"), found.routines, titles, wanted.process_id, lambda key: replace(wanted, process_id=key)),
        ("step", gettext("Step"), found.steps, steps, wanted.step, lambda key: replace(wanted, step=key)),
    )  # fmt: skip
    lists: list[dict[str, object]] = []
    for kind, title, loads, called, chosen, narrowed in kinds:
        keys = dict.fromkeys([*loads, *([chosen] if chosen else [])])
        rows = [
            {
                "key": f"{kind}:{key}", "name": called.get(key, key), "current": key == chosen,
                "url": address(narrowed("" if key == chosen else key)), "first": place < WORST or key == chosen,
            }
            for place, key in enumerate(keys)
        ]  # fmt: skip
        more = gettext("Show all %(num)s", num=len(rows)) if not all(one["first"] for one in rows) else ""
        lists.append({"title": title, "rows": rows, "more": more})
    return lists


def _groups(found: board.Board, wanted: Wanted, names: dict[str, str]) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = []
    for unit_id in (one for one in found.units if one in found.rows):
        more = found.hidden.get(unit_id, 0)
        whole = replace(wanted, unit_id=unit_id, everything=True)
        groups.append(
            {
                "id": unit_id,
                "name": names.get(unit_id, unit_id),
                "urls": {
                    state: address(replace(wanted, unit_id=unit_id, state=state, everything=False))
                    for state in STATES
                },
                "rows": board_words.drawn(found.rows[unit_id], names, query(wanted)),
                "folded": _folded(found.rows[unit_id]),
                "more": {
                    "url": address(whole),
                    "words": gettext("Show all %(num)s", num=more + len(found.rows[unit_id])),
                }
                if more
                else None,
            }
        )
    return groups


def _folded(rows: list[board.Row]) -> list[str]:
    """What stands on the button under which a narrow page keeps what is not late, the last, and before that what is to stand there when
    all but one, but two and so on have become late; none where all or nothing is late.
    """
    number = sum(one.task.due_on == today() for one in rows)
    near = [one for one in rows if not (one.task.due_on and one.task.due_on < today())]
    if not near or len(near) == len(rows):
        return []
    if number == len(near):
        return [
            ngettext("Show %(num)s that is due today", "Show %(num)s that are due today", one + 1)
            for one in range(number)
        ]
    return [
        ngettext("Show %(num)s that is in time", "Show %(num)s that are in time", one + 1)
        for one in range(len(near))
    ]


def _saved(wanted: Wanted) -> list[dict[str, object]]:
    mine = actor().id
    return [
        {
            "id": one.id, "name": one.name, "url": url_for("board.page") + (f"?{one.address}" if one.address else ""),
            "current": one.address == query(wanted), "mine": one.person_id == mine, "shared": one.unit_id is not None,
        }
        for one in follow_ups.filters(tx(), mine, actor().leads)
    ]  # fmt: skip


def _next_due(found: board.Board) -> str:
    if found.next_due is None:
        return ""
    day, number = found.next_due
    told = ngettext("%(num)s step", "%(num)s steps", number)
    return gettext("Next due: %(day)s, %(steps)s.", day=words.weekday_and_day(day, today()), steps=told)


def undo_of(batch_id: str) -> dict[str, str]:
    """Where what was just chosen can be taken back, and what is said of it; nothing where there is nothing to say."""
    done = follow_ups.of_batch(tx(), batch_id) if batch_id else []
    mine = [one for one in done if one.actor_id == actor().id and one.undone_at is None]
    able = [one for one in mine if one.kind != "escalated" and not _gone_out(one)]
    if able:
        return {"url": url_for("following.undo", batch_id=batch_id), "words": gettext("It can be undone.")}
    return {"url": "", "words": stays(batch_id)} if any(map(_gone_out, mine)) else {}


def stays(batch_id: str) -> str:
    """Why what was chosen at once can no longer be taken back."""
    if any(map(_gone_out, follow_ups.of_batch(tx(), batch_id))):
        return gettext("The reminder has gone out by mail and cannot be taken back.")
    return gettext("It has been changed since, and stays as it is.")


def _gone_out(one: follow_ups.FollowUp) -> bool:
    return one.kind == "reminded" and follow_ups.reminders_have_gone(tx(), follow_ups.notices_of(one))
