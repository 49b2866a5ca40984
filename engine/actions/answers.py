"""What somebody handed in, checked against the form and ready to be kept.

Enters: a form, what was given, and the scope in which it is asked. Leaves: values by category, or InvalidForm. A field that was handed
in empty, or that a condition hides, takes back what was written there before: a second round must not go on an answer of the first.
What was not handed in at all stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.access.family import folded
from engine.actions.ground import Ground
from engine.definitions import forms
from engine.definitions.schema import Field, Form
from engine.errors import FieldError, InvalidForm

Answer = dict[str, dict[str, object]]
"""Category to names and values."""


def take(
    ground: Ground,
    form: Form | None,
    given: Mapping[str, object],
    scope: str,
    options: Mapping[str, Collection[str]] | None = None,
) -> Answer:
    """The answer by category; empty where nothing is asked. Raises InvalidForm."""
    if form is None:
        return {}
    context = ground.names_for(scope)
    cleaned = forms.clean(form, given, now=ground.now, zone=ground.zone, context=context, options=options)
    wrong = tuple(_unknown(ground, form.fields, cleaned.values, ""))
    if wrong:
        raise InvalidForm(wrong)
    answer: Answer = {category: dict(values) for category, values in cleaned.by_category.items()}
    before = {**ground.values.get("", {}), **ground.values.get(scope, {})}
    for one in form.top_level():
        asked = one.key in given or one.key in cleaned.hidden
        if asked and one.key not in cleaned.values and not one.readonly and before.get(one.key) is not None:
            answer.setdefault(one.category, {})[one.key] = None
    return answer


def _unknown(
    ground: Ground, fields: tuple[Field, ...], values: Mapping[str, object], prefix: str
) -> Iterator[FieldError]:
    """What a field marked `properties.known_in: consent` names that the case knows nothing of: a unit that neither takes part nor is named
    in a consent, or somebody whom no consent names. To take back from them would take back nothing, and look as if it had.
    """
    for one in fields:
        value, address = values.get(one.key), prefix + one.key
        if one.type == "group" and not one.key:
            yield from _unknown(ground, one.children, values, prefix)
        elif one.type == "dynamiclist" and isinstance(value, list):
            for place, row in enumerate(value):
                yield from _unknown(ground, one.children, row, f"{address}[{place}].")
        elif one.properties.get("known_in") != "consent" or not isinstance(value, str):
            continue
        elif folded(value) not in _named_in_consent(ground):
            yield FieldError(address, "not-in-consent")


def _named_in_consent(ground: Ground) -> frozenset[str]:
    """Units that take part or are named in a consent, and whomever else consents name."""
    standing = ground.standing
    taking_part = (one.unit_id for one in standing.participants if one.until_at is None)
    named = (name for one in standing.consents for name in (*one.units, *one.others))
    return frozenset(map(folded, (*taking_part, *named)))
