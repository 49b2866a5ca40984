"""The draft as a diagram and as a list: two ways to change the same thing, and what the canvas asks the server for.

Enters: requests of those who answer for the routine. Leaves: pages, and JSON with the draft's revision for the canvas. Nothing is decided
here: what cannot be done is said in words and nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import routine_drafts, routine_steps
from engine.actions.routine_drafts import Conflict, Locked, Present, Saved
from engine.actions.routine_steps import AnsweredMeanwhile, NotPossible
from engine.errors import BrokenDefinition, EngineError, NotFound, StaleCase
from engine.records import directory
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.session import house, now, reads, tx, writes
from webapp.studio import adding, moving, outline, stepform, undone
from webapp.studio.draft import Opened, opened
from webapp.studio.draft_head import head
from webapp.studio.stepwords import REFUSED

pages = Blueprint("studio", __name__, url_prefix="/studio/drafts/<draft_id>")
CANVAS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The editor writes styles on its elements; scripts and everything else stay as on every page."""
TOLD = (NotPossible, StaleCase, Locked, AnsweredMeanwhile, BrokenDefinition, NotFound)


@pages.get("/")
def begin(draft_id: str) -> AnyResponse:
    """The draft where it is changed."""
    return redirect(url_for("studio.diagram", draft_id=draft_id))


@pages.get("/diagram")
@reads
def diagram(draft_id: str) -> Response:
    """The canvas with the form of the chosen step beside it; under 900 pixels the list is offered."""
    found = opened(draft_id)
    answer = Response(
        render_template(
            "studio/diagram.html", **head(found, "edit"), **step(found, request.args.get("element", ""))
        )
    )
    answer.headers["Content-Security-Policy"] = CANVAS_POLICY
    return answer


@pages.get("/list")
@reads
def as_list(draft_id: str) -> str:
    """The steps in order, and the form of the chosen one."""
    found = opened(draft_id)
    chosen = request.args.get("element", "") or outline.first(found)
    return render_template(
        "studio/list.html", **head(found, "edit"), **step(found, chosen), lines=outline.lines(found, chosen),
        adds="new" in request.args, beyond=moving.beyond(found, chosen, request.args.get("over", "")),
    )  # fmt: skip


@pages.get("/step")
@reads
def panel(draft_id: str) -> str:
    """The form of one step, for the panel beside the canvas."""
    found = opened(draft_id)
    return render_template(
        "studio/step.html", **head(found, "edit"), **step(found, request.args.get("element", ""))
    )


@pages.get("/drawing")
@reads
def drawing(draft_id: str) -> Response:
    """The drawing as it stands, with the draft's revision."""
    found = opened(draft_id)
    told = _standing(found)
    return jsonify(xml=found.data.decode("utf-8", errors="replace"), **told)


@pages.post("/drawing")
def save_drawing(draft_id: str) -> ResponseReturnValue:
    """The whole drawing as the canvas has it. Ids that only the editor understands become readable."""
    return answered(draft_id, lambda: _saved_drawing(draft_id))


@pages.post("/undo")
def undo(draft_id: str) -> ResponseReturnValue:
    """Take the last change of the draft back, whoever made it and wherever."""
    return _stepped(draft_id, "undo")


@pages.post("/redo")
def redo(draft_id: str) -> ResponseReturnValue:
    """Do again what was undone."""
    return _stepped(draft_id, "redo")


@pages.post("/steps/<element_id>")
def change(draft_id: str, element_id: str) -> ResponseReturnValue:
    """Write what was answered about a step."""

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            given = stepform.answers(request, lambda: routine_drafts.read(opened_tx, actor(), draft_id).files)
            return routine_steps.answer(opened_tx, actor(), draft_id, _path(), element_id, given, now=now())

    return answered(draft_id, act, element=element_id, said=gettext("The step is saved."))


