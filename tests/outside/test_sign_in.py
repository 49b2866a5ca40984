"""Signing in with an outside provider, tried against a real one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.records import tables as t
from engine.records.database import reading
from tests.outside import provider
from tests.outside.conftest import Outside

DENIED = "gick inte att bekräfta"


def is_in(client: FlaskClient) -> bool:
    return client.get("/tasks").status_code == 200


def changed(address: str, **parameters: str | None) -> str:
    """The same address with other parameters; None takes one away."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | parameters
    return parts._replace(
        query=urlencode({name: value for name, value in asked.items() if value is not None})
    ).geturl()


def roles(outside: Outside, username: str) -> set[tuple[str, str]]:
    """(unit, role) by claims, in force today."""
    m, p = t.memberships.c, t.persons.c
    query = select(m.unit_id, m.role).join(t.persons, p.id == m.person_id).where(p.username == username)
    with reading(outside.site.world.engine) as tx:
        rows = tx.execute(query.where(m.id.startswith("claim:"), m.valid_to.is_(None))).all()
    return {(row.unit_id, row.role) for row in rows}


def test_the_button_leads_to_the_provider_and_back_to_where_one_was(outside: Outside) -> None:
    client = outside.site.client()
    assert "Logga in med Tjänstelegitimation" in client.get("/sign-in").get_data(as_text=True)
    answer = outside.sign_in(client, "hsa-sara", next=f"/cases/{outside.site.case_id}")
    assert answer.status_code == 302
    assert answer.location == f"/cases/{outside.site.case_id}"
    assert is_in(client)


