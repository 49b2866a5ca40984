"""Playing a draft: whose turn it is, their form with made-up answers, and a clock that is wound by hand.

Enters: what was played so far, which the page itself carries as the text of a scenario, and the next step. Leaves: the page after it, or a
scenario of the routine. Everything happens in a database made for it; no real case, person or message is ever touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import publishing, routine_drafts, tasks
from engine.definitions import files, sample_papers
from engine.definitions.editing.drawing import slug
from engine.definitions.schema import Field
from engine.errors import BrokenDefinition, CaseStopped, EngineError, InvalidForm, NotAllowed
from engine.records import directory, timers
from engine.records.database import reading, writing
from engine.records.tasks import Task
from engine.scenarios import deeds, playing, trying
from engine.scenarios.playing import Position, Theatre
from webapp import words
from webapp.auth import actor
from webapp.pages import finding_words, forms, refusals, taskview
from webapp.session import ZONE, house, now, reads, tx
from webapp.studio import played
from webapp.studio.draft import Opened, head, opened
from webapp.studio.played import Played

pages = Blueprint("studio_play", __name__, url_prefix="/studio/drafts/<draft_id>/play")
BEGINS = time(9, 0)


@dataclass(frozen=True)
class Turn:
    """An open task, and who of the made-up people does it."""

    task: Task
    username: str
    name: str


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
    contents, folder, process_id = _staged(draft_id)
    with ExitStack() as held:
        try:
            place = held.enter_context(playing.theatre(contents, folder, process_id))
        except BrokenDefinition as broken:
            errors = [one for one in broken.findings if one.severity == "error"]
            names = {
                node.id: node.name
                for process in found.processes
                for node in process.nodes.values()
                if node.name
            }
            return _cannot(
                found,
                [
                    finding_words.in_a_line(
                        one.rule, names.get(one.element_id, one.element_id), one.about, one.message
                    )
                    for one in errors
                ],
            )
        return _stepped(draft_id, found, place, process_id)


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
        return _kept(draft_id, found, script, position)
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


def _staged(draft_id: str) -> tuple[dict[str, bytes], str, str]:
    """The files to play with, the folder and the process; of a part that nobody starts, the routine that calls it is played."""
    root = house().settings.processes
    with reading(house().engine) as opened_tx:
        content = routine_drafts.read(opened_tx, actor(), draft_id)
        whole = {
            **trying.in_force(opened_tx, {files.folder_of(path) for path in content.files}),
            **content.files,
        }
        callers = publishing.callers(opened_tx, content.draft.process_id)
    beside = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in trying.BESIDE
        for path in root.glob(pattern)
    }
    own, folder, process_id = content.own, content.draft.folder, content.draft.process_id
    if callers and b"start_roles" not in own.get(f"{folder}/routine.toml", b""):
        at_home = f"{content.draft.region_id}_"
        process_id = next((one for one in callers if one.startswith(at_home)), callers[0])
        folder = next(
            files.folder_of(path)
            for path, data in whole.items()
            if path.endswith(".bpmn") and process_id in files.drawn_processes(data)
        )
    return {**beside, **whole}, folder, process_id


def _next(script: str, position: Position | None, place: Theatre, process_id: str) -> str | None:
    """The script with the step that was asked for; None where nothing is added."""
    do = request.form.get("do", "")
    if do == "begin" or position is None:
        return _begun(place, process_id)
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
    turn = next((one for one in _turns(position) if one.task.id == task_id), None)
    if turn is None:
        raise ValueError(task_id)
    answers = {
        key: value
        for key, value in forms.posted().items()
        if key not in ("script", "do", "task", "title", "name")
    }
    made: dict[str, object] = {
        "at": position.now,
        "do": turn.task.element_id,
        "actor": turn.username,
        "unit": turn.task.unit_id,
        "data": answers,
    }
    return made


def _begun(place: Theatre, process_id: str) -> str:
    """A case that begins as in the routine's own example, or else about a made-up person, at the first unit where somebody may start it."""
    start = datetime.combine(_monday(), BEGINS, tzinfo=place.known.zone)
    if place.example.case:
        return playing.begun(gettext("Played"), start, place.example.begun(start.date(), place.known.zone))
    unit, who = _starter(place, process_id, start)
    case: dict[str, object] = {
        "unit": unit,
        "actor": who,
        "subject": {"name": gettext("Made-up Person"), "born_on": date(1950, 5, 5)},
    }
    return playing.begun(gettext("Played"), start, case)


def _monday() -> date:
    day = now().astimezone(ZONE).date()
    return day + timedelta(days=(7 - day.weekday()) % 7 or 7)


def _starter(place: Theatre, process_id: str, start: datetime) -> tuple[str, str]:
    region = process_id.split("_", 1)[0]
    with place.ready.database() as engine:
        empty = Position(engine, "", start, None)
        units = sorted(place.known.units)
        for unit in units:
            for username, _, roles in playing.people(empty, unit):
                if "staff" in roles and _in_region(empty, unit, region):
                    return unit, username
    return units[0], ""


def _in_region(position: Position, unit_id: str, region: str) -> bool:
    with reading(position.engine) as opened_tx:
        return any(
            one.id == unit_id and one.region_id == region and one.principal_kind == "region"
            for one in directory.all_units(opened_tx)
        )


