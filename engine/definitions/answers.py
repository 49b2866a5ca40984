"""What somebody handed in, made into values or into what must be mended.

Enters: a Form and what was given, nested; the strings a browser posts and the JSON values of a scenario are
both understood. Leaves: typed FEEL values by key and by category, or InvalidForm with the errors in page
order. What a condition hides is dropped, whatever was typed there; a name that the form does not know is an
error, so that nothing is lost unseen. Names that begin with `_` are the page's own (tokens, buttons) and are
skipped: case data never begins so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from engine.definitions.addresses import MAX_ROWS
from engine.definitions.formula import Formula, FormulaError
from engine.definitions.schema import Field, Form, Option, written
from engine.definitions.typed import Bad, Setting, is_empty, typed
from engine.errors import FieldError, InvalidForm

MAX_PASSES = 10  # over conditions that depend on one another


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`values` by key; `by_category` the same, divided; `hidden` the addresses that a condition hides;
    `errors` only of a partial cleaning.
    """

    values: dict[str, object]
    by_category: dict[str, dict[str, object]]
    hidden: frozenset[str]
    errors: tuple[FieldError, ...] = ()


def told(form: Form, known: Mapping[str, object]) -> dict[str, object]:
    """What the fields that are only shown hold: what the case knows of them, whatever was kept in a draft or sent."""
    shown = (one for one in form.top_level() if one.readonly and not one.asked_anew)
    return {one.key: known[one.key] for one in shown if one.key in known}


def clean(
    form: Form,
    given: Mapping[str, object],
    *,
    now: datetime,
    zone: tzinfo | None = None,
    context: Mapping[str, object] | None = None,
    options: Mapping[str, Collection[str]] | None = None,
    partial: bool = False,
) -> Cleaned:
    """Check and type `given` against `form`; raises InvalidForm.

    `now` is aware; local dates and times are read in `zone`, else in the zone of `now`. `context` is what
    conditions see besides the form. `options` holds the ids that a source such as `units` offers; a source
    that is not there is not checked. With `partial` nothing is raised and nothing is required: what is wrong
    is in `errors` and left out of `values`.
    """
    local = zone or now.tzinfo or now.astimezone().tzinfo
    setting = Setting(now, local, options or {}, partial, _begun(context or {}))
    sheet = _Sheet(setting, dict(context or {}))
    values = sheet.fill(form.fields, {**given, **told(form, context or {})}, "", {})
    if sheet.errors and not partial:
        raise InvalidForm(tuple(sheet.errors))
    by_category: dict[str, dict[str, object]] = {}
    for one in written(form.fields):
        if one.key in values:
            by_category.setdefault(one.category, {})[one.key] = values[one.key]
    return Cleaned(values, by_category, frozenset(sheet.hidden), tuple(sheet.errors))


def _begun(context: Mapping[str, object]) -> datetime | None:
    """When the case began, where the conditions see a case."""
    case = context.get("case")
    begun = case.get("started_at") if isinstance(case, Mapping) else None
    return begun if isinstance(begun, datetime) and begun.tzinfo is not None else None


def choices(field: Field, context: Mapping[str, object], *, now: datetime) -> tuple[Option, ...]:
    """What a choice offers when its values are computed from case data; else the values drawn in the form."""
    if field.options_formula is None:
        return field.options
    found = evaluate(field.options_formula, context, now)
    rows = found if isinstance(found, list) else []
    return tuple(option for option in map(_as_option, rows) if option is not None)


def proposals(form: Form, context: Mapping[str, object], *, now: datetime) -> dict[str, object]:
    """What the form proposes from case data, by key: drawn as chosen where nobody has answered yet (S1-35).

    Only a page does this: whoever hands in without having seen it has answered nothing.
    """
    found = {
        one.key: evaluate(one.proposed, context, now)
        for one in written(form.fields)
        if one.proposed is not None
    }
    return {key: value for key, value in found.items() if value is not None}


def evaluate(formula: Formula, context: Mapping[str, object], now: datetime) -> object:
    """The formula's value; None where it has none (a name without a value, a type that does not fit)."""
    try:
        return formula.evaluate(context, now=now)
    except FormulaError:
        return None


def _as_option(row: object) -> Option | None:
    if isinstance(row, str):
        return Option(row, row)
    if isinstance(row, Mapping) and isinstance(row.get("value"), str):
        return Option(row["value"], str(row.get("label") or row["value"]))
    return None


