"""Playing a draft: whose turn it is, their form to hand in, and a clock that is wound by hand.

Enters: what was played so far, which the page itself carries as the text of a scenario, and the next step. Leaves: the page after it, or a
scenario of the routine. Everything happens in a database made for it; no real case, person or message is ever touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import chain, count

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import routine_drafts
from engine.actions.routine_drafts import Content
from engine.definitions.editing.drawing import slug
from engine.errors import BrokenDefinition, CaseStopped, EngineError, InvalidForm, NotAllowed
from engine.records import timers
from engine.records.database import reading, writing
from engine.scenarios import playing
from engine.scenarios.playing import Position, Theatre
from webapp import words
from webapp.auth import actor
from webapp.pages import finding_words, refusals
from webapp.session import house, now, reads
from webapp.studio import outset, partwords, played, turns
from webapp.studio.draft import Opened, opened
from webapp.studio.draft_head import head
from webapp.studio.played import Played
from webapp.studio.turns import Turn

pages = Blueprint("studio_play", __name__, url_prefix="/studio/drafts/<draft_id>/play")


@pages.get("")
@reads
def page(draft_id: str) -> str:
    """Before anything is played."""
    found = opened(draft_id)
    return render_template("studio/play.html", **head(found, "play"), position=None, script="", begin=True)


@pages.post("")
def step(draft_id: str) -> ResponseReturnValue:
    """Take the next step: begin, do a task, wind the clock, go back one step, or keep what was played."""
    found = _read(draft_id)
    contents, folder, process_id = outset.staged(draft_id)
    with ExitStack() as held:
        try:
            place = held.enter_context(playing.theatre(contents, folder, process_id))
        except BrokenDefinition as broken:
            return _cannot(found, _unplayable(found, broken))
        return _stepped(draft_id, found, place, process_id)


def _unplayable(found: Opened, broken: BrokenDefinition) -> list[str]:
    """The errors, each with the name of its step."""
    names = {one.id: one.name for one in found.nodes.values() if one.name}
    return [
        finding_words.in_a_line(one.rule, names.get(one.element_id, one.element_id), one.about, one.message)
        for one in broken.findings
        if one.severity == "error"
    ]


def _stepped(draft_id: str, found: Opened, place: Theatre, process_id: str) -> ResponseReturnValue:
    script = request.form.get("script", "").replace("\r\n", "\n")
    try:
        position = playing.at(place, script) if script else None
        new = _next(script, position, place, process_id)
        if isinstance(new, str):
            script = new
            position = playing.at(place, script) if script else None
    except (BrokenDefinition, ValueError):
        return _cannot(found, [gettext("What was played cannot be read any more. Begin again.")])
    if request.form.get("do") == "keep" and position is not None:
        return _kept(draft_id, script, position)
    trouble = position.trouble if position else None
    if trouble is not None and not isinstance(trouble, CaseStopped):
        script = playing.back(script)  # what could not be done was not done
        position = playing.at(place, script) if script else position
    return _shown(found, script, position, place, trouble)


def _read(draft_id: str) -> Opened:
    """The draft, read and let go: playing takes long and holds no transaction."""
    with reading(house().engine) as opened_tx:
        g.tx = opened_tx
        try:
            found = opened(draft_id)
            _ = (found.language, found.processes)
            return found
        finally:
            g.pop("tx", None)


def _next(script: str, position: Position | None, place: Theatre, process_id: str) -> str | None:
    """The script with the step that was asked for; None where nothing is added."""
    do = request.form.get("do", "")
    if do == "begin" or position is None:
        return outset.begun(place, process_id)
    if do == "back":
        return playing.back(script)
    if do == "day":
        return playing.further(script, {"at": position.now + timedelta(days=1)})
    if do == "timer":
        due = _next_timer(position)
        return playing.further(script, {"at": due}) if due else None
    if do.startswith("hand-in:"):
        return playing.further(script, _handed_in(do.removeprefix("hand-in:"), position))
    return None


def _handed_in(task_id: str, position: Position) -> dict[str, object]:
    turn = next((one for one in turns.of(position) if one.task.id == task_id), None)
    if turn is None:
        raise ValueError(task_id)
    return {
        "at": position.now,
        "do": turn.task.element_id,
        "actor": turn.username,
        "unit": turn.task.unit_id,
        "data": turns.posted(),
    }


def _next_timer(position: Position) -> datetime | None:
    with reading(position.engine) as opened_tx:
        return timers.next_due_at(opened_tx)


def _shown(
    found: Opened, script: str, position: Position | None, place: Theatre, trouble: EngineError | None
) -> ResponseReturnValue:
    open_now = turns.of(position) if position else []
    wanted = request.form.get("task") or request.form.get("do", "").removeprefix("hand-in:")
    chosen = next(
        (one for one in open_now if one.task.id == wanted),
        next((one for one in open_now if one.username), None),
    )
    drawn = turns.form(position, chosen, place, trouble) if position and chosen and chosen.username else None
    scene = _scene(found, position, place, chosen) if position and position.situation else {}

    @reads
    def render() -> str:
        again = opened(found.id)
        return render_template(
            "studio/play.html",
            **head(again, "play"),
            position=position and scene,
            turns=[{"id": one.task.id, "name": one.task.name, "line": one.task.line, "who": one.name, "may": bool(one.username),
                    "late": bool(one.task.due_at and position and one.task.due_at <= position.now),
                    "due": words.short_day(one.task.due_on, position.now.date()) if one.task.due_on and position else "",
                    "chosen": chosen is not None and one.task.id == chosen.task.id} for one in open_now],
            chosen=chosen, form=drawn, script=script, begin=position is None, trouble=_said(trouble, scene), can_go_back=bool(script),
        )  # fmt: skip

    return render()


def _scene(found: Opened, position: Position, place: Theatre, chosen: Turn | None) -> dict[str, object]:
    """The clock, what comes next by itself, the drawing on which it is somebody's turn, and the log."""
    situation = position.situation
    assert situation is not None
    case = Played(place.process_id, position.case_id, position.now, place.known.zone)
    ended = not situation.open and situation.case.ended_at is not None
    with turns.within(position):
        at = (chosen.task.process_id, chosen.task.element_id) if chosen else (place.process_id, "")
        drawn = played.standing(case, *at)
        path = str(drawn["path"]) if drawn else ""
        return {
            "when": played.clock(case),
            "next": played.upcoming(case),
            "ended": played.ended(case) if ended else "",
            "log": played.happened(case),
            "incidents": [played.name(case, one.element_id) for one in situation.incidents],
            "drawn": drawn
            and path in found.content.files
            and {
                "src": url_for("studio_changes.drawing", draft_id=found.id, path=path),
                "marks": drawn["marks"],
            },
        }


