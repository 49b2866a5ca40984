"""What somebody with ill will, bad luck or a quick finger sends: nothing breaks, nothing happens twice, nothing comes back to life."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.site import CONVENER, SUMMONED, Site

NUMBER = "19121212-1212"
SIGN_IN = {"user_name": "sara", "password": "samordna demo"}


def begin(site: Site, number: str = NUMBER, name: str = "sara") -> dict[str, str]:
    """What the second step of starting a case posts, for that person."""
    page = site.client(name).post("/start", data={"identity_number": number}).get_data(as_text=True)
    found = re.search(r'name="_sealed" value="([^"]+)"', page)
    assert found is not None
    return {
        "_sealed": found[1], "_hand_in": "1", "_subject_name": "Eva Ek", "_routine": "vastmanland_sip", "_unit": CONVENER,
    }  # fmt: skip


def number_of_cases(site: Site) -> int:
    with reading(site.world.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(t.cases)).scalar_one())


def task(site: Site, element: str, unit: str = CONVENER) -> str:
    with reading(site.world.engine) as tx:
        query = select(t.tasks.c.id).where(t.tasks.c.element_id == element, t.tasks.c.unit_id == unit)
        return str(tx.execute(query).scalar_one())


def test_a_copied_cookie_opens_nothing_after_its_owner_has_signed_out(empty_site: Site) -> None:
    theirs, thief = empty_site.app.test_client(), empty_site.app.test_client()
    theirs.post("/sign-in", data=SIGN_IN)
    name = empty_site.app.config["SESSION_COOKIE_NAME"]
    cookie = theirs.get_cookie(name)
    assert cookie is not None
    thief.set_cookie(name, cookie.value)
    assert thief.get("/tasks").status_code == 200
    empty_site.world.now += timedelta(minutes=1)
    theirs.post("/sign-out")
    assert thief.get("/tasks").status_code == 302
    theirs.post("/sign-in", data=SIGN_IN)
    assert theirs.get("/tasks").status_code == 200


def test_a_case_is_started_once_however_often_the_button_is_pressed(empty_site: Site) -> None:
    posted, sara = begin(empty_site), empty_site.client("sara")
    first, second = (sara.post("/start/case", data=posted).status_code for _ in range(2))
    assert (first, second) == (302, 409)
    assert number_of_cases(empty_site) == 1


def test_a_colleague_who_was_before_is_found_also_at_the_last_step(empty_site: Site) -> None:
    posted = {name: begin(empty_site, name=name) for name in ("sara", "petra")}
    assert empty_site.client("petra").post("/start/case", data=posted["petra"]).status_code == 302
    assert empty_site.client("sara").post("/start/case", data=posted["sara"]).status_code == 409


def test_another_case_with_a_reason_is_started_once_too(empty_site: Site) -> None:
    sara = empty_site.client("sara")
    sara.post("/start/case", data=begin(empty_site))
    sealed = begin(empty_site)["_sealed"]
    page = sara.post("/start/anyway", data={"_sealed": sealed, "reason": "Another matter"}).get_data(
        as_text=True
    )
    found = re.search(r'name="_sealed" value="([^"]+)"', page)
    assert found is not None
    posted = {**begin(empty_site), "_sealed": found[1]}
    assert [sara.post("/start/case", data=posted).status_code for _ in range(2)] == [302, 409]
    assert number_of_cases(empty_site) == 2


def test_what_was_sealed_for_one_person_is_nothing_to_another(empty_site: Site) -> None:
    posted = begin(empty_site)
    assert empty_site.client("petra").post("/start/case", data=posted).status_code == 400
    assert number_of_cases(empty_site) == 0


def test_a_unit_that_the_form_does_not_offer_is_refused_where_something_is_started(site: Site) -> None:
    answers = {"kind": "other", "agreed": "a", "happened": "b", "about_unit": "no such unit", "_hand_in": "1"}
    before = number_of_cases(site)
    answer = site.client("maria").post(f"/cases/{site.case_id}/start/shared_deviation", data=answers)
    assert answer.status_code == 422
    assert number_of_cases(site) == before


def test_a_unit_that_the_form_does_not_offer_is_refused_in_a_correction(site: Site) -> None:
    asked = task(site, "ask_for_consent")
    answers = {
        "consent_answer": "yes", "consent_said_by": "person", "consent_given_on": "2026-03-02", "consent_form": "oral",
        "consent_support": "none", "consent_categories": "plan", "consent_given_by": "x", "consent_units[0].unit": "no such unit",
        "_reason": "r", "_hand_in": "1",
    }  # fmt: skip
    sara = site.client("sara")
    assert sara.post(f"/handed-in/{asked}/correct", data=answers).status_code == 422
    offered = answers | {"consent_units[0].unit": SUMMONED}
    assert sara.post(f"/handed-in/{asked}/correct", data=offered).status_code == 302


@pytest.mark.parametrize(
    "posted", [{"$": "1", "a.$b": "2"}, {"_add": "$"}, {"_add": "a[0].$b"}, {"_remove": "$[0]"}]
)
def test_a_name_that_cannot_be_kept_breaks_no_draft(site: Site, posted: dict[str, str]) -> None:
    sara, open_task = site.client("sara"), task(site, "go_through_effects")
    for address in (f"/tasks/{open_task}", f"/tasks/{open_task}/draft"):
        assert sara.post(address, data=posted).status_code < 500


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-03-02T08:00+99:00", "\x00", ""])
def test_any_time_of_an_answer_by_telephone_is_taken_or_made_now(site: Site, at: str) -> None:
    said = {"_on_behalf_who": "Maria Ek", "_on_behalf_how": "telephone", "_on_behalf_at": at}
    answer = site.client("sara").post(f"/tasks/{task(site, 'acknowledge_initiative', SUMMONED)}", data=said)
    assert answer.status_code == 422  # for want of the answer itself


NUL = "a\x00b"
ADDRESSES = (
    "/tasks/a%00b", "/cases/a%00b", "/documents/a%00b", "/admin/versions/a%00b.zip", "/tasks?after=a%00b",
    "/tasks?unit=a%00b&routine=a%00b",
)  # fmt: skip


def test_a_sign_that_no_text_holds_is_taken_out_wherever_it_comes(new_site: Site) -> None:
    sara = new_site.client("sara")
    assert (
        new_site.app.test_client().post("/sign-in", data={"user_name": NUL, "password": NUL}).status_code
        == 401
    )
    assert sara.post("/start/case", data={**begin(new_site), "_subject_name": NUL}).status_code == 302
    opened = task(new_site, "register_need")
    with reading(new_site.world.engine) as tx:
        case_id = tx.execute(select(t.cases.c.id)).scalar_one()
    for address, posted in (
        (f"/tasks/{opened}/draft", {"trigger_other": NUL}),
        (f"/tasks/{opened}", {"trigger_other": NUL}),
        (f"/tasks/{opened}/reassign", {"person": NUL}),
        (f"/cases/{case_id}/notes", {"text": NUL}),
        ("/tasks/search", {"q": NUL}),
    ):
        assert sara.post(address, data=posted).status_code < 500, address
    for address in ADDRESSES:
        assert sara.get(address).status_code < 500, address
    with reading(new_site.world.engine) as tx:
        assert tx.execute(select(t.subjects.c.name)).scalar_one() == "ab"


@pytest.mark.parametrize(
    ("name", "address"), [("petra", "/tasks"), ("petra", "/cases"), ("birgitta_v", "/units")]
)
def test_a_protected_case_is_not_even_a_number_to_those_it_does_not_name(
    site: Site, name: str, address: str
) -> None:
    def shown() -> str:
        page = site.client(name).get(address).get_data(as_text=True)
        return re.sub(r'(name="csrf_token" value|nonce)="[^"]*"', "", page)

    before = shown()
    posted = begin(site) | {"_protection": "confidentiality_mark"}
    assert site.client("sara").post("/start/case", data=posted).status_code == 302
    assert shown() == before
    assert "Eva Ek" in site.client("sara").get("/tasks").get_data(as_text=True)
