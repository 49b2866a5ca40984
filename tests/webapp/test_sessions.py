"""Sessions lie on the server: the cookie is a key and nothing else, it changes at sign-in, and what is over is over everywhere."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from engine.actions import sessions
from engine.actions.demo import PASSWORD
from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.site import Site
from webapp import create_app
from webapp.settings import Settings

COOKIE = "samordna"


def sign_in(client: FlaskClient, name: str = "sara") -> None:
    assert client.post("/sign-in", data={"user_name": name, "password": PASSWORD}).status_code == 302


def token(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def rows(site: Site) -> int:
    with reading(site.world.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(t.sessions)).scalar_one())


def test_a_visitor_who_only_looks_costs_no_row_and_has_a_token_for_the_form(empty_site: Site) -> None:
    client = empty_site.client()
    empty_site.app.config["WTF_CSRF_ENABLED"] = True
    page = client.get("/sign-in").get_data(as_text=True)
    assert rows(empty_site) == 0
    given = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"user_name": "sara", "password": PASSWORD, "csrf_token": given}
    assert client.post("/sign-in", data=form).status_code == 302


def test_signing_in_gives_a_new_token_and_the_one_before_is_worth_nothing(empty_site: Site) -> None:
    client = empty_site.client()
    client.get("/sign-in")
    planted = token(client)
    sign_in(client)
    first = token(client)
    assert first != planted
    sign_in(client)
    assert token(client) not in (first, planted)
    for old in (planted, first):
        thief = empty_site.client()
        thief.set_cookie(COOKIE, old)
        assert thief.get("/tasks").status_code == 302


def test_the_database_does_not_hold_what_the_cookie_does(empty_site: Site) -> None:
    client = empty_site.client()
    sign_in(client)
    with reading(empty_site.world.engine) as tx:
        (row,) = tx.execute(select(t.sessions)).all()
    assert token(client) not in str(row)
    assert row.id == sessions.session_id(token(client))


def test_what_one_searched_for_lies_on_the_server_and_not_in_the_cookie(site: Site) -> None:
    client = site.client("sara")
    client.post("/cases/search", data={"q": "zetterqvarn"})
    with reading(site.world.engine) as tx:
        (row,) = tx.execute(select(t.sessions)).all()
    assert "zetterqvarn" in str(row.data)
    assert len(token(client)) == 43


def test_clicking_writes_at_most_once_a_minute(empty_site: Site) -> None:
    client = empty_site.client("sara")
    written: list[str] = []
    engine = empty_site.app.extensions["samordna"].engine
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: written.append(statement) if "UPDATE sessions" in statement else None,
    )
    for _ in range(5):
        client.get("/help")
    assert written == []
    empty_site.world.now += timedelta(minutes=2)
    for _ in range(5):
        client.get("/help")
    assert len(written) == 1


def test_signing_out_ends_this_session_and_no_other(empty_site: Site) -> None:
    here, there = empty_site.client("sara"), empty_site.client("sara")
    copied = empty_site.client()
    copied.set_cookie(COOKIE, token(here))
    here.post("/sign-out")
    assert here.get("/tasks").status_code == copied.get("/tasks").status_code == 302
    assert there.get("/tasks").status_code == 200


def test_one_can_sign_out_everywhere_else_and_see_where_one_is(empty_site: Site) -> None:
    here, there, other = empty_site.client("sara"), empty_site.client("sara"), empty_site.client("petra")
    assert here.get("/account").get_data(as_text=True).count("(här)") == 1
    here.post("/account/sessions/end")
    assert there.get("/tasks").status_code == 302
    assert here.get("/tasks").status_code == other.get("/tasks").status_code == 200


def test_old_sessions_are_forgotten_and_live_ones_are_not(empty_site: Site) -> None:
    site = empty_site
    site.client("sara")
    site.world.now += timedelta(hours=20)
    live = site.client("sara")
    assert sessions.purge(site.world.engine, now=site.world.now) == 0
    site.world.now += timedelta(hours=5)
    assert sessions.purge(site.world.engine, now=site.world.now) == 1
    assert rows(site) == 1
    assert live.get("/tasks").status_code == 302


def test_in_production_the_cookie_is_bound_to_the_host_and_to_tls(empty_site: Site) -> None:
    settings = dataclasses.replace(
        Settings(database_url=str(empty_site.app.extensions["samordna"].engine.url)),
        environment="production",
        secret_key="s" * 40,
        lookup_key="l" * 40,
    )
    app = create_app(settings, now=lambda: empty_site.world.now)
    answer = app.test_client().get("/sign-in", base_url="https://samordna.example.se")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-samordna=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    app.extensions["samordna"].engine.dispose()


def test_what_is_sent_too_late_is_kept_for_the_same_person_and_nobody_else(site: Site) -> None:
    client = site.client("sara")
    site.world.now += timedelta(minutes=31)
    address = f"/cases/{site.case_id}/notes"
    late = client.post(address, data={"text": "a note that came late", "password": "never kept"})
    assert (late.status_code, late.location) == (303, "/sign-in?kept=1")
    sign_in(client, "petra")
    assert client.get("/kept").status_code == 302
    sign_in(client, "sara")
    assert "a note" not in str(site.world.rows(t.kept_forms))  # it lies there encrypted
    page = client.get("/kept").get_data(as_text=True)
    assert "a note that came late" in page
    assert "never kept" not in page
    kept = page.split('name="_kept" value="')[1].split('"')[0]
    assert site.client("petra").post(f"/kept/{kept}/drop").status_code == 302
    assert client.get("/kept").status_code == 200
    assert client.post(address, data={"text": "a note that came late", "_kept": kept}).status_code == 302
    assert client.get("/kept").status_code == 302
    assert "a note that came late" in client.get(f"/cases/{site.case_id}/data").get_data(as_text=True)


def test_nothing_is_kept_of_what_comes_with_a_session_that_was_ended(empty_site: Site) -> None:
    here, stolen = empty_site.client("sara"), empty_site.client("sara")
    here.post("/account/sessions/end")
    assert stolen.post("/tasks/x", data={"text": "planted"}).status_code == 401
    with reading(empty_site.world.engine) as tx:
        assert tx.execute(select(t.kept_forms)).all() == []


def test_nothing_is_kept_of_what_a_stranger_sends(empty_site: Site) -> None:
    client = empty_site.client()
    client.get("/sign-in")
    assert client.post("/tasks/x", data={"text": "x"}).status_code == 401
    with reading(empty_site.world.engine) as tx:
        assert tx.execute(select(t.kept_forms)).all() == []


def test_an_approval_asks_for_a_proof_that_is_no_older_than_a_quarter_of_an_hour(empty_site: Site) -> None:
    empty_site.keeps_all("admin")
    client = empty_site.client("admin")
    page = "/admin/signing-in"
    assert client.post(page, data={"rule": "offered"}).location == page
    empty_site.world.now += timedelta(minutes=16)
    assert client.post(page, data={"rule": "offered"}).location == "/sign-in/again?next=/kept"
    assert client.post("/sign-in/again", data={"password": "wrong"}).status_code == 401
    proved = client.post("/sign-in/again", data={"password": PASSWORD, "next": "/kept"})
    assert proved.location == "/kept"
    assert client.post(page, data={"rule": "offered"}).location == page


def test_whoever_must_set_something_up_first_gets_nowhere_else(empty_site: Site) -> None:
    empty_site.keeps_all("admin")
    admin = empty_site.client("admin")
    admin.post("/admin/signing-in", data={"rule": "required"})
    client = empty_site.client()
    sign_in(client)
    assert client.get("/tasks").location == "/account/second-factor"
    assert client.post("/cases/search", data={"q": "x"}).location == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200
    made = admin.post("/admin/signing-in/password", data={"user_name": "petra"}).get_data(as_text=True)
    password = made.split('<code class="secret">')[1].split("<")[0]
    other = empty_site.client()
    assert other.post("/sign-in", data={"user_name": "petra", "password": password}).status_code == 302
    assert other.get("/tasks").location == "/account/password"
    changed = {"old_password": password, "new_password": "korrekt hast batteri klammer 77"}
    assert other.post("/account/password", data=changed).status_code == 302
    assert other.get("/tasks").location == "/account/second-factor"


def test_one_can_sign_out_in_one_place_and_only_of_ones_own(empty_site: Site) -> None:
    here, there, third, stranger = (empty_site.client() for _ in range(4))
    for client in (here, there, third):
        sign_in(client)
    sign_in(stranger, "fatima")
    assert sessions.session_id(token(there)) in here.get("/account").text
    for client in (there, stranger):
        here.post("/account/sessions/end", data={"_session": sessions.session_id(token(client))})
    assert [one.get("/tasks").status_code for one in (here, there, third, stranger)] == [200, 302, 200, 200]


def test_whoever_has_not_proved_lately_who_they_are_signs_nobody_out(empty_site: Site) -> None:
    here, there = empty_site.client(), empty_site.client()
    sign_in(there)
    sign_in(here)
    empty_site.world.now += timedelta(minutes=16)
    there.get("/tasks")
    for what in ({}, {"_session": sessions.session_id(token(there))}):
        answer = here.post("/account/sessions/end", data=what)
        assert answer.headers["Location"].startswith("/sign-in/again")
    assert there.get("/tasks").status_code == 200


def test_proving_anew_gives_a_new_token_and_pages_that_lie_open_still_fit(empty_site: Site) -> None:
    client = empty_site.client()
    sign_in(client)
    empty_site.app.config["WTF_CSRF_ENABLED"] = True
    before, begun = token(client), empty_site.world.now
    forms = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    for minutes in (16, 32):
        empty_site.world.now = begun + timedelta(minutes=minutes)
        proof = {"password": PASSWORD, "csrf_token": forms}
        assert client.post("/sign-in/again", data=proof).status_code == 302
    thief = empty_site.client()
    thief.set_cookie(COOKIE, before)
    assert (token(client) == before, thief.get("/tasks").status_code) == (False, 302)
    assert client.post("/account", data={"csrf_token": forms}).status_code == 302
    empty_site.world.now = begun + timedelta(hours=10, seconds=1)
    kept = client.post("/account", data={"csrf_token": forms})
    assert kept.headers["Location"].startswith(
        "/sign-in?kept"
    )  # as long as it would have lasted, and what was sent is not lost
