"""Pages that anybody may read: what they answer to, that they need no session, and that a task leads to its guidance in one click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.definitions import guidance
from engine.definitions.guidance import Library
from engine.records import tasks
from engine.records.database import reading
from tests import databases
from tests.webapp.site import CONSENTED, PROCESSES, SUMMONED, Site, copied
from tests.webapp.test_own import code, enter, sees

REGION = "/about/vastmanland"


@pytest.fixture(scope="module")
def public(filled: Path) -> Iterator[Site]:
    """Routines in force and no case; these tests only read."""
    with databases.room() as folder, copied(filled, folder) as site:
        yield site


@pytest.fixture(scope="module")
def anybody(public: Site) -> FlaskClient:
    return public.client()


@pytest.fixture(scope="module")
def shelf() -> Library:
    return guidance.gather(PROCESSES, "vastmanland", "sv")[0]


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def answering(shelf: Library, number: str) -> set[str]:
    """The names of the pages that say they answer to a requirement."""
    return {one.name for one in shelf.pages.values() if number in one.clauses}


def test_there_is_help_for_health_care_and_for_social_services(anybody: FlaskClient, shelf: Library) -> None:
    """S0-15."""
    assert answering(shelf, "S0-15") == {"health-care", "social-services"}
    assert "vårdcentral" in read(anybody, f"{REGION}/health-care")
    assert "personakten" in read(anybody, f"{REGION}/social-services")


def test_what_when_and_how_can_be_read_before_signing_in(anybody: FlaskClient, shelf: Library) -> None:
    """S0-16."""
    assert answering(shelf, "S0-16") == {"what", "when", "how"}
    titles = [
        re.findall(r"<h1>(.*?)</h1>", read(anybody, f"{REGION}/{page}"))[0]
        for page in ("what", "when", "how")
    ]
    assert titles == ["Vad är en SIP?", "När ska planen göras?", "Hur går det till?"]


@pytest.mark.parametrize("region", ["vastmanland", "orebro", "steinkjer"])
def test_every_step_of_every_routine_says_what_when_who_and_how(anybody: FlaskClient, region: str) -> None:
    """S0-16."""
    listed = re.findall(rf'"(/about/{region}/routines/\w+)"', read(anybody, f"/about/{region}/routines"))
    steps = {
        one
        for page in listed
        for one in re.findall(rf'"(/about/{region}/steps/\w+/\w+)"', read(anybody, page))
    }
    assert len(steps) > 20
    for step in steps:
        headings = re.findall(r"<h2>(.*?)</h2>", read(anybody, step))
        assert headings[:4] in (["Vad", "När", "Vem", "Hur"], ["Hva", "Når", "Hvem", "Hvordan"]), step


def test_rights_stand_on_an_open_page_for_the_person_and_one_for_relatives_and_an_easy_one(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S0-24."""
    assert {"rights", "relatives", "easy"} <= answering(shelf, "S0-24")
    assert "Det här har du rätt till" in read(anybody, f"{REGION}/rights")
    assert 'class="easy"' in read(anybody, f"{REGION}/easy")
    longest = max(len(line) for line in shelf.pages["easy"].text.splitlines())
    assert longest <= 60


