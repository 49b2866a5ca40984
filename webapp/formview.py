"""A form as the page draws it.

Enters: a checked Form, the answers so far (nested, as posted or as kept), the errors of the last try and what the choices offer. Leaves:
DrawnField values for templates/forms, divided into sections, and error sentences that say what to write. It decides nothing about what
is allowed: that is definitions.forms' work, and what a condition hides is asked of it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from flask_babel import gettext, ngettext
from markupsafe import Markup

from engine.definitions import forms
from engine.definitions.forms import Field, Form
from engine.errors import FieldError
from webapp import guidance, words

Options = Mapping[str, Sequence[tuple[str, ...]]]  # by source: (value, label) or (value, label, icon)

ROW = "_row"  # hidden beside every row: 'open' or 'closed'
PRESSES = (
    "_add",
    "_remove",
    "_open",
    "_close",
)  # names of the row buttons; the value is the address of the list or row
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


@dataclass(frozen=True, slots=True)
class DrawnOption:
    """One choice; `id` is the element's, `icon` the kind of unit where the source told it."""

    value: str
    label: str
    id: str
    chosen: bool
    hint: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told about a closed row: words, with the icon of a state or of a kind of unit."""

    words: str
    state: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One row of a list. `kept` are the names and values that a closed row posts hidden; `lists` stand below it, open or not."""

    path: str
    id: str
    name: str
    open: bool
    can_close: bool
    title: str
    quote: str
    line: str
    facts: tuple[Fact, ...]
    kept: tuple[tuple[str, str], ...]
    fields: tuple[DrawnField, ...]
    lists: tuple[DrawnField, ...]


@dataclass(frozen=True, slots=True)
class DrawnField:
    """One component, ready to draw. `kind` is the form-js type, `path` the posted name, `id` the element's id, `value` a string
    (`on` for a ticked box). `error` is a whole sentence, `summary` the same as told above the form.
    """

    kind: str
    path: str
    id: str
    key: str
    label: str
    description: str = ""
    value: str = ""
    required: bool = False
    readonly: bool = False
    own_words: bool = False
    input_type: str = "text"
    input_mode: str = ""
    max_length: int | None = None
    rows_shown: int = 3
    options: tuple[DrawnOption, ...] = ()
    short: bool = False
    html: Markup = field(default_factory=Markup)
    children: tuple[DrawnField, ...] = ()
    rows: tuple[DrawnRow, ...] = ()
    cards: bool = False
    can_add: bool = False
    can_remove: bool = False
    add_words: str = ""
    done_words: str = ""
    show_label: bool = True
    error: str = ""
    summary: str = ""
    error_id: str = ""

    @property
    def optional(self) -> bool:
        """Required is the normal case; only what may be left empty says so."""
        return not self.required and not self.readonly and self.kind not in {"checkbox", "group", "text"}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading of its own; `state` is a state key, told beside the name in the outline of the form."""

    id: str
    title: str
    description: str
    fields: tuple[DrawnField, ...]
    state: str
    state_words: str
    next: Section | None = None


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


def sections(drawn: Sequence[DrawnField], *, tried: bool = False) -> list[Section]:
    """Top-level groups become sections; what stands beside them is gathered into sections without a title. `tried` says that the form
    has been handed in once, so that errors count.
    """
    made: list[Section] = []
    loose: list[DrawnField] = []

    def gather() -> None:
        if loose:
            made.append(_section(f"part-{len(made) + 1}", "", "", tuple(loose), tried))
            loose.clear()

    for one in drawn:
        if one.kind == "group" and one.label:
            gather()
            made.append(
                _section(f"part-{len(made) + 1}", one.label, one.description, _unheaded(one.children), tried)
            )
        else:
            loose.append(one)
    gather()
    for index in range(len(made) - 2, -1, -1):
        if made[index + 1].title:
            made[index] = replace(made[index], next=made[index + 1])
    return made


def summary(drawn: Sequence[DrawnField]) -> list[dict[str, str]]:
    """What is wrong, in page order: `href` is the id of the element to go to, `text` the sentence."""
    return [{"href": one.error_id or one.id, "text": one.summary} for one in _walk(drawn) if one.error]


def stray(drawn: Sequence[DrawnField], errors: Sequence[FieldError]) -> list[str]:
    """Sentences of errors that belong to no field on the page: what is unknown or far too much."""
    shown = {one.path for one in _walk(drawn)}
    return [sentence(None, error) for error in errors if error.path not in shown]


def press(values: Mapping[str, object], posted: Mapping[str, str]) -> tuple[dict[str, object], str] | None:
    """The answers after a row button, and the id of the element that takes focus; None where no row button was pressed.

    `values` are the nested answers, `posted` the flat names. A row that is opened closes its neighbours.
    """
    name = next((name for name in PRESSES if posted.get(name)), None)
    if name is None:
        return None
    changed = deepcopy({key: value for key, value in values.items() if key not in PRESSES})
    steps = _steps(posted[name])
    if name == "_add":
        rows = _at(changed, steps, make=True)
        if isinstance(rows, list):
            _close_all(rows)
            rows.append({ROW: "open"})
            return changed, f"row-{_id(posted[name])}-{len(rows) - 1}"
        return changed, ""
    rows, index = _at(changed, steps[:-1]), steps[-1] if steps else ""
    if not isinstance(rows, list) or not isinstance(index, int) or index >= len(rows):
        return changed, ""
    listed = re.sub(r"\[[0-9]+\]$", "", posted[name])
    if name == "_remove":
        del rows[index]
        return changed, f"field-{_id(listed)}"
    if name == "_open":
        _close_all(rows)
    row = rows[index]
    if isinstance(row, dict):
        row[ROW] = "open" if name == "_open" else "closed"
    return changed, f"row-{_id(posted[name])}"


def sentence(one: Field | None, error: FieldError) -> str:
    """What to write. The routine's author may give the sentence (`properties.error_<key>`); else it is made from the label."""
    detail = dict(error.detail)
    if "sentence" in detail:
        return detail["sentence"]
    if error.message == "required" and one is not None:
        return _asked(one)
    made = _SENTENCES.get(error.message)
    return made(detail) if made else gettext("Look through this answer once more.")


