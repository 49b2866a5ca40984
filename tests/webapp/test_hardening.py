"""What holds for every address there is: headers, tokens, no way out of the site, a pace, limits on what is sent, proxies."""

from __future__ import annotations

import re
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.actions import pace
from engine.actions.demo import PASSWORD
from engine.errors import BrokenDefinition
from engine.records import tables as t
from engine.records.database import connect, reading
from tests.webapp.site import Site
from tests.webapp.test_routes import FORM, addresses
from tests.webapp.test_uploading import CURRENT, DIAGRAM, packed
from webapp import MOST_BYTES, create_app, headers, openid, providers
from webapp import pace as web_pace
from webapp.pages.uploading import unpacked
from webapp.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[2] / "webapp" / "templates"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example")
NAMES_OF_ADDRESSES = (
    "next",
    "back",
    "url",
    "to",
    "from",
    "target",
    "return",
    "redirect",
    "redirect_uri",
    "address",
)


@pytest.fixture
def in_production(site: Site) -> Iterator[Flask]:
    """The same pages over the same database, as production sets them up."""
    settings = Settings(
        environment="production",
        database_url=str(site.world.engine.url),
        secret_key="s" * 40,
        lookup_key="l" * 40,
        public_url="https://samordna.example",
    )
    app = create_app(settings, now=lambda: site.world.now)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["samordna"].engine.dispose()


EVERYBODYS = frozenset({"/about/<region_id>/forms/<paper>.pdf"})
"""Papers without a word of any case, the same for everybody: they may be kept for a while."""


@pytest.mark.parametrize("person", ["", "sara", "admin"])
def test_every_answer_of_every_address_carries_the_headers(site: Site, person: str) -> None:
    client, lacking = site.client(person), {}
    for method, name, address in list(addresses(site)):
        with client.open(address, method=method, data=FORM if method == "POST" else None) as answer:
            missing = [header for header in headers.HEADERS if header not in answer.headers]
            if missing or not answer.headers.get("Cache-Control") or "Server" in answer.headers:
                lacking[method, name] = missing
            if (
                answer.mimetype in ("text/html", "application/json", "application/pdf", "text/csv")
                and name not in EVERYBODYS
            ):
                assert "no-store" in answer.headers["Cache-Control"], address
        if address == "/sign-out":
            client = site.client(person)
    assert lacking == {}


def test_production_tells_browsers_to_come_by_https_only_with_every_answer(
    site: Site, in_production: Flask
) -> None:
    client = in_production.test_client()
    lacking = []
    for method, name, address in list(addresses(site)):
        with client.open(address, method=method, base_url="https://samordna.example") as answer:
            told = re.fullmatch(
                r"max-age=(\d+); includeSubDomains", answer.headers.get("Strict-Transport-Security", "")
            )
            if told is None or int(told[1]) < 365 * 24 * 3600:
                lacking.append((method, name))
    assert lacking == []


def test_development_does_not_ask_for_https(empty_site: Site) -> None:
    assert "Strict-Transport-Security" not in empty_site.client().get("/sign-in").headers


