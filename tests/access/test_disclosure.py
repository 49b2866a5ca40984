"""What a law opens without consent: the notice of admission (LUS 2:2), to the units that got it, and nothing else to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from sqlalchemy import Connection, select

from engine.access import CATEGORIES, Act, Actor, CaseObject, Reason, may, visible_categories
from engine.access.disclosure import PARTICULARS
from engine.access.objects import NoticeObject, ParticipationState
from engine.actions import actors, disclosing
from engine.actions.ground import Ground
from engine.records import cases
from engine.records import tables as t
from engine.records.database import reading
from engine.records.facts import Who
from engine.scenarios import finding
from engine.scenarios.running import play_file
from engine.scenarios.stage import stage
from engine.status import Protection
from tests.access.test_grounds import worlds

ROOT = Path(__file__).parents[2] / "processes"
DISCHARGE = ROOT / "shared" / "discharge"
TOLD = {"bistand_karlby", "hemsjukvard_karlby", "vc_hagby"}


@given(worlds())
def test_a_notice_is_read_only_where_it_was_sent_and_opens_no_category(
    world: tuple[CaseObject, Actor, set[tuple[str, str]]],
) -> None:
    case, actor, _ = world
    before = visible_categories(actor, case)
    for unit_id in ("a1", "a2", "b1", "c1"):
        verdict = may(actor, Act.NOTICE_READ, NoticeObject(case, unit_id, "admission_notice"))
        part = case.participants.get(unit_id)
        if verdict:
            assert part is not None
            assert part.state != ParticipationState.LEFT
            assert actor.at(unit_id) is not None
            assert verdict.reason == Reason.BY_LAW
        assert not may(actor, Act.NOTICE_READ, NoticeObject(case, unit_id, "summons"))
    assert visible_categories(actor, case) == before


@pytest.fixture(scope="module")
def in_hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Ground]]:
    """A case where a notice was sent to three units and nobody has consented to anything: the first two steps of a scenario."""
    scenario = tmp_path_factory.mktemp("discharge") / "told.toml"
    whole = (DISCHARGE / "scenarios" / "in_tid.toml").read_text()
    scenario.write_text("[[step]]".join(whole.split("[[step]]")[:3]))
    with stage(ROOT, finding.needed(ROOT, [finding.Asked(DISCHARGE, (scenario,))])) as ready:
        assert play_file(ready, scenario, "shared_discharge").ok
        with reading(ready.engine) as tx:
            case = cases.fetch(tx, str(tx.execute(select(t.cases.c.id)).scalars().first()))
            now = tx.execute(select(t.messages.c.sent_at)).scalars().first()
            assert now is not None
            yield tx, Ground(tx, case, Who(), now)


def everybody(tx: Connection, ground: Ground) -> Iterator[Actor]:
    for person_id in tx.execute(select(t.persons.c.id)).scalars():
        actor = actors.actor(tx, person_id, on=ground.today, now=ground.now)
        if actor is not None:
            yield actor


def test_the_notice_tells_what_the_law_names_and_nothing_else(in_hospital: tuple[Connection, Ground]) -> None:
    """LUS 2:2."""
    tx, ground = in_hospital
    for unit_id in TOLD:
        reader = next(one for one in everybody(tx, ground) if one.at(unit_id))
        told = disclosing.admission_notice(ground, reader, unit_id)
        assert told is not None
        assert (told.name, told.identity_number) == ("Astrid Prov", "194305152383")
        assert (told.registered_address, told.expected_discharge_on) == (
            "Storgatan 4, 700 10 Örebro",
            date(2026, 3, 11),
        )
        assert set(asdict(told)) - {"sent_at", "from_unit_id"} == PARTICULARS["admission_notice"]


def test_nobody_at_another_unit_reads_it_and_those_told_read_no_more_of_the_case(
    in_hospital: tuple[Connection, Ground],
) -> None:
    tx, ground = in_hospital
    units = list(tx.execute(select(t.units.c.id)).scalars())
    readers = 0
    for actor in everybody(tx, ground):
        opened = {one for one in units if disclosing.admission_notice(ground, actor, one) is not None}
        assert opened == {one.unit_id for one in actor.in_care()} & TOLD
        own = any(one.unit_id == ground.case.unit_id for one in actor.in_care())
        assert visible_categories(actor, ground.about) == (CATEGORIES if own else frozenset())
        readers += bool(opened)
    assert readers >= len(TOLD)


def test_of_a_protected_person_the_notice_goes_another_way(in_hospital: tuple[Connection, Ground]) -> None:
    tx, ground = in_hospital
    shielded = replace(ground.about, protection=Protection.CONFIDENTIALITY_MARK)
    reader = next(one for one in everybody(tx, ground) if one.at("bistand_karlby"))
    verdict = may(reader, Act.NOTICE_READ, NoticeObject(shielded, "bistand_karlby", "admission_notice"))
    assert (verdict.allowed, verdict.reason) == (False, Reason.PROTECTED)
