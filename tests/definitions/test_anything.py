"""Whatever is drawn or handed in: findings or errors of the form, never anything else."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definitions import forms
from engine.errors import BrokenDefinition, FieldError, Finding, InvalidForm
from tests.definitions import drawn

NOW = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)
FORM = forms.read(
    drawn.form(
        "f",
        '{"type": "textfield", "key": "a", "validate": {"required": true, "pattern": "[a-z]+"}}',
        '{"type": "number", "key": "b", "conditional": {"hide": "= a > 1"}}',
        '{"type": "datetime", "key": "c", "subtype": "datetime"}',
        '{"type": "datetime", "key": "d", "subtype": "date"}',
        '{"type": "checkbox", "key": "e"}',
        '{"type": "checklist", "key": "f", "values": [{"value": "x"}]}',
        '{"type": "dynamiclist", "path": "g", "components": [{"type": "datetime", "key": "t", "subtype": "time"}]}',
        '{"type": "group", "path": "h", "components": [{"type": "number", "key": "a"}]}',
    ),
    "f.form",
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.times()
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abcdefgh") | st.text(max_size=5), ANYTHING, max_size=8))
def test_any_answer_is_values_or_errors(answer):
    told: tuple[FieldError, ...] = ()
    values: dict[str, object] = {}
    try:
        values = forms.clean(FORM, answer, now=NOW).values
    except InvalidForm as invalid:
        told = invalid.errors
    assert set(values) <= set("abcdefgh")
    assert all(error.message for error in told)


@given(st.dictionaries(st.sampled_from("abcdefgh"), ANYTHING, max_size=8))
def test_what_was_cleaned_can_be_cleaned_again_to_the_same(answer):
    once = forms.clean(FORM, answer, now=NOW, partial=True)
    if not once.errors:
        assert forms.clean(FORM, once.values, now=NOW, partial=True).values == once.values


@given(st.dictionaries(st.text(alphabet="ab.[]01", max_size=12), st.text(max_size=3), max_size=6))
def test_any_address_is_nested_or_refused(flat):
    try:
        nested = forms.nest(flat)
    except InvalidForm:
        return
    assert isinstance(nested, dict)


@settings(max_examples=120)
@given(st.data())
def test_any_change_of_a_drawing_is_checked_without_a_fault(data):
    root = etree.fromstring(drawn.files()[drawn.MAIN])
    elements = [element for element in root.iter("*") if element.getparent() is not None]
    for _ in range(data.draw(st.integers(1, 3))):
        element = data.draw(st.sampled_from(elements))
        what = data.draw(st.sampled_from(["remove", "attribute", "rename", "text", "move"]))
        if what == "remove" and element.getparent() is not None:
            element.getparent().remove(element)
        elif what == "attribute" and element.attrib:
            name = data.draw(st.sampled_from(sorted(element.attrib)))
            element.set(
                name,
                data.draw(
                    st.sampled_from(
                        ["", "x", "begin", "round", "register_need", "flow_1", "= 1", "true", "../x"]
                    )
                ),
            )
        elif what == "rename":
            element.tag = data.draw(st.sampled_from(elements)).tag
        elif what == "text":
            element.text = data.draw(st.sampled_from(["", "= a.b", "P1D", "R/PT1S", "x" * 50]))
        elif what == "move":
            other = data.draw(st.sampled_from(elements))
            if element not in other.iterancestors() and element is not other:
                other.append(element)
    files = {**drawn.files(), drawn.MAIN: etree.tostring(root)}
    for conventions in (True, False):
        assert all(
            found.message and found.line >= 1 for found in drawn.findings(files, conventions=conventions)
        )


@given(st.binary(max_size=60))
def test_any_short_bytes_are_a_finding(data):
    told: tuple[Finding, ...] = ()
    try:
        forms.read(data, "f.form")
    except BrokenDefinition as broken:
        told = broken.findings
    assert told
