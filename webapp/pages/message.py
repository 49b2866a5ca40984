"""Something one starts from a case: a waiting message event, a linked routine, or a deviation (decisions 21 and 23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking, library
from engine.access import Act, CaseObject, may
from engine.actions import cases
from engine.actions.ground import Ground
from engine.definitions.routine import Element
from engine.definitions.schema import Form, written
from engine.errors import FieldError, InvalidForm, NotFound
from engine.records import cases as case_rows
from engine.records import tasks as task_rows
from engine.records.pressed import Pressed
from webapp import guidance, once, signing
from webapp.auth import actor
from webapp.pages import directory_names, forms, naming, twice
from webapp.session import now, reads, tx, writes

pages = Blueprint("message", __name__)


@pages.get("/cases/<case_id>/start/<what>")
@reads
def page(case_id: str, what: str) -> str:
    """The form of what is to be started."""
    return _drawn(case_id, what, {})


@pages.post("/cases/<case_id>/start/<what>")
def start(case_id: str, what: str) -> ResponseReturnValue:
    """Start it, or change a row of its form."""
    values = forms.posted()
    changed = forms.pressed(values)
    if changed is not None or request.form.get("_refresh"):
        return reads(_drawn)(case_id=case_id, what=what, values=changed[0] if changed else values)
    try:
        return _started(case_id=case_id, what=what, values=values)
    except InvalidForm as error:
        return reads(_drawn)(case_id=case_id, what=what, values=values, errors=error.errors), 422


@pages.post("/cases/<case_id>/start/<what>/refresh")
@reads
def refresh(case_id: str, what: str) -> str:
    """The form body anew."""
    values = forms.posted()
    changed = forms.pressed(values)
    ground, _, form, _, _ = _found(case_id, what)
    drawn = forms.drawn(_sheet(ground, form), changed[0] if changed else values)
    return render_template(
        "forms/body.html", parts=drawn["parts"], focus=changed[1] if changed else "", redrawn=True
    )


@writes
def _started(case_id: str, what: str, values: dict[str, object]) -> ResponseReturnValue:
    g.typed = values
    first = once.earlier()
    if first is not None:
        return _again(case_id, what, first)
    ground, element, form, kind, _ = _found(case_id, what)
    g.acting_unit = ground.who.unit_id
    signing.required_for(element)
    options = directory_names.values_of(directory_names.options(form, ground.who.unit_id))
    if kind == "awaited":
        cases.receive(tx(), actor(), what, values, options=options, now=now())
    else:
        cases.start_linked(tx(), actor(), case_id, what, values, options=options, now=now())
    flash(gettext("%(what)s: done.", what=element.name))
    return redirect(url_for("case.page", case_id=case_id))


def _again(case_id: str, what: str, first: Pressed) -> ResponseReturnValue:
    """The receipt of the first, where the same came once more."""
    address = url_for("case.page", case_id=case_id)
    if not once.same(first):
        return twice.handed_in_before(first, {"url": address, "words": gettext("The case")}), 409
    flash(gettext("%(what)s: done.", what=_name(what)))
    return redirect(address)


def _name(what: str) -> str:
    try:
        return task_rows.awaited(tx(), what).name
    except NotFound:
        return library.current(tx(), what).routine.start_events()[0].name


def _drawn(case_id: str, what: str, values: Mapping[str, object], errors: Sequence[FieldError] = ()) -> str:
    ground, element, form, _, about = _found(case_id, what)
    drawn = forms.drawn(_sheet(ground, form), values, errors)
    return render_template(
        "message.html", section="cases", over=naming.over(ground, about), title=element.name,
        lead=guidance.html(element.documentation) if element.documentation else "",
        back_to={"url": url_for("case.page", case_id=case_id), "words": gettext("The case")}, parts=drawn["parts"], errors=drawn["errors"],
        action=url_for("message.start", case_id=case_id, what=what), refresh=url_for("message.refresh", case_id=case_id, what=what),
        submit_words=naming.submit_words(element, element.name), effects=[],
    )  # fmt: skip


def _sheet(ground: Ground, form: Form | None) -> forms.Sheet:
    offered = directory_names.options(form, ground.who.unit_id)
    return forms.Sheet(form, offered, ground.system_names, ground.zone)


def _found(case_id: str, what: str) -> tuple[Ground, Element, Form | None, str, CaseObject]:
    """The event or routine meant, if the actor may start it; NotFound or NotAllowed else."""
    case = case_rows.fetch(tx(), case_id)
    ground = Ground(tx(), case, asking.acting(actor(), case.unit_id), now())
    about = ground.about
    for waiting in task_rows.awaited_of(tx(), case_id):
        if waiting.id == what:
            may(actor(), Act.MESSAGE_START, asking.message_object(about, waiting, case.unit_id)).required()
            routine = library.loaded(tx(), case_rows.instance(tx(), waiting.instance_id).bundle_hash).routine
            element = routine.element(waiting.process_id, waiting.element_id)
            if element is None:
                raise NotFound
            return ground, element, routine.forms.get(element.id), "awaited", about
    main = case_rows.main_instance(tx(), case_id)
    settings = library.loaded(tx(), main.bundle_hash).routine.settings
    if what not in (*settings.linked, settings.deviation):
        raise NotFound
    routine = library.current(tx(), what).routine
    element = routine.start_events()[0]
    if what == settings.deviation:
        may(actor(), Act.CASE_SEE_EXISTENCE, about).required()
    else:
        may(actor(), Act.MESSAGE_START, asking.start_object(about, element.role, case.unit_id)).required()
    return ground, element, routine.forms.get(element.id), "linked", about


def startable(ground: Ground, about: CaseObject) -> list[dict[str, str]]:
    """What the actor may start from this case now; `about_consent` is '' or says that its form writes of consent."""
    case_id, unit_id = ground.case.id, ground.case.unit_id
    found = [
        {
            "words": waiting.name,
            "text": "",
            "url": url_for("message.page", case_id=case_id, what=waiting.id),
            "about_consent": _about_consent(_form_of(waiting)),
        }
        for waiting in task_rows.awaited_of(tx(), case_id)
        if waiting.role and may(actor(), Act.MESSAGE_START, asking.message_object(about, waiting, unit_id))
    ]
    if ground.case.ended_at is not None:
        return found
    main = case_rows.main_instance(tx(), case_id)
    settings = library.loaded(tx(), main.bundle_hash).routine.settings
    for process_id in (*settings.linked, settings.deviation):
        if not process_id:
            continue
        routine = library.current(tx(), process_id).routine
        begun = routine.start_events()[0]
        allowed = process_id == settings.deviation or may(
            actor(), Act.MESSAGE_START, asking.start_object(about, begun.role, ground.case.unit_id)
        )
        if allowed:
            url = url_for("message.page", case_id=case_id, what=process_id)
            told = {"words": begun.name or routine.title, "text": routine.settings.description, "url": url}
            found.append(told | {"about_consent": _about_consent(routine.forms.get(begun.id))})
    return found


def _form_of(waiting: task_rows.Awaited) -> Form | None:
    run = case_rows.instance(tx(), waiting.instance_id)
    return library.loaded(tx(), run.bundle_hash).routine.forms.get(waiting.element_id)


def _about_consent(form: Form | None) -> str:
    return "yes" if form and any(one.category == "consent" for one in written(form.fields)) else ""
