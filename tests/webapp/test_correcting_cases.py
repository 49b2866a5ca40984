"""The pages on which two persons move a running case to a mended version: who sees what, who may decide, and what is told."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.actions import deploy, filling
from engine.records import directory, moves, routine_drafts, specs
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp import faults
from tests.webapp.site import PERSON, Site


@pytest.fixture
def stopped(empty_site: Site) -> str:
    return faults.stop(empty_site)


def kept(site: Site, instead: bytes = faults.MENDED) -> str:
    """The hash of a version that is kept for corrections."""
    with writing(site.world.engine) as tx:
        return deploy.keep(tx, deploy.check(faults.bundle(instead)), by=None, now=site.world.now).hash


def proposed(site: Site, case_id: str, name: str = "admin") -> str:
    to, run = kept(site), faults.run_of(site, case_id)
    answer = site.client(name).post(f"/admin/runs/{run}/correct", data={"to": to, "reason": "Fel enhet."})
    assert answer.status_code == 302
    with reading(site.world.engine) as tx:
        return moves.asked(tx)[0].id


def bundle_of(site: Site, case_id: str) -> str:
    return str(site.world.rows(t.instances, case_id=case_id)[0].bundle_hash)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def put(client: FlaskClient, address: str, name: str, data: bytes) -> TestResponse:
    return client.post(address, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def test_whoever_asked_is_shown_no_button_and_is_refused(empty_site: Site, stopped: str) -> None:
    move = proposed(empty_site, stopped)
    admin = empty_site.client("admin")
    page = text(admin.get(f"/admin/corrections/{move}"))
    assert "Beslutet tas av någon som varken har bett om det eller ersätter den som bad." in page
    assert "/approve" not in page
    assert admin.post(f"/admin/corrections/{move}/approve").status_code == 403
    assert bundle_of(empty_site, stopped) != kept(empty_site)


def test_the_one_for_whom_it_was_asked_is_shown_no_button_and_is_refused(
    empty_site: Site, stopped: str
) -> None:
    move = proposed(empty_site, stopped)
    with writing(empty_site.world.engine) as tx:
        tx.execute(t.moves.update().values(asked_for_id="karin"))
    karin = empty_site.client("karin")
    assert "/approve" not in text(karin.get(f"/admin/corrections/{move}"))
    assert karin.post(f"/admin/corrections/{move}/approve").status_code == 403
    assert bundle_of(empty_site, stopped) != kept(empty_site)


def test_a_refusal_needs_a_reason_and_leaves_the_case_where_it_is(empty_site: Site, stopped: str) -> None:
    move, before = proposed(empty_site, stopped), bundle_of(empty_site, stopped)
    karin = empty_site.client("karin")
    assert karin.post(f"/admin/corrections/{move}/refuse", data={"reason": " "}).status_code == 422
    with reading(empty_site.world.engine) as tx:
        assert moves.fetch(tx, move).status == "asked"
    karin.post(f"/admin/corrections/{move}/refuse", data={"reason": "Rätta katalogen i stället."})
    listed = text(empty_site.client("admin").get("/admin/corrections"))
    assert "Rätta katalogen i stället." in listed
    assert "Avslagen" in listed
    assert bundle_of(empty_site, stopped) == before


def test_a_correction_that_was_decided_meanwhile_says_so(empty_site: Site, stopped: str) -> None:
    move, karin = proposed(empty_site, stopped), empty_site.client("karin")
    karin.post(f"/admin/corrections/{move}/refuse", data={"reason": "Nej."})
    again = karin.post(f"/admin/corrections/{move}/approve", follow_redirects=True)
    assert "Någon har redan beslutat." in text(again)
    assert bundle_of(empty_site, stopped) != kept(empty_site)


def test_a_second_proposal_waits_for_the_first(empty_site: Site, stopped: str) -> None:
    move, run = proposed(empty_site, stopped), faults.run_of(empty_site, stopped)
    admin = empty_site.client("admin")
    page = text(admin.get(f"/admin/runs/{run}/correct"))
    assert f"/admin/corrections/{move}" in page
    admin.post(f"/admin/runs/{run}/correct", data={"to": kept(empty_site), "reason": "En gång till."})
    assert len(empty_site.world.rows(t.moves)) == 1


def test_a_version_that_is_drawn_otherwise_says_which_element_and_is_not_proposed(
    empty_site: Site, stopped: str
) -> None:
    admin, run = empty_site.client("admin"), faults.run_of(empty_site, stopped)
    with reading(empty_site.world.engine) as tx:
        of_now = {row.hash for row in empty_site.world.rows(t.bundles, process_id="vastmanland_sip")}
        other = next(one for one in of_now if one != specs.current(tx, "vastmanland_sip"))
    answer = admin.post(f"/admin/runs/{run}/correct", data={"to": other, "reason": "Gå tillbaka."})
    assert answer.status_code == 422
    assert "anger en enhet i bara en av versionerna" in text(answer)
    assert empty_site.world.rows(t.moves) == []


def test_a_mended_version_that_is_uploaded_for_a_case_is_no_version_for_new_ones(
    empty_site: Site, stopped: str
) -> None:
    run, in_force = faults.run_of(empty_site, stopped), empty_site.world.rows(t.routines)
    admin = empty_site.client("admin")
    answer = put(admin, f"/admin/runs/{run}/files", "sip.bpmn", faults.diagram(faults.MENDED))
    assert answer.status_code == 302
    page = text(admin.get(answer.location))
    assert "till den enhet som har ärendet." in page
    assert "Bedöm behovet" in page
    assert empty_site.world.rows(t.routines) == in_force


def test_a_broken_version_that_is_uploaded_for_a_case_is_not_kept(empty_site: Site, stopped: str) -> None:
    run, before = faults.run_of(empty_site, stopped), len(empty_site.world.rows(t.bundles))
    broken = faults.diagram(faults.MENDED).replace(b'targetRef="assess_need"', b'targetRef="nowhere"', 1)
    answer = put(empty_site.client("admin"), f"/admin/runs/{run}/files", "sip.bpmn", broken)
    assert answer.status_code == 422
    assert "nowhere" in text(answer)
    assert len(empty_site.world.rows(t.bundles)) == before


def test_administrators_see_the_number_of_a_case_and_nothing_of_whom_it_is_about(
    empty_site: Site, stopped: str
) -> None:
    move, admin = proposed(empty_site, stopped), empty_site.client("admin")
    number = empty_site.world.case(stopped).number
    run, version = faults.run_of(empty_site, stopped), bundle_of(empty_site, stopped)
    for address in (
        "/admin/incidents", f"/admin/cases/{stopped}", f"/admin/versions/{version}/cases", f"/admin/runs/{run}/correct",
        "/admin/corrections", f"/admin/corrections/{move}",
    ):  # fmt: skip
        page = text(admin.get(address))
        assert number in page, address
        assert PERSON not in page, address


def test_an_administrator_of_another_region_sees_none_of_it(empty_site: Site, stopped: str) -> None:
    move, run = proposed(empty_site, stopped), faults.run_of(empty_site, stopped)
    number, version = empty_site.world.case(stopped).number, bundle_of(empty_site, stopped)
    stranger(empty_site)
    client = empty_site.client("borje")
    for address in (
        f"/admin/cases/{stopped}", f"/admin/versions/{version}/cases", f"/admin/runs/{run}/correct", "/admin/corrections",
        f"/admin/corrections/{move}", "/admin/incidents",
    ):  # fmt: skip
        assert number not in text(client.get(address)), address
    assert client.post(f"/admin/corrections/{move}/approve").status_code == 403


ELSEWHERE = """
[[principal]]
id = "elsewhere"
name = "Annan region"
kind = "region"
[[unit]]
id = "office_elsewhere"
name = "Kansliet"
kind = "administration"
principal = "elsewhere"
[[person]]
username = "borje"
name = "Börje Alm"
[[membership]]
person = "borje"
unit = "office_elsewhere"
roles = ["administrator", "process_owner"]
"""


def stranger(site: Site) -> None:
    """An administrator of another region."""
    with writing(site.world.engine) as tx:
        directory.put_region(
            tx, id="elsewhere", name="Annan region", country="SE", zone="Europe/Stockholm", settings={}
        )
        filling.fill(tx, ELSEWHERE, "elsewhere", demo_password=None, since=site.world.now.date())


def test_what_is_uploaded_is_a_draft_of_whoever_uploaded_it_and_new_cases_keep_their_version(
    empty_site: Site,
) -> None:
    with reading(empty_site.world.engine) as tx:
        before = specs.current(tx, "vastmanland_sip")
    drawn = faults.diagram(faults.MENDED)
    answer = empty_site.client("karin").post(
        "/studio/new/files",
        data={"routine": "vastmanland_sip", "file": (io.BytesIO(drawn), "sip.bpmn")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "Filerna är ett utkast" in text(answer)
    with reading(empty_site.world.engine) as tx:
        (draft,) = routine_drafts.listed(tx, "vastmanland_sip")
        assert routine_drafts.held(tx, draft.id)[faults.DIAGRAM].content == drawn
        assert (specs.current(tx, "vastmanland_sip"), draft.base_hash) == (before, before)
        assert draft.created_by == "karin"