def _asked(one: Field) -> str:
    label = one.label.strip()
    if label.endswith("?"):
        return gettext("Answer the question: %(label)s", label=label)
    name = words.small(label.rstrip(":. "))
    if one.type in {"radio", "select", "checklist"}:
        return gettext("Choose: %(label)s.", label=name)
    if one.type == "checkbox":
        return gettext("Tick the box: %(label)s.", label=name)
    if one.type == "datetime":
        return (
            gettext("Give a date: %(label)s.", label=name)
            if one.subtype != "time"
            else gettext("Give a time: %(label)s.", label=name)
        )
    if one.type == "dynamiclist":
        return gettext("Add at least one: %(label)s.", label=name)
    return gettext("Write: %(label)s.", label=name)


_SENTENCES = {
    "required": lambda d: gettext("Fill in this field."),
    "not-understood": lambda d: gettext("Fill in this answer once more."),
    "too-long": lambda d: gettext(
        "Write at most %(max)s characters; now there are %(length)s.",
        max=d.get("max"),
        length=d.get("length"),
    ),
    "too-short": lambda d: gettext("Write at least %(min)s characters.", min=d.get("min")),
    "not-allowed-characters": lambda d: gettext(
        "Write the text anew; it holds characters that cannot be kept."
    ),
    "not-an-email": lambda d: gettext("Write an e-mail address, for example name@example.se."),
    "not-a-phone-number": lambda d: gettext(
        "Write a telephone number in figures, for example 021-555 01 42."
    ),
    "pattern": lambda d: gettext("Write it in the form the field asks for."),
    "not-a-number": lambda d: gettext("Write a number in figures, for example 12 or 2,5."),
    "too-many-decimals": lambda d: gettext("Write at most %(max)s decimals.", max=d.get("max")),
    "number-too-small": lambda d: gettext("Write %(min)s or more.", min=d.get("min")),
    "number-too-large": lambda d: gettext("Write %(max)s or less.", max=d.get("max")),
    "not-an-option": lambda d: gettext("Choose one of the alternatives."),
    "date-in-past": lambda d: gettext("Give a day from today onwards."),
    "not-a-date": lambda d: gettext("Write the date as year-month-day, for example 2026-11-18."),
    "not-a-time": lambda d: gettext("Write the time in hours and minutes, for example 13.30."),
    "not-a-date-and-time": lambda d: gettext("Give both a date and a time."),
    "no-such-time": lambda d: gettext(
        "Choose another time; the clocks change that night and this hour does not exist."
    ),
    "too-many-rows": lambda d: gettext("Keep at most %(max)s rows.", max=d.get("max")),
    "too-few-rows": lambda d: gettext("Add rows until there are at least %(min)s.", min=d.get("min")),
    "unknown-field": lambda d: gettext(
        "The form has changed since the page was opened. Look it through and hand in again."
    ),
    "too-many-fields": lambda d: gettext("The form is too large to be handed in at once. Remove some rows."),
}


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
            id=_id(address),
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
            blank = _is_empty(row)
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
        wrong = any(child.error for child in _walk(plain))
        opened = wrong or raw.get(ROW) == "open" or (blank and raw.get(ROW) != "closed")
        leaves = [child for child in _walk(plain) if child.path and child.kind not in {"group", "text"}]
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
            id=_id(path),
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


