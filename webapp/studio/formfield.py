"""One question of a form as it is changed: what is asked, the choices by their words, and when it is not asked.

Enters: a draft, the chosen question, and what was answered about it. Leaves: the condition to draw; from a request the form with what
somebody changed. A choice is known by its value, which nobody has to write or see.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask_babel import gettext

from engine.definitions.editing.formfields import Form, FormField
from webapp.studio import conditions
from webapp.studio.conditions import Asked
from webapp.studio.draft import Opened
from webapp.studio.stepform import Field, condition

NEW_CHOICES = 2
"""Empty rows for new choices, each time that the question is drawn."""
_LIFT = "lift:"


def hidden_when(found: Opened, chosen: FormField) -> Field:
    """When the question is not asked, as a condition on the other answers."""
    known = _others(found.content.files, chosen.key)
    parts = conditions.parts(chosen.hidden_when, known)
    always = not chosen.hidden_when or bool(parts["field"])
    return Field(
        "hidden_when", "condition", gettext("Is not asked when"), chosen.hidden_when, chosen.hidden_when,
        asked=known, parts=parts, none=gettext("never: it is always asked") if always else "",
    )  # fmt: skip


def change(held: Form, field_id: str, texts: Mapping[str, bytes]) -> None:
    """Write what differs from what was shown, and lift the choice whose button was pressed. `texts` are the draft's files. NotPossible."""
    given = _given()
    words = {key.removeprefix("choice:"): said for key, said in given.items() if key.startswith("choice:")}
    added = request.form.getlist("new_choice")
    answers = {key: said for key, said in given.items() if not key.startswith("choice:")}
    if "hidden_when:field" in request.form and "hidden_when" not in answers:
        answers |= _condition(_others(texts, _key(held, field_id)))
    held.change(field_id, answers)
    if words or any(one.strip() for one in added):
        held.choose(field_id, words, added)
    if (deed := request.form.get("do", "")).startswith(_LIFT):
        held.lift_choice(field_id, deed.removeprefix(_LIFT))


def _condition(known: Mapping[str, Asked]) -> dict[str, str]:
    """The formula that the parts say; '' where no question is named any longer, nothing where they were left alone."""
    was = request.form.get("was:hidden_when", "")
    if not request.form["hidden_when:field"]:
        return {"hidden_when": ""} if conditions.parts(was, known)["field"] else {}
    formula = condition(request, "hidden_when", was, known)
    return {"hidden_when": formula} if formula else {}


def _others(texts: Mapping[str, bytes], key: str) -> dict[str, Asked]:
    """What can be asked about: every answer but the question's own."""
    return {name: one for name, one in conditions.asked(texts).items() if name != key}


def _key(held: Form, field_id: str) -> str:
    return next((one.key for one in held.fields() if one.id == field_id), "")


def _given() -> dict[str, str]:
    """What differs from what was shown."""
    found = {}
    for key, was in request.form.items():
        name = key.removeprefix("was:")
        said = request.form.get(name, "").replace("\r\n", "\n")
        if name != key and said != was.replace("\r\n", "\n"):
            found[name] = said
    return found
