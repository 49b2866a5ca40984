"""Each reader's language: their own choice, else their region's, else what the browser asks for."""

from __future__ import annotations

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
