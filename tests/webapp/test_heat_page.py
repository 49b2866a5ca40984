"""The routine as a picture, as a page: what an empty period and a wrong address get, and what governance never sees."""

from __future__ import annotations

import json
import re

from engine import library
from engine.definitions import files
from engine.records.database import writing
from tests.owners import put_in_force
from tests.webapp.site import CONVENER, PERSON, PROCESSES, SUMMONED, Site

PAGE = "/figures/routine"


def heat_steps(process_id: str) -> list[str]:
    """Every step at which somebody may wait, as the routine's own file has them."""
    (drawn,) = PROCESSES.rglob(f"{process_id.partition('_')[2]}.bpmn")
    return re.findall(r'<bpmn:(?:userTask|callActivity) id="([^"]+)"', drawn.read_text())


def test_a_period_without_cases_gets_a_sentence_with_the_day_of_the_first(site: Site) -> None:
    anders = site.client("anders")
    empty = anders.get(f"{PAGE}?since=2025-06&until=2025-07").text
    assert "Inga ärenden i perioden. Första ärendet: måndag 2 mars" in empty
    assert "Inga ärenden i perioden" not in anders.get(PAGE).text


def test_an_impossible_period_and_a_unit_of_somebody_else_get_a_sentence_and_no_number(site: Site) -> None:
    eva = site.client("eva")
    for query in (
        "since=2026-03&until=2026-01",
        "since=x",
        "since=1890-01",
        "since=0000-01",
        "until=9999-12",
        "since=%D9%A2%D9%A0%D9%A2%D9%A6-01",
        f"place={CONVENER}",
    ):
        answer = eva.get(f"{PAGE}?{query}")
        assert (answer.status_code, "heat-table" in answer.text, 'role="alert"' in answer.text) == (
            400,
            False,
            True,
        )
        assert eva.get(f"{PAGE}/vastmanland_sip.json?{query}").status_code == 404


def test_the_marks_in_the_picture_are_the_numbers_of_the_table_and_name_nobody(site: Site) -> None:
    query = "?part=vastmanland_initiative&place=" + SUMMONED
    marks = json.loads(site.client("eva").get(f"{PAGE}/vastmanland_initiative.json{query}").text)
    assert marks["heat"] == [{"element": "acknowledge_initiative", "level": 1, "words": "1"}]
    page = site.client("eva").get(PAGE + query).text
    assert 'id="step-acknowledge_initiative"' in page
    steps = heat_steps("vastmanland_initiative")
    assert re.findall(r'<tr id="step-([^"]+)"', page) == steps, "also those at which nothing has been"
    assert [word for word in (PERSON, *site.planted) if word in page] == []


def test_governance_sees_too_few_for_what_is_small_and_no_case(site: Site) -> None:
    gunvor = site.client("gunvor")
    page = gunvor.get(PAGE).text
    assert "för få" in page
    assert "/figures/routine/step/" not in page
    step = f"{PAGE}/step/write_initiative?part=vastmanland_sip"
    assert gunvor.get(step).status_code == 404
    assert site.client("anders").get(step).status_code == 200


def test_a_step_that_only_some_versions_have_says_which_and_each_version_can_be_seen_by_itself(
    site: Site,
) -> None:
    with writing(site.world.engine) as tx:
        contents = dict(library.current(tx, "vastmanland_sip").bundle.files)
        drawing = "vastmanland/initiative/initiative.bpmn"
        contents[drawing] = contents[drawing].replace(b"acknowledge_initiative", b"acknowledge_anew")
        form = "vastmanland/initiative/forms/acknowledge_initiative.form"
        contents[form.replace("initiative.form", "anew.form")] = contents.pop(form)
        put_in_force(tx, files.bundle(contents, "vastmanland_sip"), conventions=False, now=site.world.now)
    eva, query = site.client("eva"), "?part=vastmanland_initiative&place=" + SUMMONED
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", eva.get(PAGE + query).text))
    assert "Flest väntar på Kvittera initiativet." in page
    assert "Kvittera initiativet sedan version 2 0" in page
    assert "Kvittera initiativet till version 1 1" in page
    number = site.world.case(site.case_id).number
    assert number in eva.get(f"{PAGE}/step/acknowledge_initiative{query}").text
    first, second = (eva.get(f"{PAGE}{query}&version={one}").text for one in (1, 2))
    assert ("Version 1 och de ärenden som följer den" in first, "acknowledge_anew" in first) == (True, False)
    assert "Flest väntar på Kvittera initiativet." in first
    assert ("acknowledge_anew" in second, "Flest väntar" in second) == (False, False)
    for version, told in ((1, 1), (2, 0)):
        step = eva.get(f"{PAGE}/step/acknowledge_initiative{query}&version={version}")
        assert step.text.count(number) == told
        marks = json.loads(eva.get(f"{PAGE}/vastmanland_initiative.json{query}&version={version}").text)
        assert len(marks["heat"]) == told
    assert 'name="version"' in first
    assert 'name="version"' not in site.client("gunvor").get(f"{PAGE}?version=1").text, (
        "what one version leaves of all could be worked out"
    )
