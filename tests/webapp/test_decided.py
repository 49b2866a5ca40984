"""What a second person answers reaches whoever asked: sent back with comments, or approved for a later day and called off before it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.actions import draft_sources, publishing, routine_drafts
from engine.records import publications
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.publications import Trial
from tests.webapp.site import Site
from tests.webapp.test_studio_routines import DRAWING, SIP, second_owner, text


def tried(site: Site, *findings: dict[str, object]) -> str:
    """The id of a draft of Karin's that was tried, with what was found, and that Anders may decide; both have read it."""
    second_owner(site)
    world = site.world
    made = world.do(draft_sources.from_version, "karin", SIP)
    karin = world.actor("karin")
    with writing(world.engine) as tx:
        content = routine_drafts.read(tx, karin, made.id)
        changed = content.files[DRAWING].replace("Bedöm behovet".encode(), b"Se efter", 1)
        routine_drafts.save_file(
            tx, karin, made.id, DRAWING, changed, expected_revision=made.revision, now=world.now
        )
        content = routine_drafts.read(tx, karin, made.id)
        digest = draft_sources.tried(tx, content.draft.folder, content.files)
        publications.put_trial(
            tx, made.id, Trial(digest, world.now, True, findings, ({"name": "one", "ok": True},))
        )
        for name in ("karin", "anders"):
            person = world.actor(name)
            for one in publishing.state(tx, person, made.id).changes:
                publishing.mark_read(tx, person, made.id, one.key, now=world.now)
    return str(made.id)


@pytest.fixture
def asked(empty_site: Site) -> str:
    """The address of publishing that draft, which waits for Anders."""
    draft_id = tried(empty_site)
    empty_site.world.do(publishing.ask, "karin", draft_id, "Kortare.")
    return f"/studio/drafts/{draft_id}/publish"


def decide(site: Site, address: str, **given: str) -> str:
    """Anders answers; gives what he is told."""
    (waits,) = [one for one in site.world.rows(t.publications) if one.status == "asked"]
    data = {"publication": waits.id, "reason": "Läst.", **given}
    return text(site.client("anders").post(f"{address}/decide", data=data, follow_redirects=True))


def test_what_is_sent_back_says_why_where_the_draft_stands_and_at_the_change_that_was_commented(
    empty_site: Site, asked: str
) -> None:
    page = empty_site.client("anders").get(asked).get_data(as_text=True)
    (comment,) = set(re.findall(r'name="(comment:[^"]+)"', page))
    decide(empty_site, asked, decision="back", reason="Namnet är för kort.", **{comment: "Skriv <b>vad</b>."})
    karin = empty_site.client("karin")
    routines = karin.get("/studio/").get_data(as_text=True)
    assert "Skickat tillbaka" in routines
    assert "Samordnad individuell plan (SIP) har kommit tillbaka till dig" in routines
    assert "har kommit tillbaka" not in text(empty_site.client("anders").get("/studio/"))
    assert f'href="{asked}"' in routines
    told = karin.get(asked).get_data(as_text=True)
    assert "Anders" in told
    assert "Namnet är för kort." in told
    assert "Skriv &lt;b&gt;vad&lt;/b&gt;." in told
    empty_site.world.now += timedelta(minutes=1)
    draft_id = asked.split("/")[3]
    with reading(empty_site.world.engine) as tx:
        content = routine_drafts.read(tx, empty_site.world.actor("karin"), draft_id)
    better = content.files[DRAWING].replace(b'"Se efter"', b'"Se efter behovet"', 1)
    empty_site.world.do(
        routine_drafts.save_file, "karin", draft_id, DRAWING, better, expected_revision=content.draft.revision
    )
    assert "Skickat tillbaka" not in text(karin.get("/studio/"))
    assert "ändringar som har blivit andra sedan dess: Skriv" in text(karin.get(asked))