class _Sheet:
    """One cleaning of one form."""

    def __init__(self, setting: Setting, context: dict[str, object]) -> None:
        self.setting = setting
        self.context = context
        self.errors: list[FieldError] = []
        self.hidden: set[str] = set()

    def fill(
        self, fields: tuple[Field, ...], given: Mapping[str, object], prefix: str, outer: Mapping[str, object]
    ) -> dict[str, object]:
        """Values of the visible fields; errors of the visible ones, in page order, are added to `errors`."""
        if not prefix:
            self.unknown(fields, given, prefix)
        raw = {one.key: given.get(one.key) for one in written(fields)}
        values: dict[str, object] = {}
        self.take(fields, raw, prefix, self.settle(fields, raw, outer), values, outer)
        return values

    def settle(
        self, fields: tuple[Field, ...], raw: Mapping[str, object], outer: Mapping[str, object]
    ) -> frozenset[int]:
        """Which components are hidden: asked anew until the answers stand still, since what is hidden counts
        as null for the others.
        """
        hidden: frozenset[int] = frozenset()
        if not _conditional(fields):
            return hidden
        first = {one.key: self.quiet(one, raw[one.key], outer) for one in written(fields)}
        for _ in range(MAX_PASSES):
            gone = _hidden_keys(fields, hidden)
            visible = {key: None if key in gone else value for key, value in first.items()}
            again = self.hides(fields, {**self.context, **outer, **visible})
            if again == hidden:
                break
            hidden = again
        return hidden

    def hides(self, fields: tuple[Field, ...], names: Mapping[str, object]) -> frozenset[int]:
        """The `id()` of each component that its condition hides, those inside groups too."""
        found: set[int] = set()
        for one in fields:
            if one.hide is not None and evaluate(one.hide, names, self.setting.now) is True:
                found.add(id(one))
            elif one.type == "group" and not one.key:
                found |= self.hides(one.children, names)
        return frozenset(found)

    def quiet(self, one: Field, raw: object, outer: Mapping[str, object]) -> object:
        """The value without telling of errors: what conditions see."""
        silent = _Sheet(self.setting, self.context)
        value = silent.value(one, raw, one.key, outer)
        return None if isinstance(value, Bad) else value

    def take(
        self,
        fields: tuple[Field, ...],
        raw: Mapping[str, object],
        prefix: str,
        hidden: frozenset[int],
        values: dict[str, object],
        outer: Mapping[str, object],
    ) -> None:
        for one in fields:
            address = prefix + one.key
            if id(one) in hidden:
                self.hidden.update(
                    prefix + key for key in ([one.key] if one.key else [f.key for f in written((one,))])
                )
            elif one.type == "group" and not one.key:
                self.take(one.children, raw, prefix, hidden, values, outer)
            elif one.key and not one.readonly:
                value = self.value(one, raw.get(one.key), address, {**outer, **values})
                if isinstance(value, Bad):
                    self.wrong(one, address, value)
                elif value is not None:
                    values[one.key] = value

    def value(self, one: Field, raw: object, address: str, outer: Mapping[str, object]) -> object:
        if one.type == "dynamiclist":
            return self.rows(one, raw, address, outer)
        if one.type == "group":
            return self.inner(one, raw, address, outer)
        if one.options_formula is not None:
            offered = choices(one, {**self.context, **outer}, now=self.setting.now)
            return typed(one, raw, self.setting, tuple(option.value for option in offered))
        return typed(one, raw, self.setting, None)

    def inner(self, one: Field, raw: object, address: str, outer: Mapping[str, object]) -> object:
        if raw is not None and not isinstance(raw, Mapping):
            return Bad("not-understood")
        given = raw or {}
        self.unknown(one.children, given, address + ".")
        return self.fill(one.children, given, address + ".", outer)

    def rows(self, one: Field, raw: object, address: str, outer: Mapping[str, object]) -> object:
        if raw is None or raw == "":
            raw = []
        if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
            return Bad("not-understood")
        most = min(int(one.max) if one.max is not None else MAX_ROWS, MAX_ROWS)
        # An untouched row that the page offered is not an answer, and neither are its mandatory fields then
        # missing.
        kept = [(index, row) for index, row in enumerate(raw) if not is_empty(row)]
        if len(kept) > most:
            return Bad("too-many-rows", (("max", str(most)),))
        fewest = int(one.min) if one.min is not None else int(one.required)
        if len(kept) < fewest and not self.setting.partial:
            self.wrong(
                one, address, Bad("too-few-rows" if fewest > 1 else "required", (("min", str(fewest)),))
            )
        found = []
        for index, row in kept:
            start = f"{address}[{index}]."
            self.unknown(one.children, row, start)
            found.append(self.fill(one.children, row, start, outer))
        return found

    def unknown(self, fields: tuple[Field, ...], given: Mapping[str, object], prefix: str) -> None:
        known = {one.key for one in written(fields)}
        for name in given:
            if name not in known and not str(name).startswith("_"):
                self.errors.append(FieldError(f"{prefix}{name}"[:200], "unknown-field"))

    def wrong(self, one: Field, address: str, bad: Bad) -> None:
        detail = bad.detail
        own = one.properties.get(f"error_{bad.message.replace('-', '_')}") or one.properties.get(
            f"error_{bad.message}"
        )
        if own:
            detail = (*detail, ("sentence", own))
        self.errors.append(FieldError(address, bad.message, detail))


def _conditional(fields: tuple[Field, ...]) -> bool:
    return any(one.hide is not None or (not one.key and _conditional(one.children)) for one in fields)


def _hidden_keys(fields: tuple[Field, ...], hidden: frozenset[int]) -> frozenset[str]:
    found: set[str] = set()
    for one in fields:
        if id(one) in hidden:
            found.update(field.key for field in written((one,)))
        elif one.type == "group" and not one.key:
            found |= _hidden_keys(one.children, hidden)
    return frozenset(found)
