"""Mail as people meet it: what each chooses, what administrators see of it, and that nothing planted in a case ever leaves in a letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import heartbeat
from engine.actions import letters
from engine.actions import mail_kinds as kinds
from engine.records import letters as letter_rows
from engine.records import tables as t
from engine.records import tellings
from engine.records.database import reading, writing
from tests.mailserver import MailServer, text_of
from tests.webapp.site import NUMBER, PERSON, Site
from tests.webapp.test_settings import SAFE
from webapp import mail_words
from webapp.settings import Settings, WrongSetting

MAIL = {"SAMORDNA_MAIL_HOST": "mail.example.se", "SAMORDNA_MAIL_FROM": "samordna@example.se"}


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


def told(site: Site, mail: MailServer) -> int:
    world = site.world
    post = letters.Post(mail.server, lambda one: mail_words.letter(one, "https://samordna.example.se"))
    return heartbeat.tell(world.engine, post, time=lambda: world.now, pulse=heartbeat.Pulse())


def test_nothing_that_stands_in_a_case_leaves_in_a_letter(site: Site, mail: MailServer) -> None:
    with writing(site.world.engine) as tx:
        everybody = [row.id for row in tx.execute(t.persons.select())]
        tx.execute(update(t.tasks).values(told=0, tell_at=t.tasks.c.opened_at))
        names = {str(one) for row in tx.execute(t.units.select()) for one in (row.id, row.name)}
        names |= {str(one) for row in tx.execute(t.persons.select()) for one in (row.name,)}
        names |= {str(row.name) for row in tx.execute(t.tasks.select())}
        names |= {row.number for row in tx.execute(t.cases.select())}
        for one in everybody:
            tx.execute(update(t.persons).where(t.persons.c.id == one).values(email=f"{one}@testland.example"))
            tellings.choose(tx, one, dict.fromkeys(kinds.KINDS, kinds.AT_ONCE))
    assert told(site, mail) > 3
    site.world.now += timedelta(days=20)
    assert told(site, mail) > 3
    for one in mail.arrived:
        whole = text_of(one) + one["Subject"] + one.as_string().split("To:")[0]
        for part in one.iter_attachments():
            whole += part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        forbidden = {PERSON, NUMBER, NUMBER.replace("-", ""), *PERSON.split(), *site.planted, *names}
        assert not [word for word in forbidden if word in whole]


def test_each_chooses_what_to_be_told_and_when_and_in_which_language(empty_site: Site) -> None:
    client = empty_site.client("sara")
    chosen = {kinds.NEW: "none", kinds.OVERDUE: "daily", kinds.COVER: "whenever", "password": "x"}
    assert client.post("/account/mail", data=chosen).status_code == 302
    client.post("/account", data={"language": "nb"})
    with reading(empty_site.world.engine) as tx:
        person = tellings.reached(tx, ["sara"])["sara"]
    assert person.choices == {kinds.NEW: "none", kinds.OVERDUE: "daily"}
    assert person.language == "nb"
    page = client.get("/account").text
    assert f'id="mail-{kinds.NEW}"' in page
    assert "Herfra sendes ingen e-post ennå" in page


def test_administrators_see_what_nobody_takes_and_have_it_tried_again(empty_site: Site) -> None:
    world = empty_site.world
    with writing(world.engine) as tx:
        told_of: dict[str, object] = {"counts": {kinds.OVERDUE: 1}}
        letter_id = letter_rows.insert(tx, "sara", kinds.AT_ONCE, told_of, now=world.now)
        letter_rows.nobody_takes(tx, letter_id, "address", 550, now=world.now)
        tx.execute(
            update(t.persons)
            .where(t.persons.c.id == "sara")
            .values(email="s@x.example", email_refused_at=world.now)
        )
    client = empty_site.client("admin")
    page = client.get("/admin/health").text
    assert "E-postservern säger att adressen inte finns. (550)" in page
    assert "s@x.example" in page
    address = f"/admin/health/letters/{letter_id}/again"
    assert empty_site.client("sara").post(address).status_code == 403
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 404
    page = client.get("/admin/health").text
    assert "s@x.example" not in page
    with reading(world.engine) as tx:
        assert tx.execute(t.letters.select()).one().status == "waiting"


def test_a_wrong_address_is_told_at_its_field_and_another_one_is_tried_anew(empty_site: Site) -> None:
    world, client = empty_site.world, empty_site.client("admin")
    page = "/admin/directory/change/person/sara"
    form = {"name": "Sara Lindqvist", "reached_by": "account", "active": "yes", "email": "sara@\nBcc: x@y.se"}
    answer = client.post(page, data=form)
    assert answer.status_code == 422
    assert "Skriv en e-postadress" in answer.text
    with writing(world.engine) as tx:
        tx.execute(update(t.persons).where(t.persons.c.id == "sara").values(email_refused_at=world.now))
    assert client.post(page, data=form | {"email": "sara.l@example.se"}).status_code == 302
    with reading(world.engine) as tx:
        row = tx.execute(t.persons.select().where(t.persons.c.id == "sara")).one()
    assert (row.email, row.email_refused_at) == ("sara.l@example.se", None)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SAMORDNA_MAIL_HOST": "x"}, "SAMORDNA_MAIL_FROM must be set where SAMORDNA_MAIL_HOST is"),
        (
            MAIL | {"SAMORDNA_MAIL_FROM": "a@b.se\nBcc: c@d.se"},
            "SAMORDNA_MAIL_FROM must be one mail address, such as samordna@example.se",
        ),
        (MAIL | {"SAMORDNA_MAIL_PORT": "0"}, "SAMORDNA_MAIL_PORT must be between 1 and 65535"),
        (MAIL | {"SAMORDNA_MAIL_SUMMARY_HOUR": "24"}, "SAMORDNA_MAIL_SUMMARY_HOUR must be between 0 and 23"),
        (MAIL | {"SAMORDNA_MAIL_SECURITY": "ssl"}, "SAMORDNA_MAIL_SECURITY must be starttls, tls or none"),
        (MAIL | {"SAMORDNA_MAIL_USER": "u"}, "SAMORDNA_MAIL_USER and SAMORDNA_MAIL_PASSWORD go together"),
        (
            SAFE | MAIL | {"SAMORDNA_MAIL_SECURITY": "none"},
            "SAMORDNA_MAIL_SECURITY must in production be starttls or tls for a mail server on another machine",
        ),
    ],
)
def test_settings_of_mail_that_cannot_work_are_told(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        Settings.from_environment(given)
    assert sentence in wrong.value.problems


def test_the_password_of_the_mail_server_is_never_shown() -> None:
    given = MAIL | {"SAMORDNA_MAIL_USER": "u", "SAMORDNA_MAIL_PASSWORD": "hemligt-ord"}
    assert "hemligt-ord" not in repr(Settings.from_environment(given))


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_a_letter_has_words_for_every_kind_in_every_language(language: str) -> None:
    for number in (1, 3):
        said = letters.Told(language, dict.fromkeys(kinds.KINDS, number), covering=1)
        subject, text = mail_words.letter(said, "https://samordna.example.se")
        assert text.count("\n- ") == len(kinds.KINDS)
        assert str(number * len(kinds.KINDS)) in subject
        assert "%(" not in subject + text
