"""Pressed twice is once: every form that makes something new, sent twice, one after the other and at the same instant."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.actions import cases
from engine.records import tables as t
from engine.records.database import reading
from engine.status import Protection
from tests.webapp.site import BEGUN, CONVENER, NUMBER, PERSON, SUMMONED, Site, opened

PATIENCE = 60.0
ONCE = re.compile(r'name="_once" value="([0-9a-f]{32})"')
SEALED = re.compile(r'name="_sealed" value="([^"]+)"')
DEVIATION = {
    "kind": "other", "agreed": "Svar inom tre dagar.", "happened": "Ingen svarade på kallelsen.", "about_unit": SUMMONED,
}  # fmt: skip
OTHER_NUMBER = "19121212-1212"


def key(page: str) -> str:
    """That of the form which writes a note, where the page has one; else of its only form."""
    notes = [
        one for one in re.findall(r"(?s)<form.*?</form>", page) if re.search(r'action="[^"]*/notes"', one)
    ]
    (found,) = set(ONCE.findall(notes[0] if notes else page))
    return str(found)


def count(site: Site, table: Any, *conditions: Any) -> int:
    with reading(site.world.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def step_two(client: FlaskClient, number: str = NUMBER) -> dict[str, str]:
    """What the second step of a start carries, and what somebody answers there."""
    page = text(client.post("/start", data={"identity_number": number}))
    (sealed,) = SEALED.findall(page)
    return {
        "_once": key(page), "_sealed": sealed, "_hand_in": "1", "_routine": "vastmanland_sip", "_unit": CONVENER,
        "_subject_name": PERSON,
    }  # fmt: skip


@contextmanager
def beside(site: Site) -> Iterator[Site]:
    """The same database as another web process has it."""
    url = site.world.engine.url.render_as_string(hide_password=False)
    with opened(url) as other:
        other.world.now = site.world.now
        yield other


def at_once(
    first: FlaskClient, second: FlaskClient, address: str, form: Mapping[str, str]
) -> list[TestResponse]:
    """The same post in two browsers' connections to two processes, both begun together."""
    gate, found = threading.Barrier(2), {}

    def send(place: int, client: FlaskClient) -> None:
        gate.wait(PATIENCE)
        found[place] = client.post(address, data=dict(form))

    threads = [threading.Thread(target=send, args=one) for one in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "somebody waits for ever"
    return [found[0], found[1]]


# --- at the same instant, on both databases --------------------------------------------------------------------------


def test_two_starts_at_the_same_instant_are_one_case_and_both_lead_to_it(new_site: Site) -> None:
    with beside(new_site) as other:
        sara, again = new_site.client("sara"), other.client("sara")
        for protection, number in (
            (Protection.NONE, NUMBER),
            (Protection.CONFIDENTIALITY_MARK, OTHER_NUMBER),
        ):
            before = count(new_site, t.cases)
            answers = at_once(
                sara, again, "/start/case", step_two(sara, number) | {"_protection": protection}
            )
            assert [one.status_code for one in answers] == [302, 302]
            assert answers[0].location == answers[1].location
            assert count(new_site, t.cases) == count(new_site, t.subjects) == before + 1


def test_two_different_people_who_start_for_one_person_at_the_same_instant_are_told_of_each_other(
    new_site: Site,
) -> None:
    with beside(new_site) as other:
        sara, petra = new_site.client("sara"), other.client("petra")
        form, second = step_two(sara), step_two(petra)
        gate, found = threading.Barrier(2), {}

        def send(name: str, client: FlaskClient, given: dict[str, str]) -> None:
            gate.wait(PATIENCE)
            found[name] = client.post("/start/case", data=given).status_code

        threads = [
            threading.Thread(target=send, args=one)
            for one in (("sara", sara, form), ("petra", petra, second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert sorted(found.values()) == [302, 409]
        assert count(new_site, t.cases) == 1


def test_two_notes_or_hand_ins_at_the_same_instant_are_one_with_one_receipt(new_site: Site) -> None:
    case_id = started(new_site)
    task = new_site.world.task(case_id, "register_need")
    with beside(new_site) as other:
        sara, again = new_site.client("sara"), other.client("sara")
        note = {"_once": key(text(sara.get(f"/cases/{case_id}/data"))), "text": "Ringde hem."}
        answers = at_once(sara, again, f"/cases/{case_id}/notes", note)
        assert [one.location for one in answers] == [f"/cases/{case_id}/data"] * 2
        assert count(new_site, t.entries, t.entries.c.source == "note") == 1
        handed_in = NEED | {"_once": key(text(sara.get(f"/tasks/{task.id}")))}
        answers = at_once(sara, again, f"/tasks/{task.id}", handed_in)
        assert [one.status_code for one in answers] == [200, 200]
        assert len(new_site.world.facts(case_id, "task_completed")) == 1


# --- one after the other ----------------------------------------------------------------------------------------------


def test_a_start_sent_again_leads_to_the_case_that_the_first_one_started(empty_site: Site) -> None:
    sara = empty_site.client("sara")
    form = step_two(sara)
    first, second = sara.post("/start/case", data=form), sara.post("/start/case", data=form)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert count(empty_site, t.cases) == 1


def test_a_start_that_was_changed_and_sent_again_makes_nothing_and_shows_where_the_first_is(
    empty_site: Site,
) -> None:
    sara = empty_site.client("sara")
    form = step_two(sara)
    address = sara.post("/start/case", data=form).location
    changed = sara.post("/start/case", data=form | {"_subject_name": "Någon Annan"})
    assert changed.status_code == 409
    assert f'href="{address}"' in text(changed)
    assert "Någon Annan" in text(changed)
    assert count(empty_site, t.cases) == 1


def test_a_start_that_failed_may_be_sent_again_with_its_key(empty_site: Site) -> None:
    sara = empty_site.client("sara")
    form = step_two(sara)
    wrong = sara.post("/start/case", data=form | {"_subject_name": ""})
    assert (wrong.status_code, key(text(wrong))) == (422, form["_once"])
    assert sara.post("/start/case", data=form).status_code == 302
    assert count(empty_site, t.cases) == 1


def test_a_key_of_one_person_is_no_key_of_another(site: Site) -> None:
    sara, petra = site.client("sara"), site.client("petra")
    form = {"_once": key(text(sara.get(f"/cases/{site.case_id}/data"))), "text": "Samma ord."}
    before = count(site, t.entries)
    for person in (sara, petra, sara, petra):
        person.post(f"/cases/{site.case_id}/notes", data=form)
    assert count(site, t.entries) == before + 2


def test_a_note_that_was_changed_and_sent_again_is_shown_to_be_copied(site: Site) -> None:
    sara = site.client("sara")
    form = {"_once": key(text(sara.get(f"/cases/{site.case_id}/data"))), "text": "Ringde hem."}
    sara.post(f"/cases/{site.case_id}/notes", data=form)
    changed = sara.post(f"/cases/{site.case_id}/notes", data=form | {"text": "Ringde hem och hem igen."})
    assert changed.status_code == 409
    assert "Ringde hem och hem igen." in text(changed)
    with reading(site.world.engine) as tx:
        notes = tx.execute(select(t.entries.c.data).where(t.entries.c.source == "note")).scalars()
        assert "Ringde hem och hem igen." not in str(list(notes))


def test_a_deviation_sent_again_is_one_deviation(site: Site) -> None:
    sara, address = site.client("sara"), f"/cases/{site.case_id}/start/shared_deviation"
    form = DEVIATION | {"_once": key(text(sara.get(address))), "_hand_in": "1"}
    before = count(site, t.cases)
    first, second = sara.post(address, data=form), sara.post(address, data=form)
    assert (
        (first.status_code, first.location)
        == (second.status_code, second.location)
        == (302, f"/cases/{site.case_id}")
    )
    assert count(site, t.cases) == before + 1


def test_an_event_that_no_longer_waits_gives_its_sender_the_receipt_once_more(site: Site) -> None:
    with reading(site.world.engine) as tx:
        waiting = tx.execute(
            select(t.awaited.c.id).where(t.awaited.c.element_id == "withdraw_all_consent")
        ).scalar_one()
    sara, address = site.client("sara"), f"/cases/{site.case_id}/start/{waiting}"
    form = {
        "withdrawn_by": "Den enskilde", "withdrawn_on": "2026-03-02", "withdrawal_form": "oral", "withdrawal_understood": "on",
        "_once": key(text(sara.get(address))), "_hand_in": "1",
    }  # fmt: skip
    first, second = sara.post(address, data=form), sara.post(address, data=form)
    assert (
        (first.status_code, first.location)
        == (second.status_code, second.location)
        == (302, f"/cases/{site.case_id}")
    )
    assert len(site.world.facts(site.case_id, "message_received")) == 1


def test_an_answer_written_down_for_a_unit_is_written_down_once(site: Site) -> None:
    task = site.world.task(site.case_id, "acknowledge_initiative", SUMMONED)
    sara, address = site.client("sara"), f"/tasks/{task.id}"
    page = text(sara.get(address))
    form = {
        "initiative_answer": "acknowledged", "initiative_contact_name": "Anna Berg", "initiative_contact_phone": "021-390000",
        "_on_behalf_who": "Anna Berg, handläggare", "_on_behalf_how": "telephone", "_on_behalf_at": "2026-03-02T09:00",
        "_once": key(page), "_hand_in": "1",
    }  # fmt: skip
    first, second = sara.post(address, data=form), sara.post(address, data=form)
    assert (first.status_code, second.status_code) == (200, 200)
    assert count(site, t.entries, t.entries.c.task_id == task.id, t.entries.c.on_behalf.is_not(None)) >= 1
    assert len(site.world.facts(site.case_id, "task_answered_on_behalf")) == 1


def test_a_correction_sent_again_is_one_correction(site: Site) -> None:
    task = next(
        one for one in site.world.rows(t.tasks, case_id=site.case_id) if one.element_id == "assess_need"
    )
    sara, address = site.client("sara"), f"/handed-in/{task.id}/correct"
    form = {
        "person_view": "Trött.", "health_situation": "Trött.", "social_situation": "Ensam.", "need_reason": "Flera behövs.",
        "basis": "conversation", "need_decision": "needed", "start_needed_on": "2026-03-10", "_reason": "Hörde fel.",
        "_once": key(text(sara.get(address))), "_hand_in": "1",
    }  # fmt: skip
    first, second = sara.post(address, data=form), sara.post(address, data=form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert len(site.world.facts(site.case_id, "entry_corrected")) == 1


def test_keys_are_kept_for_a_day(site: Site) -> None:
    sara = site.client("sara")
    for day in (0, 2):
        site.world.now = BEGUN + timedelta(days=day)
        sara = site.client("sara")
        form = {"_once": key(text(sara.get(f"/cases/{site.case_id}/data"))), "text": "Ringde hem."}
        sara.post(f"/cases/{site.case_id}/notes", data=form)
    assert count(site, t.pressed) == 1


NEED = {
    "initiator": "staff", "requested_by_person": "no", "trigger": "needs_both", "noticed_on": "2026-03-02", "urgency": "normal",
    "_hand_in": "1",
}  # fmt: skip


def started(site: Site) -> str:
    return site.world.start("sara", CONVENER, "vastmanland_sip", cases.Subject(PERSON, NUMBER))
