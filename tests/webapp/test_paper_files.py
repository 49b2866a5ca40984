"""Papers as files: who gets which words in a PDF, what a broken template leads to, and meetings for a calendar."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select, update

from engine.documents import Sheet
from engine.records import correspondence
from engine.records import tables as t
from engine.records.correspondence import Setting
from engine.records.database import reading, writing
from engine.records.facts import Who
from engine.status import Protection
from tests.webapp.site import CONSENTED, CONVENER, OPENED, PERSON, SUMMONED, WITHDRAWN, Site


def initiatives(site: Site) -> dict[str, str]:
    """Unit -> id of the initiative that was issued to it."""
    with reading(site.world.engine) as tx:
        rows = tx.execute(select(t.documents).where(t.documents.c.kind == "initiative")).all()
        units = {row.name: row.id for row in tx.execute(select(t.units))}
    return {units[row.frame["to"][0]]: row.id for row in rows}


def words(made: bytes) -> str:
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages).split())


def told(site: Site, name: str, document_id: str) -> str:
    answer = site.client(name).get(f"/documents/{document_id}/paper.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return words(answer.data)


def test_an_initiative_holds_what_the_person_opened_to_its_unit_and_no_more(site: Site) -> None:
    found = initiatives(site)
    assert set(found) == {SUMMONED, CONSENTED, WITHDRAWN}
    consented, called = (told(site, "sara", found[unit]) for unit in (CONSENTED, SUMMONED))
    assert [word for word, of in site.planted.items() if of not in OPENED and word in consented] == []
    assert PERSON.replace(" ", "") in consented
    assert [word for word in site.planted if word in called] == []
    assert PERSON.split()[0] not in called


def test_a_reader_gets_no_word_of_a_paper_that_consent_keeps_from_them(site: Site) -> None:
    paper = initiatives(site)[CONSENTED]
    with writing(site.world.engine) as tx:
        tx.execute(
            update(t.documents)
            .where(t.documents.c.id == paper)
            .values(content={"brief": "Hemlighet", "purpose": "Syftet"})
        )
    assert ("Hemlighet" in told(site, "sara", paper), "Hemlighet" in told(site, "fatima", paper)) == (
        True,
        False,
    )
    assert "Syftet" in told(site, "fatima", paper)
    pages = [site.client(name).get(f"/documents/{paper}").text for name in ("sara", "fatima")]
    assert [("Hemlighet" in page, "Syftet" in page) for page in pages] == [(True, True), (False, True)]


def test_a_template_that_fails_gives_a_sentence_and_the_case_goes_on(site: Site) -> None:
    with reading(site.world.engine) as tx:
        bundle_hash = tx.execute(select(t.instances.c.bundle_hash)).scalars().first()
        before = tx.execute(select(t.cases.c.status).where(t.cases.c.id == site.case_id)).scalar_one()
    with writing(site.world.engine) as tx:
        made, _ = correspondence.issue_document(
            tx, case_id=site.case_id, kind="plan", title="Planen", content={}, by="sara", now=site.world.now,
            setting=Setting(str(bundle_hash), "shared/documents/plan.typ", "0" * 64, {}),
        )  # fmt: skip
    answer = site.client("sara").get(f"/documents/{made}/paper.pdf", follow_redirects=True)
    assert answer.status_code == 200
    assert "det är fel i mallen plan.typ" in answer.text
    assert site.client("sara").get(f"/cases/{site.case_id}").status_code == 200
    assert site.client("fatima").get(f"/cases/{site.case_id}").status_code == 200
    site.client("sara").get(f"/documents/{made}/paper.pdf")
    with reading(site.world.engine) as tx:
        found = tx.execute(select(t.incidents).where(t.incidents.c.cause == "template")).all()
        status = tx.execute(select(t.cases.c.status).where(t.cases.c.id == site.case_id)).scalar_one()
    assert [(one.detail, one.attempts) for one in found] == [("shared/documents/plan.typ", 2)]
    assert status == before


def test_a_paper_without_a_template_has_no_pdf(site: Site) -> None:
    with reading(site.world.engine) as tx:
        plan = tx.execute(select(t.documents.c.id).where(t.documents.c.kind == "plan")).scalar_one()
    assert site.client("sara").get(f"/documents/{plan}/paper.pdf").status_code == 404


@pytest.fixture
def meeting(site: Site) -> str:
    with writing(site.world.engine) as tx:
        return correspondence.schedule_meeting(
            tx, case_id=site.case_id, starts_at=site.world.now + timedelta(days=9), ends_at=None, place="Rum 3", digital=False,
            chair=None, now=site.world.now,
        )  # fmt: skip


def entry(site: Site, name: str, meeting: str) -> str:
    answer = site.client(name).get(f"/cases/{site.case_id}/meetings/{meeting}.ics")
    return answer.text if answer.status_code == 200 else str(answer.status_code)


def test_what_was_posted_stands_with_the_papers(site: Site) -> None:
    with writing(site.world.engine) as tx:
        correspondence.register_dispatch(
            tx, case_id=site.case_id, kind="invitation", recipient="Anna Prov", channel="post", sent_on=site.world.now.date(),
            sent_by="Sara", note=None, who=Who(actor_id="sara", unit_id=CONVENER), now=site.world.now,
        )  # fmt: skip
    page = site.client("sara").get(f"/cases/{site.case_id}/data").text
    assert "Anna Prov" in page
    assert "med post, 2 mars 2026" in page


def test_a_meeting_goes_to_a_calendar_without_a_word_of_whom_it_is_about(site: Site, meeting: str) -> None:
    found = entry(site, "fatima", meeting)
    assert "METHOD:REQUEST" in found
    assert "SUMMARY:Möte\r\n" in found
    assert not {PERSON.split()[0], site.case_id} & set(found.replace("\r\n ", "").replace(":", " ").split())
    assert [word for word in site.planted if word in found] == []
    assert entry(site, "maria", meeting) == "404"


def test_a_unit_that_the_person_took_back_gets_a_cancellation_of_the_same_entry(
    site: Site, meeting: str
) -> None:
    with writing(site.world.engine) as tx:
        correspondence.cancel_for(tx, site.case_id, [CONSENTED])
    assert {"METHOD:CANCEL", f"UID:{meeting}@samordna", "SEQUENCE:1"} <= set(
        entry(site, "fatima", meeting).split("\r\n")
    )


def test_a_meeting_that_is_moved_is_the_same_entry_with_its_new_time_and_a_higher_number(
    site: Site, meeting: str
) -> None:
    first = entry(site, "fatima", meeting).split("\r\n")
    with writing(site.world.engine) as tx:
        moved = correspondence.schedule_meeting(
            tx, case_id=site.case_id, starts_at=site.world.now + timedelta(days=12), ends_at=None, place="Rum 4", digital=False,
            chair=None, now=site.world.now + timedelta(days=1),
        )  # fmt: skip
    for name in (meeting, moved):
        found = entry(site, "fatima", name).split("\r\n")
        assert {"METHOD:REQUEST", f"UID:{meeting}@samordna", "SEQUENCE:1", "LOCATION:Rum 4"} <= set(found)
        starts = [line for line in found if line.startswith("DTSTART")]
        assert starts != [line for line in first if line.startswith("DTSTART")]
    assert "SEQUENCE:0" in first


def test_no_entry_for_a_calendar_is_made_of_a_protected_person(site: Site, meeting: str) -> None:
    with writing(site.world.engine) as tx:
        tx.execute(update(t.subjects).values(protection=Protection.CONFIDENTIALITY_MARK))
    assert entry(site, "sara", meeting) == "404"
    assert (
        "skriv in tiden i din kalender själv" in site.client("sara").get(f"/cases/{site.case_id}/data").text
    )


def test_nobody_waits_for_a_paper_that_takes_long_to_set(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def slow(sheet: Sheet) -> bytes:
        with writing(site.world.engine):  # else this waits until it fails
            begun.append(sheet.name)
        return b"%PDF-"

    monkeypatch.setattr(Sheet, "pdf", slow)
    paper = initiatives(site)[CONSENTED]
    for address in (f"/documents/{paper}/paper.pdf", f"/cases/{site.case_id}/forms/consent.pdf"):
        assert site.client("sara").get(address).status_code == 200
    assert len(begun) == 2


def test_an_older_plan_shows_what_its_reader_may_see_of_it_and_no_more(site: Site) -> None:
    with reading(site.world.engine) as tx:
        bundle_hash = tx.execute(select(t.instances.c.bundle_hash)).scalars().first()
    around = {"categories": {"goals": ["plan"], "long_term_goal": ["health"]}}
    content = {"goals": [{"goal": "Målet", "activities": []}], "long_term_goal": "Hemlighet"}
    with writing(site.world.engine) as tx:
        made, _ = correspondence.issue_document(
            tx, case_id=site.case_id, kind="plan", title="Planen", content=content, by="sara", now=site.world.now,
            setting=Setting(str(bundle_hash), "shared/documents/plan.typ", "0" * 64, around),
        )  # fmt: skip
    pages = [site.client(name).get(f"/documents/{made}").text for name in ("sara", "fatima")]
    assert [("Målet" in page, "Hemlighet" in page) for page in pages] == [(True, True), (True, False)]


def delivered(site: Site, document_id: str, **given: str) -> str:
    """What the page says after somebody wrote down how the paper was delivered."""
    client = site.client("sara")
    told = {"channel": "post", "on": site.world.now.date().isoformat(), "to": "Birgitta Prov"} | given
    return client.post(
        f"/documents/{document_id}/deliveries",
        data=told,
        follow_redirects=True,
    ).text


def test_how_a_paper_reached_somebody_stands_beside_it(site: Site) -> None:
    paper = initiatives(site)[CONSENTED]
    assert "Birgitta Prov" in delivered(site, paper)
    with reading(site.world.engine) as tx:
        kept = tx.execute(select(t.dispatches)).one()
    assert (kept.document_id, kept.kind, kept.channel, kept.recipient) == (
        paper,
        "initiative",
        "post",
        "Birgitta Prov",
    )
    assert kept.sent_on == site.world.now.date()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"channel": "pigeon"}, "Välj hur papperet lämnades."),
        ({"on": "2099-01-01"}, "inte i framtiden"),
        ({"on": "when?"}, "Skriv vilken dag det lämnades"),
        ({"to": " "}, "Skriv vem som fick papperet."),
    ],
)
def test_a_delivery_that_cannot_be_is_told_and_not_kept(site: Site, given: dict[str, str], said: str) -> None:
    assert said in delivered(site, initiatives(site)[CONSENTED], **given)
    with reading(site.world.engine) as tx:
        assert tx.execute(select(t.dispatches)).all() == []


def test_a_form_with_the_data_of_the_case_is_issued_and_kept_like_every_other_paper(site: Site) -> None:
    client = site.client("sara")
    answer = client.post(f"/cases/{site.case_id}/forms/preparation")
    with reading(site.world.engine) as tx:
        kept = tx.execute(select(t.documents).where(t.documents.c.kind == "preparation")).one()
    assert answer.location == f"/documents/{kept.id}/paper.pdf"
    assert (kept.template, len(kept.hash), len(kept.template_hash)) == (
        "shared/documents/preparation.typ",
        64,
        64,
    )
    assert client.get(answer.location).data.startswith(b"%PDF-")


def test_a_blank_form_leaves_nothing_behind(site: Site) -> None:
    client = site.client("sara")
    with reading(site.world.engine) as tx:
        before = len(tx.execute(select(t.documents)).all())
    assert PERSON.split()[0] not in words(client.get(f"/cases/{site.case_id}/forms/consent.pdf").data)
    with reading(site.world.engine) as tx:
        assert len(tx.execute(select(t.documents)).all()) == before


def test_of_a_protected_person_no_address_is_printed_and_the_way_of_the_post_is_told(site: Site) -> None:
    """Also where the data became protected after the letter was issued."""
    with reading(site.world.engine) as tx:
        bundle_hash = tx.execute(select(t.instances.c.bundle_hash)).scalars().first()
    around = {
        "language": "sv", "country": "SE", "kind": "letter", "title": "Brev", "home": "person", "to": [PERSON, "Gatan 7", "721 00 Orten"],
    }  # fmt: skip
    with writing(site.world.engine) as tx:
        made, _ = correspondence.issue_document(
            tx, case_id=site.case_id, kind="letter", title="Brev", content={}, by="sara", now=site.world.now,
            setting=Setting(str(bundle_hash), "shared/documents/letter.typ", "0" * 64, around),
        )  # fmt: skip
    assert "Gatan7" in told(site, "sara", made)
    with writing(site.world.engine) as tx:
        tx.execute(update(t.subjects).values(protection=Protection.CONFIDENTIALITY_MARK))
        tx.execute(
            t.named_readers.insert(),
            {
                "id": "n", "case_id": site.case_id, "person_id": "sara", "reason": "x", "named_by": "sara", "since_at": site.world.now,
            },
        )  # fmt: skip
    printed = told(site, "sara", made)
    assert ("Gatan7" in printed, PERSON.replace(" ", "") in printed) == (False, True)
    page = site.client("sara").get(f"/cases/{site.case_id}/data").text
    assert "Skriv ingen adress någonstans" in page
    assert "Gatan 7" not in page
