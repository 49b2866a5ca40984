"""Every address and every person: who gets what answer, and that nobody gets a word of a case that is not theirs to read.

The table has a row for every route and method; a new route without one fails. Each row says what each person gets, in the order of
PEOPLE. Then the same requests, and more of them, are looked through for the words planted in the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.conftest import Begun
from tests.webapp.site import NUMBER, OPENED, PERSON, SUMMONED, Site

PEOPLE = {
    "nobody": "",
    "convener": "sara",
    "summoned": "maria",  # called, without consent
    "consented": "fatima",  # called, with consent to some categories
    "withdrawn": "inger",  # called, consent taken back
    "stranger": "hanna",  # another principal without any part
    "manager": "birgitta_v",  # above the convening unit
    "called manager": "lars",  # above all three called units
    "administrator": "admin",
    "process owner": "karin",
}
FORM = {
    "q": "x", "person": "petra", "text": "a note", "reason": "r", "_reason": "r", "_hand_in": "1", "identity_number": NUMBER, "keys": "on",
    "user_name": "sara", "password": "wrong", "routine": "vastmanland_sip",
}  # fmt: skip
TABLE = {
    ("GET", "/"): "302 302 302 302 302 302 302 302 302 302",
    ("GET", "/absences"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/absences"): "401 403 403 403 403 403 422 403 422 403",
    ("POST", "/absences/<absence_id>/end"): "401 404 404 404 404 404 404 404 404 404",
    ("GET", "/accessibility"): "200 200 200 200 200 200 200 200 200 200",
    ("GET", "/account"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/account"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/admin/"): "302 302 302 302 302 302 302 302 302 302",
    ("GET", "/admin/cases/<case_id>"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/corrections"): "302 403 403 403 403 403 403 403 200 200",
    ("GET", "/admin/corrections/<move_id>"): "302 404 404 404 404 404 404 404 200 200",
    ("POST", "/admin/corrections/<move_id>/approve"): "401 403 403 403 403 403 403 403 403 302",
    ("POST", "/admin/corrections/<move_id>/refuse"): "401 403 403 403 403 403 403 403 403 302",
    ("GET", "/admin/directory/"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/directory/change/<kind>/<key>"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/change/<kind>/<key>"): "401 403 403 403 403 403 403 403 422 403",
    ("GET", "/admin/directory/closing-days"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/closing-days"): "401 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/directory/file"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/file"): "401 403 403 403 403 403 403 403 422 403",
    ("POST", "/admin/directory/file/<import_id>"): "401 403 403 403 403 403 403 403 404 403",
    ("GET", "/admin/directory/file/directory.csv"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/directory/new/<kind>"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/new/<kind>"): "401 403 403 403 403 403 403 403 422 403",
    ("GET", "/admin/directory/persons/<person_id>"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/search"): "401 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/directory/units/<unit_id>"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/directory/units/<unit_id>/close"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/units/<unit_id>/close"): "401 403 403 403 403 403 403 403 422 403",
    ("GET", "/admin/directory/units/<unit_id>/closing-days"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/directory/units/<unit_id>/closing-days"): "401 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/health"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/admin/incidents"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/incidents/<incident_id>/retry"): "401 403 403 403 403 403 403 403 302 403",
    ("GET", "/admin/runs/<instance_id>/correct"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/runs/<instance_id>/correct"): "401 403 403 403 403 403 403 403 422 403",
    ("POST", "/admin/runs/<instance_id>/files"): "401 403 403 403 403 403 403 403 422 403",
    ("GET", "/admin/versions"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/admin/versions"): "401 403 403 403 403 403 403 403 422 422",
    ("GET", "/admin/versions/<bundle_hash>.zip"): "302 200 200 200 200 200 200 200 200 200",
    ("GET", "/admin/versions/<bundle_hash>/cases"): "302 403 403 403 403 403 403 403 200 403",
    ("GET", "/cases"): "302 200 200 200 200 200 200 200 200 200",
    ("GET", "/cases/<case_id>"): "302 200 200 200 200 404 200 200 404 404",
    ("GET", "/cases/<case_id>/data"): "302 200 200 200 200 404 200 200 404 404",
    ("GET", "/cases/<case_id>/diagram/<process_id>.bpmn"): "302 200 404 200 404 404 404 404 404 404",
    ("POST", "/cases/<case_id>/notes"): "401 302 403 403 403 404 404 404 404 404",
    ("GET", "/cases/<case_id>/places/<process_id>.json"): "302 200 404 200 404 404 404 404 404 404",
    ("GET", "/cases/<case_id>/plan"): "302 200 404 200 404 404 404 404 404 404",
    ("GET", "/cases/<case_id>/plan/print"): "302 200 404 200 404 404 404 404 404 404",
    ("GET", "/cases/<case_id>/readers"): "302 403 403 403 403 404 200 403 404 404",
    ("GET", "/cases/<case_id>/start/<what>"): "302 200 404 404 404 404 404 404 404 404",
    ("GET", "/cases/<case_id>/start/<what> written"): "302 200 200 200 200 404 200 200 404 404",
    ("POST", "/cases/<case_id>/start/<what>"): "401 422 404 404 404 404 404 404 404 404",
    ("POST", "/cases/<case_id>/start/<what> written"): "401 422 422 422 422 404 422 422 404 404",
    ("POST", "/cases/<case_id>/start/<what>/refresh"): "401 200 404 404 404 404 404 404 404 404",
    ("POST", "/cases/<case_id>/start/<what>/refresh written"): "401 200 200 200 200 404 200 200 404 404",
    ("POST", "/cases/search"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/documents/<document_id>"): "302 200 404 200 404 404 404 404 404 404",
    ("GET", "/documents/<document_id> written"): "302 200 404 404 404 404 404 404 404 404",
    ("GET", "/handed-in/<handed_in_id>/correct"): "302 404 404 404 404 404 404 404 404 404",
    ("GET", "/handed-in/<handed_in_id>/correct written"): "302 200 403 404 403 404 404 404 404 404",
    ("POST", "/handed-in/<handed_in_id>/correct"): "401 404 404 404 404 404 404 404 404 404",
    ("POST", "/handed-in/<handed_in_id>/correct written"): "401 422 403 404 403 404 404 404 404 404",
    ("GET", "/help"): "200 200 200 200 200 200 200 200 200 200",
    ("GET", "/log/"): "302 403 403 403 403 403 403 403 403 403",
    ("POST", "/log/"): "401 403 403 403 403 403 403 403 403 403",
    ("GET", "/log/extract"): "302 403 403 403 403 403 403 403 403 403",
    ("POST", "/log/extract"): "401 403 403 403 403 403 403 403 403 403",
    ("GET", "/log/reviews"): "302 403 403 403 403 403 403 403 403 403",
    ("POST", "/log/reviews"): "401 403 403 403 403 403 403 403 403 403",
    ("GET", "/log/reviews/<case_id>"): "302 403 403 403 403 403 403 403 403 403",
    ("GET", "/log/signs"): "302 403 403 403 403 403 403 403 403 403",
    ("GET", "/privacy"): "200 200 200 200 200 200 200 200 200 200",
    ("GET", "/sign-in"): "200 200 200 200 200 200 200 200 200 200",
    ("POST", "/sign-in"): "401 401 401 401 401 401 401 401 401 401",
    ("POST", "/sign-out"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/account/password"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/account/password"): "401 422 422 422 422 422 422 422 422 422",
    ("GET", "/account/second-factor"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/account/second-factor"): "401 422 422 422 422 422 422 422 422 422",
    ("POST", "/account/second-factor/codes"): "401 302 302 302 302 302 302 302 302 302",
    ("POST", "/account/sessions/end"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/admin/signing-in"): "302 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/signing-in"): "401 403 403 403 403 403 403 403 302 403",
    ("POST", "/admin/signing-in/password"): "401 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/signing-in/person"): "401 403 403 403 403 403 403 403 200 403",
    ("POST", "/admin/signing-in/reset"): "401 403 403 403 403 403 403 403 302 403",
    ("GET", "/cases/<case_id>/own"): "302 200 403 403 403 404 404 404 404 404",
    ("POST", "/cases/<case_id>/own"): "401 422 403 403 403 404 404 404 404 404",
    ("POST", "/cases/<case_id>/own/<invitation_id>/take-back"): "401 404 403 403 403 404 404 404 404 404",
    ("GET", "/kept"): "302 302 302 302 302 302 302 302 302 302",
    ("POST", "/kept/<form_id>/drop"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/own/"): "302 302 302 302 302 302 302 302 302 302",
    ("GET", "/own/sign-in"): "200 200 200 200 200 200 200 200 200 200",
    ("POST", "/own/sign-in"): "401 401 401 401 401 401 401 401 401 401",
    ("POST", "/own/sign-out"): "302 302 302 302 302 302 302 302 302 302",
    ("GET", "/sign-in/again"): "302 200 200 200 200 200 200 200 200 200",
    ("POST", "/sign-in/again"): "401 401 401 401 401 401 401 401 401 401",
    ("GET", "/sign-in/second"): "302 302 302 302 302 302 302 302 302 302",
    ("POST", "/sign-in/second"): "302 302 302 302 302 302 302 302 302 302",
    ("GET", "/sign-in/with/<provider>"): "404 404 404 404 404 404 404 404 404 404",
    ("GET", "/sign-in/with/<provider>/back"): "404 404 404 404 404 404 404 404 404 404",
    ("GET", "/start"): "302 200 200 200 200 200 200 200 404 404",
    ("POST", "/start"): "401 200 200 200 200 200 200 200 404 404",
    ("POST", "/start/anyway"): "401 400 400 400 400 400 400 400 400 400",
    ("POST", "/start/case"): "401 400 400 400 400 400 400 400 400 400",
    ("GET", "/static/<path:filename>"): "200 200 200 200 200 200 200 200 200 200",
    ("GET", "/tasks"): "302 200 200 200 200 200 200 200 200 200",
    ("GET", "/tasks/<task_id>"): "302 200 200 404 404 404 404 200 404 404",
    ("GET", "/tasks/<task_id> written"): "302 302 404 404 404 404 302 404 404 404",
    ("POST", "/tasks/<task_id>"): "401 422 422 404 404 404 404 404 404 404",
    ("POST", "/tasks/<task_id> written"): "401 409 404 404 404 404 409 404 404 404",
    ("POST", "/tasks/<task_id>/claim"): "401 404 302 404 404 404 404 404 404 404",
    ("POST", "/tasks/<task_id>/claim written"): "401 409 404 404 404 404 409 404 404 404",
    ("POST", "/tasks/<task_id>/draft"): "401 404 200 404 404 404 404 200 404 404",
    ("POST", "/tasks/<task_id>/draft written"): "401 200 404 404 404 404 200 404 404 404",
    ("GET", "/tasks/<task_id>/reassign"): "302 404 200 404 404 404 404 200 404 404",
    ("GET", "/tasks/<task_id>/reassign written"): "302 200 404 404 404 404 200 404 404 404",
    ("POST", "/tasks/<task_id>/reassign"): "401 404 404 404 404 404 404 404 404 404",
    ("POST", "/tasks/<task_id>/reassign written"): "401 409 404 404 404 404 409 404 404 404",
    ("POST", "/tasks/<task_id>/refresh"): "401 200 200 404 404 404 404 200 404 404",
    ("POST", "/tasks/<task_id>/refresh written"): "401 200 404 404 404 404 200 404 404 404",
    ("POST", "/tasks/<task_id>/release"): "401 404 403 404 404 404 404 302 404 404",
    ("POST", "/tasks/<task_id>/release written"): "401 409 404 404 404 404 409 404 404 404",
    ("GET", "/tasks/<task_id>/why"): "302 200 200 200 404 404 404 200 404 404",
    ("GET", "/tasks/<task_id>/why written"): "302 200 404 200 404 404 200 404 404 404",
    ("POST", "/tasks/search"): "401 302 302 302 302 302 302 302 302 302",
    ("GET", "/units"): "302 403 403 403 403 403 200 200 403 403",
}


def ask(site: Site, person: str, method: str, address: str, **more: object) -> TestResponse:
    client = site.client(PEOPLE[person])
    return client.open(address, method=method, data=FORM if method == "POST" else None, **more)  # type: ignore[arg-type]


def names(site: Site) -> dict[str, dict[str, str]]:
    """What the rules' names stand for, by variant."""
    with reading(site.world.engine) as tx:
        rows = {(row.element_id, row.unit_id): row.id for row in tx.execute(select(t.tasks))}
        incident = tx.execute(select(t.incidents.c.id)).scalar_one()
        papers = {row.kind: row.id for row in tx.execute(select(t.documents))}
        main = tx.execute(select(t.instances).where(t.instances.c.kind == "main")).one()
        move = tx.execute(select(t.moves.c.id)).scalar_one()
    fixed = {
        "case_id": site.case_id,
        "process_id": "vastmanland_sip",
        "incident_id": incident,
        "bundle_hash": main.bundle_hash,
        "instance_id": main.id,
        "move_id": move,
        "filename": "rings.svg",
        "form_id": "none",
        "invitation_id": "none",
        "provider": "none",
        "unit_id": "bistandsenheten_norra",
        "person_id": "maria",
        "kind": "unit",
        "key": "bistandsenheten_norra",
        "import_id": "none",
        "absence_id": "none",
    }
    return {
        "": fixed
        | {
            "task_id": rows["acknowledge_initiative", SUMMONED],
            "handed_in_id": rows["acknowledge_initiative", SUMMONED],
            "what": "vastmanland_added_unit",
            "document_id": papers["plan"],
        },
        "written": fixed
        | {
            "task_id": rows["assess_need", "vc_ekdalen"],
            "handed_in_id": rows["assess_need", "vc_ekdalen"],
            "what": "shared_deviation",
            "document_id": papers["closing_note"],
        },
    }