def test_what_is_approved_for_a_later_day_is_seen_and_called_off_until_that_day(
    empty_site: Site, asked: str
) -> None:
    later = (empty_site.world.now + timedelta(days=9)).date().isoformat()
    assert "Versionen är godkänd." in decide(empty_site, asked, decision="approve", valid_from=later)
    karin = empty_site.client("karin")
    assert "Ny version från " in text(karin.get("/studio/"))
    (approved,) = empty_site.world.rows(t.publications)
    version = f"/studio/versions/{approved.to_hash}"
    assert "Väntar på sin dag Stoppa den" in text(karin.get(version))
    assert "Gäller från " in text(karin.get(asked))
    given = {"publication": approved.id, "reason": " "}
    assert "Skriv varför." in text(karin.post(f"{asked}/call-off", data=given, follow_redirects=True))
    given["reason"] = "Fel frist."
    stopped = text(karin.post(f"{asked}/call-off", data=given, follow_redirects=True))
    assert "Det är stoppat." in stopped
    assert "stoppade det" in stopped
    assert "Fel frist." in stopped
    assert "Skicka för godkännande" in stopped
    routines = text(karin.get("/studio/", query_string={"routine": SIP}))
    assert "Ny version från " not in routines
    assert "Stoppad" in routines
    assert "Stoppad av " in text(karin.get(version))
    again = text(karin.post(f"{asked}/call-off", data=given, follow_redirects=True))
    assert "någon stoppat det" in again


def test_a_draft_that_another_has_overtaken_takes_in_what_that_changed(empty_site: Site, asked: str) -> None:
    karin, world = empty_site.client("karin"), empty_site.world
    later = world.do(draft_sources.from_version, "karin", SIP)
    address = f"/studio/drafts/{later.id}/publish"
    assert "Ta in det" not in text(karin.get(address))
    decide(empty_site, asked, decision="approve")
    assert "Ta in det som den ändrade" in text(karin.get(address))
    given = {"what": "version", "revision": "1"}
    told = text(karin.post(f"{address}/take-in", data=given, follow_redirects=True))
    assert "Det är intaget." in told
    assert "Det säger detsamma som den version som gäller." in told
    assert "Ta in det" not in told
    for wrong in ("1", "x", "٣"):  # a tab from before
        given = {"what": "parts", "revision": wrong}
        assert "Så här står det nu." in text(
            karin.post(f"{address}/take-in", data=given, follow_redirects=True)
        )


def test_why_a_warning_may_stay_is_asked_of_whoever_asks_and_seen_by_whoever_decides(
    empty_site: Site,
) -> None:
    warned: dict[str, object] = {
        "rule": "timer-order",
        "severity": "warning",
        "element_id": "assess",
        "message": "x",
    }
    address, karin = f"/studio/drafts/{tried(empty_site, warned)}/publish", empty_site.client("karin")
    assert "En varning:" in text(karin.get(address))
    given = {"message": "Kortare."}
    assert "varför det får stå kvar" in text(karin.post(f"{address}/ask", data=given, follow_redirects=True))
    given["warnings_stay"] = "Cheferna vill ha det så."
    karin.post(f"{address}/ask", data=given)
    assert "Får stå kvar: Cheferna vill ha det så." in text(empty_site.client("anders").get(address))


def test_whoever_decides_tries_anew_what_was_tried_before_its_parts_changed(
    empty_site: Site, asked: str
) -> None:
    again = "Något som det använder har ändrats sedan det provades."
    assert again not in text(empty_site.client("anders").get(asked))
    with writing(empty_site.world.engine) as tx:
        tx.execute(t.draft_trials.update().values(digest="of other parts"))
    assert again in text(empty_site.client("anders").get(asked))


def test_a_draft_is_given_up_found_below_the_list_and_taken_up_again(empty_site: Site) -> None:
    draft_id = tried(empty_site)
    karin, page = empty_site.client("karin"), f"/studio/drafts/{draft_id}/publish"
    assert "Ge upp utkastet" in text(karin.get(page))
    gone = text(karin.post(f"/studio/drafts/{draft_id}/give-up", follow_redirects=True))
    assert "Utkastet är uppgivet. Det finns kvar, nedanför listan." in gone
    assert "Ett uppgivet utkast" in gone
    assert "Fortsätt ändra" not in gone
    assert "Ingenting av det är borta. Ta upp det igen" in text(karin.get(page))
    twice = text(karin.post(f"/studio/drafts/{draft_id}/give-up", follow_redirects=True))
    assert "Så här står det nu." in twice
    karin.post(f"/studio/drafts/{draft_id}/take-up")
    assert "uppgiv" not in text(karin.get("/studio/"))
    empty_site.world.do(publishing.ask, "karin", draft_id, "Kortare.")
    assert "Ge upp utkastet" not in text(karin.get(page))
