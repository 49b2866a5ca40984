"""From a form and its answers to fields as they are drawn.

Enters: a checked Form, the answers so far (strings as posted, or typed values), the errors of the last try, what the choices offer.
Leaves: DrawnField values in page order. What a condition hides is asked of `definitions.forms`, never decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from flask_babel import gettext

from engine.definitions import forms
from engine.definitions.forms import Field, Form
from engine.errors import FieldError
from webapp import guidance, words
from webapp.formview.drawn import DrawnField, DrawnOption, DrawnRow, Fact, element_id, is_empty, walk
from webapp.formview.rows import ROW
from webapp.formview.sentences import sentence

Options = Mapping[str, Sequence[tuple[str, ...]]]  # by source: (value, label) or (value, label, icon)

WIDE_LABEL = 26  # a radio whose labels are all shorter lies on one line
FACTS_SHOWN = 3

STATES = {
    "planned": "planned",
    "decided": "decided",
    "running": "running",
    "ongoing": "running",
    "started": "running",
    "finished": "done",
    "completed": "done",
    "done": "done",
    "waiting": "waiting",
    "awaiting_decision": "waiting",
    "waiting_for_decision": "waiting",
}


def draw(
    form: Form,
    values: Mapping[str, object],
    errors: Sequence[FieldError] = (),
    *,
    now: datetime,
    zone: tzinfo,
    options: Options | None = None,
    context: Mapping[str, object] | None = None,
) -> list[DrawnField]:
    """The visible components in page order. `values` are nested, strings or typed; rows may carry `_row`."""
    offered = options or {}
    cleaned = forms.clean(
        form,
        values,
        now=now,
        zone=zone,
        context=context,
        options={source: [row[0] for row in rows] for source, rows in offered.items()},
        partial=True,
    )
    page = _Page(
        now, zone, offered, dict(context or {}), cleaned.hidden, {error.path: error for error in errors}
    )
    return list(page.fields(form.fields, values, "", cleaned.values, {}))


# --- drawing ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """What holds for the whole page while it is drawn."""

    now: datetime
    zone: tzinfo
    options: Options
    context: Mapping[str, object]
    hidden: frozenset[str]
    errors: Mapping[str, FieldError]

    def fields(
        self,
        components: tuple[Field, ...],
        raw: Mapping[str, object],
        prefix: str,
        known: Mapping[str, object],
        outer: Mapping[str, object],
        about: str = "",
        blank: bool = False,
    ) -> Iterator[DrawnField]:
        names = {**self.context, **outer, **{one.key: None for one in forms.written(components)}, **known}
        for index, one in enumerate(components):
            if self.hides(one, prefix, names, blank):
                continue
            yield self.field(
                one, raw, prefix, known, outer, about, f"{prefix}{one.key or one.id or f'part{index}'}", blank
            )

    def hides(self, one: Field, prefix: str, names: Mapping[str, object], blank: bool) -> bool:
        """Whether a condition hides it: as the cleaning found; asked anew where the cleaning gives no address or saw no row."""
        if one.key and not blank:
            return prefix + one.key in self.hidden
        return one.hide is not None and forms.evaluate(one.hide, names, self.now) is True

    def field(
        self,
        one: Field,
        raw: Mapping[str, object],
        prefix: str,
        known: Mapping[str, object],
        outer: Mapping[str, object],
        about: str,
        address: str,
        blank: bool,
    ) -> DrawnField:
        error = self.errors.get(prefix + one.key) if one.key else None
        told = sentence(one, error) if error else ""
        drawn = DrawnField(
            kind=one.type,
            path=prefix + one.key,
            id=element_id(address),
            key=one.key,
            label=one.label,
            description=one.description,
            required=one.required,
            readonly=one.readonly,
            own_words=one.own_words,
            error=told,
            summary=f"{about}: {words.small(told)}" if told and about else told,
        )
        value = raw.get(one.key, one.default if one.key not in raw else None) if one.key else None
        if one.type == "group":
            inside = _mapping(value) if one.key else raw
            typed = _mapping(known.get(one.key)) if one.key else known
            start = f"{prefix}{one.key}." if one.key else prefix
            beyond = {**outer, **known} if one.key else outer
            return replace(
                drawn, children=tuple(self.fields(one.children, inside, start, typed, beyond, about, blank))
            )
        if one.type == "dynamiclist":
            return self.list(one, drawn, value, known, outer, about)
        if one.type == "text":
            return replace(drawn, html=guidance.html(one.text))
        if one.type in {"radio", "select", "checklist"}:
            return self.choice(one, drawn, value, {**outer, **known})
        return replace(
            drawn,
            value=_posted(one, value, self.zone),
            input_type=_input_type(one),
            max_length=one.max_length,
            input_mode="decimal" if one.type == "number" else "",
            rows_shown=2 if one.own_words else 3,
        )

    def choice(self, one: Field, drawn: DrawnField, value: object, names: Mapping[str, object]) -> DrawnField:
        picked = (
            {str(each) for each in value}
            if isinstance(value, list | tuple)
            else {str(value)}
            if value not in (None, "")
            else set()
        )
        offered: list[tuple[str, ...]] = [(option.value, option.label) for option in one.options]
        if one.options_source:
            offered += [tuple(row) for row in self.options.get(one.options_source, ())]
        if one.options_formula is not None:
            offered = [
                (row.value, row.label) for row in forms.choices(one, {**self.context, **names}, now=self.now)
            ]
        made = tuple(
            DrawnOption(
                row[0],
                row[1],
                f"{drawn.id}-{index}",
                row[0] in picked,
                one.properties.get(f"hint_{row[0]}", ""),
                row[2] if len(row) > 2 else "",
            )
            for index, row in enumerate(offered)
        )
        short = (
            one.type == "radio"
            and len(made) <= 4
            and all(len(row.label) < WIDE_LABEL and not row.hint for row in made)
        )
        chosen = next((row.value for row in made if row.chosen), "")
        first = f"{drawn.id}-0" if one.type != "select" and made else drawn.id
        return replace(drawn, options=made, short=short, value=chosen, error_id=first)

    def list(
        self,
        one: Field,
        drawn: DrawnField,
        value: object,
        known: Mapping[str, object],
        outer: Mapping[str, object],
        about: str,
    ) -> DrawnField:
        raw = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
        typed = known.get(one.key)
        cleaned = iter(typed if isinstance(typed, list) else ())
        nested = any(child.type == "dynamiclist" for child in one.children)
        cards = nested or any(child.own_words for child in one.children)
        if not raw and (one.required or (one.min is not None and one.min > 0)) and not one.readonly:
            raw = [{ROW: "open"}]
        rows, number = [], 0
        for index, row in enumerate(raw):
            if not row:
                continue  # a gap that a removed row left
            number += 1
            blank = is_empty(row)
            inner = _mapping(next(cleaned, {})) if not blank else {}
            rows.append(
                self.row(one, row, f"{drawn.path}[{index}]", number, inner, {**outer, **known}, about, blank)
            )
        name = one.properties.get("row_name", "")
        adding = one.properties.get("add_label") or (
            gettext("Add %(row)s", row=words.small(name)) if name else gettext("Add a row")
        )
        full = one.max is not None and len(rows) >= one.max
        return replace(
            drawn,
            rows=tuple(rows),
            cards=cards,
            can_add=not one.readonly and not full,
            can_remove=not one.readonly,
            add_words=adding,
            done_words=one.properties.get("done_label") or gettext("Done with this row"),
        )

    def row(
        self,
        one: Field,
        raw: Mapping[str, object],
        path: str,
        number: int,
        typed: Mapping[str, object],
        outer: Mapping[str, object],
        about: str,
        blank: bool,
    ) -> DrawnRow:
        called = one.properties.get("row_name") or one.label or gettext("Row")
        name = f"{called} {number}"
        address = f"{about}, {words.small(name)}" if about else name
        inside = tuple(self.fields(one.children, raw, f"{path}.", typed, outer, address, blank))
        plain = tuple(child for child in inside if child.kind != "dynamiclist")
        lists = tuple(replace(child, show_label=False) for child in inside if child.kind == "dynamiclist")
        wrong = any(child.error for child in walk(plain))
        opened = wrong or raw.get(ROW) == "open" or (blank and raw.get(ROW) != "closed")
        leaves = [child for child in walk(plain) if child.path and child.kind not in {"group", "text"}]
        quote = next((child.value for child in leaves if child.own_words and child.value), "")
        title = next(
            (
                child.value
                for child in leaves
                if child.kind == "textfield" and child.value and not child.own_words
            ),
            "",
        )
        facts = tuple(_facts([child for child in leaves if child.value != title], self.zone, self.now))
        return DrawnRow(
            path=path,
            id=element_id(path),
            name=name,
            open=opened,
            can_close=not blank,
            title=title or quote,
            quote=quote,
            line=" ".join(
                _line(child, self.now, self.zone) for child in leaves if child.value and not child.own_words
            ),
            facts=facts[:FACTS_SHOWN],
            kept=() if opened else tuple(_kept(leaves)),
            fields=plain,
            lists=lists,
        )


def _facts(leaves: Sequence[DrawnField], zone: tzinfo, now: datetime) -> Iterator[Fact]:
    for child in leaves:
        if not child.value or child.own_words or child.kind in {"textarea", "checkbox"}:
            continue
        chosen = next((option for option in child.options if option.chosen), None)
        if chosen is not None:
            state = STATES.get(chosen.value.lower(), "") if child.kind == "radio" else ""
            yield Fact(chosen.label, state, chosen.icon)
        else:
            yield Fact(_shown(child, now, zone))


def _line(child: DrawnField, now: datetime, zone: tzinfo) -> str:
    chosen = [option.label for option in child.options if option.chosen]
    return f"{child.label.rstrip(':?. ')}: {words.listed(chosen) if chosen else _shown(child, now, zone).rstrip('.')}."


def _shown(child: DrawnField, now: datetime, zone: tzinfo) -> str:
    """A value as people read it: dates in words."""
    try:
        if child.input_type == "date":
            return words.full_day(date.fromisoformat(child.value))
        if child.input_type == "datetime-local":
            return words.moment(datetime.fromisoformat(child.value).replace(tzinfo=zone), now, zone)
    except ValueError:
        return child.value
    return gettext("Yes") if child.kind == "checkbox" else child.value


def _kept(leaves: Sequence[DrawnField]) -> Iterator[tuple[str, str]]:
    for child in leaves:
        if child.kind == "checklist":
            yield from ((child.path, option.value) for option in child.options if option.chosen)
        elif child.value:
            yield child.path, child.value


def _posted(one: Field, value: object, zone: tzinfo) -> str:
    """A value as an input shows it; what is not understood is shown as it was typed."""
    if one.type == "checkbox":
        if isinstance(value, list | tuple):
            value = value[-1] if value else None
        return "on" if value is True or str(value).lower() in {"on", "true", "1", "yes"} else "off"
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and one.type == "datetime":
        return _machine_date(one, value, zone)
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)), "f").replace(".", ",")
    return str(value)


def _machine_date(one: Field, value: str, zone: tzinfo) -> str:
    """What a native date field can show; a text it cannot read is kept as typed (and shown in a text field by browsers without one)."""
    if one.subtype != "datetime":
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (instant.astimezone(zone) if instant.tzinfo else instant).strftime("%Y-%m-%dT%H:%M")


def _input_type(one: Field) -> str:
    if one.type == "datetime":
        return {"time": "time", "datetime": "datetime-local"}.get(one.subtype, "date")
    return {"email": "email", "phone": "tel"}.get(one.validation, "text")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
