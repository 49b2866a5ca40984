"""A process owner changes the routine in a real browser, with the mouse and with the keyboard alone; a second person makes it a version.

The draft keeps one scenario of the forty, so that trying it takes seconds: the one whose answers are offered in the play, and which counts
on the old deadline. Whoever uses the keyboard has the page at twice its size, which leaves half the width.
"""

from __future__ import annotations

import tomllib

import pytest
from playwright.sync_api import expect

from engine import library
from engine.actions import draft_sources
from engine.actions.cases import Subject
from engine.definitions import files
from engine.records import directory
from engine.records.database import writing
from tests.browser.conftest import Meet
from tests.browser.hands import Hand, Keyboard, Mouse
from tests.browser.person import Person
from tests.owners import put_in_force
from tests.webapp.site import NUMBER, PERSON, PROCESSES, Site

pytestmark = pytest.mark.browser

ROUTINE, FOLDER, SUMMONS = "vastmanland_sip", "vastmanland/sip", "vastmanland/summons/summons.bpmn"
SCENARIO = f"{FOLDER}/scenarios/hela_vagen.toml"
TRIAL = 240_000
"""ms that checks and scenarios may take on a machine that does much else."""
CHANGES = (
    "Fristen för Kvittera kallelsen ändras från 1 till 2 arbetsdagar",
    "Påminn enheten och dess chef",
    "I Vem kontaktas?, rad 6, ändras Kontakta från ”Socialtjänstens mottagning”",
    "Scenariot Kvittens på två dagar läggs till",
)


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_a_changed_deadline_a_reminder_and_a_contact_rule_are_played_approved_and_met_by_new_cases_only(
    hand: type[Hand], meet_anew: Meet, empty_site: Site
) -> None:
    running = summoned(empty_site)
    address = draft(empty_site)
    width = 1280 if hand is Mouse else 640
    karin = hand(meet_anew("karin", width=width))
    karin.person.go(f"{address}/{'diagram' if hand is Mouse else 'list'}?path={SUMMONS}")
    change_deadline(karin)
    add_reminders(karin)
    change_contact_rule(karin)
    play(karin)
    ask(karin)
    approve(hand(meet_anew("birgitta_v", width=width)))
    begun = summoned(empty_site)
    maria = meet_anew("maria")
    assert [due(maria, case_id) for case_id in (running, begun)] == [
        "Klar senast i morgon, tisdag 3 mars",
        "Klar senast onsdag 4 mars",
    ]


def summoned(site: Site) -> str:
    """A case in which Mälby has been summoned and has not answered, on the version in force."""
    case_id = site.world.start("sara", "vc_ekdalen", ROUTINE, Subject(PERSON, NUMBER))
    for step in tomllib.loads((PROCESSES / SCENARIO).read_text(encoding="utf-8"))["step"]:
        if step.get("do") == "acknowledge_summons":
            break
        if "do" in step:
            task = site.world.task(case_id, step["do"], step.get("unit"))
            site.world.hand_in(step["actor"], task, **step["data"])
    return case_id


def draft(site: Site) -> str:
    """The address of a draft of the routine as it is, with one scenario; a second process owner is there to approve it."""
    now = site.world.now
    with writing(site.world.engine) as tx:
        directory.put_membership(
            tx,
            id="second",
            person_id="birgitta_v",
            unit_id="hsf",
            role="process_owner",
            valid_from=now.date(),
        )
        found = library.current(tx, ROUTINE).bundle.files
        kept = {path: data for path, data in found.items() if files.decides(path) or path == SCENARIO}
        kept[f"{FOLDER}/routine.toml"] += b"\n# With one scenario.\n"
        put_in_force(tx, files.bundle(kept, ROUTINE), now=now)
        made = draft_sources.from_version(tx, site.world.actor("karin"), ROUTINE, now=now)
    return f"/studio/drafts/{made.id}"


def open_step(karin: Hand, element_id: str, name: str) -> None:
    """In the list by its line; on the canvas by its name, since the drawing is larger than the window."""
    if isinstance(karin, Mouse):
        expect(karin.page.locator("html")).to_have_attribute("data-studio", "ready")
        karin.page.get_by_role("button", name="Hitta ett steg").click()
        karin.page.keyboard.type(name)
        karin.page.locator(f'.djs-search-result[data-result-id="{element_id}"]').click()
    else:
        karin.leave(karin.page.locator(f"#line-{element_id}"), name)
    expect(karin.page.locator(":is(#step-panel, #step) h2").first).to_have_text(name)
    karin.person.settle()


