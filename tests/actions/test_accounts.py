"""Who somebody is, and how they prove it."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest

from engine.actions import accounts, actors, demo, filling, passwords
from engine.errors import NotFound
from engine.records import directory
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import ROUTINES, World

PASSWORD = "a long enough password"


def add(world: World, username: str = "Ny", password: str = PASSWORD) -> str:
    return accounts.add_user(
        world.engine,
        username=username,
        name="Ny Ånström",
        password=password,
        unit_id="vc",
        roles=["staff"],
        now=world.now,
    )


def sign_in(world: World, username: str, password: str, address: str = "192.0.2.1") -> bool:
    return accounts.sign_in(world.engine, username, password, address=address, now=world.now) is not None


def test_the_right_password_signs_in_whatever_the_case_of_the_name(world: World) -> None:
    add(world)
    assert sign_in(world, "NY", PASSWORD)
    assert not sign_in(world, "ny", PASSWORD + "!")
    assert not sign_in(world, "nobody", PASSWORD)
    (person,) = [row for row in world.rows(t.persons) if row.id == "ny"]
    assert PASSWORD not in person.password_hash
    assert person.password_hash.startswith("$argon2id$")


def test_somebody_without_a_password_cannot_sign_in(world: World) -> None:
    assert not sign_in(world, "sara", "no such person has this password")


def test_five_wrong_tries_must_wait_also_for_names_that_do_not_exist(world: World) -> None:
    add(world)
    for name in ("ny", "nobody"):
        for _ in range(accounts.TRIES):
            assert not sign_in(world, name, "wrong")
        with pytest.raises(accounts.TooManyTries) as told:
            sign_in(world, name, PASSWORD)
        assert told.value.again_at == world.now + accounts.WITHIN
    world.now += accounts.WITHIN + timedelta(seconds=1)
    assert sign_in(world, "ny", PASSWORD)


def test_what_is_kept_of_a_try_names_nobody(world: World) -> None:
    sign_in(world, "sara", "wrong")
    (row,) = world.rows(t.sign_ins)
    assert "sara" not in row.username_key


def test_a_short_password_and_an_unknown_unit_are_refused(world: World) -> None:
    with pytest.raises(passwords.WeakPassword):
        add(world, password="short")
    with pytest.raises(NotFound):
        accounts.add_user(
            world.engine, username="x", name="X", password=PASSWORD, unit_id="gone", roles=[], now=world.now
        )


def test_a_manager_answers_for_the_units_below(world: World) -> None:
    with world.engine.begin() as tx:
        tx.execute(
            t.memberships.update().where(t.memberships.c.person_id == "chef").values(unit_id="region_top")
        )
    assert world.actor("chef").leads == {"region_top", "vc", "rehab"}
    assert world.actor("sara").leads == frozenset()


def test_a_role_holds_on_its_days_only(world: World) -> None:
    with world.engine.begin() as tx:
        tx.execute(
            t.memberships.update()
            .where(t.memberships.c.person_id == "sara")
            .values(valid_to=date(2026, 11, 16))
        )
    assert world.actor("sara").memberships
    world.now += timedelta(days=1)
    assert world.actor("sara").memberships == ()


def test_somebody_who_has_left_is_nobody(world: World) -> None:
    with world.engine.begin() as tx:
        tx.execute(t.persons.update().where(t.persons.c.id == "sara").values(active=False))
    with reading(world.engine) as tx:
        assert actors.actor(tx, "sara", on=world.now.date()) is None
        assert actors.actor(tx, "nobody", on=world.now.date()) is None


def test_a_units_own_closing_days_come_from_the_directory(world: World) -> None:
    text = '[[unit]]\nid = "vc"\nname = "Vårdcentralen"\nkind = "primary_care"\nprincipal = "region"\nclosing_days = [2026-12-23]\n'
    with writing(world.engine) as tx:
        filling.fill(tx, text, "testland", demo_password=None, since=world.now.date())
    with reading(world.engine) as tx:
        assert directory.units(tx, ["vc"])["vc"].closing_days == (date(2026, 12, 23),)


def test_a_directory_whose_unit_has_no_parent_in_it_says_which(world: World) -> None:
    text = '[[unit]]\nid = "lost"\nparent = "gone"\nname = "x"\nkind = "x"\nprincipal = "region"\n'
    with pytest.raises(NotFound, match="unit lost"), writing(world.engine) as tx:
        filling.fill(tx, text, "testland", demo_password=None, since=world.now.date())


def test_an_empty_database_is_filled_once_and_its_accounts_are_marked(database) -> None:
    from datetime import datetime

    from engine.actions import deploy

    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    with writing(database) as tx:
        deploy.put_region(tx, (ROUTINES / "testland" / "region.toml").read_bytes(), "testland/region.toml")
    told = list(demo.fill_if_empty(database, ROUTINES, now=now))
    assert any("sara" in line for line in told)
    assert list(demo.fill_if_empty(database, ROUTINES, now=now)) == told
    with reading(database) as tx:
        assert directory.has_demo_accounts(tx)
    assert accounts.sign_in(database, "sara", demo.PASSWORD, address="192.0.2.1", now=now) is not None