def _section(
    ident: str, title: str, description: str, fields: tuple[DrawnField, ...], tried: bool
) -> Section:
    wrong = sum(1 for one in _walk(fields) if one.error)
    if wrong:
        told = ngettext("%(num)d to mend", "%(num)d to mend", wrong)
        return Section(ident, title, description, fields, "late", told)
    leaves = [one for one in _walk(fields) if one.kind not in {"group", "text"}]
    answered = [one for one in leaves if one.value not in ("", "off")]
    missing = [one for one in leaves if one.required and one.kind != "dynamiclist" and not one.value]
    if not answered:
        return Section(ident, title, description, fields, "quiet", gettext("Empty yet"))
    if missing and not tried:
        return Section(ident, title, description, fields, "quiet", gettext("Begun"))
    return Section(ident, title, description, fields, "done", gettext("Filled in"))


def _unheaded(children: tuple[DrawnField, ...]) -> tuple[DrawnField, ...]:
    """A list that is all its section holds needs no second heading."""
    if len(children) == 1 and children[0].kind == "dynamiclist":
        return (replace(children[0], show_label=False),)
    return children


def _walk(drawn: Sequence[DrawnField]) -> Iterator[DrawnField]:
    for one in drawn:
        yield one
        yield from _walk(one.children)
        for row in one.rows:
            yield from _walk(row.fields)
            yield from _walk(row.lists)


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


def _is_empty(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_empty(inner) for key, inner in value.items() if not str(key).startswith("_"))
    if isinstance(value, list | tuple):
        return all(_is_empty(inner) for inner in value)
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def _id(address: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", address.lower()).strip("-")


def _steps(address: str) -> list[str | int]:
    return [
        int(index) if index else name
        for name, index in re.findall(r"([^.\[\]]+)|\[([0-9]{1,6})\]", address)
        if name or index
    ]


def _at(tree: object, steps: Sequence[str | int], *, make: bool = False) -> object:
    for position, step in enumerate(steps):
        if isinstance(tree, dict) and isinstance(step, str):
            if make and position == len(steps) - 1 and not isinstance(tree.get(step), list):
                tree[step] = []
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _close_all(rows: list[object]) -> None:
    for row in rows:
        if isinstance(row, dict) and not _is_empty(row):
            row[ROW] = "closed"
