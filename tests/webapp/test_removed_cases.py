"""Cases whose time is over, through the pages: proposed by one, removed by another, and after that only a page that says so."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from engine.records import attachments
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import CONVENER, NUMBER, PERSON, Site

PDF = b"%PDF-1.7\n%%EOF\n"


def over(site: Site) -> str:
    """The case of the site ends, eleven years pass, and nothing holds it back; gives its id."""
    case_id, ended_at = site.case_id, site.world.now
    with writing(site.world.engine) as tx:
        for table, columns in (
            (t.tasks, {"status": "cancelled", "holder_id": None, "closed_at": ended_at}),
            (t.timers, {"status": "cleared", "ended_at": ended_at}),
            (t.instances, {"status": "ended", "ended_at": ended_at}),
        ):
            tx.execute(table.update().where(table.c.case_id == case_id).values(**columns))
        tx.execute(t.cases.update().where(t.cases.c.id == case_id).values(status="ended", ended_at=ended_at))
        tx.execute(t.legal_holds.update().values(ended_at=ended_at, ended_because="over"))
    site.client("karin").post(
        f"/admin/retention/disposals/{waiting(site)}/refuse", data={"reason": "inte än"}
    )
    site.world.now += timedelta(days=366 * 11)
    return case_id


def waiting(site: Site) -> str:
    with reading(site.world.engine) as tx:
        query = select(t.disposals.c.id).where(t.disposals.c.status == "asked")
        return str(tx.execute(query).scalar_one())


def archived(site: Site, disposal: str, case_id: str) -> bytes:
    """The second person takes the archive out and says that it has arrived; gives the file."""
    karin, at = site.client("karin"), f"/admin/retention/disposals/{disposal}"
    answer = karin.post(f"{at}/archives/{case_id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert karin.post(f"{at}/archived", data={"receipt": "kvitto 17"}).status_code == 302
    return answer.get_data()


def removed(site: Site) -> str:
    """The same, proposed and approved through the pages."""
    case_id = over(site)
    listed = site.client("admin").get("/admin/retention?principal=region_vastmanland").get_data(as_text=True)
    assert f'value="{case_id}"' in listed
    sent = {"principal": "region_vastmanland", "case": case_id, "reason": "tiden har gått ut"}
    assert site.client("admin").post("/admin/retention/propose", data=sent).status_code == 302
    disposal = waiting(site)
    archived(site, disposal, case_id)
    assert site.client("admin").post(f"/admin/retention/disposals/{disposal}/approve").status_code == 403
    assert site.client("karin").post(f"/admin/retention/disposals/{disposal}/approve").status_code == 302
    return case_id


def test_every_old_address_leads_to_the_page_that_says_what_became_of_it(site: Site) -> None:
    case_id = removed(site)
    sara = site.client("sara")
    page = sara.get(f"/cases/{case_id}").get_data(as_text=True)
    for told in ("Innehållet är gallrat", "Patientdatalagen", "Jan Moberg", "Karin Åkerlund"):
        assert told in page
    for part in ("data", "plan", "consent", "own", "protection"):
        answer = sara.get(f"/cases/{case_id}/{part}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case_id}")
    assert sara.post(f"/cases/{case_id}/notes", data={"text": "efteråt"}).status_code in (303, 403)
    assert sara.get("/cases?which=closed").status_code == 200
    with reading(site.world.engine) as tx:
        tasks = list(tx.execute(select(t.tasks.c.id).where(t.tasks.c.case_id == case_id)).scalars())
    assert {sara.get(f"/tasks/{one}{part}").status_code for one in tasks for part in ("", "/why")} <= {
        200,
        303,
        404,
        302,
    }


def test_no_word_of_it_is_in_the_database_any_more(site: Site) -> None:
    case_id = removed(site)
    with reading(site.world.engine) as tx:
        tables = [one for one in t.metadata.sorted_tables if one not in (t.files, t.persons)]
        kept = "\n".join(str(tuple(row)) for one in tables for row in tx.execute(select(one)))
    assert [word for word in (*site.planted, PERSON, NUMBER, NUMBER.replace("-", "")) if word in kept] == []
    assert case_id in kept


def test_the_certificate_tells_counts_and_hashes_and_nothing_else(site: Site) -> None:
    removed(site)
    karin = site.client("karin")
    with reading(site.world.engine) as tx:
        disposal = tx.execute(select(t.disposals.c.id).where(t.disposals.c.status == "approved")).scalar_one()
        digest = tx.execute(select(t.disposals.c.digest).where(t.disposals.c.id == disposal)).scalar_one()
    page = karin.get(f"/admin/retention/disposals/{disposal}").get_data(as_text=True)
    assert "Protokollet är som det skrevs" in page
    assert digest in karin.get(f"/admin/retention/disposals/{disposal}/print").get_data(as_text=True)
    assert (
        karin.post(f"/admin/retention/disposals/{disposal}/approve").status_code == 302
    )  # told that it is decided
    assert site.client("maj").get(f"/admin/retention/disposals/{disposal}").status_code == 404


def proposed(site: Site) -> tuple[str, str]:
    """(case, proposal), over and proposed."""
    case_id = over(site)
    sent = {"principal": "region_vastmanland", "case": case_id, "reason": "tiden har gått ut"}
    assert site.client("admin").post("/admin/retention/propose", data=sent).status_code == 302
    return case_id, waiting(site)


def test_nothing_is_removed_before_the_archive_has_it_as_it_stands_now(site: Site) -> None:
    case_id, disposal = proposed(site)
    at, karin = f"/admin/retention/disposals/{disposal}", site.client("karin")
    assert karin.post(f"{at}/approve").status_code == 422
    assert karin.post(f"{at}/archived", data={"receipt": "kvitto"}).status_code == 422
    assert site.client("admin").post(f"{at}/archives/{case_id}").status_code == 403
    assert site.client("maj").post(f"{at}/archives/{case_id}").status_code == 404
    archived(site, disposal, case_id)
    with writing(site.world.engine) as tx:
        tx.execute(t.entries.update().where(t.entries.c.case_id == case_id).values(data={"note": "nytt ord"}))
    assert karin.post(f"{at}/approve").status_code == 422
    assert "ta ut den igen" in karin.get(at).get_data(as_text=True)
    archived(site, disposal, case_id)
    assert karin.post(f"{at}/approve").status_code == 302
    assert site.world.case(case_id).purged_at is not None


def test_the_archive_holds_all_of_the_case_and_a_list_that_fits(site: Site) -> None:
    case_id, disposal = proposed(site)
    with zipfile.ZipFile(BytesIO(archived(site, disposal, case_id))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["forteckning.json"])
    assert {one["name"] for one in manifest["files"]} == set(files) - {"forteckning.json", "SHA256SUMS"}
    assert all(hashlib.sha256(files[one["name"]]).hexdigest() == one["sha256"] for one in manifest["files"])
    assert {"arende.json", "arende.html", "logg.json"} <= set(files)
    assert [name for name in files if name.startswith("bilagor/")]
    assert all(file.startswith(b"%PDF") for name, file in files.items() if name.startswith("papper/"))
    assert PERSON in files["arende.html"].decode()
    assert PERSON in files["arende.json"].decode()
    with reading(site.world.engine) as tx:
        read = tx.execute(select(t.log).where(t.log.c.case_id == case_id, t.log.c.page == "archive")).all()
        columns = [one for table in t.metadata.sorted_tables for one in table.c]
        assert not [one for one in columns if one.table is t.case_archives and one.name == "content"]
    assert [(row.actor_id, row.act, row.ground) for row in read] == [("karin", "read", "archive")]


def test_the_certificate_is_a_paper_that_names_hashes_and_nobody_it_was_about(site: Site) -> None:
    removed(site)
    with reading(site.world.engine) as tx:
        disposal = tx.execute(select(t.disposals.c.id).where(t.disposals.c.status == "approved")).scalar_one()
    answer = site.client("karin").get(f"/admin/retention/disposals/{disposal}/certificate.pdf")
    assert answer.get_data().startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.get_data()
    assert site.client("maj").get(f"/admin/retention/disposals/{disposal}/certificate.pdf").status_code == 404


def test_a_form_for_removal_says_what_is_missing_and_keeps_what_was_written(site: Site) -> None:
    case_id, admin = over(site), site.client("admin")
    sent = {"principal": "region_vastmanland", "_once": "0" * 32}
    assert admin.post("/admin/retention/propose", data=sent | {"case": case_id}).status_code == 422
    assert admin.post("/admin/retention/propose", data=sent | {"reason": "orsak"}).status_code == 422
    wrong = admin.post(
        "/admin/retention/holds", data=sent | {"number": "V-1999-0001", "reason": "tillsyn zq"}
    )
    assert wrong.status_code == 422
    assert "tillsyn zq" in wrong.get_data(as_text=True)
    number = site.world.case(case_id).number
    hold = {"number": number.lower(), "reason": "tillsyn", "until": ""}
    assert admin.post("/admin/retention/holds", data=sent | hold | {"until": "i morgon"}).status_code == 422
    assert admin.post("/admin/retention/holds", data=sent | hold | {"until": "2020-01-01"}).status_code == 422
    for _ in range(2):  # the button is pressed twice
        assert admin.post("/admin/retention/holds", data=sent | hold).status_code == 302
    with reading(site.world.engine) as tx:
        open_holds = tx.execute(select(t.legal_holds.c.id).where(t.legal_holds.c.ended_at.is_(None))).all()
    assert len(open_holds) == 1
    stale = admin.post(
        "/admin/retention/propose", data=sent | {"case": case_id, "reason": "orsak", "_once": "1" * 32}
    )
    assert stale.status_code == 422


def send(site: Site, name: str, file: str, content: bytes, category: str = "health") -> int:
    data = {"file": (BytesIO(content), file), "category": category, "note": ""}
    return site.client(name).post(f"/cases/{site.case_id}/attachments", data=data).status_code


def papers(site: Site) -> list[attachments.Attachment]:
    with reading(site.world.engine) as tx:
        return [one for one in attachments.of_case(tx, site.case_id) if one.name != "papper.txt"]


def test_a_paper_is_added_once_however_often_the_button_is_pressed(site: Site) -> None:
    assert [send(site, "sara", "../../intyg åäö.pdf", PDF) for _ in range(2)] == [302, 302]
    (one,) = papers(site)
    assert (one.name, one.category) == ("intyg åäö.pdf", "health")
    page = site.client("sara").get(f"/cases/{site.case_id}/data").get_data(as_text=True)
    assert one.hash in page


def test_a_paper_is_given_out_as_a_download_that_may_do_nothing_and_each_time_is_logged(site: Site) -> None:
    send(site, "sara", "intyg åäö.pdf", PDF)
    (one,) = papers(site)
    answer = site.client("sara").get(f"/attachments/{one.id}")
    assert answer.get_data() == PDF
    assert answer.headers["Content-Type"].startswith("application/pdf")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"intyg aao.pdf\"; filename*=UTF-8''intyg%20%C3%A5%C3%A4%C3%B6.pdf"
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == (
        "nosniff",
        "no-store",
    )
    with reading(site.world.engine) as tx:
        logged = tx.execute(select(t.log).where(t.log.c.page == "attachment")).all()
    assert [(row.act, row.actor_id, row.categories, row.unit_id) for row in logged] == [
        ("read", "sara", ["health"], CONVENER)
    ]


def test_only_those_who_may_read_the_category_get_a_paper_or_know_of_it(site: Site) -> None:
    send(site, "sara", "halsozq.pdf", PDF)
    send(site, "sara", "planzq.pdf", PDF, "plan")
    health, plan = sorted(papers(site), key=lambda one: one.category)
    answers = {
        who: [site.client(who).get(f"/attachments/{one.id}").status_code for one in (health, plan)]
        for who in ("sara", "fatima", "maria", "inger", "hanna", "admin")
    }
    nothing = [404, 404]
    assert answers == {
        "sara": [200, 200], "fatima": [404, 200], "maria": nothing, "inger": nothing, "hanna": nothing, "admin": nothing
    }  # fmt: skip
    page = site.client("fatima").get(f"/cases/{site.case_id}/data").get_data(as_text=True)
    assert ("planzq" in page, "halsozq" in page) == (True, False)


def test_a_file_that_is_not_what_it_says_is_refused_in_words(site: Site) -> None:
    assert send(site, "sara", "bild.png", b"<script>alert(1)</script>") == 422
    assert send(site, "sara", "bild.svg", b"<svg/>") == 422
    assert send(site, "sara", "plan.pdf", PDF, "nothing") == 422
    assert papers(site) == []


def test_whoever_added_a_paper_removes_it_and_the_page_says_so(site: Site) -> None:
    send(site, "sara", "intyg.pdf", PDF)
    (one,) = papers(site)
    sara = site.client("sara")
    assert sara.post(f"/attachments/{one.id}/remove", data={"because": " "}).status_code == 422
    assert sara.post(f"/attachments/{one.id}/remove", data={"because": "fel person zq"}).status_code == 302
    assert sara.get(f"/attachments/{one.id}").status_code == 404
    assert "fel person zq" in sara.get(f"/cases/{site.case_id}/data").get_data(as_text=True)
