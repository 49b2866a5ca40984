"""The parts of a page: sections with their state, and what is wrong told in page order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext, ngettext

from engine.errors import FieldError
from webapp.formview.drawn import DrawnField, Section, element_id, walk
from webapp.formview.sentences import sentence


def sections(drawn: Sequence[DrawnField]) -> list[Section]:
    """Top-level groups become sections; what stands beside them is gathered into sections without a title."""
    made: list[Section] = []
    loose: list[DrawnField] = []

    def gather() -> None:
        if loose:
            made.append(_section(_part_id("", made), "", "", tuple(loose)))
            loose.clear()

    for one in drawn:
        if one.kind == "group" and one.label:
            gather()
            made.append(
                _section(_part_id(one.label, made), one.label, one.description, _unheaded(one.children))
            )
        else:
            loose.append(one)
    gather()
    for index in range(len(made) - 2, -1, -1):
        if made[index].title and made[index + 1].title:
            made[index] = replace(made[index], next=made[index + 1])
    return made


def summary(drawn: Sequence[DrawnField]) -> list[dict[str, str]]:
    """What is wrong, in page order: `href` is the id of the element to go to, `text` the sentence."""
    return [{"href": one.error_id or one.id, "text": one.summary} for one in walk(drawn) if one.error]


def stray(drawn: Sequence[DrawnField], errors: Sequence[FieldError]) -> list[str]:
    """Sentences of errors that belong to no field on the page: what is unknown or far too much."""
    shown = {one.path for one in walk(drawn)}
    return [sentence(None, error) for error in errors if error.path not in shown]


def _part_id(title: str, made: Sequence[Section]) -> str:
    """From its own title, so that a section keeps its id when one comes or goes before it."""
    base = f"part-{element_id(title)}" if title else "part"
    same = sum(1 for one in made if one.title == title)
    return f"{base}-{same + 1}" if same else base


def _section(ident: str, title: str, description: str, fields: tuple[DrawnField, ...]) -> Section:
    wrong = sum(1 for one in walk(fields) if one.error)
    if wrong:
        told = ngettext("%(num)d to mend", "%(num)d to mend", wrong)
        return Section(ident, title, description, fields, "late", told)
    leaves = [one for one in walk(fields) if one.kind not in {"group", "text"}]
    answered = [one for one in leaves if one.value not in ("", "off")]
    missing = [one for one in leaves if one.required and one.kind != "dynamiclist" and not one.value]
    if not answered:
        return Section(ident, title, description, fields, "quiet", gettext("Empty yet"))
    if missing:
        return Section(ident, title, description, fields, "quiet", gettext("Begun"))
    return Section(ident, title, description, fields, "done", gettext("Filled in"))


def _unheaded(children: tuple[DrawnField, ...]) -> tuple[DrawnField, ...]:
    """A list that is all its section holds needs no second heading."""
    if len(children) == 1 and children[0].kind == "dynamiclist":
        return (replace(children[0], show_label=False),)
    return children