@pages.post("/steps/<element_id>/move")
def move(draft_id: str, element_id: str) -> ResponseReturnValue:
    """Let it change places with its neighbour, or stand on the flow beyond it that is named."""
    way, flow_id = request.form.get("way", ""), request.form.get("flow", "")

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            if flow_id:
                return routine_steps.move_to(
                    opened_tx, actor(), draft_id, _path(), element_id, flow_id, now=now()
                )
            return routine_steps.move(
                opened_tx, actor(), draft_id, _path(), element_id, later=way == "later", now=now()
            )

    def why(error: EngineError) -> str:
        if isinstance(error, NotPossible) and not flow_id:
            return moving.refusal(opened(draft_id), element_id, way, error)
        return refusal(error)

    return answered(
        draft_id, act, element=element_id, said=lambda: outline.stands(opened(draft_id), element_id), why=why, over=way,
    )  # fmt: skip


@pages.post("/steps/<element_id>/remove")
def remove(draft_id: str, element_id: str) -> ResponseReturnValue:
    """Take it out, with its time limits and its form; the list goes on at the step before it."""
    near: list[str] = []

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            was = routine_drafts.read(opened_tx, actor(), draft_id).files
            done = routine_steps.take_out(opened_tx, actor(), draft_id, _path(), element_id, now=now())
            near.append(undone.before(was, _path(), element_id))
            return done

    return answered(draft_id, act, element=near, said=gettext("The step is removed. You can undo it."))


@pages.post("/add")
def add(draft_id: str) -> ResponseReturnValue:
    """A new step, plain or ready, after the one that is named."""
    made: list[str] = []

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            saved, element_id = adding.put_in(opened_tx, actor(), draft_id, _path(), request.form, now=now())
            made.append(element_id)
            return saved

    return answered(draft_id, act, element=made, said=gettext("The step is put in."))


@pages.post("/expert")
def expert(draft_id: str) -> AnyResponse:
    """Show what is for those who know FEEL, or hide it."""
    session["expert"] = "" if session.get("expert") == "on" else "on"
    return _back(draft_id, request.form.get("element", ""))


@pages.post("/presence")
@writes
def presence(draft_id: str) -> Response:
    """Say that one is here; gives who else is."""
    edits = bool(request.form.get("edits"))
    others = routine_drafts.note_present(
        tx(), actor(), draft_id, request.form.get("element", ""), edits=edits, now=now()
    )
    names = directory.names(tx(), [one.person_id for one in others])
    people = [_present(one, names.get(one.person_id, "")) for one in others]
    return jsonify(people=people, revision=routine_drafts.read(tx(), actor(), draft_id).draft.revision)


def _present(one: Present, name: str) -> dict[str, str]:
    said = (
        gettext("%(name)s is changing", name=name) if one.edits else gettext("%(name)s is reading", name=name)
    )
    return {"initials": words.initials(name), "element": one.element_id, "words": said}


def step(found: Opened, element_id: str) -> dict[str, object]:
    """What the template of the step form needs; an element that is not there is none."""
    try:
        asked = stepform.fields(found, element_id) if element_id else []
    except (NotPossible, NotFound, BrokenDefinition):
        element_id, asked = "", []
    node = found.nodes.get(element_id)
    return {
        "element": element_id,
        "element_name": (node.name if node else "") or element_id,
        "kind_words": stepform.kind_words(found, element_id) if element_id else "",
        "fields": asked,
        "form_path": f"{found.content.draft.folder}/forms/{element_id}.form"
        if f"{found.content.draft.folder}/forms/{element_id}.form" in found.content.files else "",
        "timers": outline.timers(found, element_id),
        "part": outline.part(found, element_id),
        "adding": adding.offers(found, element_id),
        "may_move": outline.may_move(found, element_id),
        "example": outline.example(found, element_id),
    }  # fmt: skip


def _path() -> str:
    """The drawing that is changed: the one named, else the routine's first."""
    wanted = request.values.get("path", "")
    if not wanted:
        raise NotFound
    return wanted


def _saved_drawing(draft_id: str) -> Saved | Conflict:
    data = request.form.get("xml", "").encode()
    expected = int(request.form.get("revision", "0")) if request.form.get("revision", "").isdecimal() else 0
    with writing(house().engine) as opened_tx:
        return routine_steps.save_drawing(
            opened_tx, actor(), draft_id, _path(), data, expected_revision=expected, now=now()
        )


