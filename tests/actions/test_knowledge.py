"""What staff know and read: the register of links, reading matter of a case, courses and routines, local instructions, who begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine import library
from engine.actions import attaching, initiative, instructing, learning, link_register, reading_matter
from engine.actions.link_register import Typed
from engine.definitions import files, region
from engine.errors import BrokenDefinition, InvalidForm, NotAllowed, NotFound, StaleCase
from engine.reads import concerned
from engine.records import directory, instructions, learned, links
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.owners import put_in_force
from tests.world import World

LINKS = """
[[publisher]]
id = "skr"
name = "SKR"
earlier = ["SKL"]
[[link]]
id = "sip"
name = "SIP"
address = "https://skr.se/"
publisher = "skr"
theme = "guidance"
[[link]]
id = "als"
name = "Om ALS"
address = "https://a.se/"
publisher = "skr"
theme = "rare_diseases"
diagnoses = ["ALS"]
[[link]]
id = "norsk"
name = "Norsk"
address = "https://b.no/"
publisher = "skr"
theme = "guidance"
country = "NO"
"""
COURSES = """
[[course]]
id = "basics"
name = "Grunder"
summary = "Om SIP"
situations = ["adult"]
publisher = "skr"
"""
NEW = Typed("Ny", "https://ny.se/", "guidance", "skr")


@pytest.fixture
def filled(world: World, tmp_path: Path) -> World:
    """The register as the files have it; `admin` keeps the region's links, `owner` those of all."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "links.toml").write_text(LINKS, encoding="utf-8")
    (tmp_path / "shared" / "courses.toml").write_text(COURSES, encoding="utf-8")
    with writing(world.engine) as tx:
        link_register.fill(tx, tmp_path, now=world.now)
        since, role = world.now.date(), "region_administrator"
        directory.put_membership(
            tx, id="keeper", person_id="owner", unit_id="region_top", role=role, valid_from=since
        )
    return world


def every(world: World) -> dict[str, links.Link]:
    with reading(world.engine) as tx:
        return {one.id: one for one in links.every(tx)}


def matter(world: World, case: str) -> list[tuple[str, str]]:
    with reading(world.engine) as tx:
        return sorted((one.link.id, one.category) for one in links.of_case(tx, case))


def mine(world: World, name: str) -> list[tuple[str, str, date]]:
    with reading(world.engine) as tx:
        return [(one.kind, one.what, one.on_day) for one in learned.of_people(tx, [name])]


def unread(world: World, name: str) -> list[str]:
    actor = world.actor(name)
    with reading(world.engine) as tx:
        return [one.process_id for one in concerned.unread(tx, actor)]


# --- the register -------------------------------------------------------------------------------------------------------


def test_what_an_administrator_has_changed_or_retired_stays_so_when_the_files_come_again(
    filled: World, tmp_path: Path
) -> None:
    """S0-28."""
    filled.do(link_register.change, "owner", "sip", replace(NEW, name="SIP, ny sida"))
    filled.do(link_register.retire, "owner", "als", filled.now.date())
    with writing(filled.engine) as tx:
        link_register.fill(tx, tmp_path, now=filled.now)
    found = every(filled)
    assert (found["sip"].name, found["als"].valid_to) == ("SIP, ny sida", filled.now.date())
    assert {row.kind for row in filled.rows(t.facts, element_id="sip")} == {"link_changed"}
    assert {row.act for row in filled.rows(t.log, element_id="als")} == {"link_retired"}


def test_a_body_that_gets_another_name_is_shown_by_it_and_remembers_the_old_ones(filled: World) -> None:
    """S0-25."""
    filled.do(link_register.rename, "owner", "skr", "Kommunerna och regionerna")
    assert {(one.publisher, one.earlier) for one in every(filled).values()} == {
        ("Kommunerna och regionerna", ("SKL", "SKR"))
    }


