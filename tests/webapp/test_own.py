"""The way in for the one whose case it is, and for whoever stands by them: a code on a letter, and no more than is theirs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.actions import own
from engine.reads import consents
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.grounds import Slot, appoint, record_consent, record_withdrawal, standing
from engine.records.shields import withhold
from tests.webapp.site import CONSENTED_TO, NUMBER, PERSON, Site

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
RELATIVE = "Qarin Zetterqvarn"


def invite(site: Site, by: str = "sara", **more: str) -> TestResponse:
    return site.client(by).post(f"/cases/{site.case_id}/own", data={"capacity": "person"} | more)


def code(site: Site, **more: str) -> str:
    answer = invite(site, **more)
    assert answer.status_code == 200
    found = CODE.search(answer.get_data(as_text=True))
    assert found
    return found[0]


def enter(site: Site, typed: str) -> FlaskClient:
    client = site.client()
    client.post("/own/sign-in", data={"code": typed})
    return client


def sees(client: FlaskClient) -> str:
    answer = client.get("/own/")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True) if answer.status_code == 200 else ""


def name_relative(site: Site, valid_until: date | None = None) -> None:
    now = site.world.now
    with writing(site.world.engine) as tx:
        record_consent(
            tx, site.case_id, kinds=["disclosure"], categories=list(CONSENTED_TO), units=[], others=[RELATIVE], given_by=PERSON,
            form="oral", given_on=now.date(), valid_until=valid_until, note=None, by="sara", now=now,
        )  # fmt: skip


def test_the_code_on_the_letter_opens_the_case_once_and_only_that(site: Site) -> None:
    """S3-033."""
    typed = code(site)
    client = enter(site, typed.lower().replace("-", " "))
    shown = sees(client)
    assert "Vem som samordnar" in shown
    assert [word for word, of in site.planted.items() if of == "plan" and "goal" in word and word in shown]
    assert client.get("/tasks").status_code == 302
    assert client.get(f"/cases/{site.case_id}").status_code == 302
    assert sees(enter(site, typed)) == "", "a code works once"


@pytest.mark.parametrize("typed", ["", "AAAA-BBBB-CCCC", "x" * 5000, "<script>"])
def test_what_is_no_code_opens_nothing(site: Site, typed: str) -> None:
    code(site)
    assert site.client().post("/own/sign-in", data={"code": typed}).status_code == 401


def test_guessing_codes_has_to_wait(site: Site) -> None:
    client = site.client()
    answers = [client.post("/own/sign-in", data={"code": f"AAAABBBB222{n}"}).status_code for n in range(6)]
    assert answers == [401] * 5 + [429]


def test_a_code_grows_old(site: Site) -> None:
    typed = code(site)
    site.world.now += own.VALID_FOR
    assert sees(enter(site, typed)) == ""


def test_a_new_letter_takes_back_the_one_before_and_whoever_is_in_by_it(site: Site) -> None:
    first = code(site)
    client = enter(site, first)
    second = code(site)
    assert sees(client) == ""
    assert sees(enter(site, second))


def test_what_is_taken_back_is_gone_at_the_next_click(site: Site) -> None:
    client = enter(site, code(site))
    assert sees(client)
    with reading(site.world.engine) as tx:
        made = tx.execute(select(t.invitations.c.id)).scalar_one()
    site.client("sara").post(f"/cases/{site.case_id}/own/{made}/take-back")
    assert sees(client) == ""


def test_the_session_is_short(site: Site) -> None:
    client = enter(site, code(site))
    site.world.now += timedelta(minutes=9)
    assert sees(client)
    site.world.now += timedelta(minutes=11)
    assert sees(client) == ""


def test_neither_code_nor_number_stands_in_the_database_and_making_and_using_is_recorded(site: Site) -> None:
    typed = code(site, capacity="guardian", name="Qarl Zetterqvarn", identity_number=NUMBER)
    sees(enter(site, typed))
    with reading(site.world.engine) as tx:
        (row,) = tx.execute(select(t.invitations)).all()
        made = tx.execute(select(t.facts).where(t.facts.c.kind == "own_way_made")).one()
        acts = tx.execute(select(t.log.c.act, t.log.c.page).where(t.log.c.case_id == site.case_id)).all()
    assert typed.replace("-", "") not in str(row)
    assert NUMBER.replace("-", "") not in str(row)
    assert made.actor_id == "sara"
    assert ("signed_in", None) in [tuple(one) for one in acts]
    assert ("read", "own") in [tuple(one) for one in acts]


def test_a_relative_gets_a_letter_only_when_the_consent_names_them(site: Site) -> None:
    assert invite(site, capacity="relative", name=RELATIVE).status_code == 422
    name_relative(site)
    shown = sees(enter(site, code(site, capacity="relative", name=RELATIVE.upper())))
    assert "Vem som samordnar" in shown
    assert "Vem har läst" not in shown


@pytest.mark.parametrize("spelled", [RELATIVE, "qarin  zetterqvarn "])
def test_a_relative_sees_nothing_once_the_consent_is_taken_back(site: Site, spelled: str) -> None:
    name_relative(site)
    client = enter(site, code(site, capacity="relative", name=RELATIVE))
    assert "Vem som samordnar" in sees(client)
    site.world.now += timedelta(minutes=1)
    now = site.world.now
    with writing(site.world.engine) as tx:
        record_withdrawal(
            tx, site.case_id, scope="partial", units=[], categories=[], others=[spelled], given_on=now.date(), form="oral",
            said_by=PERSON, by="sara", now=now,
        )  # fmt: skip
    assert "Vem som samordnar" not in sees(client)
    with reading(site.world.engine) as tx:
        assert RELATIVE not in consents.others(standing(tx, site.case_id))


def test_a_consent_ends_with_its_last_day_in_the_region_and_not_in_greenwich(site: Site) -> None:
    name_relative(site, date(2026, 3, 4))
    site.world.now = datetime(2026, 3, 4, 22, 50, tzinfo=UTC)  # 23.50 in Sweden
    client = enter(site, code(site, capacity="relative", name=RELATIVE))
    assert "Vem som samordnar" in sees(client)
    site.world.now += timedelta(minutes=15)
    assert "Vem som samordnar" not in sees(client)


def test_a_guardian_does_not_see_what_is_kept_from_them(site: Site) -> None:
    client = enter(site, code(site, capacity="guardian", name="Qarl Zetterqvarn"))
    goal = next(word for word, of in site.planted.items() if of == "plan" and "goal" in word)
    assert goal in sees(client)
    row = {"id": "w", "case_id": site.case_id, "category": "plan", "guardian": None, "reason": "r"}
    with writing(site.world.engine) as tx:
        tx.execute(t.withheld.insert(), row | {"since_at": site.world.now, "decided_by": "sara"})
    assert goal not in sees(client)


@pytest.mark.parametrize(("comes_as", "seen"), [("Qarl A Zetterqvarn", False), ("qarla zetterqvarn", True)])
def test_what_is_kept_from_one_guardian_is_not_seen_under_another_spelling(
    site: Site, comes_as: str, seen: bool
) -> None:
    now, asked = (
        site.world.now,
        [{"name": name, "agrees": True} for name in ("Qarl Zetterqvarn", "Qarla Zetterqvarn")],
    )
    with writing(site.world.engine) as tx:
        record_consent(
            tx, site.case_id, kinds=["plan_creation"], categories=[], units=[], others=[], given_by="Guardians", form="oral",
            given_on=now.date(), valid_until=None, note=None, by="sara", now=now, given_as="guardian", guardians=asked,
        )  # fmt: skip
        withhold(tx, site.case_id, "plan", guardian="Qarl Zetterqvarn", reason="r", by="sara", now=now)
    goal = next(word for word, of in site.planted.items() if of == "plan" and "goal" in word)
    assert (goal in sees(enter(site, code(site, capacity="guardian", name=comes_as)))) is seen


def test_of_a_protected_person_no_letter_is_made_and_only_the_person_gets_a_code(site: Site) -> None:
    with writing(site.world.engine) as tx:
        tx.execute(t.subjects.update().values(protection="confidentiality_mark"))
    assert invite(site, capacity="guardian", name="Qarl Zetterqvarn").status_code == 422
    page = invite(site).get_data(as_text=True)
    paper = page.split('<article class="paper">')[1].split("</article>")[0]
    assert CODE.search(paper)
    assert not any(word in paper for word in (PERSON, "Ekdalen", "V-2026"))


@pytest.mark.parametrize("who", ["maria", "fatima", "hanna", "birgitta_v", "admin"])
def test_only_those_who_run_the_case_make_codes(site: Site, who: str) -> None:
    assert invite(site, by=who).status_code in (403, 404)


def test_whoever_coordinates_for_another_principal_makes_no_code_by_which_to_read_it_all(site: Site) -> None:
    with writing(site.world.engine) as tx:
        appoint(
            tx, site.case_id, Slot("coordinator", "bistandsenheten_norra", "malby", "maria", site.world.now)
        )
    assert invite(site, by="maria", capacity="representative", name="Qarl Zetterqvarn").status_code == 403
    client = site.client("maria")
    assert client.get(f"/cases/{site.case_id}/own").status_code == 403
    assert f"/cases/{site.case_id}/own" not in client.get(f"/cases/{site.case_id}").get_data(as_text=True)


def test_a_way_in_is_taken_back_also_when_the_case_is_over(site: Site) -> None:
    client = enter(site, code(site))
    with writing(site.world.engine) as tx:
        made = tx.execute(select(t.invitations.c.id)).scalar_one()
        over = t.cases.update().where(t.cases.c.id == site.case_id)
        tx.execute(over.values(status="ended", ended_at=site.world.now))
    assert sees(client)
    shown = site.client("sara").get(f"/cases/{site.case_id}/own").get_data(as_text=True)
    assert "/take-back" in shown
    assert 'name="capacity"' not in shown
    assert invite(site).status_code == 403
    site.client("sara").post(f"/cases/{site.case_id}/own/{made}/take-back")
    assert sees(client) == ""