def change_deadline(karin: Hand) -> None:
    open_step(karin, "acknowledge_summons", "Kvittera kallelsen")
    karin.write(karin.page.locator('[name="deadline:count"]'), "2")
    karin.press(karin.button("Spara steget"), "ska vara klart tisdag 29 december")


def add_reminders(karin: Hand) -> None:
    open_step(karin, "plan_meeting", "Bestäm tid, plats och mötesledare")
    karin.press(
        karin.page.locator("summary", has_text="Lägg till ett steg efter detta"), "Vad ska läggas till?"
    )
    karin.choose(karin.page.locator("#add-kind"), "reminders")
    karin.leave(karin.button("Lägg till"), "Steget är tillagt")


def change_contact_rule(karin: Hand) -> None:
    karin.leave(karin.link("Tabeller"), "Vem kontaktas?")
    karin.leave(karin.link("Vem kontaktas?"), "Varje rad är en regel.")
    karin.choose(karin.page.get_by_label("Rad 6, Kontakta"), '"ongoing_social"')
    karin.leave(karin.button("Spara tabellen"), "Tabellen är sparad")


def play(karin: Hand) -> None:
    """Every role in turn up to the summons, then the clock; what was played is kept."""
    karin.leave(karin.link("Spela"), "Du tar varje roll i tur och ordning")
    karin.leave(karin.button("Börja"), "Vems tur är det?")
    steps, turn = (
        karin.page.locator(".played [data-task]"),
        karin.page.locator(".turn", has_text="Kvittera kallelsen"),
    )
    while not turn.count():
        done = steps.count()
        karin.leave(karin.button("Lämna in som"), "Vems tur är det?")
        expect(steps).to_have_count(done + 1)
    expect(turn).to_contain_text("senast 11 mars")
    expect(karin.page.locator(".play-band")).to_contain_text(
        "Onsdag 11 mars, dagens slut: fristen för Kvittera kallelsen går ut och Lyft till chefslinjen"
    )
    expect(karin.page.locator(".play-diagram")).to_have_attribute("data-ready", "drawn")
    expect(karin.page.locator('.play-diagram .is-now[data-element-id="acknowledge_summons"]')).to_be_visible()
    karin.leave(karin.button("Gör inget: vrid fram till det som händer härnäst"), "12 mars 2026 00.00")
    expect(turn.locator("[data-state=late]")).to_have_text("sen")
    karin.write(karin.page.locator("#play-title"), "Kvittens på två dagar")
    karin.leave(karin.button("Behåll den"), "Sparat som scenariot ”Kvittens på två dagar”")


def ask(karin: Hand) -> None:
    """The difference is read, the scenario that counts on the old deadline is told of the new, and a second person is asked; the deadline
    falls together with the escalation now, which is warned of.
    """
    karin.leave(karin.link("Publicera"), "På väg mot en version")
    karin.leave(karin.button("Prova nu"), "Kvittera kallelsen har frist 5 mars i stället för 4 mars.", TRIAL)
    karin.leave(karin.button("Låt scenariot räkna med det nya"), "2 av 2")
    read_all(karin)
    karin.write(karin.page.locator("#message"), "Kommunerna hinner inte på en dag.")
    karin.write(karin.page.locator("#warnings-stay"), "Cheferna ska veta det samma dag.")
    karin.leave(karin.button("Skicka för godkännande"), "Du har skickat det för godkännande")


def read_all(reader: Hand) -> None:
    reader.leave(reader.link("Skillnad"), "Ändringarna i ord")
    for words in CHANGES:
        expect(reader.page.locator(".change-list")).to_contain_text(words)
    unread = reader.page.get_by_role("button", name="Jag har läst")
    for left in range(unread.count(), 0, -1):
        reader.press(unread.first, "lästa")
        expect(unread).to_have_count(left - 1)
    reader.leave(reader.link("Publicera"), "villkor är uppfyllda")


def approve(second: Hand) -> None:
    second.person.go("/studio/")
    second.leave(second.link("Granska"), "Får stå kvar: Cheferna ska veta det samma dag.")
    read_all(second)
    second.write(second.page.locator("#reason"), "Stämmer med beslutet.")
    second.leave(second.button("Besluta"), "Versionen är godkänd.")


def due(maria: Person, case_id: str) -> str:
    """The last day to answer the summons, as the unit is shown it."""
    maria.go(f"/cases/{case_id}")
    return maria.page.get_by_text("Klar senast").first.inner_text()