def addresses(site: Site) -> Iterator[tuple[str, str, str]]:
    """(method, what the table calls it, address) of everything there is."""
    known = names(site)
    for rule in sorted(site.app.url_map.iter_rules(), key=str):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            varies = {"task_id", "handed_in_id", "what", "document_id"} & rule.arguments
            for variant, values in known.items():
                if variant and not varies:
                    continue
                with site.app.test_request_context():
                    address = site.app.url_map.bind("").build(
                        rule.endpoint, {name: values[name] for name in rule.arguments}, method=method
                    )
                yield method, f"{rule}{' ' + variant if variant else ''}", address


def text_of(answer: TestResponse) -> str:
    """All that leaves: body (a zip has none of a case), headers, and what the cookie holds."""
    return answer.get_data().decode("utf-8", "replace") + str(answer.headers)


def leaked(site: Site, person: str, address: str, text: str) -> list[str]:
    """Words of the case that this person may not read."""
    if person == "convener":
        return []
    opened = OPENED if person == "consented" else frozenset()
    found = [word for word, category in site.planted.items() if category not in opened and word in text]
    if "identity" not in opened and PERSON in text:
        found.append(PERSON)
    if not address.startswith("/start") and (NUMBER in text or NUMBER.replace("-", "") in text):
        found.append(NUMBER)
    return found


