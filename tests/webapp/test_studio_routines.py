"""The page of all routines: what waits, what is in force, where cases stand; versions, and the ways to a new routine and out of one."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from engine import library
from engine.definitions import files
from engine.records import directory, routine_drafts
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.owners import put_in_force
from tests.webapp.site import Site

SIP = "vastmanland_sip"
DRAWING = "vastmanland/sip/sip.bpmn"
TABLE = "vastmanland/sip/who_to_contact.dmn"


def text(answer: TestResponse) -> str:
    """The page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def second_owner(site: Site) -> None:
    """Another person who answers for the routines of the region."""
    with writing(site.world.engine) as tx:
        directory.put_membership(
            tx, id="anders-owner", person_id="anders", unit_id="hsf", role="process_owner", valid_from=site.world.now.date(),
        )  # fmt: skip


def newer(site: Site) -> tuple[str, str]:
    """The version that was in force, and one with another name of a step."""
    with writing(site.world.engine) as tx:
        before = library.current(tx, SIP).bundle
        contents = dict(before.files)
        contents[DRAWING] = contents[DRAWING].replace(
            "Bedöm behovet".encode(), b"Se efter vad som beh\xc3\xb6vs", 1
        )
        return before.hash, put_in_force(
            tx, files.bundle(contents, SIP), conventions=False, now=site.world.now
        )


def test_each_routine_is_there_with_its_version_its_draft_and_the_step_at_which_its_cases_stand(
    site: Site,
) -> None:
    _, before = newer(site)
    client = site.client("karin")
    shown = text(client.get("/studio/", query_string={"routine": SIP}))
    assert "ändras av en regions administratör" in shown, "who may change what holds in every region"
    assert re.search(r"Version \d sedan \d", shown)
    assert re.search(r"1 alla i version \d", shown)
    assert "Var ärendet står" in shown
    assert "Drafted Inte än Ändras du," in shown
    assert (
        "Version 1 Kom med installationen" in shown or "1 ärenden kvar" in shown or "Ett ärende kvar" in shown
    )
    compared = text(client.get(f"/studio/routines/{SIP}/compare"))
    assert "1 ändring." in compared or "En ändring" in compared
    assert "Se efter vad som behövs" in compared
    with writing(site.world.engine) as tx:
        contents = dict(library.current(tx, SIP).bundle.files)
        contents[TABLE] = contents[TABLE].replace(
            b'_2_out"><text>"health_centre"', b'_2_out"><text>"ongoing_specialist"'
        )
        bundle = files.bundle(contents, SIP)
        after = put_in_force(tx, bundle, conventions=False, now=site.world.now)
    compared = text(client.get(f"/studio/routines/{SIP}/compare?old={before}&new={after}"))
    assert re.search(r"Vem kontaktas\?.*rad 2, ändras", compared)
    assert "Rad 1 är oförändrad." in compared, "the changed row stands among the others"


def test_a_number_of_cases_at_a_step_leads_to_those_cases_and_no_others(site: Site) -> None:
    address, karin = f"/studio/?routine={SIP}", site.client("karin")
    links = re.findall(r'href="(/admin/versions/[^"]*step=[^"]*)"', karin.get(address).get_data(as_text=True))
    assert links
    number = site.world.case(site.case_id).number
    assert number in text(karin.get(links[0].replace("&amp;", "&")))
    nowhere = re.sub(r"step=\w+", "step=nobody_waits_here", links[0].replace("&amp;", "&"))
    assert number not in text(karin.get(nowhere))


def test_the_page_is_for_whoever_answers_for_routines_and_the_old_address_leads_there(
    empty_site: Site,
) -> None:
    assert empty_site.client("karin").get("/admin/versions").headers["Location"] == "/studio/"
    assert empty_site.client("admin").get("/studio/").status_code == 200
    assert empty_site.client("sara").get("/studio/").status_code == 403
    assert empty_site.client("sara").get("/studio/new").status_code == 403


def test_going_back_to_an_earlier_version_is_a_draft_with_the_difference_turned_round(
    empty_site: Site,
) -> None:
    before, after = newer(empty_site)
    client = empty_site.client("karin")
    version = text(client.get(f"/studio/versions/{before}"))
    assert "Gå tillbaka till den här versionen" in version
    assert "Gå tillbaka" not in text(client.get(f"/studio/versions/{after}"))
    shown = client.post(f"/studio/versions/{before}/return", follow_redirects=True)
    assert "Se efter vad som behövs" in text(shown)
    (draft,) = empty_site.world.rows(t.routine_drafts)
    assert (draft.origin, draft.base_hash, draft.created_by) == ("return", after, "karin")


