"""What keeps a session a session: tokens on every change, headers on every answer, time limits, tries, and no way out of the site."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.actions.demo import PASSWORD
from tests.webapp.site import Site
from tests.webapp.test_routes import FORM, addresses

HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)


def sign_in(client: FlaskClient, name: str = "sara", password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in", data={"user_name": name, "password": password, **more}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/tasks").status_code == 200


def test_no_change_is_made_without_the_token_of_the_page(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    client = site.client("sara")
    unprotected = [
        name
        for method, name, address in addresses(site)
        if method == "POST" and client.post(address, data=FORM).status_code != 400
    ]
    assert unprotected == []


def test_a_change_with_the_token_of_the_page_is_made(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    client = site.client("sara")
    token = client.get("/account").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/account", data={"csrf_token": token, "keys": "on"}).status_code == 302


@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/tasks", "/cases/none", "/static/rings.svg", "/nowhere", "/tasks?after=%00", "/units"],
)
def test_every_answer_carries_the_headers_that_protect(site: Site, address: str) -> None:
    with site.client("sara").get(address) as answer:
        assert [name for name in HEADERS if name not in answer.headers] == []
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]


def test_pages_are_never_kept_by_the_browser(site: Site) -> None:
    client = site.client("sara")
    for address in (
        "/tasks",
        f"/cases/{site.case_id}",
        f"/cases/{site.case_id}/places/vastmanland_sip.json",
        "/nowhere",
    ):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_only_what_the_build_names_by_its_content_is_kept_and_by_nobody_but_the_browser(
    empty_site: Site,
) -> None:
    client = empty_site.client("sara")
    built = re.findall(r'"(/static/dist/assets/[^"]+)"', client.get("/tasks").get_data(as_text=True))
    assert built
    for address in built:
        with client.get(address) as answer:
            assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for address in ("/static/dist/assets/nothing.js", "/static/dist/icons.svg", "/static/rings.svg"):
        with client.get(address) as answer:
            assert "max-age" not in answer.headers["Cache-Control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(empty_site: Site) -> None:
    answer = empty_site.client().post("/sign-in", data={"user_name": "sara", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_there_is_one_cookie_and_the_page_on_privacy_tells_of_it(empty_site: Site) -> None:
    """S1-33."""
    client = empty_site.client()
    answers = [client.get(address) for address in ("/sign-in", "/help", "/privacy")]
    named = {one.partition("=")[0] for answer in answers for one in answer.headers.getlist("Set-Cookie")}
    assert named == {"samordna"}
    assert "En kaka" in answers[-1].get_data(as_text=True)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
    ],
)
def test_sign_in_never_leads_out_of_the_site(empty_site: Site, target: str) -> None:
    answer = empty_site.client().post(
        "/sign-in", data={"user_name": "sara", "password": PASSWORD, "next": target}
    )
    assert answer.location == "/tasks"


def test_sign_in_leads_back_to_where_one_was(site: Site) -> None:
    client = site.client()
    asked = client.get(f"/cases/{site.case_id}")
    assert asked.status_code == 302
    answer = client.post(
        "/sign-in", data={"user_name": "sara", "password": PASSWORD, "next": f"/cases/{site.case_id}"}
    )
    assert answer.location == f"/cases/{site.case_id}"


def test_a_session_ends_after_half_an_hour_of_nothing(empty_site: Site) -> None:
    client = empty_site.client("sara")
    for minutes in (29, 29, 29):
        empty_site.world.now += timedelta(minutes=minutes)
        assert is_in(client)
    empty_site.world.now += timedelta(minutes=31)
    assert not is_in(client)


def test_a_session_ends_after_ten_hours_whatever_one_does(empty_site: Site) -> None:
    client = empty_site.client("sara")
    for _ in range(24):
        empty_site.world.now += timedelta(minutes=25)
        assert is_in(client)
    empty_site.world.now += timedelta(minutes=1)
    assert not is_in(client)


def test_signing_out_ends_the_session(empty_site: Site) -> None:
    client = empty_site.client("sara")
    assert is_in(client)
    client.post("/sign-out")
    assert not is_in(client)


def test_five_wrong_tries_make_one_wait_also_with_the_right_password_and_not_for_ever(
    empty_site: Site,
) -> None:
    client = empty_site.client()
    assert [sign_in(client, password="wrong") for _ in range(5)] == [401] * 5
    assert sign_in(client) == 429
    assert sign_in(client, "petra") == 302
    empty_site.world.now += timedelta(minutes=16)
    assert sign_in(empty_site.client()) == 302


def test_a_wrong_name_and_a_wrong_password_get_the_same_words(empty_site: Site) -> None:
    def told(name: str, password: str) -> str:
        answer = empty_site.client().post("/sign-in", data={"user_name": name, "password": password})
        assert answer.status_code == 401
        return answer.get_data(as_text=True).split('class="error-summary"')[1].split("</div>")[0]

    assert told("sara", "wrong") == told("nobody at all", "wrong")


def test_a_script_without_a_session_is_told_so_instead_of_being_sent_elsewhere(site: Site) -> None:
    answer = site.client().get("/tasks", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.is_json