@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_each_person_as_the_table_says_and_tells_nothing_that_is_not_theirs(
    site: Site, begun: Begun, person: str
) -> None:
    place = list(PEOPLE).index(person)
    found, leaks = {}, {}
    for method, name, address in list(addresses(site)):
        if method == "POST":
            site.as_it_was(begun.template)
        answer = ask(site, person, method, address)
        found[method, name] = str(answer.status_code)
        if told := leaked(site, person, address, text_of(answer)):
            leaks[method, name] = told
        answer.close()
    assert found == {key: row.split()[place] for key, row in TABLE.items()}
    assert leaks == {}


def test_the_words_are_really_there_for_those_who_may_read_them(site: Site) -> None:
    convener, consented = site.client("sara"), site.client("fatima")
    pages = (f"/cases/{site.case_id}/data", f"/cases/{site.case_id}/plan")
    seen = {
        name: "".join(client.get(page).get_data(as_text=True) for page in pages)
        for name, client in (("all", convener), ("some", consented))
    }
    assert [word for word in site.planted if word not in seen["all"]] == []
    assert {of for word, of in site.planted.items() if word in seen["some"]} == {
        "coordination",
        "consent",
        "plan",
    }
    assert len({*site.planted.values()}) >= 5


@pytest.mark.parametrize("person", [one for one in PEOPLE if one not in ("nobody", "convener", "consented")])
def test_a_search_for_what_stands_in_a_case_finds_nothing_for_those_who_may_not_read_it(
    site: Site, person: str
) -> None:
    def lists(words: str) -> str:
        client = site.client(PEOPLE[person])
        found = ""
        for search, page in (
            ("/tasks/search", "/tasks"),
            ("/cases/search", "/cases"),
            ("/tasks/search", "/units"),
        ):
            client.post(search, data={"q": words})
            found += client.get(page).get_data(as_text=True).replace(words, "")
        return re.sub(r'name="csrf_token" value="[^"]*"', "", found)

    nothing = lists("no such words")
    for words in (PERSON, PERSON.split()[1], NUMBER, *site.planted):
        assert lists(words) == nothing, words