def _stepped(draft_id: str, way: str) -> ResponseReturnValue:
    """One change back or on; the list goes on where it was made, and both say what it was."""
    expected = int(request.form.get("revision", "0")) if request.form.get("revision", "").isdecimal() else 0
    step_on = routine_drafts.undo if way == "undo" else routine_drafts.redo
    chosen = request.form.get("element", "")
    told: list[str] = []
    at: list[str] = []

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            was = routine_drafts.read(opened_tx, actor(), draft_id).files
            done = step_on(opened_tx, actor(), draft_id, expected_revision=expected, now=now())
            stands = routine_drafts.read(opened_tx, actor(), draft_id).files
        told.append(undone.said(was, stands, way))
        at.append(undone.place(was, stands, request.values.get("path", ""), chosen))
        return done

    return answered(draft_id, act, element=at, said=lambda: told[0])


def answered(
    draft_id: str,
    act: Callable[[], Saved | Conflict],
    *,
    element: str | list[str] = "",
    said: str | Callable[[], str] = "",
    why: Callable[[EngineError], str] | None = None,
    over: str = "",
) -> ResponseReturnValue:
    """Do it and say what came of it, `said` or what it finds there now: to the canvas as JSON, to the list beside the step.

    `why` says why it was not done; the list is then told which way the step was to go `over` something.
    """
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        done = act()
    except TOLD as error:
        refused, chosen = error, element if isinstance(element, str) else ""

        def tell_why() -> ResponseReturnValue:
            sentence = (why or refusal)(refused)
            if wants_json:
                return jsonify(words=sentence), 409
            flash(sentence, "late")
            return _back(draft_id, chosen, over=over)

        return reads(tell_why)() if why else tell_why()
    if isinstance(done, Conflict):
        address = url_for("studio_conflicts.conflicts", draft_id=draft_id)
        return jsonify(conflict=address) if wants_json else redirect(address)
    chosen = element if isinstance(element, str) else next(iter(element), "")

    def tell() -> ResponseReturnValue:
        sentence = said if isinstance(said, str) else said()
        if wants_json:
            found = _standing(opened(draft_id))
            return jsonify(said=sentence, element=chosen, renamed=bool(done.paths), **found)
        flash(sentence)
        return _back(draft_id, chosen)

    return reads(tell)()


def _standing(found: Opened) -> dict[str, object]:
    """What the canvas needs to know of the draft after each answer."""
    told = head(found, "edit")
    return {
        "revision": told["revision"],
        "words": told["saved"],
        "may_undo": told["may_undo"],
        "may_redo": told["may_redo"],
    }


def refusal(error: EngineError) -> str:
    """Why it was not done, in a sentence."""
    match error:
        case NotPossible():
            return (
                REFUSED[error.reason]() if error.reason in REFUSED else gettext("That cannot be done here.")
            )
        case AnsweredMeanwhile():
            now_there = words.listed([f"”{one}”" for one in error.theirs.values()])
            return gettext(
                "Somebody else has changed the same answer meanwhile to %(theirs)s. Look at it and write yours again if it is to hold.",
                theirs=now_there,
            )
        case Locked():
            return gettext("The draft waits for approval or is closed. Take it back to change it.")
        case BrokenDefinition():
            return gettext("The drawing cannot be read any more. Undo the last change.")
        case NotFound():
            return gettext("It is no longer there.")
    return gettext(
        "The draft was changed by somebody else meanwhile. Nothing of yours was saved over it; try again."
    )


def _back(draft_id: str, element_id: str, *, over: str = "") -> AnyResponse:
    """To the list or the canvas, wherever it came from."""
    listed = request.form.get("view") != "diagram"
    return redirect(
        url_for(
            "studio.as_list" if listed else "studio.diagram", draft_id=draft_id, path=request.values.get("path") or None,
            element=element_id or None, over=(listed and over) or None, _anchor=f"line-{element_id}" if listed and element_id else None,
        )
    )  # fmt: skip