def test_a_routine_that_others_start_cannot_be_withdrawn_and_another_waits_for_a_second_person(
    empty_site: Site,
) -> None:
    second_owner(empty_site)
    client = empty_site.client("karin")
    assert "Ändra de här först" in text(client.get("/studio/routines/vastmanland_raise_problem/withdrawal"))
    refused = client.post(
        "/studio/routines/vastmanland_raise_problem/withdrawal", data={"message": "x"}, follow_redirects=True
    )
    assert "Andra rutiner startar eller anropar den." in text(refused)
    empty = client.post(f"/studio/routines/{SIP}/withdrawal", data={"message": " "}, follow_redirects=True)
    assert not empty_site.world.rows(t.publications), text(empty)
    asked = client.post(
        f"/studio/routines/{SIP}/withdrawal", data={"message": "Ersatt"}, follow_redirects=True
    )
    assert asked.status_code == 200
    second = text(empty_site.client("anders").get("/studio/"))
    assert "ska dras tillbaka och väntar på ditt godkännande" in second
    assert "väntar på ditt godkännande" not in text(client.get("/studio/"))
    (waits,) = empty_site.world.rows(t.publications)
    assert empty_site.client("anders").get(f"/studio/drafts/{waits.draft_id}/publish").status_code == 200


def test_a_variant_of_another_regions_routine_shows_what_differs_from_it(empty_site: Site) -> None:
    client = empty_site.client("karin")
    sent = {"of": "orebro_sip", "title": "SIP för äldre"}
    assert client.post("/studio/new/variant", data=sent).status_code == 302
    (draft,) = empty_site.world.rows(t.routine_drafts)
    assert (draft.process_id, draft.origin, draft.base_hash) == ("vastmanland_sip_for_aldre", "copy", None)
    own = f"/studio/drafts/{draft.id}"
    page = client.get(f"{own}/changes").get_data(as_text=True)
    assert f'href="{own}/base"' in page
    assert "Jämfört med Samordnad individuell plan (SIP), Region Örebro" in text(client.get(f"{own}/base"))
    group = page[page.index("data-mark-together") :].partition("</form>")[0]
    keys = re.findall(r'name="change" value="([^"]+)"', group)
    said = re.findall(r"Jag har läst alla (\d+) i Steg och vägar", group)
    assert said == [str(len(keys))], "one press marks what stands above it"
    client.post(f"{own}/changes/read", data={"change": keys[1:]})
    left = client.get(f"{own}/publish").get_data(as_text=True)
    assert f"{len(keys) - 1} av " in left
    assert "Jag har läst alla" in left, "the other groups are not marked"
    assert keys[0] in left
    assert keys[1] not in left
    late = client.post(f"{own}/changes/read", data={"change": [keys[0], "another"]}, follow_redirects=True)
    assert "En av dem har blivit en annan under tiden" in text(late)
    assert keys[0] not in client.get(f"{own}/changes").get_data(as_text=True)
    with reading(empty_site.world.engine) as tx:
        contents = {path: held.content or b"" for path, held in routine_drafts.held(tx, draft.id).items()}
    with writing(empty_site.world.engine) as tx:
        put_in_force(
            tx, files.bundle(contents, draft.process_id), conventions=False, now=empty_site.world.now
        )
    shown = client.get("/studio/").get_data(as_text=True)
    assert f"/studio/routines/{draft.process_id}/base" in shown
    told = text(client.get(f"/studio/routines/{draft.process_id}/base"))
    assert "Jämfört med Samordnad individuell plan (SIP), Region Örebro" in told


def test_a_new_routine_needs_a_title_and_a_place_of_its_own(empty_site: Site) -> None:
    client = empty_site.client("karin")
    assert client.post("/studio/new/empty", data={"title": " "}).status_code == 422
    assert client.post("/studio/new/empty", data={"title": "SIP"}).status_code == 422
    assert client.post("/studio/new/empty", data={"title": "Ny", "region": "orebro"}).status_code == 403
    assert client.post("/studio/new/empty", data={"title": "Æ 12: Övergång"}).status_code == 302
    (draft,) = empty_site.world.rows(t.routine_drafts)
    assert draft.folder == "vastmanland/ae_12_overgang"
