"""Nobody is the second pair of eyes by the grace of the first: by an account, a password, a role or a substitution that they gave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.access import Act, may
from engine.actions import accounts, disposing, retention, tasks
from engine.errors import NotAllowed
from engine.records import disposals
from engine.records.absences import Given
from engine.records.database import reading
from tests.actions.test_directory_changes import as_it_is, make, row
from tests.actions.test_disposing import ended
from tests.actions.test_substitutes import away, joins
from tests.world import World


@pytest.fixture
def asked(world: World) -> str:
    """What `admin` of the region has asked for, ten years after the case ended."""
    case = ended(world)
    world.now += timedelta(days=3660)
    joins(world, "admin", "region_top", "region_administrator")
    return str(world.do(disposing.propose, "admin", "region", [case], "tiden är ute"))


def verdict(world: World, name: str, disposal_id: str) -> str:
    with reading(world.engine) as tx:
        about = retention.approval(tx, disposals.fetch(tx, disposal_id))
    found = may(world.actor(name), Act.RETENTION_APPROVE, about)
    return "yes" if found else str(found.reason)


def appoint(
    world: World, by: str, person: str, role: str = "process_owner", unit: str = "region_top"
) -> None:
    make(world, by, row("membership", person=person, unit=unit, role=role, valid_from=world.now.date()))


def test_who_got_the_role_from_the_one_who_asked_does_not_approve(world: World, asked: str) -> None:
    appoint(world, "admin", "chef")
    assert verdict(world, "chef", asked) == "given-by-asker"
    with pytest.raises(NotAllowed, match="given-by-asker"):
        world.do(disposing.approve, "chef", asked)
    with pytest.raises(NotAllowed, match="given-by-asker"):
        world.do(disposing.refuse, "chef", asked, "nej")
    assert verdict(world, "owner", asked) == "yes"


def test_what_was_given_a_month_and_more_before_it_was_asked_for_counts_no_more(world: World) -> None:
    case = ended(world)
    joins(world, "admin", "region_top", "region_administrator")
    world.now += timedelta(days=3660)
    appoint(world, "admin", "chef")
    world.now += timedelta(days=1)
    appoint(world, "admin", "petra")
    world.now += timedelta(days=29, seconds=1)
    proposal = str(world.do(disposing.propose, "admin", "region", [case], "tiden är ute"))
    assert (verdict(world, "chef", proposal), verdict(world, "petra", proposal)) == ("yes", "given-by-asker")


def test_another_role_from_the_one_who_asked_takes_nothing_away(world: World, asked: str) -> None:
    appoint(world, "admin", "owner", "staff", "vc")
    assert verdict(world, "owner", asked) == "yes"


def test_who_has_the_right_by_another_role_too_may_decide(world: World, asked: str) -> None:
    appoint(world, "admin", "owner", "administrator", "vc")
    assert verdict(world, "owner", asked) == "yes"


def test_who_got_a_new_password_from_the_one_who_asked_does_not_approve(world: World, asked: str) -> None:
    accounts.set_temporary_password(world.engine, "owner", now=world.now, by=world.actor("admin"))
    assert verdict(world, "owner", asked) == "given-by-asker"


def test_a_password_from_the_command_line_is_nobodys_gift(world: World, asked: str) -> None:
    accounts.set_temporary_password(world.engine, "owner", now=world.now)
    assert verdict(world, "owner", asked) == "yes"


def test_who_is_made_active_again_by_the_one_who_asked_does_not_approve(world: World, asked: str) -> None:
    make(world, None, as_it_is(world, "person", "owner", active=False))
    joins(world, "owner", "vc", "process_owner")
    make(world, "admin", as_it_is(world, "person", "owner", active=True))
    assert verdict(world, "owner", asked) == "given-by-asker"


def test_an_account_made_by_an_account_that_one_has_made_is_ones_gift_too(world: World, asked: str) -> None:
    make(world, "admin", row("person", id="hjalp", name="Hjälp", principal="region"))
    appoint(world, "admin", "hjalp", "region_administrator")
    appoint(world, "hjalp", "chef")
    assert verdict(world, "chef", asked) == "given-by-asker"


def test_what_one_who_was_only_appointed_gives_is_their_own_gift(world: World, asked: str) -> None:
    appoint(world, "admin", "petra", "region_administrator")
    appoint(world, "petra", "chef")
    assert verdict(world, "chef", asked) == "yes"
    assert verdict(world, "petra", asked) == "given-by-asker"


def test_a_task_that_looks_at_a_step_a_second_time_is_not_for_whom_the_first_made_a_substitute(
    world: World,
) -> None:
    joins(world, "chef", "vc", "staff")
    joins(world, "petra", "vc", "manager")
    away(world, "petra", Given("sara", "vc", "manager"), by="chef")
    case = world.start("chef", process="testland_approval")
    world.complete("chef", case, "assess")
    with pytest.raises(NotAllowed, match="given-by-asker"):
        world.do(tasks.claim, "sara", world.task(case, "approve").id)
    world.now += timedelta(days=4)
    away(world, "petra", Given("johanna", "vc", "manager"), by="petra")
    world.complete("johanna", case, "approve")