def test_the_request_carries_what_protects_it(outside: Outside) -> None:
    asked = parse_qs(urlsplit(outside.there(outside.site.client())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == ["high"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(outside.there(outside.site.client())).query)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_a_wrong_nonce_is_refused(outside: Outside) -> None:
    client = outside.site.client()
    address = changed(outside.there(client), nonce="another nonce than the one that was kept")
    answer = outside.back(client, provider.shown_who(address, "hsa-sara"))
    assert answer.status_code == 400
    assert DENIED in answer.get_data(as_text=True)
    assert not is_in(client)


@pytest.mark.parametrize("state", ["another", "", None])
def test_a_wrong_state_is_refused(outside: Outside, state: str | None) -> None:
    client = outside.site.client()
    back = provider.shown_who(outside.there(client), "hsa-sara")
    assert outside.back(client, changed(back, state=state)).status_code == 400
    assert outside.back(client, back).status_code == 400, "what was kept counts once"
    assert not is_in(client)


def test_what_another_browser_began_cannot_be_ended_in_this_one(outside: Outside) -> None:
    back = provider.shown_who(outside.there(outside.site.client()), "hsa-sara")
    victim = outside.site.client()
    assert outside.back(victim, back).status_code == 400
    outside.there(victim)
    assert outside.back(victim, back).status_code == 400
    assert not is_in(victim)


def test_a_code_is_taken_once(outside: Outside) -> None:
    client = outside.site.client()
    back = provider.shown_who(outside.there(client), "hsa-sara")
    assert outside.back(client, back).status_code == 302
    assert outside.back(client, back).status_code == 400
    other = outside.site.client()
    state = parse_qs(urlsplit(outside.there(other)).query)["state"][0]
    assert outside.back(other, changed(back, state=state)).status_code == 400
    assert not is_in(other)


def test_a_code_is_worth_nothing_without_the_verifier(outside: Outside) -> None:
    back = provider.shown_who(outside.there(outside.site.client()), "hsa-sara")
    stolen = parse_qs(urlsplit(back).query)["code"][0]
    grant = {"grant_type": "authorization_code", "code": stolen, "redirect_uri": back.split("?")[0]}
    answer = requests.post(
        f"{outside.issuer}/token", grant, auth=("staff", "a secret of the tests' own"), timeout=10
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_an_answer_that_names_another_provider_is_refused(outside: Outside) -> None:
    client = outside.site.client()
    back = provider.shown_who(outside.there(client), "hsa-sara")
    assert outside.back(client, changed(back, iss="https://evil.example")).status_code == 400
    assert not is_in(client)


def test_a_weak_sign_in_there_is_refused(outside: Outside) -> None:
    client = outside.site.client()
    answer = outside.sign_in(client, "hsa-sara", acr="low")
    assert answer.status_code == 400
    assert "svagare sätt" in answer.get_data(as_text=True)
    assert not is_in(client)


def test_somebody_who_breaks_off_is_told_so(outside: Outside) -> None:
    answer = outside.sign_in(outside.site.client(), "")
    assert answer.status_code == 401
    assert "Försök igen" in answer.get_data(as_text=True)


@pytest.mark.parametrize("unknown", ["refuse", "same-user-name"])
def test_somebody_whom_nobody_here_knows_is_refused_and_told_what_to_say(
    outside: Outside, unknown: str
) -> None:
    outside.declare(unknown)
    client = outside.site.client()
    answer = outside.sign_in(client, "nobody-here")
    assert answer.status_code == 403
    assert "nobody-here" in answer.get_data(as_text=True)
    assert not is_in(client)


def test_where_the_declaration_says_so_somebody_new_gets_an_account(outside: Outside) -> None:
    outside.declare("add")
    client = outside.site.client()
    assert outside.sign_in(client, "hsa-new").status_code == 302
    assert "Nya Nyström" in client.get("/tasks").get_data(as_text=True)
    assert roles(outside, "nya") == {
        ("vc_ekdalen", "staff"),
        ("bistandsenheten_norra", "staff"),
        ("bistandsenheten_norra", "coordinator"),
    }


def test_an_account_is_never_handed_to_somebody_new_who_bears_its_name(outside: Outside) -> None:
    outside.declare("add")
    assert outside.sign_in(outside.site.client(), "hsa-sara").status_code == 403


def test_memberships_follow_the_claims_at_each_sign_in(outside: Outside) -> None:
    outside.declare("add")
    outside.sign_in(outside.site.client(), "hsa-new")
    with outside.site.world.engine.begin() as tx:
        tx.execute(t.identities.update().values(subject="hsa-moved"))
        tx.execute(
            t.memberships.update()
            .where(t.memberships.c.id.startswith("claim:"))
            .values(valid_from=(outside.site.world.now - timedelta(days=9)).date())
        )
    outside.sign_in(outside.site.client(), "hsa-moved")
    assert roles(outside, "nya") == {
        ("bistandsenheten_norra", "staff"),
        ("bistandsenheten_norra", "coordinator"),
    }


def test_memberships_of_the_directory_are_left_alone(outside: Outside) -> None:
    with reading(outside.site.world.engine) as tx:
        before = set(
            tx.execute(select(t.memberships.c.id).where(t.memberships.c.person_id == "sara")).scalars()
        )
    outside.sign_in(outside.site.client(), "hsa-sara")
    with reading(outside.site.world.engine) as tx:
        after = set(
            tx.execute(select(t.memberships.c.id).where(t.memberships.c.person_id == "sara")).scalars()
        )
    assert before < after


def test_a_membership_that_is_taken_away_is_gone_at_the_next_click(outside: Outside) -> None:
    client = outside.site.client()
    outside.sign_in(client, "hsa-sara")
    address = f"/cases/{outside.site.case_id}"
    assert client.get(address).status_code == 200
    yesterday = (outside.site.world.now - timedelta(days=1)).date()
    with outside.site.world.engine.begin() as tx:
        mine = t.memberships.c.person_id == "sara"
        tx.execute(t.memberships.delete().where(mine, t.memberships.c.id.startswith("claim:")))
        tx.execute(t.memberships.update().where(mine).values(valid_to=yesterday))
    assert client.get(address).status_code == 404


def test_somebody_whose_account_is_closed_is_out_at_once_and_stays_out(outside: Outside) -> None:
    client = outside.site.client()
    outside.sign_in(client, "hsa-sara")
    with outside.site.world.engine.begin() as tx:
        tx.execute(t.persons.update().where(t.persons.c.id == "sara").values(active=False))
    assert not is_in(client)
    answer = outside.sign_in(outside.site.client(), "hsa-sara")
    assert answer.status_code == 403
    assert "stängt" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("apart", "status"), [(30, 302), (-30, 302), (-600, 400), (4000, 400)])
def test_clocks_may_differ_by_a_minute_and_not_by_more(outside: Outside, apart: int, status: int) -> None:
    outside.site.world.now += timedelta(seconds=apart)
    assert outside.sign_in(outside.site.client(), "hsa-sara").status_code == status


def test_coming_back_after_ten_minutes_is_too_late(outside: Outside) -> None:
    client = outside.site.client()
    back = provider.shown_who(outside.there(client), "hsa-sara")
    outside.site.world.now += timedelta(minutes=11)
    assert outside.back(client, back).status_code == 400


def test_a_provider_that_is_down_is_told_of_and_others_can_still_sign_in(outside: Outside) -> None:
    clients = [
        {
            "client_id": "staff",
            "client_secret": "a secret of the tests' own",
            "grant_types": ["authorization_code"],
        }
    ]
    with provider.running(clients, {}) as address:
        outside.issuer = address
    outside.declare()
    answer = outside.site.client().get("/sign-in/with/staff")
    assert answer.status_code == 503
    assert "Tjänstelegitimation svarar inte" in answer.get_data(as_text=True)
    assert outside.site.client().get("/sign-in").status_code == 200


def test_a_provider_that_goes_down_on_the_way_is_told_of(outside: Outside) -> None:
    client = outside.site.client()
    back = provider.shown_who(outside.there(client), "hsa-sara")
    known = outside.site.app.extensions["samordna.providers"]["staff"]
    known.metadata = {**known.metadata, "token_endpoint": "http://127.0.0.1:9/token"}
    assert outside.back(client, back).status_code == 503
    assert not is_in(client)


def test_nothing_that_the_provider_said_reaches_the_log(
    outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    client = outside.site.client()
    outside.back(client, changed(provider.shown_who(outside.there(client), "hsa-sara"), state="x"))
    outside.sign_in(outside.site.client(), "nobody-here")
    assert "sign-in not verified" in caplog.text
    assert not any(word in caplog.text for word in ("hsa-sara", "nobody-here", "Sjölund"))


def test_signing_something_asks_the_provider_anew_and_only_of_the_same_person(outside: Outside) -> None:
    client = outside.site.client()
    outside.sign_in(client, "hsa-sara")
    outside.site.world.now += timedelta(seconds=50)
    asked = parse_qs(urlsplit(outside.there(client, again=1, next="/kept")).query)
    assert asked["prompt"] == ["login"]
    assert asked["max_age"] == ["0"]
    assert outside.sign_in(client, "hsa-sara", again=1, next="/kept").location == "/kept"
    outside.declare("add")
    assert outside.sign_in(client, "hsa-new", again=1).status_code == 403


def test_a_provider_that_lets_somebody_in_without_asking_has_proved_nothing(outside: Outside) -> None:
    client = outside.site.client()
    outside.sign_in(client, "hsa-sara")
    assert client.get("/account/second-factor").location.startswith("/sign-in/again?")
    outside.sign_in(client, "hsa-sara", again=1)
    assert client.get("/account/second-factor").status_code == 200


def test_the_one_whose_case_it_is_sees_it_and_nobody_else_does(outside: Outside) -> None:
    client = outside.site.client()
    assert outside.sign_in(client, "citizen", "person").location == "/own/"
    shown = client.get("/own/").get_data(as_text=True)
    assert "Vem som samordnar" in shown
    assert not is_in(client)
    stranger = outside.site.client()
    outside.sign_in(stranger, "stranger", "person")
    assert "inget för dig att se" in stranger.get("/own/").get_data(as_text=True)
