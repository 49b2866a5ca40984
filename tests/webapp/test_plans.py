"""The plan as a living thing: who does what together, its versions and what differs, and what shall happen in it; each sees only theirs."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from engine.definitions.schema import Field
from engine.records import cases as case_rows
from engine.records import correspondence
from engine.records import tables as t
from engine.records.correspondence import Setting
from engine.records.database import reading, writing
from engine.records.grounds import Slot, appoint
from tests.webapp.site import CONSENTED, CONVENER, Site

SECRET = ("qzbeforezq", "qzafterzq")
"""What stands in the wishes of the earlier and of the later version; only those who may read of the person's situation may know of it."""


def activity(what: str, principal: str, unit: str, **more: object) -> dict[str, object]:
    return {"description": what, "principal": principal, "unit": unit, "state": "decided", **more}


def two_versions(site: Site) -> None:
    """A plan, and what became of it a week later."""
    care = activity("Sårvård", "region", CONVENER, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 30))
    home = activity("Hemtjänst", "municipality", CONSENTED, ends_on=date(2026, 3, 9), progress="going_on")
    going = care | {"progress": "going_on"}
    for number, (activities, wishes) in enumerate((([care], SECRET[0]), ([going, home], SECRET[1])), 8):
        goals = [{"goal": "Bo kvar hemma", "activities": activities}]
        with writing(site.world.engine) as tx:
            main = case_rows.main_instance(tx, site.case_id)
            kept = Setting(
                main.bundle_hash,
                "shared/documents/plan.typ",
                "0" * 64,
                {"categories": {"wishes": ["situation"], "goals": ["plan"]}},
            )
            tx.execute(t.case_values.delete().where(t.case_values.c.name == "goals"))
            case_rows.write_values(
                tx,
                site.case_id,
                [
                    ("", "goals", "plan", goals),
                    ("", "follow_up_on", "plan", date(2026, 6, 1)),
                    ("", "follow_up_time", "plan", time(13, 30)),
                ],
            )
            correspondence.issue_document(
                tx, case_id=site.case_id, kind="plan", title="Planen", content={"goals": goals, "wishes": wishes}, by="sara",
                setting=kept, now=site.world.now + timedelta(days=number),
            )  # fmt: skip


def text(site: Site, who: str, address: str, status: int = 200) -> str:
    answer = site.client(who).get(f"/cases/{site.case_id}{address}")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_plan_tells_what_it_is_for_and_what_is_answered_for_together(site: Site) -> None:
    """S2-06 and S3-019, on the page and on paper."""
    two_versions(site)
    for address in ("/plan", "/plan/print"):
        shown = text(site, "sara", address)
        assert "Planen är till för att den enskilde ska få det samordnade stöd" in shown
        assert "Hälso- och sjukvården och kommunen svarar tillsammans för alla mål." in shown
        assert "Gemensamt ansvar" in shown
        assert "Pågår sedan" in shown


def test_the_plan_tells_the_day_and_the_time_of_the_next_follow_up(site: Site) -> None:
    """S2-02."""
    two_versions(site)
    assert "Måndag 1 juni klockan 13.30" in text(site, "sara", "/plan")


def test_the_same_sentences_stand_on_the_page_on_paper_and_between_the_versions(site: Site) -> None:
    two_versions(site)
    for address in ("/plan", "/plan/print", "/plan/changes"):
        shown = text(site, "sara", address)
        assert "Sårvård: läget från inte påbörjad till pågår." in shown
        assert re.search(r"Ny insats: Hemtjänst \([^)]+\)\.", shown)
    assert '<div class="change">Nytt</div>' in text(site, "sara", "/plan/changes")
    assert "Borttagen insats: Hemtjänst." not in text(site, "sara", "/plan/changes?earlier=3&later=2")
    text(site, "sara", "/plan/changes?earlier=1&later=9", 404)


@pytest.mark.parametrize(("who", "sees"), [("sara", True), ("fatima", False)])
def test_a_difference_tells_nothing_that_the_reader_may_not_see(site: Site, *, who: str, sees: bool) -> None:
    two_versions(site)
    for address in ("/plan", "/plan/print", "/plan/changes", "/plan/changes?earlier=2&later=3"):
        shown = text(site, who, address)
        assert "Hemtjänst" in shown
        assert ("Önskemål" in shown and SECRET[1] in shown) == sees
        assert (SECRET[0] in shown) == sees


@pytest.mark.parametrize("who", ["maria", "hanna"])
def test_without_consent_no_difference_is_told(site: Site, who: str) -> None:
    two_versions(site)
    assert "Hemtjänst" not in text(site, who, "/plan/changes", 404)


def test_whoever_holds_the_plan_together_sees_what_shall_happen_in_it(site: Site) -> None:
    """S3-108: over all their plans, the latest first; it is noted as read, and nobody else has it."""
    two_versions(site)
    assert 'href="/plans"' not in site.client("fatima").get("/cases").get_data(as_text=True)
    with writing(site.world.engine) as tx:
        appoint(tx, site.case_id, Slot("coordinator", CONSENTED, "malby", "fatima", site.world.now))
    site.world.now = site.world.now + timedelta(days=20)
    shown = site.client("fatima").get("/plans").get_data(as_text=True)
    assert shown.index("Hemtjänst") < shown.index("Sårvård") < shown.index("Uppföljning")
    assert "dagar försenad" in shown
    assert 'href="/plans"' in shown
    with reading(site.world.engine) as tx:
        noted = tx.execute(select(t.log.c.actor_id).where(t.log.c.page == "plans")).scalars().all()
    assert set(noted) == {"fatima"}
    assert "Hemtjänst" not in site.client("amina").get("/plans").get_data(as_text=True)


def every(fields: tuple[Field, ...]) -> list[Field]:
    return [each for one in fields for each in (one, *every(one.children))]


def test_where_an_activity_is_chosen_stands_how_far_municipal_health_care_reaches(site: Site) -> None:
    """S3-084: up to nurse, occupational therapist and physiotherapist; the doctor is the region's."""
    (answers,) = [
        one for one in every(site.form(site.case_id, "draw_up_plan").fields) if one.key == "principal"
    ]
    assert "sjuksköterska, arbetsterapeut och fysioterapeut" in answers.properties["hint_municipality"]
    assert "Läkare är alltid regionens" in answers.properties["hint_region"]


def test_the_meeting_begins_with_the_persons_own_part(site: Site) -> None:
    """S2-12: what the person wants and needs is asked for before who came and what was agreed."""
    keys = [one.key for one in every(site.form(site.case_id, "hold_meeting").fields)]
    assert keys.index("prioritised_needs") < keys.index("attendance") < keys.index("meeting_decisions")