def test_the_cookie_of_production_belongs_to_this_host_alone_and_travels_by_https(
    in_production: Flask,
) -> None:
    answer = in_production.test_client().post(
        "/sign-in", data={"user_name": "sara", "password": PASSWORD}, base_url="https://samordna.example"
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-samordna=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(attributes)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_page_has_a_script_or_a_style_inside(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", text) == []


def test_no_method_that_changes_is_answered_without_the_token_of_the_page(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    client, answered = site.client("admin"), []
    for rule in site.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            with site.app.test_request_context():
                values = dict.fromkeys(rule.arguments, "x")
                address = site.app.url_map.bind("").build(rule.endpoint, values, method=method)
            tries: tuple[dict[str, str], ...] = (
                {},
                {"X-CSRFToken": "0" * 64},
                {"Accept": "application/json"},
            )
            answered += [
                (method, str(rule))
                for sent in tries
                if client.open(address, method=method, data=FORM, headers=sent).status_code != 400
            ]
    assert answered == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
def test_a_method_that_nothing_uses_is_refused(empty_site: Site, method: str) -> None:
    assert empty_site.client("sara").open("/tasks", method=method).status_code == 405


Way = tuple[str, str, str, str]
"""Who sends, how, the name of the address, and the address."""


def led(site: Site, ways: Iterable[Way], target: str) -> Iterator[tuple[Way, str]]:
    """Where each answer leads when every name of an address is sent with that target."""
    sent = dict.fromkeys(NAMES_OF_ADDRESSES, target)
    clients: dict[str, FlaskClient] = {}
    posted = {**FORM, **sent, "user_name": "sara", "password": PASSWORD}
    for way in ways:
        person, method, _, address = way
        client = clients.setdefault(person, site.client(person))
        with client.open(
            address, method=method, query_string=sent, data=posted if method == "POST" else None
        ) as answer:
            yield way, answer.headers.get("Location", "/")
        if "sign" in address:
            del clients[person]


def leads_out(where: str) -> bool:
    return not re.match(r"/(?![/\\])", where) or not where.split("?", maxsplit=1)[0].isprintable()


def test_no_address_that_somebody_sends_leads_out_of_the_site(site: Site) -> None:
    """Every address is tried with one target elsewhere; those that follow what is sent at all are tried with every disguise."""
    everywhere = [(person, *one) for person in ("", "sara", "admin") for one in addresses(site)]
    out = [way for way, where in led(site, everywhere, ELSEWHERE[0]) if leads_out(where)]
    follow = [way for way, where in led(site, everywhere, "/help?sent=1") if "sent=1" in where]
    assert follow
    for target in ELSEWHERE:
        out += [way for way, where in led(site, follow, target) if leads_out(where)]
    assert out == []


def test_a_hidden_field_of_the_way_back_never_holds_an_address_elsewhere_after_the_second_factor(
    empty_site: Site,
) -> None:
    answer = empty_site.client("sara").get("/sign-in/again", query_string={"next": ELSEWHERE[0]})
    assert "evil.example" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    [bytes(MOST_BYTES + 1), b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(5_001)) + b"--x--"],
    ids=["too many bytes", "too many parts"],
)  # fmt: skip
def test_what_is_too_large_is_answered_with_a_page_that_says_so(empty_site: Site, body: bytes) -> None:
    answer = empty_site.client("karin").post(
        "/studio/new/files", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "Filen är för stor" in answer.get_data(as_text=True)


def test_an_archive_that_lies_about_its_size_is_never_unpacked_further_than_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = packed({"sip.bpmn": DIAGRAM, "big.bpmn": bytes(50_000_000)})
    lying = honest.replace((50_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    unpacked_at_once = []
    real = zlib.decompressobj

    class Watched:
        """The real decompressor, which notes how much it gives at once."""

        def __init__(self, window: int) -> None:
            self.inner = real(window)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            given = self.inner.decompress(data, most)
            unpacked_at_once.append(len(given))
            return given

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

    monkeypatch.setattr("zipfile.zlib.decompressobj", Watched)
    with pytest.raises(BrokenDefinition, match="no zip archive that can be read"):
        unpacked(CURRENT, "x.zip", lying)
    assert 0 < max(unpacked_at_once) < 1_000_000


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_kind_of_packing_that_can_only_be_unpacked_whole_is_refused(kind: int) -> None:
    with pytest.raises(BrokenDefinition, match="no zip archive that can be read"):
        unpacked(CURRENT, "x.zip", packed({"sip.bpmn": DIAGRAM}, kind))


# --- the pace -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", pace.LIMITS)
def test_a_person_who_does_it_too_often_waits_and_goes_on_afterwards(database_url: str, kind: str) -> None:
    engine, limit = connect(database_url), pace.LIMITS[kind]
    for _ in range(limit.of_person):
        pace.count(engine, kind, person="sara", address="a", now=NOW)
    with pytest.raises(pace.TooOften) as told:
        pace.count(engine, kind, person="sara", address="b", now=NOW + timedelta(minutes=1))
    assert told.value.again_at == NOW + limit.within
    pace.count(engine, kind, person="petra", address="b", now=NOW + timedelta(minutes=1))
    pace.count(engine, kind, person="sara", address="b", now=told.value.again_at)
    engine.dispose()


def test_an_address_that_does_it_too_often_waits_whoever_it_is(sqlite_url: str) -> None:
    engine, limit = connect(sqlite_url), pace.LIMITS["log"]
    for _ in range(limit.of_address):
        pace.count(engine, "log", person="", address="a", now=NOW)
    with pytest.raises(pace.TooOften):
        pace.count(engine, "log", person="", address="a", now=NOW)
    pace.count(engine, "log", person="", address="b", now=NOW)
    engine.dispose()


def test_uses_are_forgotten_when_no_limit_looks_at_them_and_hold_no_name(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    pace.count(engine, "search", person="sara", address="192.0.2.1", now=NOW)
    with reading(engine) as tx:
        kept = str(tx.execute(select(t.uses)).all())
    assert not re.search(r"sara|192\.0", kept)
    pace.purge(engine, now=NOW + pace.LONGEST)
    pace.purge(engine, now=NOW + pace.LONGEST + timedelta(seconds=1))
    with reading(engine) as tx:
        assert tx.execute(select(func.count()).select_from(t.uses)).scalar_one() == 0
    engine.dispose()


def test_looking_up_person_after_person_is_stopped_with_a_page_and_noted_in_the_log(site: Site) -> None:
    site.app.config[web_pace.SWITCH] = True
    sara, most = site.client("sara"), pace.LIMITS["lookup"].of_person
    asked = {"identity_number": "19121212-1212"}
    assert {sara.post("/start", data=asked).status_code for _ in range(most)} == {200}
    answer = sara.post("/start", data=asked)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == pace.LIMITS["lookup"].within.total_seconds()
    assert "Det går igen klockan" in answer.get_data(as_text=True)
    with reading(site.world.engine) as tx:
        rows = tx.execute(select(t.log.c.actor_id, t.log.c.ground).where(t.log.c.act == "refused")).all()
    assert ("sara", "too-often") in [tuple(row) for row in rows]
    assert site.client("petra").post("/start", data=asked).status_code == 200


def test_every_paced_address_exists_and_each_that_takes_a_file_is_one(site: Site) -> None:
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    assert set(web_pace.PACED) - endpoints == set()
    assert set(web_pace.PACED.values()) == set(pace.LIMITS)
    takers = {
        f"{prefix}{path.stem}.{name}"
        for folder, prefix in (("pages", ""), ("studio", "studio_"))
        for path in (TEMPLATES.parent / folder).glob("*.py")
        for name in re.findall(
            r"(?s)def (\w+)\([^)]*\)[^:]*:(?:(?!\ndef ).)*?request\.files", path.read_text()
        )
    }
    assert takers
    counted = {"task_papers.taken"}  # with a form that need not bring a file, so it counts where one has come
    assert takers - set(web_pace.PACED) == counted


# --- proxies ------------------------------------------------------------------------------------------


def asked_by(proxies: int, forwarded: str) -> str | None:
    """Whom the pages take a request to be from."""
    app = Flask(__name__)
    app.add_url_rule("/", "who", lambda: f"{request.remote_addr} {request.scheme}")
    headers.install(app, Settings(proxies=proxies))
    sent = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    return app.test_client().get("/", headers=sent).get_data(as_text=True)


def test_what_a_request_says_of_its_way_is_not_believed_unless_there_are_proxies() -> None:
    assert asked_by(0, "203.0.113.9") == "127.0.0.1 http"


def test_as_many_proxies_are_believed_as_there_are_and_not_what_was_sent_to_the_first() -> None:
    assert (asked_by(1, "198.51.100.1, 203.0.113.9") or "").split()[0] == "203.0.113.9"
    assert (asked_by(2, "198.51.100.1, 203.0.113.9, 192.0.2.1") or "").split()[0] == "203.0.113.9"


# --- outside providers and the log --------------------------------------------------------------------


def with_provider(site: Site, folder: Path) -> None:
    """A provider that nobody answers for."""
    (folder / "secret").write_text("s")
    (folder / "providers.toml").write_text(
        '[[provider]]\nid = "x"\ntitle = "X"\nissuer = "http://127.0.0.1:9"\nclient_id = "c"\nclient_secret_file = "secret"\n'
    )
    site.app.extensions["samordna.providers"] = {
        name: openid.Client(one) for name, one in providers.read(folder / "providers.toml").items()
    }


def test_a_link_on_another_site_signs_nobody_in_without_a_click_here(
    empty_site: Site, tmp_path: Path
) -> None:
    with_provider(empty_site, tmp_path)
    answer = empty_site.client().get("/sign-in/with/x", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.location == "/sign-in"


def test_a_provider_that_does_not_answer_is_told_of_in_the_operators_log(
    empty_site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with_provider(empty_site, tmp_path)
    assert empty_site.client().get("/sign-in/with/x").status_code == 503
    (record,) = [one for one in caplog.records if one.message == "provider gives no answer"]
    assert vars(record)["cause"] == "ConnectionError"


def test_a_change_without_the_token_of_the_page_is_told_of_in_the_operators_log(
    empty_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    empty_site.app.config["WTF_CSRF_ENABLED"] = True
    empty_site.client("sara").post("/account", data={"keys": "on"})
    assert "token of the page missing or wrong" in caplog.messages


def test_wrong_codes_and_proofs_and_new_passwords_stand_in_the_log(empty_site: Site) -> None:
    sara = empty_site.client("sara")
    sara.post("/own/sign-in", data={"code": "WRONG"})
    sara.post("/sign-in/again", data={"password": "wrong"})
    sara.post("/sign-in/again", data={"password": PASSWORD})
    new = "tolv gula snigelhus i regnet"
    sara.post("/account/password", data={"old_password": PASSWORD, "new_password": new})
    with reading(empty_site.world.engine) as tx:
        rows = tx.execute(select(t.log.c.act, t.log.c.actor_id).order_by(t.log.c.id)).all()
    told = [tuple(row) for row in rows if row.act in ("sign_in_failed", "proved", "password_changed")]
    assert told == [
        ("sign_in_failed", None),
        ("sign_in_failed", "sara"),
        ("proved", "sara"),
        ("password_changed", "sara"),
    ]


def test_a_token_endpoint_that_sends_elsewhere_is_not_followed(tmp_path: Path) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / "secret").write_text("s")
        issuer = f"http://127.0.0.1:{server.server_port}"
        (tmp_path / "providers.toml").write_text(
            f'[[provider]]\nid = "x"\ntitle = "X"\nissuer = "{issuer}"\nclient_id = "c"\nclient_secret_file = "secret"\n'
        )
        client = openid.Client(
            providers.read(tmp_path / "providers.toml")["x"],
            dict.fromkeys(openid.NEEDED, f"{issuer}/token"),
            known_at=NOW,
        )
        begun = openid.Begun("state", "nonce", "verifier")
        with pytest.raises(openid.NoAnswer):
            client.finish(
                "https://here/back", {"state": "state", "code": "c"}, begun, proved_since=None, now=NOW
            )
        server.shutdown()
    assert asked == ["/token"]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.svg"])
def test_a_picture_that_is_something_else_is_refused(name: str) -> None:
    with pytest.raises(BrokenDefinition):
        unpacked(CURRENT, "x.zip", packed({"sip.bpmn": DIAGRAM, name: b"<html/>"}))


def test_pictures_that_are_what_they_say_are_taken() -> None:
    pictures = {
        "a.png": b"\x89PNG\r\n\x1a\nx",
        "a.jpg": b"\xff\xd8\xffx",
        "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    }
    found = unpacked(CURRENT, "x.zip", packed({"sip.bpmn": DIAGRAM, **pictures}))
    assert {f"here/sip/{name}" for name in pictures} <= set(found)


def test_a_try_that_comes_too_early_stands_in_the_log_too(empty_site: Site) -> None:
    client = empty_site.client()
    for _ in range(6):
        client.post("/sign-in", data={"user_name": "sara", "password": "wrong"})
    with reading(empty_site.world.engine) as tx:
        rows = tx.execute(select(t.log.c.actor_id).where(t.log.c.act == "sign_in_failed")).scalars().all()
    assert list(rows) == ["sara"] * 6
