"""From a form and its answers to fields as they are drawn.

Enters: a checked Form, the answers so far (strings as posted, or typed values), the errors of the last try, what the choices offer.
Leaves: DrawnField values in page order. What a condition hides is asked of `definitions.forms`, never decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from flask_babel import gettext

from engine.definitions import forms
from engine.definitions.forms import Field, Form
from engine.errors import FieldError
from webapp import guidance, words
from webapp.formview import shown
from webapp.formview.drawn import DrawnField, DrawnOption, DrawnRow, element_id, is_empty, walk
from webapp.formview.rows import ROW
from webapp.formview.sentences import sentence

Options = Mapping[str, Sequence[tuple[str, ...]]]  # by source: (value, label) or (value, label, icon)

WIDE_LABEL = 26  # a radio whose labels are all shorter lies on one line


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
    values = {**forms.proposals(form, context or {}, now=now), **values, **forms.told(form, context or {})}
    cleaned = forms.clean(
        form,
        values,
        now=now,
        zone=zone,
        context=context,
        options={source: [row[0] for row in rows] for source, rows in offered.items()},
        partial=True,
    )
    by_path = {error.path: error for error in errors}
    page = _Page(now, zone, offered, dict(context or {}), cleaned.hidden, by_path)
    return list(page.fields(form.fields, _Place(values, cleaned.values)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where on the page fields are drawn: the whole form, a group or a row.

    `raw` are the answers as given, `typed` the same as far as they could be read, `outer` what conditions see from around; `about` names
    the rows one is in (`Mål 2, insats 1`); `blank` is true in a row nobody has written in, which the cleaning did not see.
    """

    raw: Mapping[str, object]
    typed: Mapping[str, object]
    prefix: str = ""
    outer: Mapping[str, object] = field(default_factory=dict)
    about: str = ""
    blank: bool = False

    @property
    def known(self) -> Mapping[str, object]:
        """What a condition further in sees."""
        return {**self.outer, **self.typed}


