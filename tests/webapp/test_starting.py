"""Starting a case: what the page carries, which routines it offers to whom, and what it says of the search."""

from __future__ import annotations

import base64
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.actions import duplicates
from engine.definitions import files
from engine.errors import NotAllowed
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.owners import put_in_force
from tests.webapp.site import BEGUN, CONVENER, NUMBER, PERSON, PROCESSES, Site
from tests.webapp.test_once import step_two, text
from tests.world import KEY

DIGITS = NUMBER.replace("-", "")
OTHER_UNIT = "vc_sjostaden"


def test_nobody_can_read_the_number_in_what_the_page_carries(empty_site: Site) -> None:
    page = text(empty_site.client("sara").post("/start", data={"identity_number": NUMBER}))
    (sealed,) = re.findall(r'name="_sealed" value="([^"]+)"', page)
    opened = base64.urlsafe_b64decode(sealed)
    for hidden in (DIGITS, DIGITS[2:], NUMBER):
        assert hidden not in page
        assert hidden.encode() not in opened
        assert base64.urlsafe_b64encode(hidden.encode()).decode().rstrip("=") not in sealed


def test_what_was_sealed_holds_for_an_hour_and_for_that_person_alone(empty_site: Site) -> None:
    form = step_two(empty_site.client("sara"))
    assert empty_site.client("petra").post("/start/case", data=form).status_code == 400
    changed = form["_sealed"][:-6] + ("A" if form["_sealed"][-6] != "A" else "B") + form["_sealed"][-5:]
    assert empty_site.client("sara").post("/start/case", data=form | {"_sealed": changed}).status_code == 400
    empty_site.world.now = BEGUN + timedelta(minutes=61)
    assert empty_site.client("sara").post("/start/case", data=form).status_code == 400
    empty_site.world.now = BEGUN + timedelta(minutes=59)
    assert empty_site.client("sara").post("/start/case", data=form).status_code == 302


@pytest.fixture
def for_coordinators(empty_site: Site, tmp_path: Path) -> Site:
    """The routine is started by coordinators; Sara is one at her own unit and plain staff at another."""
    folder = tmp_path / "processes"
    shutil.copytree(PROCESSES, folder)
    settings = folder / "vastmanland" / "sip" / "routine.toml"
    changed = settings.read_text().replace('start_roles = ["staff"]', 'start_roles = ["coordinator"]')
    settings.write_text(changed)
    with writing(empty_site.world.engine) as tx:
        put_in_force(tx, files.read_bundle(folder / "vastmanland" / "sip", folder), now=BEGUN)
    row: dict[str, object] = {
        "id": "at-another",
        "person_id": "sara",
        "unit_id": OTHER_UNIT,
        "role": "staff",
        "valid_from": BEGUN.date(),
    }
    with empty_site.world.engine.begin() as tx:
        tx.execute(t.memberships.insert(), row)
    return empty_site


def test_a_routine_is_started_by_those_whose_role_at_the_chosen_unit_starts_it(
    for_coordinators: Site,
) -> None:
    sara = for_coordinators.client("sara")
    form = step_two(sara)
    refused = sara.post("/start/case", data=form | {"_unit": OTHER_UNIT})
    assert refused.status_code == 422
    assert "Din roll på den enheten startar inte den här rutinen." in text(refused)
    assert sara.post("/start/case", data=form | {"_unit": CONVENER}).status_code == 302


def test_nobody_gets_past_the_page_with_a_role_that_does_not_start_the_routine(
    for_coordinators: Site,
) -> None:
    with pytest.raises(NotAllowed):
        for_coordinators.world.start("sara", OTHER_UNIT, "vastmanland_sip")
    assert for_coordinators.world.rows(t.cases) == []


def test_whoever_has_no_role_that_starts_a_routine_is_not_offered_it(for_coordinators: Site) -> None:
    with for_coordinators.world.engine.begin() as tx:
        tx.execute(t.memberships.update().where(t.memberships.c.person_id == "sara").values(role="staff"))
    page = text(for_coordinators.client("sara").post("/start", data={"identity_number": NUMBER}))
    assert "vastmanland_sip" not in page


def test_a_search_that_finds_a_plan_says_only_whom_to_ask_and_tells_that_unit(empty_site: Site) -> None:
    sara = empty_site.client("sara")
    sara.post("/start/case", data=step_two(sara))
    page = text(empty_site.client("maria").post("/start", data={"identity_number": NUMBER}))
    assert "Vårdcentralen Ekdalen" in page
    assert PERSON not in page
    with reading(empty_site.world.engine) as tx:
        notice = tx.execute(select(t.notices).where(t.notices.c.kind == "duplicate_found")).one()
        searches = tx.execute(select(t.log.c.actor_id).where(t.log.c.act == "duplicate_checked")).scalars()
        assert list(searches) == ["sara", "maria"]
    assert notice.unit_id == CONVENER


def test_the_history_tells_those_who_run_the_case_that_a_search_found_it_and_by_whom(site: Site) -> None:
    site.world.do(duplicates.check, "hanna", NUMBER, KEY)
    told = "En sökning efter om personen har en plan hittade den här"
    pages = {
        name: text(site.client(name).get(f"/cases/{site.case_id}?events=all")) for name in ("sara", "fatima")
    }
    assert told in pages["sara"]
    assert told not in pages["fatima"]


def test_people_are_told_that_a_search_leaves_a_trace(site: Site) -> None:
    assert "Sökningen skrivs ner" in text(site.client("sara").get("/start"))
    assert "Även en sökning efter om någon har en plan skrivs ner" in text(site.client().get("/privacy"))


def test_only_units_of_ones_own_region_are_offered_and_taken(site: Site) -> None:
    """No case goes to another region by a slip of the hand, nor by a form made by hand."""
    address = f"/cases/{site.case_id}/start/vastmanland_added_unit"
    page = text(site.client("sara").get(address))
    assert 'value="hemtjanst_norra"' in page
    assert "bistand_karlby" not in page
    sent = site.client("sara").post(address, data={"added_unit": "bistand_karlby"})
    assert sent.status_code == 422
    with reading(site.world.engine) as tx:
        assert "bistand_karlby" not in set(tx.scalars(select(t.participants.c.unit_id)))
