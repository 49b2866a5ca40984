"""What a form asks for and what an answer becomes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.definitions import forms
from engine.errors import BrokenDefinition, InvalidForm

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)


def form(*components):
    data = json.dumps({"type": "default", "id": "f", "components": list(components)}, indent=1).encode()
    return forms.read(data, "r/sip/forms/f.form")


def field(kind, key, **more):
    return {"type": kind, "key": key, "id": f"{kind}_{key}", "label": key, **more}


def clean(one, given, **more):
    return forms.clean(one, given, now=NOW, zone=STOCKHOLM, **more)


def errors(one, given, **more):
    with pytest.raises(InvalidForm) as caught:
        clean(one, given, **more)
    return [(error.path, error.message) for error in caught.value.errors]


def findings(*components):
    with pytest.raises(BrokenDefinition) as caught:
        form(*components)
    return [(finding.rule, finding.element_id, finding.line) for finding in caught.value.findings]


SAMPLES = form(
    field("textfield", "name"),
    field("textarea", "notes"),
    field("number", "age", decimalDigits=1, validate={"min": 0, "max": 120}),
    field("datetime", "met_on", subtype="date"),
    field("datetime", "met_at", subtype="time"),
    field("datetime", "starts_at", subtype="datetime"),
    field("checkbox", "agreed"),
    field(
        "radio",
        "urgency",
        values=[{"value": "normal", "label": "Normal"}, {"value": "acute", "label": "Akut"}],
    ),
    field(
        "checklist", "areas", values=[{"value": "home", "label": "Hem"}, {"value": "work", "label": "Arbete"}]
    ),
)


@pytest.mark.parametrize(
    ("key", "posted", "value"),
    [
        ("name", "  Ann-Britt Åkesson ", "Ann-Britt Åkesson"),
        ("name", "A\u030ake", "Åke"),
        ("notes", "rad ett\r\nrad två\r\n", "rad ett\nrad två"),
        ("age", "82,5", Decimal("82.5")),
        ("age", "82.5", Decimal("82.5")),
        ("age", 82, Decimal(82)),
        ("met_on", "2026-06-18", date(2026, 6, 18)),
        ("met_on", "18/6 2026", date(2026, 6, 18)),
        ("met_on", "18.6.2026", date(2026, 6, 18)),
        ("met_on", date(2026, 6, 18), date(2026, 6, 18)),
        ("met_at", "9:30", time(9, 30)),
        ("met_at", "09.30", time(9, 30)),
        ("starts_at", "2026-06-18T09:30", datetime(2026, 6, 18, 9, 30, tzinfo=STOCKHOLM)),
        ("starts_at", {"date": "2026-06-18", "time": "9.30"}, datetime(2026, 6, 18, 9, 30, tzinfo=STOCKHOLM)),
        ("starts_at", "2026-06-18T07:30:00Z", datetime(2026, 6, 18, 7, 30, tzinfo=UTC)),
        ("starts_at", datetime(2026, 6, 18, 7, 30, tzinfo=UTC), datetime(2026, 6, 18, 7, 30, tzinfo=UTC)),
        ("agreed", "on", True),
        ("agreed", True, True),
        ("agreed", ["off", "on"], True),
        ("urgency", "acute", "acute"),
        ("areas", ["home", "work"], ["home", "work"]),
        ("areas", "home", ["home"]),
    ],
)
def test_what_is_posted_becomes_a_typed_value(key, posted, value):
    assert clean(SAMPLES, {key: posted}).values[key] == value


@pytest.mark.parametrize(
    ("key", "posted", "message"),
    [
        ("name", "x" * 501, "too-long"),
        ("name", "a\x00b", "not-allowed-characters"),
        ("name", {"a": "b"}, "not-understood"),
        ("age", "mycket", "not-a-number"),
        ("age", "٨٢", "not-a-number"),
        ("age", "1e9", "not-a-number"),
        ("age", "NaN", "not-a-number"),
        ("age", "82,55", "too-many-decimals"),
        ("age", "-1", "number-too-small"),
        ("age", "121", "number-too-large"),
        ("met_on", "2026-02-30", "not-a-date"),
        ("met_on", "0001-01-01", "not-a-date"),
        ("met_on", "i morgon", "not-a-date"),
        ("met_at", "25:00", "not-a-time"),
        ("starts_at", "2026-03-29T02:30", "no-such-time"),
        ("starts_at", {"date": "2026-06-18", "time": ""}, "not-a-time"),
        ("agreed", "kanske", "not-understood"),
        ("urgency", "later", "not-an-option"),
        ("urgency", ["normal", "acute"], "not-an-option"),
        ("areas", ["home", "moon"], "not-an-option"),
    ],
)
def test_what_cannot_be_read_is_told_by_a_key(key, posted, message):
    assert errors(SAMPLES, {key: posted}) == [(key, message)]


def test_the_hour_that_comes_twice_is_the_first():
    value = clean(SAMPLES, {"starts_at": "2026-10-25T02:30"}).values["starts_at"]
    assert value.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nothing_answered_leaves_no_value_but_an_unticked_box_and_an_empty_list():
    assert clean(SAMPLES, {"name": "  "}).values == {"agreed": False, "areas": []}


def test_errors_come_in_page_order_with_addresses_inside_lists():
    goals = {
        "type": "dynamiclist",
        "path": "goals",
        "id": "goals",
        "components": [
            field("textfield", "text", validate={"required": True}),
            {
                "type": "dynamiclist",
                "path": "activities",
                "id": "activities",
                "components": [
                    field("textfield", "what"),
                    field("textfield", "responsible", validate={"required": True}),
                ],
            },
        ],
    }
    one = form(field("textfield", "first", validate={"required": True}), goals, field("number", "last"))
    posted = forms.nest(
        {
            "goals[0].text": "Bo hemma",
            "goals[1].text": "",
            "goals[1].activities[0].what": "Hemtjänst",
            "goals[1].activities[0].responsible": "",
            "last": "x",
        }
    )
    assert errors(one, posted) == [
        ("first", "required"),
        ("goals[1].text", "required"),
        ("goals[1].activities[0].responsible", "required"),
        ("last", "not-a-number"),
    ]


def test_untouched_rows_are_left_out_and_keep_the_numbers_of_the_others():
    rows = {
        "type": "dynamiclist",
        "path": "needs",
        "id": "needs",
        "components": [field("number", "prio", validate={"required": True})],
    }
    assert clean(form(rows), {"needs": [{"prio": ""}, {"prio": "2"}]}).values == {
        "needs": [{"prio": Decimal(2)}]
    }
    assert errors(form(rows), {"needs": [{"prio": ""}, {"prio": "x"}]}) == [("needs[1].prio", "not-a-number")]


def test_a_required_list_needs_a_row_and_a_bounded_one_no_more_than_its_rows():
    rows = {"type": "dynamiclist", "path": "needs", "id": "needs", "components": [field("textfield", "text")]}
    required = {**rows, "validate": {"required": True}}
    assert errors(form(required), {}) == [("needs", "required")]
    assert errors(form({**rows, "validate": {"max": 1}}), {"needs": [{"text": "a"}, {"text": "b"}]}) == [
        ("needs", "too-many-rows")
    ]


def test_what_a_condition_hides_is_dropped_and_not_asked_for():
    one = form(
        field("radio", "answer", values=[{"value": "yes", "label": "Ja"}, {"value": "no", "label": "Nej"}]),
        field("textfield", "reason", validate={"required": True}, conditional={"hide": '=answer != "no"'}),
        field("textfield", "more", validate={"required": True}, conditional={"hide": "= reason = null"}),
    )
    hidden = clean(one, {"answer": "yes", "reason": "typed before", "more": "typed before"})
    assert hidden.values == {"answer": "yes"}
    assert hidden.hidden == {"reason", "more"}
    assert errors(one, {"answer": "no"}) == [("reason", "required")]


def test_a_condition_sees_the_case_and_a_hidden_group_hides_what_is_inside():
    group = {
        "type": "group",
        "id": "child",
        "label": "Barn",
        "conditional": {"hide": "= subject.age >= 18"},
        "components": [field("textfield", "voice", validate={"required": True})],
    }
    assert clean(form(group), {}, context={"subject": {"age": 40}}).hidden == {"voice"}
    assert errors(form(group), {}, context={"subject": {"age": 9}}) == [("voice", "required")]


def test_a_condition_inside_a_row_sees_the_row_first():
    rows = {
        "type": "dynamiclist",
        "path": "units",
        "id": "units",
        "components": [
            field("checkbox", "other"),
            field("textfield", "why", conditional={"hide": "= not(other)"}),
        ],
    }
    given = {"units": [{"other": "on", "why": "a"}, {"why": "b"}]}
    assert clean(form(rows), given).values == {"units": [{"other": True, "why": "a"}, {"other": False}]}


def test_values_are_divided_by_category_and_a_group_passes_its_category_on():
    group = {
        "type": "group",
        "id": "g",
        "properties": {"category": "health"},
        "components": [field("textfield", "diagnosis")],
    }
    one = form(
        field("textfield", "where"),
        group,
        field("textfield", "wish", properties={"category": "situation", "own_words": True}),
    )
    cleaned = clean(one, {"where": "Västerås", "diagnosis": "x", "wish": "y"})
    assert cleaned.by_category == {
        "coordination": {"where": "Västerås"},
        "health": {"diagnosis": "x"},
        "situation": {"wish": "y"},
    }
    assert [each.key for each in one.walk() if each.own_words] == ["wish"]


def test_a_name_the_form_does_not_know_is_an_error_but_the_pages_own_are_skipped():
    assert errors(SAMPLES, {"nmae": "x"}) == [("nmae", "unknown-field")]
    assert clean(SAMPLES, {"_token": "x"}).values == {"agreed": False, "areas": []}


def test_a_draft_is_never_refused_and_keeps_what_can_be_kept():
    one = form(
        field("textfield", "name", validate={"required": True}),
        field("number", "age"),
        field("textfield", "town"),
    )
    draft = clean(one, {"age": "x", "town": "Sala"}, partial=True)
    assert draft.values == {"town": "Sala"}
    assert [(error.path, error.message) for error in draft.errors] == [("age", "not-a-number")]


def test_choices_from_the_directory_are_checked_against_it():
    one = form(field("select", "unit", properties={"options": "units"}))
    assert clean(one, {"unit": "vc_ekdalen"}, options={"units": {"vc_ekdalen"}}).values == {
        "unit": "vc_ekdalen"
    }
    assert errors(one, {"unit": "elsewhere"}, options={"units": {"vc_ekdalen"}}) == [
        ("unit", "not-an-option")
    ]


def test_choices_from_case_data_are_checked_against_it():
    one = form(
        field("select", "goal", valuesExpression="= for g in goals return {value: g.id, label: g.text}")
    )
    context = {"goals": [{"id": "g1", "text": "Bo hemma"}]}
    assert clean(one, {"goal": "g1"}, context=context).values == {"goal": "g1"}
    assert errors(one, {"goal": "g2"}, context=context) == [("goal", "not-an-option")]
    assert forms.choices(one.fields[0], context, now=NOW) == (forms.Option("g1", "Bo hemma"),)


def test_a_form_may_bring_its_own_sentence_for_an_error():
    one = form(
        field(
            "textfield",
            "name",
            validate={"required": True},
            properties={"error_required": "Skriv vem det gäller."},
        )
    )
    with pytest.raises(InvalidForm) as caught:
        clean(one, {})
    assert caught.value.errors[0].detail == (("sentence", "Skriv vem det gäller."),)


def test_a_pattern_must_fit_the_whole_answer_and_cannot_hold_up_the_server():
    one = form(field("textfield", "code", validate={"pattern": "(a+)+b"}))
    assert clean(one, {"code": "aab"}).values == {"code": "aab"}
    assert errors(one, {"code": "a" * 60 + "c"}) == [("code", "pattern")]


@pytest.mark.parametrize(
    ("subtype", "early", "first"),
    [
        ("date", "2026-03-01", "2026-03-02"),
        ("datetime", "2026-03-01T23:59", "2026-03-02T00:00"),
        ("date", "1926-06-18", "2026-06-18"),
    ],
)
def test_a_day_before_the_case_began_is_refused_where_it_cannot_be_meant(subtype, early, first):
    """The case began at one in the morning, local time, on 2 March: the day counts, not the hour."""
    began = {"case": {"started_at": datetime(2026, 3, 2, 0, 30, tzinfo=UTC)}}
    one = form(field("datetime", "held", subtype=subtype, properties={"within_case": True}))
    assert errors(one, {"held": early}, context=began) == [("held", "before-case")]
    assert clean(one, {"held": first}, context=began).values
    assert clean(one, {"held": early}).values, "before there is a case nothing is too early"
    other = form(field("datetime", "held", subtype=subtype))
    assert clean(other, {"held": early}, context=began).values


def test_an_appointment_in_the_past_is_refused_where_the_form_says_so():
    one = form(field("datetime", "starts_at", subtype="datetime", disallowPassedDates=True))
    assert errors(one, {"starts_at": "2026-06-18T09:59"}) == [("starts_at", "date-in-past")]
    assert clean(one, {"starts_at": "2026-06-18T10:01"}).values


def test_nesting_and_flattening_are_each_others_opposite():
    flat = {
        "a": "1",
        "goals[0].text": "x",
        "goals[1].text": "y",
        "meeting.date": "2026-01-01",
        "areas": ["p", "q"],
    }
    nested = {
        "a": "1",
        "goals": [{"text": "x"}, {"text": "y"}],
        "meeting": {"date": "2026-01-01"},
        "areas": ["p", "q"],
    }
    assert forms.nest(flat) == nested
    assert forms.flatten(nested) == flat


@pytest.mark.parametrize(
    "posted",
    [
        {"goals[999999].text": "x"},
        {"goals[0]": "x", "goals[0].text": "y"},
        {"a.b": "1", "a[0]": "2"},
        {"a" + ".b" * 200: "1"},
        {"[0]": "1"},
        {"": "1"},
        {f"k{number}": "" for number in range(6000)},
        {"$": "1"},
        {"a[0].$b": "1"},
    ],
)
def test_an_impossible_address_is_refused_at_once(posted):
    with pytest.raises(InvalidForm):
        forms.nest(posted)


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        ({"type": "rocketlauncher", "id": "x", "key": "x"}, "form-component"),
        ({"type": "textfield", "id": "x"}, "form-key"),
        (field("textfield", "__proto__"), "form-key"),
        (field("textfield", "Name"), "form-key"),
        (field("radio", "a"), "form-options"),
        (field("radio", "a", values=[{"value": "x"}, {"value": "x"}]), "form-options"),
        (field("textfield", "a", properties={"category": "secret"}), "form-category"),
        (field("textfield", "a", conditional={"hide": "= 1 +"}), "form-expression"),
        (field("textfield", "a", validate={"pattern": "("}), "form-pattern"),
        (field("textfield", "a", validate={"required": "= true"}), "form-rule"),
        (field("number", "a", validate={"min": "= b"}), "form-rule"),
        (field("datetime", "a", subtype="century"), "form-datetime"),
        (field("select", "a", properties={"options": "moons"}), "form-options"),
    ],
)
def test_a_broken_component_is_a_finding_with_its_line(component, rule):
    found = findings(field("textfield", "fine"), component)
    assert [each[0] for each in found] == [rule]
    assert found[0][2] > 5


def test_the_same_key_twice_side_by_side_is_a_finding():
    assert findings(field("textfield", "a"), field("number", "a"))[0][0] == "form-key-twice"


def test_a_list_keeps_one_category():
    rows = {
        "type": "dynamiclist",
        "path": "l",
        "id": "l",
        "components": [field("textfield", "a", properties={"category": "health"})],
    }
    assert findings(rows)[0][0] == "form-category"


def test_groups_nested_beyond_reason_are_refused():
    component = field("textfield", "a")
    for number in range(12):
        component = {"type": "group", "id": f"g{number}", "components": [component]}
    assert findings(component)[0][0] == "form-nesting"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b'{"components": 1}', b"\xff\xfe", b"[" * 3000, b'{"a":1,"a":2}', b"nonsense"]
)
def test_what_is_no_form_is_a_finding(data):
    with pytest.raises(BrokenDefinition):
        forms.read(data, "x.form")
