"""What staff and administrators read and keep in the browser: routines, courses, local instructions, links; and links without sign-in."""

from __future__ import annotations

import io
import re

from engine import library
from engine.records import directory
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.webapp.site import CONVENER, Site
from tests.webapp.test_own import code, enter, sees
from webapp.pages import directory_names
from webapp.session import reads, tx

SIP = "/routines/vastmanland_sip"
LINKS = "/about/vastmanland/links"


def text(site: Site, name: str, address: str) -> str:
    answer = site.client(name).get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def version(page: str) -> str:
    return re.findall(r'name="version" value="([0-9a-f]{64})"', page)[0]


def test_what_is_unread_stands_quietly_over_the_list_until_it_is_read_and_understood(
    empty_site: Site,
) -> None:
    """S3-020."""
    assert "rutiner att läsa och förstå" in text(empty_site, "sara", "/tasks")
    client = empty_site.client("sara")
    for link in re.findall(r'href="(/routines/[a-z_]+)"', text(empty_site, "sara", "/routines/")):
        client.post(f"{link}/read", data={"version": version(text(empty_site, "sara", link))})
    assert "att läsa och förstå" not in text(empty_site, "sara", "/tasks")
    assert "Du har läst och förstått den här versionen" in text(empty_site, "sara", SIP)
    assert "har rutiner kvar att läsa" in text(empty_site, "birgitta_v", "/units/knowledge")


def test_each_version_of_a_routine_says_who_decided_it_and_from_when_it_holds(empty_site: Site) -> None:
    """S3-005."""
    shown = text(empty_site, "sara", SIP)
    assert all(told in shown for told in ("Version 1", "Chefsforum", "28 april 2017", "PPHV170075"))
    (address,) = re.findall(rf'href="({SIP}/versions/[0-9a-f]+)"', shown)
    assert "Det är den första versionen här" in text(empty_site, "sara", address)
    assert empty_site.client("sara").get(f"{SIP}/versions/{'0' * 64}").status_code == 404
    assert empty_site.client("sara").get(address.replace("vastmanland_sip", "orebro_sip")).status_code == 404


def test_a_manager_sees_in_the_browser_who_has_gone_through_what(empty_site: Site) -> None:
    """S0-17."""
    posted = empty_site.client("sara").post("/training/sip_older", data={"on_day": "2026-02-27"})
    assert posted.status_code == 302
    assert "27 februari" in text(empty_site, "sara", "/training/")
    assert "SIP för äldre" in text(empty_site, "birgitta_v", "/units/knowledge")
    assert "SIP för äldre" not in text(empty_site, "sara", "/training/?for=child")
    late = empty_site.client("sara").post("/training/sip_older", data={"on_day": "2027-01-01"})
    assert (late.status_code, "Skriv en dag som har varit" in late.get_data(as_text=True)) == (422, True)


def test_a_unit_without_an_instruction_is_shown_to_its_manager_who_sends_one_in(empty_site: Site) -> None:
    """S3-021."""
    at = f"/instructions/units/{CONVENER}"
    assert at in text(empty_site, "birgitta_v", "/units")
    sent = {"name": "Så gör vi", "dated_on": "2026-02-01", "file": (io.BytesIO(b"Sara kallar."), "a.txt")}
    assert empty_site.client("birgitta_v").post(at, data=sent).status_code == 302
    assert at not in text(empty_site, "birgitta_v", "/units")
    (file,) = re.findall(
        r'href="(/instructions/[0-9a-f]{32}/file)"', text(empty_site, "sara", "/instructions/")
    )
    answer = empty_site.client("sara").get(file)
    assert (answer.get_data(), "attachment" in answer.headers["Content-Disposition"]) == (
        b"Sara kallar.",
        True,
    )
    assert empty_site.client("sara").post(at, data={"name": "X"}).status_code == 403
    bad = {"name": "Så gör vi", "dated_on": "2026-02-01", "address": "javascript:alert(1)"}
    assert empty_site.client("birgitta_v").post(at, data=bad).status_code == 422


def test_anybody_finds_links_by_diagnosis_and_by_a_name_that_a_body_had(empty_site: Site) -> None:
    """S0-28, S0-25, S1-36."""
    client = empty_site.client()
    everything = client.get(LINKS).get_data(as_text=True)
    assert all(
        told in everything
        for told in ("https://skr.se/", "https://www.socialstyrelsen.se/", "Bara för upplysning")
    )
    found = client.post(LINKS, data={"q": "huntington"}).get_data(as_text=True)
    assert "ERN-RND" in found
    assert "Kunskapsguiden" not in found
    former = client.post(LINKS, data={"q": "SKL"}).get_data(as_text=True)
    assert "Sveriges Kommuner och Regioner (SKR)" in former
    assert "helsenorge" not in everything
    assert "helsenorge" in client.get("/about/steinkjer/links").get_data(as_text=True)


