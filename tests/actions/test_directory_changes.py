"""The directory is changed by those who keep it, as a whole and remembered; nothing is deleted, nothing is left lying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from engine.access.actor import REGION_WIDE
from engine.actions import directory_changes, directory_file, tasks
from engine.actions.directory_changes import Plan, Unfit
from engine.actions.directory_rules import Change
from engine.errors import StaleCase
from engine.records import directory, directory_book
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.directory_book import KINDS, Book
from tests.world import World

REGION = "testland"


@pytest.fixture
def kept(world: World) -> World:
    """`malbyadmin` keeps Mälby's directory, `regionadmin` the whole region's."""
    with writing(world.engine) as tx:
        for name, unit, role in (
            ("malbyadmin", "malby_top", "administrator"),
            ("regionadmin", "region_top", "region_administrator"),
        ):
            directory.put_person(
                tx, id=name, username=name, name=name.title(), password_hash=None, is_demo=False
            )
            since = world.now.date()
            directory.put_membership(tx, id=name, person_id=name, unit_id=unit, role=role, valid_from=since)
    return world


def book(world: World) -> Book:
    with reading(world.engine) as tx:
        return directory_book.load(tx, REGION)


def row(kind: str, **fields: Any) -> Change:
    blank: dict[str, Any] = dict.fromkeys(KINDS[kind].columns)
    blank |= {"reached_by": "account", "active": True} if kind == "person" else {}
    return Change(kind, blank | fields)


def as_it_is(world: World, kind: str, *key: str, **fields: Any) -> Change:
    known = book(world).get(kind, *key)
    assert known is not None
    return Change(kind, {**known, **fields})


def make(world: World, who: str | None, *changes: Change) -> Plan:
    actor = world.actor(who) if who else None
    with writing(world.engine) as tx:
        return directory_changes.change(tx, actor, REGION, changes, now=world.now)


def wrong(world: World, who: str | None, *changes: Change) -> list[tuple[str, str]]:
    with pytest.raises(Unfit) as caught:
        make(world, who, *changes)
    return [(one.field, one.message) for one in caught.value.problems]


def unit(unit_id: str = "new", **fields: Any) -> Change:
    given = {"name": "Ny enhet", "type": "home_care", "principal": "malby", "parent": "malby_top"}
    return row("unit", **{"id": unit_id, **given, **fields})


def hows(plan: Plan) -> list[tuple[str, str]]:
    return [(one.how, one.change.kind) for one in plan.effects]


def test_an_administrator_keeps_what_is_the_principals_and_nothing_of_anothers(kept: World) -> None:
    make(kept, "malbyadmin", unit())
    assert book(kept).get("unit", "new") is not None
    foreign = unit("foreign", principal="region", parent="region_top")
    assert wrong(kept, "malbyadmin", foreign) == [("", "not-yours")]
    assert wrong(kept, "malbyadmin", as_it_is(kept, "unit", "vc", name="X")) == [("", "not-yours")]
    assert wrong(kept, "malbyadmin", as_it_is(kept, "person", "sara", name="X")) == [("", "not-yours")]
    assert wrong(kept, "sara", unit("other")) == [("", "not-yours")]
    make(kept, "regionadmin", foreign)


def test_somebody_who_works_at_two_principals_is_changed_only_by_who_keeps_both(kept: World) -> None:
    since = kept.now.date()
    make(kept, None, row("membership", person="sara", unit="bistand", role="staff", valid_from=since))
    assert wrong(kept, "malbyadmin", as_it_is(kept, "person", "sara", active=False)) == [("", "not-yours")]
    claims = as_it_is(kept, "person", "sara", principal="malby")
    assert wrong(kept, "malbyadmin", claims) == [("", "not-yours")]
    last = as_it_is(kept, "membership", "sara", "bistand", "staff", str(since), valid_to=since)
    assert hows(make(kept, "malbyadmin", last)) == [("ended", "membership")]


@pytest.mark.parametrize("role", sorted(REGION_WIDE))
def test_a_role_over_the_whole_region_is_not_given_by_a_principal(kept: World, role: str) -> None:
    given = row("membership", person="maria", unit="bistand", role=role, valid_from=kept.now.date())
    assert wrong(kept, "malbyadmin", given) == [("", "not-yours")]
    make(kept, "regionadmin", given)


def test_a_principal_gives_the_role_of_its_own_administrator(kept: World) -> None:
    given = {"person": "maria", "unit": "malby_top", "role": "administrator", "valid_from": kept.now.date()}
    assert hows(make(kept, "malbyadmin", row("membership", **given))) == [("added", "membership")]


@pytest.mark.parametrize("begins", [0, 9])
def test_whoever_has_a_role_over_the_whole_region_is_not_changed_by_a_principal(
    kept: World, begins: int
) -> None:
    since = kept.now.date() + timedelta(days=begins)
    make(kept, None, row("membership", person="maria", unit="bistand", role="auditor", valid_from=since))
    inactive = as_it_is(kept, "person", "maria", active=False)
    assert wrong(kept, "malbyadmin", inactive) == [("", "not-yours")]
    make(kept, "regionadmin", inactive)


def test_principals_are_the_regions_own(kept: World) -> None:
    added = row("principal", id="ekdala", name="Ekdala kommun", type="municipality")
    assert wrong(kept, "malbyadmin", added) == [("", "not-yours")]
    assert hows(make(kept, "regionadmin", added)) == [("added", "principal")]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": "Åtta"}, ("id", "bad-id")),
        ({"name": ""}, ("name", "missing")),
        ({"name": "x" * 201}, ("name", "too-long")),
        ({"type": "Två ord"}, ("type", "bad-word")),
        ({"parent": "nowhere"}, ("parent", "unknown")),
        ({"parent": "vc"}, ("parent", "other-principal")),
        ({"parent": "new"}, ("parent", "goes-round")),
        (
            {"valid_from": date(2026, 2, 2), "valid_to": date(2026, 2, 1)},
            ("valid_to", "ends-before-it-begins"),
        ),
    ],
)
def test_what_a_unit_cannot_be_is_named_by_field(
    kept: World, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problem in wrong(kept, None, unit(**fields))


def test_units_do_not_stand_below_each_other_in_a_circle(kept: World) -> None:
    make(kept, None, unit())
    assert wrong(kept, None, as_it_is(kept, "unit", "malby_top", parent="new")) == [("parent", "goes-round")]


def test_a_contracted_provider_has_units_below_the_principals_and_never_the_other_way(kept: World) -> None:
    provider = row(
        "organisation", id="omsorg_ab", name="Omsorg AB", type="contracted", principal="malby",
        valid_from=kept.now.date(),
    )  # fmt: skip
    make(kept, "malbyadmin", provider, unit("boende", organisation="omsorg_ab", parent="bistand"))
    below = as_it_is(kept, "unit", "boende")
    assert below.row["organisation"] == "omsorg_ab"
    assert wrong(kept, None, unit("own", parent="boende")) == [("parent", "below-a-provider")]
    make(kept, None, unit("avdelning", organisation="omsorg_ab", parent="boende"))
    stranger = unit("x", organisation="omsorg_ab", principal="region", parent="region_top")
    assert ("organisation", "other-principal") in wrong(kept, None, stranger)


def test_every_change_is_remembered_with_who_and_when_and_the_words_of_nobody(kept: World) -> None:
    make(kept, "malbyadmin", as_it_is(kept, "unit", "bistand", name="Bistånd Norr", type="care"))
    (fact,) = kept.rows(t.facts, element_id="bistand")
    assert (fact.kind, fact.actor_id, fact.at) == ("directory_changed", "malbyadmin", kept.now)
    assert fact.data["fields"] == {"name": ["…", "…"], "type": ["needs_assessment", "care"]}


def test_what_is_as_it_should_be_is_not_written_again(kept: World) -> None:
    assert make(kept, "malbyadmin", as_it_is(kept, "unit", "bistand")).effects == ()
    assert kept.rows(t.facts, element_id="bistand") == []


def closing(world: World, unit_id: str, **fields: Any) -> Change:
    return as_it_is(world, "unit", unit_id, valid_to=world.now.date(), **fields)


def test_a_unit_with_open_tasks_is_not_closed_without_saying_who_takes_them(kept: World) -> None:
    case = kept.summoned("bistand")
    assert wrong(kept, "malbyadmin", closing(kept, "bistand")) == [("successor", "open-tasks")]
    make(kept, "malbyadmin", unit("norr"))
    assert wrong(kept, "malbyadmin", closing(kept, "bistand", successor="vc")) == [
        ("successor", "other-principal")
    ]
    plan = make(kept, "malbyadmin", closing(kept, "bistand", successor="norr"))
    assert ("ended", "membership") in hows(plan)
    assert [task.unit_id for task in kept.open(case, "acknowledge")] == ["norr"]
    (told,) = kept.facts(case, "unit_taken_over")
    assert told.data == {"from": "bistand", "to": "norr"}


def test_the_unit_that_takes_over_gets_no_consent_with_it(kept: World) -> None:
    kept.summoned("bistand", consent=True)
    make(kept, None, unit("norr"), row(
        "membership", person="maria", unit="norr", role="staff", valid_from=kept.now.date()))  # fmt: skip
    make(kept, "malbyadmin", closing(kept, "bistand", successor="norr"))
    maria = kept.actor("maria")
    assert [one.unit_id for one in maria.memberships if one.unit_id == "norr"] == ["norr"]
    participants = kept.rows(t.participants, unit_id="norr")
    assert participants == []


def test_the_keeping_of_a_case_and_its_roles_go_over_too(kept: World) -> None:
    case = kept.start()
    new = unit("vc2", principal="region", parent="region_top")
    make(
        kept,
        None,
        new,
        row("membership", person="sara", unit="vc2", role="staff", valid_from=kept.now.date()),
    )
    make(kept, None, closing(kept, "vc", successor="vc2"))
    assert kept.case(case).unit_id == "vc2"
    kept.complete("sara", case, "register", called_units=["rehab"], consent=False)


def test_a_task_that_the_routine_gives_to_a_closed_unit_goes_to_the_one_that_took_over(kept: World) -> None:
    case = kept.start()
    make(kept, None, unit("norr"))
    make(kept, None, closing(kept, "bistand", successor="norr"))
    kept.complete("sara", case, "register", called_units=["bistand"], consent=False)
    assert [task.unit_id for task in kept.open(case, "acknowledge")] == ["norr"]


def test_a_unit_with_units_below_it_is_not_closed(kept: World) -> None:
    assert ("valid_to", "has-units") in wrong(kept, None, closing(kept, "malby_top", successor="bistand"))


def test_a_unit_is_not_closed_ahead_of_time_nor_opened_again(kept: World) -> None:
    tomorrow = kept.now.date() + timedelta(days=1)
    ahead = as_it_is(kept, "unit", "rehab", valid_to=tomorrow)
    assert wrong(kept, None, ahead) == [("valid_to", "not-ahead")]
    make(kept, None, closing(kept, "rehab"))
    assert wrong(kept, None, as_it_is(kept, "unit", "rehab", valid_to=None)) == [("valid_to", "stays-closed")]


def test_what_somebody_held_who_is_made_inactive_is_free_again(kept: World) -> None:
    case = kept.start()
    kept.do(tasks.claim, "sara", kept.task(case, "register").id)
    plan = make(kept, None, as_it_is(kept, "person", "sara", active=False))
    assert hows(plan) == [("ended", "person"), ("ended", "membership")]
    assert kept.task(case, "register").holder_id is None


def test_somebody_who_is_reached_by_letter_has_an_address_and_no_way_in(kept: World) -> None:
    person = row("person", id="anna", name="Anna Brev", reached_by="letter", principal="malby")
    assert wrong(kept, "malbyadmin", person) == [("address", "letter-needs-address")]
    make(kept, "malbyadmin", Change("person", {**person.row, "address": "Storgatan 1, 700 00 Mälby"}))
    with reading(kept.engine) as tx:
        found = directory.person(tx, "anna")
    assert found is not None
    assert (found.reached_by, found.password_hash) == ("letter", None)


def test_an_id_that_is_taken_in_another_region_is_told(kept: World) -> None:
    with writing(kept.engine) as tx:
        directory.put_region(tx, id="other", name="Andra", country="SE", zone="Europe/Stockholm", settings={})
        directory.put_principal(tx, id="far", region_id="other", name="Fjärran", kind="municipality")
    taken = row("principal", id="far", name="Här", type="municipality")
    assert wrong(kept, None, taken) == [("id", "taken")]


def test_a_function_is_filled_by_a_person_or_by_a_unit(kept: World) -> None:
    since = kept.now.date()
    mas = row("function", type="mas", unit="malby_top", person="maria", valid_from=since)
    assert hows(make(kept, "malbyadmin", mas)) == [("added", "function")]
    both = Change("function", {**mas.row, "holder_unit": "bistand"})
    assert wrong(kept, "malbyadmin", both) == [("person", "person-or-unit")]
    ended = Change("function", {**mas.row, "valid_to": since})
    assert hows(make(kept, "malbyadmin", ended)) == [("ended", "function")]


# --- as a file ------------------------------------------------------------------------------------------------------


def written(world: World) -> str:
    return directory_file.write(book(world))


def shown(world: World, content: str, who: str | None = None) -> directory_file.Shown:
    with reading(world.engine) as tx:
        actor = world.actor(who) if who else None
        return directory_file.show(tx, actor, REGION, content, now=world.now)


def carry_out(world: World, content: str, fingerprint: str, who: str | None = None) -> Plan:
    actor = world.actor(who) if who else None
    with writing(world.engine) as tx:
        return directory_file.carry_out(tx, actor, REGION, content, fingerprint, now=world.now)


def lines(*rows: str, head: str = "kind;id;name;type;principal;parent") -> str:
    return "\r\n".join([head, *rows, ""])


def unreadable(world: World, content: str) -> list[tuple[int, str, str]]:
    with pytest.raises(directory_file.Unreadable) as caught:
        shown(world, content)
    return [(one.line, one.field, one.message) for one in caught.value.errors]


def test_what_is_written_out_and_read_in_again_changes_nothing(kept: World) -> None:
    make(
        kept, None, row("function", type="mas", unit="malby_top", person="maria", valid_from=kept.now.date())
    )
    found = shown(kept, written(kept)).plan
    assert (found.effects, found.problems) == ((), ())


def test_a_file_is_applied_as_it_was_shown_and_the_second_time_changes_nothing(kept: World) -> None:
    content = lines("unit;norr;Norr;home_care;malby;malby_top", "unit;soder;Söder;home_care;malby;norr")
    found = shown(kept, content)
    assert hows(found.plan) == [("added", "unit"), ("added", "unit")]
    carry_out(kept, content, found.fingerprint)
    assert book(kept).get("unit", "soder") is not None
    assert shown(kept, content).plan.effects == ()


def test_it_is_not_applied_where_the_directory_has_changed_since(kept: World) -> None:
    content = lines("unit;norr;Norr;home_care;malby;malby_top")
    found = shown(kept, content)
    make(kept, None, as_it_is(kept, "unit", "bistand", phone="021-555 99 99"))
    with pytest.raises(StaleCase):
        carry_out(kept, content, found.fingerprint)
    assert book(kept).get("unit", "norr") is None


def test_nothing_is_applied_where_one_line_is_wrong_and_each_is_named_with_its_number(kept: World) -> None:
    content = lines(
        "unit;norr;Norr;home_care;malby;malby_top",
        "unit;x;X;home_care;malby;nowhere",
        "person;;Namnlös;;;",
    )
    found = shown(kept, content)
    assert [
        (one.line, one.field, one.message) for one in directory_file.line_errors(found.plan.problems)
    ] == [
        (3, "parent", "unknown"),
        (4, "id", "missing"),
    ]
    with pytest.raises(Unfit):
        carry_out(kept, content, found.fingerprint)
    assert book(kept).get("unit", "norr") is None


def test_a_file_of_one_principal_may_not_touch_another(kept: World) -> None:
    content = lines("unit;vc;Stulen;primary_care;region;region_top")
    found = shown(kept, content, "malbyadmin")
    assert [one.message for one in found.plan.problems] == ["not-yours"]


def test_cells_that_a_spreadsheet_would_run_are_written_as_text_and_read_as_they_were(kept: World) -> None:
    evil = ('=HYPERLINK("http://x")', "+4621555", "-1", "@SUM(A1)", "'apostrof", "\tflik")
    for number, name in enumerate(evil):
        make(kept, None, unit(f"u{number}", name=name.strip() or name))
    told = written(kept)
    cells = [cell for line in told.splitlines() for cell in line.split(";")]
    assert [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))] == []
    assert shown(kept, told).plan.effects == ()


def test_a_byte_order_mark_commas_and_columns_left_out_are_taken(kept: World) -> None:
    content = "\ufeffkind,id,phone\nunit,bistand,021-1\n\nunit,vc,021-2\n"
    found = shown(kept, content).plan
    assert [(one.change.row["id"], list(one.fields)) for one in found.effects] == [
        ("bistand", ["phone"]),
        ("vc", ["phone"]),
    ]


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        ("", [(1, "kind", "missing-column")]),
        ("kind;colour\n", [(1, "colour", "unknown-column")]),
        ("kind;id;id\n", [(1, "", "column-twice")]),
        ("kind;id\nhouse;x\n", [(2, "kind", "not-a-choice")]),
        ("kind;id\nunit;vc;more\n", [(2, "", "too-many-cells")]),
        ('kind;id\nunit;"vc\n', [(2, "", "not-csv")]),
        ("kind;id;valid_from\nunit;vc;i dag\n", [(2, "valid_from", "not-a-date")]),
        ("kind;id;active\nperson;sara;kanske\n", [(2, "active", "not-yes-or-no")]),
        ("kind;id;role\nunit;vc;staff\n", [(2, "role", "not-of-this-kind")]),
        ("kind;id\nunit;vc\nunit;vc\n", [(3, "", "said-twice")]),
    ],
)
def test_what_cannot_be_read_is_named_by_line(
    kept: World, content: str, errors: Iterable[tuple[int, str, str]]
) -> None:
    assert unreadable(kept, content) == list(errors)


def test_an_end_is_told_as_an_end(kept: World) -> None:
    since = kept.now.date()
    head = "kind;person;unit;role;valid_from;valid_to"
    found = shown(kept, lines(f"membership;sara;vc;staff;{since};{since}", head=head)).plan
    assert hows(found) == [("ended", "membership")]


def test_closing_a_unit_does_not_end_a_role_over_the_region_that_others_gave(kept: World) -> None:
    since = kept.now.date()
    make(kept, None, unit(), row("membership", person="maria", unit="new", role="auditor", valid_from=since))
    closed = as_it_is(kept, "unit", "new", valid_to=since)
    assert wrong(kept, "malbyadmin", closed) == [("valid_to", "ends-what-others-keep")]
    assert [one["valid_to"] for one in book(kept).all("membership") if one["unit"] == "new"] == [None]
    assert hows(make(kept, "regionadmin", closed)) == [("ended", "unit"), ("ended", "membership")]


@pytest.mark.parametrize(
    ("field", "value"), [("active", False), ("reached_by", "letter")], ids=["made inactive", "by letter"]
)
def test_whoever_works_at_another_principal_too_is_shut_out_only_by_who_keeps_both(
    kept: World, field: str, value: object
) -> None:
    since = kept.now.date()
    make(kept, None, as_it_is(kept, "person", "maria", principal="malby", address="Storgatan 1"))
    make(kept, None, row("membership", person="maria", unit="vc", role="staff", valid_from=since))
    shut = as_it_is(kept, "person", "maria", **{field: value})
    assert (field, "works-elsewhere") in wrong(kept, "malbyadmin", shut)
    make(kept, "malbyadmin", as_it_is(kept, "person", "maria", title="Biståndshandläggare"))
    make(kept, "regionadmin", shut)
