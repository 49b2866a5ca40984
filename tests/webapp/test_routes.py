"""Every address there is, and that nobody gets a word of a case that is not theirs to read.

`names` says what the names in a rule stand for, by variant; who gets which answer stands in the table of `test_matrix.py`, which
has a line for every route and method. Here the lists, the searches and what a withdrawal leaves are looked through for planted words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.records import tables as t
from engine.records.database import reading
from tests.webapp.site import NUMBER, PERSON, SUMMONED, Site

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
    "process_id": "vastmanland_sip", "path": "vastmanland/drafted/drafted.bpmn",
}  # fmt: skip


def names(site: Site) -> dict[str, dict[str, str]]:
    """What the rules' names stand for, by variant."""
    with reading(site.world.engine) as tx:
        rows = {(row.element_id, row.unit_id): row.id for row in tx.execute(select(t.tasks))}
        incident = tx.execute(select(t.incidents.c.id)).scalar_one()
        papers = {row.kind: row.id for row in tx.execute(select(t.documents))}
        main = tx.execute(select(t.instances).where(t.instances.c.kind == "main")).one()
        move = tx.execute(select(t.moves.c.id)).scalar_one()
        disposal = tx.execute(select(t.disposals.c.id)).scalar_one()
        hold = tx.execute(select(t.legal_holds.c.id)).scalar_one()
        paper = tx.execute(select(t.attachments.c.id)).scalar_one()
        conflict = tx.execute(select(t.draft_conflicts)).one()
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
        "ending": "csv",
        "key": "bistandsenheten_norra",
        "import_id": "none",
        "absence_id": "none",
        "disposal_id": disposal,
        "hold_id": hold,
        "attachment_id": paper,
        "meeting_id": "none",
        "withdrawal_id": "none",
        "request_id": "none",
        "version": "1",
        "paper": "preparation",
        "region_id": "vastmanland",
        "link_id": "skr",
        "publisher_id": "skr",
        "course_id": "sip_older",
        "instruction_id": "none",
        "case_link_id": "none",
        "page": "rights",
        "element_id": "assess_need",
        "draft_id": conflict.draft_id,
        "conflict_id": conflict.id,
        "letter_id": "none",
        "batch_id": "none",
        "filter_id": "none",
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


def test_the_words_are_really_there_for_those_who_may_read_them(site: Site) -> None:
    convener, consented = site.client("sara"), site.client("fatima")
    with reading(site.world.engine) as tx:
        paper = tx.execute(select(t.attachments.c.id)).scalar_one()
    pages = (f"/cases/{site.case_id}/data", f"/cases/{site.case_id}/plan", f"/attachments/{paper}")
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