@dataclass(frozen=True, slots=True)
class _Page:
    """What holds for the whole page while it is drawn."""

    now: datetime
    zone: tzinfo
    options: Options
    context: Mapping[str, object]
    hidden: frozenset[str]
    errors: Mapping[str, FieldError]

    def fields(self, components: tuple[Field, ...], place: _Place) -> Iterator[DrawnField]:
        names = {
            **self.context,
            **place.outer,
            **{one.key: self.told(one, place) for one in forms.written(components)},
            **place.typed,
        }
        for index, one in enumerate(components):
            if not self.hides(one, place, names):
                yield self.field(one, place, f"{place.prefix}{one.key or one.id or f'part{index}'}")

    def told(self, one: Field, place: _Place) -> object:
        """What a condition sees of a field that the cleaning took no value of: of one that is only shown, what stands in it."""
        return place.raw.get(one.key) if one.readonly else None

    def hides(self, one: Field, place: _Place, names: Mapping[str, object]) -> bool:
        """Whether a condition hides it: as the cleaning found; asked anew where that gives no address or saw no row."""
        if one.key and not place.blank:
            return place.prefix + one.key in self.hidden
        return one.hide is not None and forms.evaluate(one.hide, names, self.now) is True

    def field(self, one: Field, place: _Place, address: str) -> DrawnField:
        error = self.errors.get(place.prefix + one.key) if one.key else None
        told = sentence(one, error) if error else ""
        drawn = DrawnField(
            kind=one.type,
            path=place.prefix + one.key,
            id=element_id(address),
            key=one.key,
            label=one.label,
            description=one.description,
            required=one.required,
            readonly=one.readonly,
            own_words=one.own_words,
            error=told,
            summary=f"{place.about}: {words.small(told)}" if told and place.about else told,
        )
        value = place.raw.get(one.key, None if one.key in place.raw else one.default) if one.key else None
        return self.filled(one, drawn, value, place)

    def filled(self, one: Field, drawn: DrawnField, value: object, place: _Place) -> DrawnField:
        """The field with its answer."""
        if one.type == "group":
            inside = place if not one.key else self.within(one, value, place)
            return replace(drawn, children=tuple(self.fields(one.children, inside)))
        if one.type == "dynamiclist":
            return self.listed(one, drawn, value, place)
        if one.type == "text":
            return replace(drawn, html=guidance.html(one.text))
        if one.type in {"radio", "select", "checklist"}:
            return self.choice(one, drawn, value, place.known)
        written = shown.posted(one, value, self.zone)
        return replace(
            drawn,
            value=written,
            input_type=shown.input_type(one, written),
            max_length=one.max_length,
            input_mode="decimal" if one.type == "number" else "",
            rows_shown=2 if one.own_words else 3,
        )

    def within(self, one: Field, value: object, place: _Place) -> _Place:
        """The place inside a group that has a name of its own."""
        inner = _mapping(value), _mapping(place.typed.get(one.key))
        return _Place(*inner, f"{place.prefix}{one.key}.", place.known, place.about, place.blank)

    def choice(self, one: Field, drawn: DrawnField, value: object, known: Mapping[str, object]) -> DrawnField:
        picked = value if isinstance(value, list | tuple) else [value]
        offered = enumerate(self.offered(one, known))
        made = tuple(
            DrawnOption(
                value=row[0],
                label=row[1],
                id=f"{drawn.id}-{index}",
                chosen=row[0] in picked,
                hint=one.properties.get(f"hint_{row[0]}", ""),
                icon=row[2] if len(row) > 2 else "",
            )
            for index, row in offered
        )
        short = len(made) <= 4 and all(len(row.label) < WIDE_LABEL and not row.hint for row in made)
        chosen = next((row.value for row in made if row.chosen), "")
        first = f"{drawn.id}-0" if one.type != "select" and made else drawn.id
        return replace(drawn, options=made, short=short, value=chosen, error_id=first)

    def offered(self, one: Field, known: Mapping[str, object]) -> list[tuple[str, ...]]:
        """What there is to choose from: drawn in the form, from a source such as the directory, or computed."""
        if one.options_formula is not None:
            computed = forms.choices(one, {**self.context, **known}, now=self.now)
            return [(row.value, row.label) for row in computed]
        drawn: list[tuple[str, ...]] = [(option.value, option.label) for option in one.options]
        return [*drawn, *(self.options.get(one.options_source, ()) if one.options_source else ())]

    def listed(self, one: Field, drawn: DrawnField, value: object, place: _Place) -> DrawnField:
        """A list with its rows. A list that must have rows begins with one to write in."""
        raw = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
        if not raw and (one.required or (one.min is not None and one.min > 0)) and not one.readonly:
            raw = [{ROW: "open"}]
        rows = tuple(self.rows(one, raw, drawn.path, place))
        name = words.small(one.properties.get("row_name", ""))
        adding = gettext("Add %(row)s", row=name) if name else gettext("Add a row")
        return replace(
            drawn,
            rows=rows,
            cards=any(child.own_words or child.type == "dynamiclist" for child in one.children),
            can_add=not one.readonly and (one.max is None or len(rows) < one.max),
            can_remove=not one.readonly,
            add_words=one.properties.get("add_label") or adding,
            done_words=one.properties.get("done_label") or gettext("Done with this row"),
        )

    def rows(
        self, one: Field, raw: Sequence[Mapping[str, object]], path: str, place: _Place
    ) -> Iterator[DrawnRow]:
        """The rows but for the gaps that removed ones left; the cleaning counts only those with an answer."""
        typed = place.typed.get(one.key)
        cleaned = iter(typed if isinstance(typed, list) else ())
        called = one.properties.get("row_name") or one.label or gettext("Row")
        number = 0
        for index, row in enumerate(raw):
            if not row:
                continue
            number += 1
            blank = is_empty(row)
            inner = {} if blank else _mapping(next(cleaned, {}))
            name = f"{called} {number}"
            about = f"{place.about}, {words.small(name)}" if place.about else name
            address = f"{path}[{index}]"
            yield self.row(one, name, address, _Place(row, inner, f"{address}.", place.known, about, blank))

    def row(self, one: Field, name: str, path: str, place: _Place) -> DrawnRow:
        inside = tuple(self.fields(one.children, place))
        plain = tuple(child for child in inside if child.kind != "dynamiclist")
        lists = tuple(replace(child, show_label=False) for child in inside if child.kind == "dynamiclist")
        wrong = any(child.error for child in walk(plain))
        opened = wrong or place.raw.get(ROW) == "open" or (place.blank and place.raw.get(ROW) != "closed")
        leaves = [child for child in walk(plain) if child.path and child.kind not in {"group", "text"}]
        told = [child for child in leaves if child.value and not child.own_words]
        quote = next((child.value for child in leaves if child.own_words and child.value), "")
        first = next((child for child in told if child.kind in {"textfield", "textarea"}), None)
        return DrawnRow(
            path=path,
            id=element_id(path),
            name=name,
            open=opened,
            can_close=not place.blank,
            title=shown.title(first) if first else quote,
            quote=quote,
            line=" ".join(shown.line(child, self.now, self.zone) for child in told),
            facts=tuple(shown.facts((child for child in told if child is not first), self.now, self.zone)),
            kept=() if opened else tuple(shown.kept(leaves)),
            kept_below=tuple(shown.kept(walk(lists))),
            fields=plain,
            lists=lists,
        )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
