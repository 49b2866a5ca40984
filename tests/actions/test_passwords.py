"""What a password must be, and that it is weighed where nobody waits for it."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from engine.actions import accounts, passwords
from engine.records import tables as t
from engine.records.database import writing
from tests.actions.test_accounts import PASSWORD, add
from tests.world import World


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopq",
        "samordnasamordna",
        "Sara Lindqvist!",
        "vårdcentralen ekdalen",
    ],
)
def test_what_others_guess_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.WeakPassword) as told:
        passwords.checked(password, known=("sara", "Sara Lindqvist", "Vårdcentralen Ekdalen"))
    assert told.value.cause == "common"


@pytest.mark.parametrize(
    "password",
    ["a long enough password", "sommaren var varm och torr", "åtta hästar i dimman", "x7Qp zz41 mm0 kk"],
)
def test_words_that_do_not_belong_together_are_enough_without_digits_or_signs(password: str) -> None:
    assert passwords.checked(password, known=("sara",)) == password


def test_length_counts_and_only_absurd_length_is_refused() -> None:
    for password, cause in (("kort men klokt", "short"), ("lång " * 60, "long")):
        with pytest.raises(passwords.WeakPassword) as told:
            passwords.checked(password, known=())
        assert told.value.cause == cause
    assert passwords.checked("häst dimma " * 12, known=())


def test_letters_that_keyboards_compose_differently_are_the_same() -> None:
    assert passwords.matches(passwords.hashed("a\u030atta ha\u0308star i dimman"), "åtta hästar i dimman")


def test_a_hash_takes_as_much_work_as_the_standard_asks_for(
    hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", hasher)
    made = passwords.hashed("åtta hästar i dimman")
    assert extract_parameters(made) == RFC_9106_LOW_MEMORY
    assert passwords.matches(made, "åtta hästar i dimman")
    assert not passwords.is_outdated(made)


def test_who_signs_in_with_a_hash_of_less_work_gets_one_of_today(
    world: World, hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(world)
    (before,) = world.rows(t.persons, id="ny")
    assert not passwords.is_outdated(before.password_hash)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    assert passwords.is_outdated(before.password_hash)
    assert accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)
    (after,) = world.rows(t.persons, id="ny")
    assert not passwords.is_outdated(after.password_hash)


def test_others_can_write_while_a_password_is_weighed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world)
    written, weighing = threading.Event(), passwords.matches

    def write() -> None:
        with writing(world.engine) as tx:
            tx.execute(t.persons.update().where(t.persons.c.id == "ny").values(name="Ny"))
        written.set()

    def while_somebody_writes(kept: str | None, password: str) -> bool:
        threading.Thread(target=write).start()
        assert written.wait(10), "another writer had to wait for the password"
        return weighing(kept, password)

    monkeypatch.setattr(passwords, "matches", while_somebody_writes)
    assert accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)


def test_each_round_of_wrong_tries_makes_one_wait_longer(world: World) -> None:
    add(world)
    waits = []
    for _ in range(2):
        for _ in range(accounts.TRIES):
            accounts.sign_in(world.engine, "ny", "wrong", address="192.0.2.1", now=world.now)
        with pytest.raises(accounts.TooManyTries) as told:
            accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)
        assert told.value.again_at
        waits.append(told.value.again_at - world.now)
        world.now = told.value.again_at
    assert waits == [accounts.WITHIN, 2 * accounts.WITHIN]
    assert accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)


def test_an_address_that_tries_many_names_must_wait_and_others_need_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "TRIES_FROM_ADDRESS", 3)
    add(world)
    for number in range(3):
        accounts.sign_in(world.engine, f"guess{number}", "wrong", address="192.0.2.66", now=world.now)
    with pytest.raises(accounts.TooManyTries):
        accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.66", now=world.now)
    assert accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)


def test_a_password_that_somebody_else_made_must_be_changed_and_grows_old(world: World) -> None:
    add(world)
    made = accounts.set_temporary_password(world.engine, "ny", now=world.now)
    entered = accounts.sign_in(world.engine, "ny", made, address="192.0.2.1", now=world.now)
    assert entered
    assert entered.must_change
    assert not accounts.sign_in(world.engine, "ny", PASSWORD, address="192.0.2.1", now=world.now)
    world.now += accounts.TEMPORARY_FOR
    assert not accounts.sign_in(world.engine, "ny", made, address="192.0.2.1", now=world.now)


def test_a_change_needs_the_password_of_now_and_ends_what_was_temporary(world: World) -> None:
    add(world)
    made = accounts.set_temporary_password(world.engine, "ny", now=world.now)

    def change(old: str, new: str) -> None:
        accounts.change_password(
            world.engine, "ny", old, new, session_id="", address="192.0.2.1", now=world.now
        )

    with pytest.raises(accounts.WrongPassword):
        change("not it", "sju svanar på en sjö")
    with pytest.raises(passwords.WeakPassword):
        change(made, "ny ny ny ny ny ny ny")
    change(made, "sju svanar på en sjö")
    entered = accounts.sign_in(world.engine, "ny", "sju svanar på en sjö", address="192.0.2.1", now=world.now)
    assert entered
    assert not entered.must_change