def test_an_administrator_keeps_the_links_of_the_region_and_not_those_of_all(filled: World) -> None:
    made = filled.do(link_register.add, "admin", "testland", NEW)
    assert every(filled)[made].region_id == "testland"
    for refused in (
        lambda: filled.do(link_register.add, "admin", None, NEW),
        lambda: filled.do(link_register.change, "admin", "sip", NEW),
        lambda: filled.do(link_register.add, "sara", "testland", NEW),
        lambda: filled.do(link_register.rename, "admin", "skr", "X"),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("address", ["http://a.se/", "javascript:alert(1)", ""])
def test_only_pages_on_the_encrypted_web_come_into_the_register(filled: World, address: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        filled.do(link_register.add, "admin", "testland", replace(NEW, address=address))
    assert [one.path for one in caught.value.errors] == ["address"]


def test_a_link_that_names_a_body_nobody_knows_stops_the_files(filled: World, tmp_path: Path) -> None:
    path = tmp_path / "shared" / "links.toml"
    path.write_text(LINKS.replace('publisher = "skr"', 'publisher = "other"', 1), encoding="utf-8")
    with pytest.raises(BrokenDefinition, match="unknown-publisher"), writing(filled.engine) as tx:
        link_register.fill(tx, tmp_path, now=filled.now)


# --- reading matter of a case -------------------------------------------------------------------------------------------


def test_a_link_is_reading_matter_of_a_case_under_the_category_that_it_tells_of(filled: World) -> None:
    """S0-28."""
    case = filled.start()
    made = filled.do(reading_matter.attach, "sara", case, "als")
    assert filled.do(reading_matter.attach, "sara", case, "als") == made
    filled.do(reading_matter.attach, "sara", case, "sip")
    assert matter(filled, case) == [("als", "health"), ("sip", "situation")]
    filled.do(reading_matter.detach, "sara", case, made)
    assert matter(filled, case) == [("sip", "situation")]
    kinds = [row.kind for row in filled.facts(case, "reading_added", "reading_removed")]
    assert kinds == ["reading_added", "reading_added", "reading_removed"]


def test_a_retired_link_is_not_offered_and_stays_where_a_case_has_it(filled: World) -> None:
    case, other = filled.start(), filled.start("johanna", "rehab")
    filled.do(reading_matter.attach, "sara", case, "sip")
    filled.do(link_register.retire, "owner", "sip", filled.now.date())
    with pytest.raises(NotFound):
        filled.do(reading_matter.attach, "johanna", other, "sip")
    assert matter(filled, case) == [("sip", "situation")]


def test_another_countrys_link_is_not_for_the_case_and_nobody_else_adds_any(filled: World) -> None:
    case = filled.start()
    with pytest.raises(NotFound):
        filled.do(reading_matter.attach, "sara", case, "norsk")
    with pytest.raises(NotAllowed):
        filled.do(reading_matter.attach, "maria", case, "sip")


# --- courses and routines -----------------------------------------------------------------------------------------------


def test_a_course_gone_through_is_noted_for_the_person_with_the_day(filled: World) -> None:
    """S0-17."""
    today = filled.now.date()
    filled.do(learning.complete, "sara", "basics", today - timedelta(days=3), today)
    assert mine(filled, "sara") == [("course", "basics", today - timedelta(days=3))]
    filled.do(learning.complete, "sara", "basics", today, today)
    assert mine(filled, "sara") == [("course", "basics", today)]
    filled.do(learning.take_back, "sara", "basics")
    assert mine(filled, "sara") == []
    with pytest.raises(InvalidForm):
        filled.do(learning.complete, "sara", "basics", today + timedelta(days=1), today)
    with pytest.raises(NotFound):
        filled.do(learning.complete, "sara", "other", today, today)


def test_a_course_that_the_files_have_no_longer_is_not_offered_and_stays_with_whoever_took_it(
    filled: World, tmp_path: Path
) -> None:
    today = filled.now.date()
    filled.do(learning.complete, "sara", "basics", today, today)
    (tmp_path / "shared" / "courses.toml").write_text("", encoding="utf-8")
    with writing(filled.engine) as tx:
        link_register.fill(tx, tmp_path, now=filled.now)
        assert learned.courses_in(tx, {"testland"}) == []
    assert mine(filled, "sara") == [("course", "basics", today)]


def test_each_person_says_for_each_version_that_they_have_read_it(world: World) -> None:
    """S3-020."""
    assert "testland_six_steps" in unread(world, "sara")
    with reading(world.engine) as tx:
        (current,) = (
            one for one in concerned.in_force(tx, {"testland"}) if one.process_id == "testland_six_steps"
        )
    today = world.now.date()
    world.do(learning.acknowledge, "sara", current.process_id, current.hash, today)
    assert current.process_id not in unread(world, "sara")
    assert current.process_id in unread(world, "petra")
    with pytest.raises(StaleCase):
        world.do(learning.acknowledge, "petra", current.process_id, "another version", today)
    world.do(learning.acknowledge, "chef", current.process_id, current.hash, today)
    newer = changed(
        world,
        current.process_id,
        "testland/six_steps/six_steps.bpmn",
        b'"Registrera behovet"',
        b'"Skriv behovet"',
    )
    assert current.process_id in unread(world, "sara")
    world.do(learning.acknowledge, "sara", current.process_id, newer, today)
    assert current.process_id not in unread(world, "sara")


def test_a_version_that_only_says_the_same_in_another_way_asks_nobody_to_read_again(world: World) -> None:
    with reading(world.engine) as tx:
        read = library.current(tx, "testland_six_steps").bundle.hash
    world.do(learning.acknowledge, "sara", "testland_six_steps", read, world.now.date())
    newer = changed(
        world, "testland_six_steps", "testland/six_steps/routine.toml", b"", b"# in other words\n"
    )
    moved = changed(world, "testland_six_steps", "testland/six_steps/six_steps.bpmn", b" name=", b"  name=")
    assert len({read, newer, moved}) == 3
    assert "testland_six_steps" not in unread(world, "sara")
    assert "testland_six_steps" in unread(world, "petra")


def changed(world: World, process_id: str, path: str, old: bytes, new: bytes) -> str:
    """The version in which the first `old` of the file is `new`."""
    with writing(world.engine) as tx:
        held = library.current(tx, process_id).bundle
        assert old in held.files[path]
        contents = {**held.files, path: held.files[path].replace(old, new, 1)}
        return put_in_force(tx, files.bundle(contents, process_id), conventions=False, now=world.now)


def test_a_routine_concerns_those_who_start_it_or_have_a_task_in_it(world: World) -> None:
    assert unread(world, "sara")
    assert unread(world, "admin") == []


def test_a_manager_is_told_who_has_not_read_and_who_has_gone_through_what(filled: World) -> None:
    """S3-020, S0-17."""
    today = filled.now.date()
    filled.do(learning.complete, "sara", "basics", today, today)
    with reading(filled.engine) as tx:
        (unit,) = concerned.per_unit(tx, {"vc"}, today=today)
    people = {one.person_id: one for one in unit.people}
    assert set(people) == {"chef", "petra", "sara"}
    assert people["sara"].courses == (("basics", today),)
    assert "testland_six_steps" in {one.process_id for one in people["petra"].unread}


# --- local instructions -------------------------------------------------------------------------------------------------


def without(world: World) -> list[str]:
    with reading(world.engine) as tx:
        return concerned.without_instruction(tx, {"vc", "rehab", "region_top"}, today=world.now.date())


def test_a_unit_without_an_instruction_is_told_of_until_its_manager_has_put_one(world: World) -> None:
    """S3-021."""
    today = world.now.date()
    assert without(world) == ["rehab", "vc"]
    world.do(instructing.put, "chef", "vc", "Så gör vi", today, "https://intranet.example.se/sip", today)
    assert without(world) == ["rehab"]
    sent = attaching.Sent("sa gor vi.txt", "Sara kallar, Petra ersätter".encode())
    made = world.do(instructing.put, "chef", "vc", "Så gör vi nu", today, sent, today)
    with reading(world.engine) as tx:
        assert instructions.of_units(tx, ["vc"])["vc"].id == made
        assert instructions.content(tx, made) == sent.content
        assert [one.name for one in instructions.earlier(tx, "vc")] == ["Så gör vi"]


def test_an_instruction_is_put_by_whoever_answers_for_the_unit_and_by_the_rules_for_files(
    world: World,
) -> None:
    today = world.now.date()
    for name in ("sara", "rehabchef", "malbychef"):
        with pytest.raises(NotAllowed):
            world.do(instructing.put, name, "vc", "X", today, "https://a.se/", today)
    world.do(instructing.put, "admin", "vc", "Av förvaltningen", today, "https://a.se/", today)
    with pytest.raises(attaching.Unfit):
        world.do(instructing.put, "chef", "vc", "X", today, attaching.Sent("x.html", b"<script>"), today)
    with pytest.raises(InvalidForm) as caught:
        world.do(instructing.put, "chef", "vc", "", today + timedelta(days=1), "http://a.se/", today)
    assert [one.path for one in caught.value.errors] == ["name", "dated_on", "address"]


# --- who takes the initiative -------------------------------------------------------------------------------------------


def school(world: World, said: str) -> None:
    """A school of Mälby's with Johanna in it, and what Mälby says of its schools."""
    with writing(world.engine) as tx:
        directory.put_unit(
            tx, id="skola", principal_id="malby", region_id="testland", parent_id="malby_top", name="Skolan", kind="school", phone=None,
            closing_days=(),
        )  # fmt: skip
        since = world.now.date()
        directory.put_membership(
            tx, id="j", person_id="johanna", unit_id="skola", role="staff", valid_from=since
        )
        region_row = directory.region(tx, "testland")
        assert region_row is not None
        assert isinstance(region_row["settings"], dict)
        told = {"malby": {"school": said}} if said else {}
        tx.execute(t.regions.update().values(settings={**region_row["settings"], "initiative": told}))


@pytest.mark.parametrize("said", ["may", "must"])
def test_a_school_starts_a_case_where_its_municipality_says_that_it_may_or_must(
    world: World, said: str
) -> None:
    """S1-28."""
    school(world, said)
    assert world.case(world.start("johanna", "skola")).unit_id == "skola"


def test_a_school_starts_none_where_its_municipality_says_nothing(world: World) -> None:
    """S1-28."""
    school(world, "")
    with pytest.raises(NotAllowed, match="no-initiative"):
        world.start("johanna", "skola")
    assert world.start("johanna", "rehab")


def test_what_a_municipality_says_is_read_from_the_file_of_its_region() -> None:
    """S1-28."""
    text = 'name = "A"\ncountry = "SE"\nlanguages = ["sv"]\n[initiative.malby]\nschool = "must"\n'
    assert region.read(text.encode()).initiative == {"malby": {"school": "must"}}
    assert initiative.NO not in (region.MAY, region.MUST)
    with pytest.raises(BrokenDefinition, match="may or must"):
        region.read(text.replace('"must"', '"shall"').encode())
    with pytest.raises(BrokenDefinition, match="hospital"):
        region.read(text.replace("school", "hospital").encode())