def test_children_and_adults_have_a_track_of_their_own_in_texts_and_forms(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S0-26."""
    assert {"child", "adult"} <= answering(shelf, "S0-26")
    tracks = {group: read(anybody, f"{REGION}/?for={group}") for group in ("child", "adult")}
    assert [("Till dig som är barn" in text, "För dig som är vuxen" in text) for text in tracks.values()] == [
        (True, False),
        (False, True),
    ]
    forms = {group: read(anybody, f"{REGION}/forms?for={group}") for group in ("child", "adult")}
    assert ["preparation_child.pdf" in text for text in forms.values()] == [True, False]
    assert ["/preparation.pdf" in text for text in forms.values()] == [False, True]


def test_the_word_sip_is_explained_where_it_is_met(
    public: Site, anybody: FlaskClient, shelf: Library
) -> None:
    """S1-01."""
    assert "what" in answering(shelf, "S1-01")
    word = "<dfn>Samordnad individuell plan</dfn> (SIP, samordnad plan)"
    assert word in read(anybody, f"{REGION}/")
    sara = public.client("sara")
    begun = sara.post("/start", data={"identity_number": "19121212-1212"})
    assert word in begun.get_data(as_text=True) or word in read(sara, begun.headers["Location"])
    assert "Vad är en SIP?" in read(anybody, "/sign-in")


def test_guidance_and_forms_can_be_chosen_for_children_young_people_adults_and_older_people(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S1-30."""
    assert {"child", "young", "adult", "older"} <= answering(shelf, "S1-30")
    own = {
        "child": "Till dig som är barn",
        "young": "Till dig som är ung",
        "adult": "För dig som är vuxen",
        "older": "För dig som är äldre",
    }
    for group, its in own.items():
        text = read(anybody, f"{REGION}/?for={group}")
        assert [title for title in own.values() if title in text] == [its]
    assert "Ditt eget papper" not in read(anybody, f"{REGION}/forms?for=child")


def test_there_are_texts_easy_texts_stories_checklists_and_forms_to_print(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S1-31."""
    assert {"story-child", "story-adult", "story-older", "checklist"} <= answering(shelf, "S1-31")
    everything = read(anybody, f"{REGION}/material")
    for kind in ("text", "easy", "story", "checklist", "form"):
        chosen = read(anybody, f"{REGION}/material?kind={kind}")
        rows = re.findall(r'<li><a href="([^"]+)"><strong>', chosen)
        assert rows
        assert set(rows) < set(re.findall(r'<li><a href="([^"]+)"><strong>', everything))
    assert "data-print" in read(anybody, f"{REGION}/checklist")


@pytest.mark.parametrize(
    ("region", "phone"), [("vastmanland", "021"), ("orebro", "019"), ("steinkjer", "74")]
)
def test_it_is_told_whom_to_ask_in_the_region(anybody: FlaskClient, region: str, phone: str) -> None:
    """S1-32."""
    assert f'href="tel:{phone}' in read(anybody, f"/about/{region}/contacts")


def test_help_from_both_sides_must_hang_together(anybody: FlaskClient, shelf: Library) -> None:
    """S2-03."""
    assert "what" in answering(shelf, "S2-03")
    assert "stöd från både hälso- och sjukvården och socialtjänsten" in read(anybody, f"{REGION}/what")


def test_the_municipality_and_the_region_answer_for_a_plan_being_made(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S2-19."""
    assert {"rights", "when", "ask"} <= answering(shelf, "S2-19")
    text = read(anybody, f"{REGION}/rights")
    assert "Kommunen och regionen har ansvar för att det görs en samordnad individuell plan" in text
    assert "Socialtjänstlagen (2025:400), 10 kap. 8 och 9\N{NO-BREAK SPACE}§§" in text


def test_it_may_be_called_a_coordinated_plan_in_the_persons_own_words(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S2-22."""
    assert "what" in answering(shelf, "S2-22")
    assert "<em>samordnad plan</em>" in read(anybody, f"{REGION}/what")


def test_the_duty_and_how_it_is_done_are_told_with_the_routine_itself(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S3-009."""
    assert {"duty", "here"} <= answering(shelf, "S3-009")
    assert "Hälso- och sjukvårdslagen (2017:30), 16 kap. 4\N{NO-BREAK SPACE}§ för regionen" in read(
        anybody, f"{REGION}/duty"
    )
    routine = read(anybody, f"{REGION}/routines/vastmanland_initiative")
    assert "en skyldighet och inget erbjudande" in routine
    assert re.search(
        r"Kvittera initiativet</a><span[^>]*>Ska göras av: Personal\. Inom: 1 arbetsdag", routine
    )


@pytest.mark.parametrize(("who", "unit"), [("maria", SUMMONED), ("fatima", CONSENTED)])
def test_a_task_leads_to_the_guidance_for_its_step_in_one_click(
    site: Site, shelf: Library, who: str, unit: str
) -> None:
    """S3-048."""
    with reading(site.world.engine) as tx:
        task = next(one for one in tasks.of_case(tx, site.case_id, open_only=True) if one.unit_id == unit)
    address = f"{REGION}/steps/{task.process_id}/{task.element_id}"
    page = read(site.client(who), f"/tasks/{task.id}")
    assert f'<a href="{address}">Vägledning för det här steget</a>' in page
    guide, pages = read(site.client(), address), shelf.of_step(task.element_id)
    assert pages
    assert [one.name for one in pages if f'href="{REGION}/{one.name}"' not in guide] == []


def test_the_guidance_for_staff_covers_consent_the_plan_and_what_follows(
    anybody: FlaskClient, shelf: Library
) -> None:
    """S3-048."""
    assert answering(shelf, "S3-048") == {"consent", "writing", "follow-up"}
    for page, said in (
        ("consent", "Två frågor"),
        ("writing", "Mål som går att följa upp"),
        ("follow-up", "Följ upp"),
    ):
        assert said in read(anybody, f"{REGION}/{page}")


def test_the_words_follow_the_list_of_words_of_the_national_board(anybody: FlaskClient) -> None:
    """S3-113."""
    text = read(anybody, f"{REGION}/words")
    theirs = re.findall(r"<dfn>([^<]+)</dfn>(?:(?!</dd>).)*Socialstyrelsens termbank", text, re.DOTALL)
    assert {"samordnad individuell plan", "närstående", "god man", "genomförandeplan", "habilitering"} <= set(
        theirs
    )


def test_guidance_on_habilitation_and_rehabilitation_is_reached(anybody: FlaskClient, shelf: Library) -> None:
    """S3-114."""
    assert answering(shelf, "S3-114") == {"rehabilitation"}
    assert 'href="https://www.socialstyrelsen.se"' in read(anybody, f"{REGION}/rehabilitation")


def test_the_one_whose_case_it_is_is_told_in_plain_words_what_the_plan_is(site: Site) -> None:
    """S2-03, S2-19 and S2-22."""
    told = sees(enter(site, code(site)))
    assert "stöd från både hälso- och sjukvården och socialtjänsten" in told
    assert "genom en samordnad plan" in told
    assert "Kommunen och regionen har ansvar" in told
    assert 'href="/about/"' in told


@pytest.mark.parametrize("region", ["vastmanland", "orebro", "steinkjer"])
def test_every_page_of_a_region_can_be_opened_and_leads_nowhere_that_is_not_there(
    anybody: FlaskClient, region: str
) -> None:
    seen: set[str] = set()
    todo = {f"/about/{region}/"}
    while todo:
        address = todo.pop()
        seen.add(address)
        text = read(anybody, address)
        here = address.rpartition("/")[0]
        found = re.findall(r'href="(?:(/about/[^"#?]+)|([a-z-]+))"', text)
        todo |= {one or f"{here}/{beside}" for one, beside in found} - seen
        todo = {one for one in todo if not one.endswith(".pdf") and "/steps/" not in one}
    assert len(seen) > 25


def test_the_blank_forms_are_set_without_a_session_and_hold_nobody(
    anybody: FlaskClient, shelf: Library
) -> None:
    for paper in ("preparation_child", "consent"):
        first = anybody.get(f"{REGION}/forms/{paper}.pdf")
        assert (first.status_code, first.mimetype, first.headers["Cache-Control"]) == (
            200,
            "application/pdf",
            "private, max-age=3600",
        )
        assert anybody.get(f"{REGION}/forms/{paper}.pdf").data == first.data
    assert anybody.get(f"{REGION}/forms/letter.pdf").status_code == 404


def test_whoever_has_chosen_no_language_reads_in_that_of_the_region(public: Site) -> None:
    norwegian = public.client().get("/about/steinkjer/rights", headers={"Accept-Language": "sv"})
    assert '<html lang="nb"' in norwegian.get_data(as_text=True)
    first = public.client().get("/about/", headers={"Accept-Language": "nb"}).get_data(as_text=True)
    assert first.index("Steinkjer") < first.index("Västmanland")


@pytest.mark.parametrize("address", ["/about/nowhere/", f"{REGION}/nothing", f"{REGION}/routines/nothing"])
def test_what_is_not_there_is_not_found(anybody: FlaskClient, address: str) -> None:
    assert anybody.get(address).status_code == 404
