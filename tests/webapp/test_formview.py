"""A form as it is drawn, and the buttons of its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from engine.definitions import forms
from engine.errors import FieldError, InvalidForm
from webapp import catalogues, formview, guidance
from webapp.formview import DrawnField

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 17, 9, 42, tzinfo=UTC)
UNITS = {
    "units": [
        ("norra", "Biståndsenheten Norra", "municipality"),
        ("ekdalen", "Vårdcentralen Ekdalen", "region"),
    ]
}


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    app = Flask("formview")
    babel = Babel(app, locale_selector=lambda: "sv")
    with app.test_request_context():
        catalogues.install(babel)
        yield


def component(kind: str, key: str, label: str, **more: object) -> dict[str, Any]:
    return {"type": kind, "key": key, "id": f"{key}_field", "label": label, **more}


REQUIRED: dict[str, Any] = {"validate": {"required": True}}
STATUS = [{"value": "decided", "label": "Beslutat"}, {"value": "waiting", "label": "Väntar"}]
ACTIVITY: list[dict[str, Any]] = [
    component("textfield", "what", "Vad ska göras?", **REQUIRED),
    component("select", "unit", "Vem gör det", properties={"options": "units"}, **REQUIRED),
    component(
        "radio",
        "status",
        "Är det beslutat?",
        values=STATUS,
    ),
    component(
        "textarea",
        "meanwhile",
        "Vad görs medan ni väntar?",
        conditional={"hide": '= status != "waiting"'},
        **REQUIRED,
    ),
]
GOAL: list[dict[str, Any]] = [
    component("textarea", "goal", "Målet, med egna ord", properties={"own_words": "true"}, **REQUIRED),
    component("textfield", "reached", "Nått när", properties={"error_required": "Skriv hur ni märker att målet är nått."}, **REQUIRED),
    component("datetime", "by", "Nått senast", subtype="date"),
    {"type": "dynamiclist", "id": "activities_list", "path": "activities", "label": "Insatser", "components": ACTIVITY,
     "properties": {"row_name": "Insats", "add_label": "Lägg till en insats"}},
]  # fmt: skip
PLAN: list[dict[str, Any]] = [
    {"type": "group", "id": "need_part", "label": "Behov", "components": [component("textarea", "need", "Vad behövs?", **REQUIRED)]},
    {"type": "group", "id": "goal_part", "label": "Mål", "components": [
        {"type": "dynamiclist", "id": "goals_list", "path": "goals", "label": "Mål", "components": GOAL,
         "properties": {"row_name": "Mål"}, **REQUIRED}]},
]  # fmt: skip


def read(components: list[dict[str, Any]]) -> forms.Form:
    return forms.read(json.dumps({"type": "default", "id": "f", "components": components}).encode(), "f.form")


def drawn(
    components: list[dict[str, Any]], values: dict[str, Any], errors: tuple[FieldError, ...] = ()
) -> list[DrawnField]:
    return formview.draw(read(components), values, errors, now=NOW, zone=ZONE, options=UNITS)


def one(
    components: dict[str, Any], values: dict[str, Any], errors: tuple[FieldError, ...] = ()
) -> DrawnField:
    return drawn([components], values, errors)[0]


# --- fields ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more", "value", "shown"),
    [
        ("textfield", {}, "Å", "Å"),
        ("number", {}, Decimal("2.50"), "2,50"),
        ("number", {}, "två", "två"),
        ("datetime", {"subtype": "date"}, date(2026, 11, 18), "2026-11-18"),
        ("datetime", {"subtype": "date"}, "i morgon", "i morgon"),
        ("datetime", {"subtype": "datetime"}, datetime(2026, 6, 1, 8, 0, tzinfo=UTC), "2026-06-01T10:00"),
        ("datetime", {"subtype": "datetime"}, "2026-06-01T10:00", "2026-06-01T10:00"),
        ("checkbox", {}, True, "on"),
        ("checkbox", {}, ["off", "on"], "on"),
        ("checkbox", {}, "off", "off"),
    ],
)
def test_a_value_is_shown_as_its_input_takes_it(
    kind: str, more: dict[str, Any], value: object, shown: str
) -> None:
    assert one(component(kind, "x", "X", **more), {"x": value}).value == shown


def test_a_date_no_native_field_can_show_is_there_to_be_mended() -> None:
    field = component("datetime", "by", "Senast", subtype="date")
    assert one(field, {"by": "2026-11-18"}).input_type == "date"
    assert one(field, {"by": "i morgon"}).input_type == "text"


def test_a_list_inside_a_closed_line_posts_what_it_holds() -> None:
    inner = {
        "type": "dynamiclist",
        "id": "i",
        "path": "calls",
        "label": "Samtal",
        "components": [component("textfield", "who", "Vem")],
    }
    middle = {
        "type": "dynamiclist",
        "id": "m",
        "path": "steps",
        "label": "Steg",
        "components": [component("textfield", "what", "Vad"), inner],
    }
    outer = {"type": "dynamiclist", "id": "o", "path": "parts", "label": "Delar", "components": [middle]}
    row = (
        one(outer, {"parts": [{"steps": [{"what": "a", "calls": [{"who": "Anna"}]}]}]})
        .rows[0]
        .lists[0]
        .rows[0]
    )
    assert not row.open
    assert row.kept_below == (("parts[0].steps[0].calls[0].who", "Anna"),)


def test_a_field_that_was_never_answered_shows_its_default_and_an_emptied_one_stays_empty() -> None:
    field = component("textfield", "place", "Var?", defaultValue="Hemma")
    assert one(field, {}).value == "Hemma"
    assert one(field, {"place": ""}).value == ""


def test_units_come_from_the_directory_with_their_kind() -> None:
    field = one(component("select", "unit", "Enhet", properties={"options": "units"}), {"unit": "norra"})
    assert [(option.label, option.chosen, option.icon) for option in field.options] == [
        ("Biståndsenheten Norra", True, "municipality"),
        ("Vårdcentralen Ekdalen", False, "region"),
    ]


def test_choices_computed_from_case_data_are_offered() -> None:
    form = read([component("radio", "who", "Vem?", valuesExpression="=participants")])
    field = formview.draw(
        form, {}, now=NOW, zone=ZONE, context={"participants": [{"value": "a", "label": "Anna"}]}
    )[0]
    assert [option.label for option in field.options] == ["Anna"]


def test_a_hint_of_a_choice_stands_in_the_properties() -> None:
    values = [{"value": "us", "label": "Vi tar emot"}, {"value": "other", "label": "En annan enhet"}]
    field = one(
        component("radio", "who", "Vem?", values=values, properties={"hint_us": "Ni blir kontakt."}), {}
    )
    assert [option.hint for option in field.options] == ["Ni blir kontakt.", ""]
    assert not field.short


@pytest.mark.parametrize("region", ["vastmanland", "orebro"])
def test_a_plan_is_taken_to_be_needed_where_the_person_has_asked_for_one(region: str) -> None:
    """S1-35: chosen from the start, with the question that follows from it; whoever assesses may answer otherwise."""
    path = ROOT / "processes" / region / "sip/forms/assess_need.form"
    form = forms.read(path.read_bytes(), path.name)

    def shown(asked: str, answers: dict[str, object]) -> tuple[object, bool]:
        context = {"requested_by_person": asked}
        drawn = formview.draw(form, answers, now=NOW, zone=ZONE, context=context)
        fields = {one.key: one for group in drawn for one in group.children}
        return fields["need_decision"].value, "start_needed_on" in fields

    assert shown("yes", {}) == ("needed", True)
    assert shown("yes", {"need_decision": "not_needed"}) == ("not_needed", False)
    assert shown("no", {}) == ("", False)


def test_only_what_may_be_left_empty_says_so() -> None:
    """S0-32: what must be filled in is told in words."""
    assert one(component("textfield", "a", "A"), {}).optional
    assert not one(component("textfield", "a", "A", **REQUIRED), {}).optional
    assert not one(component("checkbox", "a", "A"), {}).optional


def test_guidance_is_markdown_without_markup_of_its_own() -> None:
    field = one(
        {"type": "text", "id": "t", "text": "Läs **allt** <script>x</script> [här](javascript:x)"}, {}
    )
    assert "<strong>allt</strong>" in field.html
    assert "<script" not in field.html
    assert "href" not in field.html


@pytest.mark.parametrize(
    "address",
    ["//evil.example/x", "/\\\\evil.example", "/%5Cevil.example", "https:/x", "mailto:a@b.example", "//["],
)
def test_a_link_in_guidance_never_looks_as_if_it_stayed_here(address: str) -> None:
    assert "href" not in guidance.html(f"[här]({address})")


@pytest.mark.parametrize("address", ["/help", "#krav", "https://www.regionvastmanland.se/vardgivare"])
def test_guidance_links_to_this_site_and_to_the_web(address: str) -> None:
    assert f'href="{address}"' in guidance.html(f"[här]({address})")


# --- conditions ------------------------------------------------------------------------------------------------------------


def test_a_condition_hides_a_field_until_the_answer_that_opens_it() -> None:
    fields = ACTIVITY[2:]
    assert [field.key for field in drawn(fields, {})] == ["status"]
    assert [field.key for field in drawn(fields, {"status": "decided"})] == ["status"]
    assert [field.key for field in drawn(fields, {"status": "waiting"})] == ["status", "meanwhile"]


def test_conditions_hold_row_by_row_and_in_a_row_not_yet_filled_in() -> None:
    rows = [{"status": "waiting", "_row": "open"}, {"status": "decided", "_row": "open"}, {"_row": "open"}]
    listed = one(
        {"type": "dynamiclist", "id": "l", "path": "activities", "label": "Insatser", "components": ACTIVITY},
        {"activities": rows},
    )
    assert [[field.key for field in row.fields][-1] for row in listed.rows] == [
        "meanwhile",
        "status",
        "status",
    ]


def test_guidance_with_a_condition_follows_the_answers_too() -> None:
    fields = [
        ACTIVITY[2],
        {"type": "text", "id": "t", "text": "Vänta.", "conditional": {"hide": '= status != "waiting"'}},
    ]
    assert [field.kind for field in drawn(fields, {"status": "decided"})] == ["radio"]
    assert [field.kind for field in drawn(fields, {"status": "waiting"})] == ["radio", "text"]


def test_a_group_stands_there_where_its_condition_is_on_an_answer_that_is_only_shown_in_it() -> None:
    """The answer to a deviation, as whoever reported it is to read it."""
    path = ROOT / "processes/shared/deviation/forms/inform_reporter.form"
    form = forms.read(path.read_bytes(), path.name)

    def shown(values: dict[str, object], context: dict[str, object]) -> list[object]:
        fields = formview.draw(form, values, now=NOW, zone=ZONE, context=context)
        return [one.value for group in fields for one in group.children if one.key == "deviation_cause"]

    known: dict[str, object] = {"deviation_cause": "Semester."}
    assert shown(known, known) == ["Semester."]
    assert shown({"deviation_conclusion": "Ett utkast."}, known) == ["Semester."]
    assert shown({}, {}) == []


# --- rows ------------------------------------------------------------------------------------------------------------------

ROWS: dict[str, Any] = {"goals": [{"goal": "Bo kvar hemma", "reached": "ett besök", "by": "2027-02-28", "activities": [
    {"what": "Trygghetslarm", "unit": "norra", "status": "decided"},
    {"what": "Hemtjänst", "unit": "norra", "status": "waiting", "meanwhile": ""}]}]}  # fmt: skip


def test_a_closed_row_is_told_in_one_line_and_posts_all_it_holds() -> None:
    goals = drawn(PLAN, ROWS)[1].children[0]
    goal, activity = goals.rows[0], goals.rows[0].lists[0].rows[0]
    assert (goals.cards, goal.open, goal.name, goal.quote) == (True, False, "Mål 1", "Bo kvar hemma")
    assert goal.line == "Nått när: ett besök. Nått senast: 28 februari 2027."
    assert [(fact.words, fact.state, fact.icon) for fact in activity.facts] == [
        ("Biståndsenheten Norra", "", "municipality"),
        ("Beslutat", "decided", ""),
    ]
    assert dict(goal.kept) == {
        "goals[0].goal": "Bo kvar hemma",
        "goals[0].reached": "ett besök",
        "goals[0].by": "2027-02-28",
    }
    assert dict(activity.kept)["goals[0].activities[0].unit"] == "norra"


def test_what_a_page_posts_is_what_it_was_drawn_from() -> None:
    kept = {name: value for row in _rows(drawn(PLAN, ROWS)) for name, value in row.kept}
    again = forms.nest(kept)
    cleaned = forms.clean(read(PLAN), again, now=NOW, zone=ZONE, partial=True)
    assert cleaned.values == forms.clean(read(PLAN), ROWS, now=NOW, zone=ZONE, partial=True).values


def test_a_row_with_something_to_mend_is_open_whatever_was_open_before() -> None:
    with pytest.raises(InvalidForm) as caught:
        forms.clean(read(PLAN), {"need": "stöd", **ROWS}, now=NOW, zone=ZONE, options={"units": ["norra"]})
    rows = drawn(PLAN, {"need": "stöd", **ROWS}, caught.value.errors)[1].children[0].rows[0].lists[0].rows
    assert [row.open for row in rows] == [False, True]


def test_a_required_list_opens_with_a_row_to_write_in() -> None:
    goals = drawn(PLAN, {})[1].children[0]
    assert [row.open for row in goals.rows] == [True]
    assert goals.rows[0].lists[0].rows == ()


def test_a_gap_of_a_removed_row_is_no_row() -> None:
    goals = drawn(PLAN, {"goals": [{}, {"goal": "Sjunga", "_row": "closed"}]})[1].children[0]
    assert [(row.name, row.path) for row in goals.rows] == [("Mål 1", "goals[1]")]


def test_a_list_that_is_full_offers_no_further_row() -> None:
    full = {
        "type": "dynamiclist",
        "id": "l",
        "path": "rows",
        "label": "Rader",
        "components": ACTIVITY,
        "validate": {"max": 1},
    }
    assert not one(full, {"rows": [{"what": "a"}]}).can_add
    assert one(full, {}).can_add


def _rows(fields: list[DrawnField] | tuple[DrawnField, ...]) -> Iterator[formview.DrawnRow]:
    for field in fields:
        yield from _rows(field.children)
        for row in field.rows:
            yield row
            yield from _rows(row.lists)


# --- the buttons of rows ---------------------------------------------------------------------------------------------------


def test_adding_opens_an_empty_row_last_and_closes_the_others() -> None:
    values = {"goals": [{"goal": "Sjunga", "_row": "open"}]}
    changed, focus = formview.press(values, {"_add": "goals"}) or ({}, "")
    assert changed == {"goals": [{"goal": "Sjunga", "_row": "closed"}, {"_row": "open"}]}
    assert focus == "row-goals-1"
    assert values == {"goals": [{"goal": "Sjunga", "_row": "open"}]}  # what was posted is left alone


def test_adding_reaches_lists_inside_rows_and_lists_that_are_not_there_yet() -> None:
    changed, focus = formview.press({"goals": [{"goal": "Sjunga"}]}, {"_add": "goals[0].activities"}) or (
        {},
        "",
    )
    assert changed == {"goals": [{"goal": "Sjunga", "activities": [{"_row": "open"}]}]}
    assert focus == "row-goals-0-activities-0"


def test_removing_takes_the_row_and_opening_closes_its_neighbours() -> None:
    values = {"goals": [{"goal": "a", "_row": "open"}, {"goal": "b", "_row": "closed"}]}
    assert (formview.press(values, {"_remove": "goals[0]"}) or ({}, ""))[0] == {
        "goals": [{"goal": "b", "_row": "closed"}]
    }
    opened: Any = (formview.press(values, {"_open": "goals[1]"}) or ({}, ""))[0]["goals"]
    assert [row["_row"] for row in opened] == ["closed", "open"]


@pytest.mark.parametrize(
    "posted",
    [
        {"_remove": "goals[7]"},
        {"_open": "nothing"},
        {"_close": "goals"},
        {"_add": "goals[9].activities"},
        {"_add": "[["},
    ],
)
def test_an_address_that_is_not_there_changes_nothing(posted: dict[str, str]) -> None:
    values: dict[str, Any] = {"goals": [{"goal": "a"}]}
    assert (formview.press(values, posted) or ({}, ""))[0] == values


def test_no_row_button_is_no_answer() -> None:
    assert formview.press({"goals": []}, {"_hand_in": "1"}) is None


# --- what is wrong ---------------------------------------------------------------------------------------------------------


def test_errors_stand_in_page_order_and_say_where_and_what_to_write() -> None:
    values: dict[str, Any] = {
        "goals": [{"goal": "a", "reached": "b"}, {"goal": "Sjunga", "activities": [{"unit": "norra"}]}]
    }
    with pytest.raises(InvalidForm) as caught:
        forms.clean(read(PLAN), values, now=NOW, zone=ZONE, options={"units": ["norra"]})
    told = formview.summary(drawn(PLAN, values, caught.value.errors))
    assert [error["text"] for error in told] == [
        "Svara på frågan: Vad behövs?",
        "Mål 2: skriv hur ni märker att målet är nått.",
        "Mål 2, insats 1: svara på frågan: Vad ska göras?",
    ]
    assert [error["href"] for error in told] == ["need", "goals-1-reached", "goals-1-activities-0-what"]


def test_every_error_key_of_the_engine_has_a_sentence() -> None:
    source = "".join(path.read_text() for path in (ROOT / "engine" / "definitions").glob("*.py"))
    keys = set(re.findall(r'Bad\("([a-z-]+)"', source)) | set(
        re.findall(r'FieldError\([^)]*?"([a-z]+(?:-[a-z]+)+)"', source)
    )
    assert keys >= {"required", "not-a-date", "unknown-field"}
    fallback = formview.sentence(None, FieldError("x", "a-key-nobody-knows"))
    for key in keys:
        assert formview.sentence(None, FieldError("x", key, (("day", "2026-03-02"),))) != fallback, key


def test_an_error_of_no_field_on_the_page_is_still_told() -> None:
    errors = (FieldError("gone", "unknown-field"), FieldError("need", "required"))
    fields = drawn(PLAN, {}, errors)
    assert len(formview.stray(fields, errors)) == 1


# --- sections --------------------------------------------------------------------------------------------------------------


def test_groups_become_sections_with_their_state() -> None:
    parts = formview.sections(drawn(PLAN, {"need": "Stöd"}))
    assert [(part.title, part.state, part.state_words) for part in parts] == [
        ("Behov", "done", "Ifyllt"),
        ("Mål", "quiet", "Tomt än"),
    ]
    assert parts[0].next is not None
    assert parts[0].next.title == "Mål"
    wrong = formview.sections(drawn(PLAN, {}, (FieldError("need", "required"),)))
    assert (wrong[0].state, wrong[0].state_words) == ("late", "1 att rätta")


def test_fields_beside_the_groups_make_sections_without_a_heading() -> None:
    parts = formview.sections(
        drawn([component("textfield", "a", "A"), PLAN[0], component("textfield", "b", "B")], {})
    )
    assert [part.title for part in parts] == ["", "Behov", ""]