def _kept(draft_id: str, script: str, position: Position) -> ResponseReturnValue:
    """What was played becomes a scenario of the routine, which runs at every check, in the place of one of that title."""
    title = request.form.get("title", "").strip() or gettext("Played")
    try:
        with writing(house().engine) as opened_tx:
            content = routine_drafts.read(opened_tx, actor(), draft_id)
            path = _place(content, title)
            routine_drafts.save_file(
                opened_tx,
                actor(),
                draft_id,
                path,
                playing.with_end(script, title, position),
                expected_revision=content.draft.revision,
                now=now(),
            )
        if path in content.files:
            flash(gettext("The scenario “%(title)s” is now what was played. You can undo it.", title=title))
        else:
            flash(gettext("Kept as the scenario “%(title)s”. It is played at every check.", title=title))
    except (routine_drafts.Locked, BrokenDefinition):
        flash(gettext("The draft waits for approval or is closed. Take it back to change it."), "late")
    return redirect(url_for("studio_play.page", draft_id=draft_id))


def _place(content: Content, title: str) -> str:
    """The path of the scenario that is called so, a new one where none is."""
    held, folder = content.files, f"{content.draft.folder}/scenarios/"
    called = {partwords.called(data, path): path for path, data in held.items() if path.startswith(folder)}
    names = chain((slug(title),), (f"{slug(title)}_{number}" for number in count(2)))
    return called.get(title) or next(path for one in names if (path := f"{folder}{one}.toml") not in held)


def _cannot(found: Opened, why: list[str]) -> ResponseReturnValue:
    @reads
    def render() -> str:
        again = opened(found.id)
        return render_template(
            "studio/play.html", **head(again, "play"), position=None, script="", begin=True, cannot=why[:10]
        )

    return render()


def _said(trouble: EngineError | None, scene: Mapping[str, object]) -> str:
    match trouble:
        case None:
            return ""
        case InvalidForm():
            return gettext("The form is sent back: something in it has to be mended.")
        case NotAllowed():
            return refusals.sentence(trouble.reason)
        case CaseStopped() if scene.get("incidents"):
            return ""  # it stands where it stopped, with the name of the step
    return gettext("The step cannot be taken.")