def _next_timer(position: Position) -> datetime | None:
    with reading(position.engine) as opened_tx:
        return timers.next_due_at(opened_tx)


def _turns(position: Position) -> list[Turn]:
    """Every open task with somebody who may do it."""
    if position.situation is None:
        return []
    made = []
    for task in position.situation.open:
        for username, name, _ in playing.people(position, task.unit_id or ""):
            with suppress(EngineError), reading(position.engine) as opened_tx:
                who = deeds.actor(position.engine, username, now=position.now)
                held = tasks.hold(opened_tx, who, task.id, now=position.now)
                if may(who, Act.TASK_COMPLETE, held.about):
                    made.append(Turn(task, username, name))
                    break
        else:
            made.append(Turn(task, "", ""))
    return made


def _shown(
    found: Opened, script: str, position: Position | None, place: Theatre, trouble: EngineError | None
) -> ResponseReturnValue:
    turns = _turns(position) if position else []
    wanted = request.form.get("task") or request.form.get("do", "").removeprefix("hand-in:")
    chosen = next(
        (one for one in turns if one.task.id == wanted), next((one for one in turns if one.username), None)
    )
    drawn = _form(position, chosen, place, trouble) if position and chosen and chosen.username else None
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
                    "chosen": chosen is not None and one.task.id == chosen.task.id} for one in turns],
            chosen=chosen, form=drawn, script=script, begin=position is None, trouble=_said(trouble, scene), can_go_back=bool(script),
        )  # fmt: skip

    return render()


def _scene(found: Opened, position: Position, place: Theatre, chosen: Turn | None) -> dict[str, object]:
    """The clock, what comes next by itself, the drawing on which it is somebody's turn, and the log."""
    situation = position.situation
    assert situation is not None
    case = Played(place.process_id, position.case_id, position.now, place.known.zone)
    ended = not situation.open and situation.case.ended_at is not None
    with _within(position):
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


def _form(position: Position, turn: Turn, place: Theatre, trouble: EngineError | None) -> dict[str, object]:
    """The task's form as that person would see it, with answers of the example or made up, or with what was written and is wrong."""
    with _within(position):
        who = deeds.actor(position.engine, turn.username, now=position.now)
        held = tasks.hold(tx(), who, turn.task.id, now=position.now)
        sheet = taskview.sheet_for(held, who)
        if isinstance(trouble, InvalidForm):
            values = {
                key: value for key, value in forms.posted().items() if key not in ("script", "do", "task")
            }
            return forms.drawn(sheet, values, trouble.errors)
        known = taskview.known_to(held, who)
        answered = place.example.answered(turn.task.element_id, position.now.date(), place.known.zone)
        fields = [one for one in held.form.top_level() if one.required or not answered] if held.form else []
        made_up = {one.key: _answer(one, sheet.options, position) for one in fields}
        return forms.drawn(sheet, {**made_up, **answered, **known})


@contextmanager
def _within(position: Position) -> Iterator[None]:
    """The parts of pages that draw forms ask the request for its transaction and its instant; here it is those of the play."""
    real = g.get("now")
    with reading(position.engine) as opened_tx:
        g.tx, g.now = opened_tx, position.now
        try:
            yield
        finally:
            g.pop("tx", None)
            g.pop("now", None)
            if real is not None:
                g.now = real


def _answer(one: Field, options: Mapping[str, list[tuple[str, ...]]], position: Position) -> object:
    """An answer to the question, as a browser would send it."""
    offered = [row[0] for row in options.get(one.options_source, [])] or [
        option.value for option in one.options
    ]
    day = position.now.date() + timedelta(days=7)
    match one.value_type:
        case "date":
            return (position.now.date() if one.past_allowed else day).isoformat()
        case "date and time":
            return datetime.combine(day, BEGINS).isoformat()
        case "list":
            return offered[:1]
        case "rows":
            return [{child.key: _answer(child, options, position) for child in one.children if child.key}]
    if one.type in ("radio", "select"):
        return offered[0] if offered else ""
    made = sample_papers.sample(one)
    return gettext("Made up") if made == sample_papers.TEXT else made


def _kept(draft_id: str, found: Opened, script: str, position: Position) -> ResponseReturnValue:
    """What was played becomes a scenario of the routine, which runs at every check."""
    title = request.form.get("title", "").strip() or gettext("Played")
    path = f"{found.content.draft.folder}/scenarios/{slug(title)}.toml"
    try:
        with writing(house().engine) as opened_tx:
            content = routine_drafts.read(opened_tx, actor(), draft_id)
            routine_drafts.save_file(
                opened_tx,
                actor(),
                draft_id,
                path,
                playing.with_end(script, title, position),
                expected_revision=content.draft.revision,
                now=now(),
            )
        flash(gettext("Kept as the scenario “%(title)s”. It is played at every check.", title=title))
    except (routine_drafts.Locked, BrokenDefinition):
        flash(gettext("The draft waits for approval or is closed. Take it back to change it."), "late")
    return redirect(url_for("studio_play.page", draft_id=draft_id))


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
