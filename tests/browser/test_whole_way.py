"""One case all the way in a real browser: three people of three principals, from the start to the closed plan, over 400 days.

What they write is the routine's own scenario `hela_vagen`, so that the browser and the virtual run cannot drift apart. Here a unit of
Ekdala is called beside that of Mälby, and is shown nothing until the person has said yes to all who are summoned.
"""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from engine.deadlines import iso
from engine.records import tables as t
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.webapp.site import NUMBER, PERSON, PROCESSES, Site

pytestmark = pytest.mark.browser

SCENARIO = PROCESSES / "vastmanland" / "sip" / "scenarios" / "hela_vagen.toml"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
UNITS = {"sara": "vc_ekdalen", "maria": "bistandsenheten_norra", "hanna": "bistand_ekdala"}
OUTSIDER = "inger"  # at a unit that nobody called
DIAGNOSIS = "Hjärtsvikt och KOL."
"""What only those with consent to health may read."""

Step = dict[str, Any]


def steps() -> list[Step]:
    """What somebody does in the scenario, with Ekdala doing what Mälby does as a called unit."""
    found: list[Step] = []
    for step in tomllib.loads(SCENARIO.read_text(encoding="utf-8"))["step"]:
        data = step.get("data", {})
        if step.get("do") == "prepare_meeting":
            data["need_areas"].append(
                data["need_areas"][0] | {"need": "Trösklarna", "priority": 2, "social_unit": UNITS["hanna"]}
            )
        if step.get("do") == "draw_up_plan":
            other = {
                "description": "Bostadsanpassning",
                "responsible": "Hanna Dal",
                "decided_by": "Hanna Dal",
                "unit": UNITS["hanna"],
            }
            data["goals"][0]["activities"].append(data["goals"][0]["activities"][1] | other)
        found.append(step)
        if step.get("unit") == UNITS["maria"]:
            found.append(deepcopy({"do": step["do"], "actor": "hanna", "unit": UNITS["hanna"], "data": data}))
    return found


@dataclass
class Way:
    """The case, those who work in it, and how far it has come."""

    site: Site
    meet: Meet
    people: dict[str, Person] = field(default_factory=dict)
    case_id: str = ""

    def person(self, name: str) -> Person:
        """At the worklist. The first time by the password; whom time has signed out since then has a new session."""
        if name not in self.people:
            self.people[name] = self.meet(name)
            return self.people[name]
        person = self.people[name]
        cookie = self.site.client(name).get_cookie("samordna")
        assert cookie is not None
        person.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": person.site}])
        person.go("/tasks")
        return person

    def pass_time(self, step: Step) -> None:
        if "at" in step:
            self.site.world.travel(step["at"])
        elif "after" in step:
            self.site.world.travel(self.site.world.now + iso.duration(step["after"]).clock)

    def take(self, step: Step) -> None:
        """The person finds the task in the list, fills it in and hands it in."""
        task = self.site.world.task(self.case_id, step["do"], step.get("unit"))
        person = self.person(step["actor"])
        person.follow(task.name)
        person.fill(local(step["data"]))
        person.hand_in()

    def content(self, name: str) -> str:
        """All that the person is shown of the case, page by page; nothing of a page that is refused."""
        person, found = self.person(name), []
        for page in ("", "/data", "/plan"):
            answer = person.page.goto(f"{person.site}/cases/{self.case_id}{page}")
            if answer is not None and answer.ok:
                found.append(person.page.locator("main").inner_text())
        return "\n".join(found)


def local(value: Any) -> Any:
    """Instants as the hands of the clock on the wall, as a browser wants them."""
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).replace(tzinfo=None)
    if isinstance(value, dict):
        return {key: local(one) for key, one in value.items()}
    return [local(one) for one in value] if isinstance(value, list) else value


def start(way: Way) -> None:
    """Sara looks whether there is a plan already, and starts the case."""
    page = way.person("sara").page
    page.get_by_role("link", name="Starta ärende").first.click()
    page.fill("#identity_number", NUMBER)
    page.get_by_role("button", name="Sök").click()
    page.fill("#subject_name", PERSON)
    page.get_by_label("Samordnad individuell plan").check()
    page.get_by_role("button", name="Starta ärendet").click()
    expect(page.locator("h1")).to_have_text("Registrera behovet")
    (case,) = way.site.world.rows(t.cases)
    way.case_id = case.id


def test_three_people_of_three_principals_bring_a_case_from_its_start_to_the_closed_plan(
    meet_anew: Meet, empty_site: Site
) -> None:
    way = Way(empty_site, meet_anew)
    start(way)
    for step in steps():
        way.pass_time(step)
        if "do" in step:
            way.take(step)
        look = LOOKS.get((step.get("do", ""), step.get("actor", "")))
        if look:
            look(way)
    assert way.site.world.case(way.case_id).status == "ended"


def called(way: Way) -> None:
    """Mälby, with consent, reads; Ekdala, without, is told that it is called; others are told nothing."""
    assert {PERSON, DIAGNOSIS} <= shown(way, "maria")
    hanna = way.content("hanna")
    assert "kallar er" in hanna
    assert not [word for word in (PERSON, DIAGNOSIS, "Mälby", "1943") if word in hanna]
    assert PERSON not in way.people["maria"].page.title() + way.people["maria"].page.url
    assert way.content(OUTSIDER) == ""


def summoned(way: Way) -> None:
    """The person has said yes to all who are summoned, and so Ekdala reads as well. The drawing shows how far it has come."""
    assert {PERSON, DIAGNOSIS} <= shown(way, "hanna")
    sara = way.person("sara")
    sara.go(f"/cases/{way.case_id}")
    expect(sara.page.locator(".outline [aria-current=step]")).to_contain_text("Här är ärendet")
    expect(sara.page.locator(".diagram[data-ready=drawn] .flag").first).to_have_text("Här är ärendet")


def planned(way: Way) -> None:
    """All three read the one plan, and the case says whose turn it is."""
    for name in UNITS:
        assert {"Bostadsanpassning", "Version 1"} <= shown(way, name)


def closed(way: Way) -> None:
    """Everybody is told, and nobody has anything left to do."""
    for name in UNITS:
        assert "Ärendet är avslutat" in way.content(name)
        expect(way.person(name).page.locator("td.task a")).to_have_count(0)
    assert way.content(OUTSIDER) == ""


def shown(way: Way, name: str) -> set[str]:
    """Which of the words to look for the person is shown."""
    content = way.content(name)
    return {word for word in (PERSON, DIAGNOSIS, "Bostadsanpassning", "Version 1") if word in content}


LOOKS = {
    ("write_initiative", "sara"): called,
    ("plan_meeting", "sara"): summoned,
    ("deliver_plan", "sara"): planned,
    ("hold_evaluation_meeting", "maria"): closed,
}
"""What is looked at when somebody has handed a form in."""