def test_a_search_by_name_finds_the_case_for_those_who_may_know_it(site: Site) -> None:
    for name in ("sara", "fatima"):
        client = site.client(name)
        client.post("/cases/search", data={"q": "zetterqvarn"})
        assert site.case_id in client.get("/cases").get_data(as_text=True)


def test_when_all_consent_is_taken_back_a_unit_that_could_read_is_told_only_that_it_has_ended(
    site: Site,
) -> None:
    with reading(site.world.engine) as tx:
        waiting = tx.execute(
            select(t.awaited.c.id).where(t.awaited.c.element_id == "withdraw_all_consent")
        ).scalar_one()
    sara, fatima = site.client("sara"), site.client("fatima")
    answers = {
        "withdrawn_by": "Den enskilde",
        "withdrawn_on": "2026-03-02",
        "withdrawal_form": "oral",
        "withdrawal_understood": "on",
    }
    given = sara.post(f"/cases/{site.case_id}/start/{waiting}", data=answers | {"_hand_in": "1"})
    assert given.status_code == 302
    told = "".join(
        fatima.get(f"/cases/{site.case_id}{part}").get_data(as_text=True)
        for part in ("", "/data", "/plan", "/plan/print", "/readers")
    )
    assert "Ärendet är avslutat för er" in told
    assert [word for word in (*site.planted, PERSON, NUMBER) if word in told] == []


def test_reading_a_case_is_noted_and_being_refused_is_not(site: Site) -> None:
    def readings() -> int:
        with reading(site.world.engine) as tx:
            return int(tx.execute(select(func.count()).where(t.log.c.act == "read")).scalar_one())

    before = readings()
    for name in ("maria", "inger", "hanna", "birgitta_v", "admin"):
        site.client(name).get(f"/cases/{site.case_id}/data")
    assert readings() == before
    site.client("fatima").get(f"/cases/{site.case_id}/data")
    assert readings() == before + 1
