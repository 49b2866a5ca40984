"""Each reader's language: their own choice, else their region's, else what the browser asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.webapp.site import Site


@pytest.mark.parametrize(
    ("asked_for", "language", "words"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb", "Logg inn"),
        ("no", "nb", "Logg inn"),
        ("sv-SE,sv;q=0.9", "sv", "Logga in"),
        ("de,en;q=0.5", "sv", "Logga in"),
        ("", "sv", "Logga in"),
    ],
)
def test_before_sign_in_the_browser_says_which_language(
    empty_site: Site, asked_for: str, language: str, words: str
) -> None:
    answer = empty_site.app.test_client().get("/sign-in", headers={"Accept-Language": asked_for})
    assert f'<html lang="{language}"' in answer.text
    assert f'<h1 class="sign-in-title">{words}</h1>' in answer.text


def test_whoever_works_in_a_region_reads_in_its_language_whatever_the_browser_says(empty_site: Site) -> None:
    swedish, norwegian = empty_site.client("sara"), empty_site.client("kaia")
    assert '<html lang="sv"' in swedish.get("/account", headers={"Accept-Language": "nb"}).text
    page = norwegian.get("/account", headers={"Accept-Language": "sv"}).text
    assert '<html lang="nb"' in page
    assert "Mine innstillinger" in page


def test_the_readers_own_choice_goes_before_all_and_can_be_taken_back(empty_site: Site) -> None:
    client = empty_site.client("sara")
    client.post("/account", data={"language": "en"})
    page = client.get("/account").text
    assert '<html lang="en"' in page
    assert "My settings" in page
    client.post("/account", data={"language": ""})
    assert '<html lang="sv"' in client.get("/account").text


def test_a_language_that_there_is_not_is_no_choice(empty_site: Site) -> None:
    client = empty_site.client("sara")
    client.set_cookie("samordna-language", "../../etc")
    assert '<html lang="sv"' in client.get("/account").text


def test_a_case_in_norway_begins_with_a_norwegian_number(empty_site: Site) -> None:
    client = empty_site.client("kaia")
    page = client.post("/start", data={"identity_number": "158541 00006"}).text
    assert "Født 15. mai 1941" in page
    assert "Individuell plan" in page
    assert "LSS" not in page
    assert "vastmanland_sip" not in page
    refused = client.post("/start", data={"identity_number": "15854100007"})
    assert (refused.status_code, "Kontroller de siste sifrene." in refused.text) == (422, True)


def test_a_made_up_number_begins_no_case_in_production(empty_site: Site) -> None:
    house = empty_site.app.extensions["samordna"]
    strict = replace(house.settings, environment="production")
    empty_site.app.extensions["samordna"] = replace(house, settings=strict)
    try:
        refused = empty_site.client("kaia").post("/start", data={"identity_number": "15854100006"})
    finally:
        empty_site.app.extensions["samordna"] = house
    assert (refused.status_code, "Ingen har det nummeret" in refused.text) == (422, True)
