"""What somebody handed in, checked against the form and ready to be kept.

Enters: a form, what was given, and the scope in which it is asked. Leaves: values by category, or InvalidForm. A field that was handed
in empty, or that a condition hides, takes back what was written there before: a second round must not go on an answer of the first.
What was not handed in at all stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.actions.ground import Ground
from engine.definitions import forms
from engine.definitions.schema import Form

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
    answer: Answer = {category: dict(values) for category, values in cleaned.by_category.items()}
    before = {**ground.values.get("", {}), **ground.values.get(scope, {})}
    for one in form.top_level():
        asked = one.key in given or one.key in cleaned.hidden
        if asked and one.key not in cleaned.values and not one.readonly and before.get(one.key) is not None:
            answer.setdefault(one.category, {})[one.key] = None
    return answer
