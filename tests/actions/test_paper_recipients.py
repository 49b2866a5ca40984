"""What a paper for somebody without access may hold: what a consent in force opens to them by name, as their own way in does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from engine.actions import papers
from engine.actions.ground import Ground
from engine.records import cases, grounds
from engine.records import tables as t
from engine.records.database import writing
from engine.records.who import Who
from engine.status import Protection
from tests.world import MONDAY, World

SCHOOL = "Björkskolan"


def test_no_address_of_a_protected_person_or_their_guest_is_kept(world: World) -> None:
    case_id = world.summoned("rehab", "bistand")
    home = ("Gatan 1", "000 00 Orten")
    with writing(world.engine) as tx:
        before = Ground(tx, cases.fetch(tx, case_id), Who("sara"), world.now)
        name = papers.for_person(before).lines
        assert papers.for_person(before, home).lines == (*name, *home)
        assert papers.for_other(before, SCHOOL, home).lines == (SCHOOL, *home)
        tx.execute(update(t.subjects).values(protection=Protection.CONFIDENTIALITY_MARK))
        after = Ground(tx, cases.fetch(tx, case_id), Who("sara"), world.now)
        assert papers.for_person(after, home).lines == name
        assert papers.for_other(after, SCHOOL, home).lines == (SCHOOL,)


def opened(
    world: World,
    *,
    kind: str = "disclosure",
    until: date | None = None,
    guardians: Sequence[Mapping[str, object]] = (),
    child: str | None = None,
    withdrawn: Sequence[str] = (),
) -> frozenset[str]:
    """What a paper for the school may hold after such a consent."""
    case_id = world.summoned("rehab", "bistand")
    with writing(world.engine) as tx:
        grounds.record_consent(
            tx, case_id, kinds=[kind], categories=["health", "plan"], units=[], others=[SCHOOL], given_by="The guardian", form="oral",
            given_on=MONDAY.date(), valid_until=until, note=None, by="sara", now=world.now, guardians=guardians, child_view=child,
        )  # fmt: skip
        if withdrawn:
            grounds.record_withdrawal(
                tx, case_id, scope="partial", units=[], categories=list(withdrawn), others=[SCHOOL], given_on=MONDAY.date(), form=None,
                said_by=None, said_as=None, by="sara", now=world.now + timedelta(minutes=1),
            )  # fmt: skip
        ground = Ground(tx, cases.fetch(tx, case_id), Who("sara"), world.now + timedelta(minutes=2))
        return papers.for_other(ground, " björkskolan", ()).open_to


def test_a_paper_holds_what_a_consent_in_force_opens_to_its_recipient_by_name(world: World) -> None:
    assert opened(world) == {"health", "plan"}


def test_what_was_taken_back_from_the_recipient_is_not_in_the_paper(world: World) -> None:
    assert opened(world, withdrawn=["health"]) == {"plan"}


@pytest.mark.parametrize(
    "said",
    [
        {"guardians": [{"name": "A", "agrees": True}, {"name": "B", "agrees": False}]},
        {"child": "disagrees"},
        {"kind": "plan_creation"},
        {"until": MONDAY.date() - timedelta(days=1)},
    ],
    ids=["one guardian says no", "the child says no", "only to making a plan", "over"],
)
def test_a_consent_that_opens_nothing_opens_no_paper_either(world: World, said: dict[str, object]) -> None:
    assert opened(world, **said) == frozenset()  # type: ignore[arg-type]
