"""What stands on a paper that was issued, in words: the routine names each thing with a key, people read labels.

Enters: a routine and the content of a document. Leaves: (label, text) and lists of them. A choice is told by the label it has in the
form it was made in, a unit by its name; never a key where there are words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext

from engine.definitions.routine import Routine
from engine.definitions.schema import Field
from webapp.pages import answers, directory_names


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a paper: plain answers, and lists with their rows."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    lists: list[dict[str, object]] = field(default_factory=list)


def written(
    routine: Routine, content: Mapping[str, object], leaving_out: frozenset[str] = frozenset()
) -> Written:
    """Everything that has a value, in the order it was issued."""
    known, found = list(_fields(routine)), Written()
    named = {key: name for key, name in routine.issued_as.items() if key in content}
    for name, value in content.items():
        if name in leaving_out or value in (None, "", []):
            continue
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            rows = [list(_row(known, one)) for one in value if isinstance(one, Mapping)]
            found.lists.append({"label": _label(known, name, named), "rows": rows})
        else:
            found.pairs.append((_label(known, name, named), _told(known, name, value)))
    return found


def choice(routine: Routine, name: str, value: str) -> str:
    """The label of a choice, where the routine has such a choice."""
    return _told(list(_fields(routine)), name, value)


def _row(known: list[Field], row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _row(known, value)
        elif value not in (None, "", []):
            yield _label(known, name), _told(known, name, value)


def _fields(routine: Routine) -> Iterator[Field]:
    for form in routine.forms.values():
        ahead = list(form.fields)
        while ahead:
            one = ahead.pop()
            yield one
            ahead += one.children


def _label(known: list[Field], name: str, named: Mapping[str, str] | None = None) -> str:
    """As the routine's papers say it, else as the form asked for it: under that key, or under the name that the paper took it from."""
    own = _labels().get(name)
    if own:
        return own
    keys = ((named or {}).get(name, name), name)
    asked = (one.label for key in keys for one in known if one.key == key and one.label)
    return next(asked, name.replace("_", " ").capitalize())


def _told(known: list[Field], name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_told(known, name, one) for one in value)
    if not isinstance(value, str):
        return answers.told(value)
    units = directory_names.all_units()
    if value in units:
        return units[value].name
    named = [one for one in known if one.key == name or one.key.endswith(f"_{name}")]
    for fields in (named, known):
        labels = {option.label for one in fields for option in one.options if option.value == value}
        if len(labels) == 1:
            return labels.pop()
    return value


def _labels() -> dict[str, str]:
    """Names that routines give to what they issue, beside those of their forms."""
    return {
        "contact": gettext("Contact"),
        "phone": gettext("Telephone"),
        "place": gettext("Place"),
        "purpose": gettext("Why we meet"),
        "starts_at": gettext("Time"),
        "ends_at": gettext("Ends"),
        "digital": gettext("By video or telephone"),
        "chair": gettext("Leads the meeting"),
        "answer_by": gettext("Answer by"),
        "brief": gettext("The most important in brief"),
        "questions": gettext("Questions"),
        "participants": gettext("Those who took part"),
        "held_on": gettext("Day"),
        "copies": gettext("Others who have the plan"),
        "person_view": gettext("What the person says"),
        "reason": gettext("Reason"),
        "informed_on": gettext("Told on"),
        "complaint": gettext("How to complain"),
        "person": gettext("What the person says"),
        "parties": gettext("What the others say"),
        "notes": gettext("What was said"),
        "outcome": gettext("What was decided"),
        "goals": gettext("Goals"),
        "goal": gettext("Goal"),
        "needs": gettext("Needs"),
        "number": gettext("Number"),
        "unit": gettext("Unit"),
        "state": gettext("State"),
        "coordinator": gettext("Holds the plan together"),
    }
