"""Who helps whom to get in: giving somebody another password is as much as signing in as them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from engine.records import credentials, directory
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import Site

PAGE = "/admin/signing-in"
HELPING = (f"{PAGE}/password", f"{PAGE}/reset")


def works(site: Site, person: str, unit: str, role: str, since: date) -> None:
    with writing(site.world.engine) as tx:
        directory.put_membership(
            tx, id=f"{person}-{role}", person_id=person, unit_id=unit, role=role, valid_from=since
        )


def answers(site: Site, who: str, whom: str) -> list[int]:
    client = site.client(who)
    return [client.post(address, data={"user_name": whom}).status_code for address in HELPING]


def test_the_administrator_of_a_principal_helps_its_own_people(empty_site: Site) -> None:
    assert answers(empty_site, "maj", "maria") == [200, 302]
    assert answers(empty_site, "maj", "sara") == [403, 403]


@pytest.mark.parametrize("role", ["region_administrator", "auditor", "governance", "process_owner"])
@pytest.mark.parametrize("ahead", [0, 9])
def test_whoever_has_a_role_over_the_whole_region_is_helped_by_those_who_keep_it(
    empty_site: Site, role: str, ahead: int
) -> None:
    works(empty_site, "maria", "sof_malby", role, empty_site.world.now.date() + timedelta(days=ahead))
    assert answers(empty_site, "maj", "maria") == [403, 403]
    assert answers(empty_site, "admin", "maria") == [200, 302]


def test_whoever_begins_tomorrow_elsewhere_or_belongs_nowhere_is_not_helped_by_a_principal(
    empty_site: Site,
) -> None:
    today = empty_site.world.now.date()
    works(empty_site, "maria", "vc_ekdalen", "coordinator", today + timedelta(days=1))
    assert answers(empty_site, "maj", "maria") == [403, 403]
    with writing(empty_site.world.engine) as tx:
        mine = t.memberships.c.person_id == "maria"
        tx.execute(
            update(t.memberships).where(mine).values(valid_from=date(2020, 1, 1), valid_to=date(2020, 2, 1))
        )
        tx.execute(update(t.persons).where(t.persons.c.id == "maria").values(principal_id=None))
    assert answers(empty_site, "maj", "maria") == [403, 403]
    empty_site.keeps_all("admin")
    assert answers(empty_site, "admin", "maria") == [200, 302]


def test_the_rule_for_the_whole_installation_is_not_one_principals(empty_site: Site) -> None:
    with writing(empty_site.world.engine) as tx:
        credentials.set_switch(tx, "second_factor_required", True, by="admin", now=empty_site.world.now)
    empty_site.keeps_all("admin")
    maj, form = empty_site.client("maj"), 'name="rule"'
    assert maj.post(PAGE, data={"rule": "offered"}).status_code == 403
    with reading(empty_site.world.engine) as tx:
        assert credentials.switch(tx, "second_factor_required")
    assert form not in maj.get(PAGE).get_data(as_text=True)
    assert form in empty_site.client("admin").get(PAGE).get_data(as_text=True)
