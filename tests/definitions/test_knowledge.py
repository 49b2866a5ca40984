"""Links and courses as files: only safe addresses, every name known, and what the installation begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import knowledge
from engine.errors import BrokenDefinition

PROCESSES = Path(__file__).resolve().parents[2] / "processes"


@pytest.mark.parametrize(
    "address", ["https://skr.se/", "https://www.1177.se/a/b?c=d#e", "https://xn--rde-tla.se:8443/"]
)
def test_a_page_on_the_encrypted_web_is_taken(address: str) -> None:
    assert knowledge.is_safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "http://skr.se/", "javascript:alert(1)", "https:skr.se", "https://", "https://localhost/", "https://10.0.0.1/", "//skr.se",
        "https://skr.se@evil.example/", "https://skr.se/<script>", "https://skr.se/ x", "https://skr.se\\@evil.example/",
        "https://skr.se:port/", "HTTPS://skr.se/", "data:text/html,x", "https://skr.se/\n", "https://å.se/", "https://a.se/" + "x" * 500,
    ],
)  # fmt: skip
def test_anything_else_is_not(address: str) -> None:
    assert not knowledge.is_safe_address(address)


LINK = '[[link]]\nid = "a"\nname = "A"\naddress = "https://a.se/"\npublisher = "p"\ntheme = "guidance"\n'
COURSE = '[[course]]\nid = "a"\nname = "A"\nsummary = "b"\nsituations = ["child"]\npublisher = "p"\n'


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (LINK.replace("https", "http"), 4, "https://"),
        (LINK.replace("guidance", "gossip"), 6, "theme"),
        (LINK.replace('name = "A"\n', ""), 1, "name"),
        (LINK + 'colour = "red"\n', 7, "colour"),
        (LINK + LINK, 1, "twice"),
        (LINK.replace('"a"', '"A B"'), 2, "small letters"),
    ],
)
def test_a_link_that_cannot_be_is_told_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(BrokenDefinition) as caught:
        knowledge.read_links(text.encode())
    (found, *_) = caught.value.findings
    assert (found.line, word in found.message) == (line, True), found


@pytest.mark.parametrize("text", [COURSE.replace("child", "space"), COURSE.replace('["child"]', "[]")])
def test_a_course_is_for_situations_that_are_known(text: str) -> None:
    with pytest.raises(BrokenDefinition, match="situations"):
        knowledge.read_courses(text.encode())


def test_the_register_begins_with_the_bodies_that_the_sources_name_and_knows_what_one_was_called() -> None:
    """S1-36, S0-25."""
    found = knowledge.read_links((PROCESSES / "shared" / "links.toml").read_bytes())
    bodies = {one.id: one for one in found.publishers}
    assert any("SKL" in name for name in bodies["skr"].earlier)
    assert "SKL" not in bodies["skr"].name
    assert {"skr", "socialstyrelsen"} <= {one.publisher for one in found.links if one.theme == "guidance"}
    assert {"csd", "expert_team", "ern", "rare_diseases"} <= {one.theme for one in found.links}


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*/links.toml")), ids=str)
def test_every_file_of_links_can_be_read(path: Path) -> None:
    assert knowledge.read_links(path.read_bytes(), path=str(path)).links


def test_what_is_written_for_all_regions_is_said_in_the_language_of_a_country() -> None:
    """A region of another country would read it in a language that is not its own."""
    found = knowledge.read_links((PROCESSES / "shared" / "links.toml").read_bytes())
    assert {one.country for one in found.links} == {"SE"}


def test_there_is_a_course_for_every_situation_that_the_sources_name() -> None:
    """S0-17."""
    found = knowledge.read_courses((PROCESSES / "shared" / "courses.toml").read_bytes())
    assert {"child", "adult", "older", "discharge", "lss"} <= {key for one in found for key in one.situations}
