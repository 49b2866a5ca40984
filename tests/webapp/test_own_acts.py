"""What the one whose case it is, and whoever stands by them, sees and does from their own view; and what stays theirs alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.actions import requests
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.grounds import record_consent
from tests.webapp.site import CONSENTED, CONSENTED_TO, CONVENER, PERSON, SUMMONED, Site
from tests.webapp.test_own import RELATIVE, code, enter, name_relative, sees

SECRET = "Qwestion that nobody else may see"
UNIT = f"units:{CONSENTED}"


def own(site: Site, **more: str) -> FlaskClient:
    return enter(site, code(site, **more))


def at(site: Site, page: str) -> str:
    return f"/own/cases/{site.case_id}/{page}"


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    return answer.get_data(as_text=True) if answer.status_code == 200 else ""


def everything(site: Site) -> str:
    """All rows of all tables, as text."""
    with reading(site.world.engine) as tx:
        return "".join(str(row) for table in t.metadata.sorted_tables for row in tx.execute(select(table)))


def write(client: FlaskClient, site: Site, **more: str) -> None:
    client.post(at(site, "prepare"), data={"questions": SECRET, "goal": "Qoir"} | more)


# --- what goes on


def test_the_way_is_told_in_plain_words_with_what_is_done_where_it_stands_and_what_comes(site: Site) -> None:
    page = sees(own(site))
    done, here, ahead = (
        page.index(words)
        for words in ("Du får veta vad en plan är", "De som behövs får veta", "Planen skrivs")
    )
    assert done < here < ahead
    assert 'data-step="now" aria-current="step"' in page[done:ahead]


def test_whoever_has_not_answered_in_time_is_named_with_since_when_and_what_happens_next(site: Site) -> None:
    """S3-042, S3-079: the person is told, without having to do anything."""
    client = own(site)
    assert "har inte svarat" not in sees(client)
    with writing(site.world.engine) as tx:
        late = t.tasks.c.element_id == "acknowledge_initiative", t.tasks.c.unit_id == SUMMONED
        tx.execute(update(t.tasks).where(*late).values(due_at=site.world.now - timedelta(hours=1)))
    told = sees(client)
    assert "Biståndsenheten Norra har inte svarat. De fick frågan måndag 2 mars" in told
    assert "får de och deras chef en påminnelse av sig själv" in told


def test_every_reading_is_told_with_unit_role_and_what_was_read_and_none_is_left_out(site: Site) -> None:
    for _ in range(3):
        site.client("fatima").get(f"/cases/{site.case_id}/data")
        site.world.now += timedelta(minutes=7)
    with reading(site.world.engine) as tx:
        noted = tx.execute(
            select(t.log.c.id).where(t.log.c.case_id == site.case_id, t.log.c.actor_id == "fatima")
        ).all()
    page = shown(own(site), at(site, "readers"))
    assert f"{len(noted)} gånger" in page
    assert "Socialpsykiatri" in page
    assert "Samordnare" in page
    assert "Fatima" not in page, "in Sweden the workplace is told, and names by the auditor"


def test_a_relative_sees_no_readings_consents_or_ways_to_take_back(site: Site) -> None:
    name_relative(site)
    client = own(site, capacity="relative", name=RELATIVE)
    assert "Vem har läst" not in sees(client)
    assert "Det här har ni sagt ja till" not in sees(client)
    assert [client.get(at(site, page)).status_code for page in ("readers", "take-back", "prepare")] == [
        404
    ] * 3


# --- taking back


def test_what_follows_is_told_before_anything_is_taken_back(site: Site) -> None:
    client = own(site)
    assert UNIT in shown(client, at(site, "take-back"))
    before = client.post(at(site, "take-back"), data={"what": UNIT}).get_data(as_text=True)
    assert "kan Socialpsykiatri och boendestöd inte läsa något i ärendet" in before
    assert site.client("fatima").get(f"/cases/{site.case_id}/data").status_code == 200


def test_the_unit_that_runs_the_case_is_not_offered_since_it_reads_on_another_ground(site: Site) -> None:
    now = site.world.now
    with writing(site.world.engine) as tx:
        record_consent(
            tx, site.case_id, kinds=["disclosure"], categories=["plan"], units=[CONVENER], others=[], given_by=PERSON, form="oral",
            given_on=now.date(), valid_until=None, note=None, by="sara", now=now,
        )  # fmt: skip
    assert f"units:{CONVENER}" not in shown(own(site), at(site, "take-back"))


def test_taking_back_holds_at_once_and_gives_a_receipt(site: Site) -> None:
    """S3-076."""
    client = own(site)
    assert sees(site.client("fatima")) == ""
    answer = client.post(at(site, "take-back"), data={"what": UNIT, "_sure": "1"})
    receipt = shown(client, answer.headers["Location"])
    assert "Nej till Socialpsykiatri och boendestöd" in receipt
    assert PERSON in receipt
    assert site.client("fatima").get(f"/cases/{site.case_id}/consent").status_code == 403
    with reading(site.world.engine) as tx:
        opened = select(t.tasks.c.unit_id).where(
            t.tasks.c.element_id == "go_through_effects", t.tasks.c.status == "open"
        )
        assert len(tx.execute(opened).scalars().all()) == 2, (
            "the one who runs the case is to go through it with the person"
        )
        acts = tx.execute(select(t.log.c.act, t.log.c.ground).where(t.log.c.case_id == site.case_id)).all()
    assert ("own_consent_taken_back", "person") in [tuple(one) for one in acts]
    again = client.post(at(site, "take-back"), data={"what": UNIT, "_sure": "1"})
    assert again.status_code == 422, "what is taken back cannot be taken back again"


def test_taking_back_all_closes_the_case_and_nobody_outside_reads_it(site: Site) -> None:
    """S3-076."""
    client = own(site)
    answer = client.post(at(site, "take-back"), data={"what": "all:", "_sure": "1"})
    assert "Planen är avslutad" in shown(client, answer.headers["Location"])
    assert "Avslutat sedan" in sees(client)
    told = shown(site.client("fatima"), f"/cases/{site.case_id}/data")
    assert not [word for word in site.planted if word in told]
    with reading(site.world.engine) as tx:
        assert (
            tx.execute(select(t.cases.c.status).where(t.cases.c.id == site.case_id)).scalar_one() == "ended"
        )


def test_a_guardian_takes_back_only_what_guardians_said_yes_to(site: Site) -> None:
    client = own(site, capacity="guardian", name="Qarl Zetterqvarn")
    assert 'name="what"' not in shown(client, at(site, "take-back"))
    assert client.post(at(site, "take-back"), data={"what": UNIT, "_sure": "1"}).status_code == 422
    now = site.world.now
    with writing(site.world.engine) as tx:
        record_consent(
            tx, site.case_id, kinds=["disclosure"], categories=list(CONSENTED_TO), units=[CONSENTED], others=[], given_by="Guardians",
            form="oral", given_on=now.date(), valid_until=None, note=None, by="sara", now=now, given_as="guardian",
            guardians=[{"name": "Qarl Zetterqvarn", "agrees": True}], child_view="too_young",
        )  # fmt: skip
    offered = shown(client, at(site, "take-back"))
    assert UNIT in offered
    assert '"all:"' not in offered, "the consent of the person is not a guardian's to take back"


# --- one's own questions


def test_what_one_writes_is_seen_by_nobody_until_it_is_shared(site: Site) -> None:
    """S2-01: private until the person shares it."""
    client = own(site)
    before = everything(site)
    write(client, site)
    assert SECRET in shown(client, at(site, "prepare"))
    after = everything(site)
    assert SECRET not in after
    assert after.count("'own_words_shared'") == before.count("'own_words_shared'")
    staff = site.client("sara")
    for address in (
        f"/cases/{site.case_id}",
        f"/cases/{site.case_id}/data",
        f"/cases/{site.case_id}/readers",
    ):
        assert SECRET not in shown(staff, address)
    guardian = own(site, capacity="guardian", name="Qarl Zetterqvarn")
    assert SECRET not in sees(guardian) + shown(guardian, at(site, "prepare"))


def test_what_is_written_leaves_no_trace_in_the_log_or_among_the_facts(site: Site) -> None:
    client = own(site)

    def traces() -> list[int]:
        with reading(site.world.engine) as tx:
            return [
                len(tx.execute(select(table.c.id)).all()) for table in (t.log, t.facts, t.entries, t.notices)
            ]

    before = traces()
    write(client, site)
    client.post(at(site, "prepare/draft"), data={"questions": SECRET + "!"})
    assert traces() == before


def test_a_new_letter_opens_the_same_private_words(site: Site) -> None:
    write(own(site), site)
    assert SECRET in shown(own(site), at(site, "prepare"))


def test_what_is_shared_is_in_the_case_and_to_be_taken_up_and_the_rest_stays_private(site: Site) -> None:
    client = own(site)
    write(client, site)
    look = client.post(
        at(site, "prepare"), data={"questions": SECRET, "goal": "Qoir", "_do": "look"}
    ).get_data(as_text=True)
    assert SECRET in look
    client.post(at(site, "prepare"), data={"part": "questions", "_do": "share"})
    page = shown(site.client("sara"), f"/cases/{site.case_id}/data")
    assert SECRET in page
    assert "Qoir" not in page
    assert "Qoir" in shown(client, at(site, "prepare"))
    assert SECRET not in shown(site.client("fatima"), f"/cases/{site.case_id}/data"), (
        "that unit may not read the person's own words"
    )
    assert "Du delade det här" in sees(client)
    with reading(site.world.engine) as tx:
        told = tx.execute(select(t.facts.c.data).where(t.facts.c.kind == "own_words_shared")).scalar_one()
    assert SECRET not in json.dumps(told)


# --- proposing


def test_a_proposal_becomes_a_task_that_must_be_answered_once_however_often_it_is_sent(site: Site) -> None:
    """S1-20, S1-27."""
    client = own(site)
    assert client.post(at(site, "propose"), data={"text": " "}).status_code == 422
    for _ in range(2):
        assert client.post(at(site, "propose"), data={"text": "Qister wants to come"}).status_code == 302
    with reading(site.world.engine) as tx:
        opened = (
            tx.execute(select(t.tasks.c.line).where(t.tasks.c.element_id == "weigh_proposal")).scalars().all()
        )
    assert opened == ["Förslag från den enskilde"]


# --- asking without signing in


ASK = {"asked_as": "school", "unit": SUMMONED, "name": "Qol", "reach": "070-7770777"}


@pytest.mark.parametrize("missing", list(ASK))
def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(site: Site, missing: str) -> None:
    answer = site.client().post("/own/ask", data=ASK | {missing: ""})
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.get_data(as_text=True)
    with reading(site.world.engine) as tx:
        assert not tx.execute(select(t.contact_requests)).all()


def test_whoever_asks_without_signing_in_is_seen_by_that_unit_alone_and_begins_no_case(site: Site) -> None:
    """S1-20, S1-27, S2-08: a school, a relative or the person asks; the unit rings."""
    assert site.client().post("/own/ask", data=ASK).status_code == 302
    assert "Qol" not in everything(site)
    assert "070-7770777" not in everything(site)
    assert "Qol" in shown(site.client("maria"), "/requests")
    assert "vill bli uppringd" in shown(site.client("maria"), "/tasks")
    assert "Qol" not in shown(site.client("sara"), "/requests")
    with reading(site.world.engine) as tx:
        (row,) = tx.execute(select(t.contact_requests)).all()
        assert len(tx.execute(select(t.cases.c.id)).all()) == len({site.case_id}) + others(site)
    assert site.client("sara").post(f"/requests/{row.id}/take").status_code == 404
    assert site.client("maria").post(f"/requests/{row.id}/take").status_code == 302
    assert site.client("maria").post(f"/requests/{row.id}/take").status_code == 409
    requests.purge(site.world.engine, now=site.world.now + requests.FORGOTTEN_AFTER + timedelta(minutes=1))
    assert "Qol" not in shown(site.client("maria"), "/requests")


def test_nobody_floods_a_unit_however_often_they_ask(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its staff are told once an hour; where many wait, whoever comes after is told to ring."""
    monkeypatch.setattr(requests, "MOST_WAITING", 3)
    answers = [site.client().post("/own/ask", data=ASK) for _ in range(4)]
    assert [one.status_code for one in answers] == [302, 302, 302, 422]
    assert "Ring den själv" in answers[-1].text
    with reading(site.world.engine) as tx:
        assert len(tx.execute(select(t.contact_requests.c.id)).all()) == 3
        assert len(tx.execute(select(t.notices.c.id).where(t.notices.c.kind == "contact_request")).all()) == 1


def others(site: Site) -> int:
    with reading(site.world.engine) as tx:
        return len(tx.execute(select(t.cases.c.id).where(t.cases.c.id != site.case_id)).all())


def test_a_machine_that_fills_in_every_field_is_told_that_all_went_well_and_leaves_nothing(
    site: Site,
) -> None:
    assert site.client().post("/own/ask", data=ASK | {"website": "x"}).status_code == 302
    with reading(site.world.engine) as tx:
        assert not tx.execute(select(t.contact_requests)).all()
