"""The page of a deviation for the unit that it is about: what it is asked to answer, with files, and nothing that is the receiver's."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.site import SUMMONED, Site
from tests.webapp.test_deviation_files import REPORTED, SUSPICION, deviation, unit_name

__all__ = ["deviation"]


@pytest.fixture
def theirs(site: Site) -> str:
    """Somebody who works at the unit that the deviation is about."""
    with reading(site.world.engine) as tx:
        query = select(t.persons.c.username).join(t.memberships, t.memberships.c.person_id == t.persons.c.id)
        return str(tx.execute(query.where(t.memberships.c.unit_id == SUMMONED)).scalars().first())


def test_the_unit_reads_what_was_reported_and_nothing_that_its_receiver_judged(
    site: Site, deviation: str, theirs: str
) -> None:
    """S3-077, S3-078."""
    told = site.client(theirs).get(f"/reported/{deviation}")
    assert told.status_code == 200
    for shown in (REPORTED["agreed"], REPORTED["consequence"], unit_name(site, SUMMONED)):
        assert shown in told.text
    for kept in (SUSPICION, "Samverkan"):
        assert kept not in told.text
    structured = json.loads(site.client(theirs).get(f"/reported/{deviation}/deviation.json").text)
    assert structured["happened"] == REPORTED["happened"]
    assert (structured["classification"], structured["severity"]) == (None, None)
    table = site.client(theirs).get(f"/reported/{deviation}/deviation.csv")
    assert REPORTED["agreed"] in table.text
    assert SUSPICION not in table.text


def test_nobody_at_another_unit_learns_that_there_is_a_deviation(site: Site, deviation: str) -> None:
    """Nor does whoever works with the deviation itself: they have its case."""
    for name in ("sara", "petra", "birgitta_v"):
        assert site.client(name).get(f"/reported/{deviation}").status_code == 404
        assert site.client(name).get(f"/reported/{deviation}/deviation.csv").status_code == 404


def test_that_it_was_read_stands_in_the_log_with_its_ground(site: Site, deviation: str, theirs: str) -> None:
    site.client(theirs).get(f"/reported/{deviation}")
    with reading(site.world.engine) as tx:
        rows = tx.execute(select(t.log.c.actor_id, t.log.c.ground).where(t.log.c.case_id == deviation)).all()
    assert (theirs, "reported-on") in [tuple(row) for row in rows]