def test_beside_each_link_stands_the_host_that_it_leads_to(empty_site: Site) -> None:
    """So that a name says nothing else than the address does."""
    assert (
        "Socialstyrelsen, www.socialstyrelsen.se" in empty_site.client().get("/about/vastmanland/links").text
    )


def test_an_administrator_adds_changes_and_retires_a_link_and_it_is_shown_as_text(empty_site: Site) -> None:
    """S0-28."""
    typed = {
        "name": "<b>Vårt</b> centrum", "address": "https://csd.example.se/", "theme": "csd", "new_publisher": "Regionen",
        "diagnoses": "Alfa\nBeta", "note": "",
    }  # fmt: skip
    client = empty_site.client("admin")
    assert (
        client.post("/admin/links/new", data=typed | {"address": "http://csd.example.se/"}).status_code == 422
    )
    assert client.post("/admin/links/new", data=typed).status_code == 302
    shown = empty_site.client().post(LINKS, data={"q": "beta"}).get_data(as_text=True)
    assert "&lt;b&gt;Vårt&lt;/b&gt; centrum" in shown
    (made,) = [one.id for one in empty_site.world.rows(t.links) if one.name.startswith("<b>")]
    assert (
        client.post(
            f"/admin/links/{made}", data=typed | {"name": "Centrum", "publisher": "skr", "new_publisher": ""}
        ).status_code
        == 302
    )
    assert client.post(f"/admin/links/{made}/retire").status_code == 302
    assert "csd.example.se" not in empty_site.client().get(LINKS).get_data(as_text=True)
    history = text(empty_site, "admin", f"/admin/links/{made}")
    assert all(told in history for told in ("Tillagd", "Ändrad", "Borttagen"))
    assert client.post("/admin/links/publishers/skr", data={"name": "Nya SKR"}).status_code == 302
    assert "Nya SKR" in empty_site.client().get(LINKS).get_data(as_text=True)


def test_reading_matter_is_shown_in_the_case_and_to_the_person_and_to_nobody_who_may_not_read_it(
    site: Site,
) -> None:
    """S0-28."""
    data, at = f"/cases/{site.case_id}/data", f"/cases/{site.case_id}/links"
    assert site.client("sara").post(at, data={"link": "ern_rnd"}).status_code == 302
    assert site.client("fatima").post(at, data={"link": "skr"}).status_code == 403
    assert "https://www.ern-rnd.eu/" in text(site, "sara", data)
    assert "https://www.ern-rnd.eu/" not in text(site, "fatima", data)
    assert "https://www.ern-rnd.eu/" in sees(enter(site, code(site)))
    (remove,) = re.findall(rf'action="({at}/[0-9a-f]+/remove)"', text(site, "sara", data))
    assert site.client("sara").post(remove).status_code == 302
    assert "https://www.ern-rnd.eu/" not in sees(enter(site, code(site)))


def test_a_school_is_told_what_its_municipality_has_decided(empty_site: Site) -> None:
    """S1-28."""
    assert "Din kommun har beslutat att ni tar initiativ" in text(empty_site, "elvira", "/start")
    assert "Din kommun har beslutat" not in text(empty_site, "sara", "/start")
    with writing(empty_site.world.engine) as opened:
        row = directory.region(opened, "vastmanland")
        assert row is not None
        assert isinstance(row["settings"], dict)
        said = t.regions.update().where(t.regions.c.id == "vastmanland")
        opened.execute(said.values(settings={**row["settings"], "initiative": {}}))
    refused = empty_site.client("elvira").get("/start")
    assert refused.status_code == 403
    assert "Din kommun har inte bestämt" in refused.get_data(as_text=True)


def test_a_european_network_is_no_choice_in_any_form(empty_site: Site) -> None:
    """S0-31, S0-30."""

    def offered() -> str:
        form = library.current(tx(), "orebro_sip").routine.forms["ask_for_consent"]
        return " ".join(row[0] for row in directory_names.options(form, "csd_orebro")["units"])

    with empty_site.app.test_request_context():
        told = reads(offered)().get_data(as_text=True).split()
    assert "expertteam_neuromuskulart" in told
    assert "ern_euro_nmd" not in told
    with reading(empty_site.world.engine) as opened:
        assert directory.units(opened, ["ern_euro_nmd"])
