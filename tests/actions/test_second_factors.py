"""The second factor: set up, asked for, used once, recovered, reset."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from engine.actions import second_factors
from engine.errors import NotFound
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import World

KEY = "a key for tests that is long enough"
HALF_MINUTE = timedelta(seconds=30)


def secret(world: World, person: str = "sara") -> str:
    with writing(world.engine) as tx:
        return second_factors.enrol(tx, person, key=KEY).secret.replace(" ", "")


def enrolled(world: World) -> tuple[str, list[str]]:
    shared = secret(world)
    with writing(world.engine) as tx:
        return shared, second_factors.confirm(tx, "sara", code(world, shared), key=KEY, now=world.now)


def code(world: World, shared: str) -> str:
    return pyotp.TOTP(shared).at(world.now)


def use(world: World, typed: str) -> bool:
    try:
        with writing(world.engine) as tx:
            second_factors.use(tx, "sara", typed, key=KEY, now=world.now)
    except second_factors.WrongCode:
        return False
    return True


def test_it_is_asked_for_only_once_a_code_has_been_shown(world: World) -> None:
    shared = secret(world)
    with reading(world.engine) as tx:
        assert not second_factors.is_asked_of(tx, "sara")
    assert secret(world) == shared, "the picture stays the same while it is looked at"
    with pytest.raises(second_factors.WrongCode), writing(world.engine) as tx:
        second_factors.confirm(tx, "sara", "000000", key=KEY, now=world.now)
    with writing(world.engine) as tx:
        second_factors.confirm(tx, "sara", code(world, shared), key=KEY, now=world.now)
    with reading(world.engine) as tx:
        assert second_factors.is_asked_of(tx, "sara")


def test_the_secret_is_shown_no_more_once_it_works_and_is_kept_encrypted(world: World) -> None:
    shared, _ = enrolled(world)
    with pytest.raises(NotFound):
        secret(world)
    (row,) = world.rows(t.second_factors)
    assert shared not in row.secret


def test_the_code_of_a_half_minute_is_taken_once(world: World) -> None:
    shared, _ = enrolled(world)
    assert not use(world, code(world, shared)), "it was used to switch on"
    world.now += HALF_MINUTE
    assert use(world, code(world, shared))
    assert not use(world, code(world, shared))


def test_no_earlier_code_counts_after_a_later_one(world: World) -> None:
    shared, _ = enrolled(world)
    world.now += 2 * HALF_MINUTE
    earlier = code(world, shared)
    world.now += HALF_MINUTE
    assert use(world, code(world, shared))
    assert not use(world, earlier)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_telephones_clock_may_go_wrong_by_half_a_minute(world: World, steps: int, taken: bool) -> None:
    shared, _ = enrolled(world)
    world.now += 9 * HALF_MINUTE
    assert use(world, pyotp.TOTP(shared).at(world.now + steps * HALF_MINUTE)) is taken


def test_each_recovery_code_takes_one_in_once_however_it_is_written(world: World) -> None:
    _, codes = enrolled(world)
    assert len(set(codes)) == second_factors.CODES
    assert use(world, codes[0].upper().replace("-", " "))
    assert not use(world, codes[0])
    assert use(world, codes[1])
    assert not use(world, "aaaaa-aaaaa")
    kept = {row.code_hash for row in world.rows(t.recovery_codes)}
    assert not kept & set(codes)


def test_new_recovery_codes_take_the_place_of_all_before(world: World) -> None:
    _, codes = enrolled(world)
    with writing(world.engine) as tx:
        newer = second_factors.new_recovery_codes(tx, "sara", key=KEY)
    assert not use(world, codes[0])
    assert use(world, newer[0])


def test_a_reset_lets_one_begin_anew_and_is_a_fact(world: World) -> None:
    shared, codes = enrolled(world)
    with writing(world.engine) as tx:
        second_factors.reset(tx, world.actor("admin"), "sara", now=world.now)
    assert not use(world, codes[0])
    assert secret(world) != shared
    (fact,) = world.rows(t.facts, kind="second_factor_reset")
    assert (fact.actor_id, fact.data) == ("admin", {"person": "sara"})


def test_a_secret_of_another_key_says_what_to_do(world: World) -> None:
    enrolled(world)
    with pytest.raises(second_factors.UnreadableSecret, match="administrator"), writing(world.engine) as tx:
        second_factors.use(tx, "sara", "123456", key="another key", now=world.now)
