"""Guidance as people write it: what is read of it, what a region puts in its place, and what is said of what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.definitions import guidance
from engine.definitions.checks import check_path
from engine.definitions.checks import guidance as checked
from engine.errors import BrokenDefinition

PAGE = '+++\ntitle = "Rätt"\nsummary = "Kort."\npart = "rights"\n{more}+++\n\n## Rubrik\n{text}\n'
REGION = 'name = "A"\ncountry = "SE"\nlanguages = ["sv"]\n[law]\nSoL = "Socialtjänstlagen"\n'
PROCESSES = Path(__file__).resolve().parents[2] / "processes"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of one region with one shared page."""
    for folder in ("shared/guidance/sv", "a/guidance"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "a" / "region.toml").write_text(REGION, encoding="utf-8")
    write(tmp_path, "shared/guidance/sv/rights.md")
    return tmp_path


def write(root: Path, path: str, text: str = "Text.", more: str = "") -> None:
    (root / path).write_text(PAGE.format(text=text, more=more), encoding="utf-8")


def said(root: Path) -> list[str]:
    return [str(one) for one in check_path(root)]


def test_a_page_is_its_facts_and_its_text(root: Path) -> None:
    write(
        root,
        "shared/guidance/sv/rights.md",
        "Mer.",
        'audience = ["child"]\nclauses = ["S0-24"]\nsteps = ["x"]\n',
    )
    page = guidance.gather(root, "a", "sv")[0].pages["rights"]
    assert (page.title, page.part, page.audience, page.clauses, page.steps) == (
        "Rätt",
        "rights",
        ("child",),
        ("S0-24",),
        ("x",),
    )
    assert page.text == "## Rubrik\nMer.\n"


def test_a_page_of_the_region_stands_in_place_of_the_shared_one_and_others_beside_it(root: Path) -> None:
    write(root, "a/guidance/rights.md", "Regionens egen.")
    write(root, "a/guidance/here.md")
    pages = guidance.gather(root, "a", "sv")[0].pages
    assert ("Regionens egen." in pages["rights"].text, set(pages)) == (True, {"rights", "here"})


def test_a_page_of_the_region_that_cannot_be_read_leaves_the_shared_one_in_place(root: Path) -> None:
    (root / "a/guidance/rights.md").write_text("no facts", encoding="utf-8")
    library, findings = guidance.gather(root, "a", "sv")
    assert "Text." in library.pages["rights"].text
    assert [(one.path, one.line, one.severity) for one in findings] == [("a/guidance/rights.md", 1, "error")]


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("Se {law:HSL}.", "", "rights.md:8: error guidance -: a/region.toml names no law HSL"),
        ("Se {law:SoL}.", 'law = ["OSL"]\n', "names no law OSL"),
        ("Läs [mer](nowhere).", "", "rights.md:8: error guidance -: There is no page nowhere"),
        ("Text.", 'steps = ["no_step"]\n', "No drawing has a step no_step."),
        (
            "Text.",
            'audience = ["dogs"]\n',
            "rights.md:5: error guidance -: audience must be a list of some of child",
        ),
        ("Text.", 'media = "song"\n', "rights.md:5: error guidance -: media must be one of text"),
        ("Text.", 'colour = "red"\n', "rights.md:5: error guidance -: colour is unknown here."),
    ],
)
def test_what_is_wrong_in_a_page_is_told_with_its_line(root: Path, text: str, more: str, told: str) -> None:
    assert said(root) == []
    write(root, "shared/guidance/sv/rights.md", text, more)
    (finding,) = said(root)
    assert told in finding


@pytest.mark.parametrize(
    "data", [b"", b"+++\n", b"text", b"\xff\xfe", b"+++\ntitle =\n+++\n", b"+++\n+++\n" + b"x" * 300_000]
)
def test_what_is_no_page_gives_a_finding_and_never_anything_else(data: bytes) -> None:
    with pytest.raises(BrokenDefinition) as broken:
        guidance.read_page(data, "a.md")
    assert all(one.path == "a.md" for one in broken.value.findings)


def test_a_page_may_not_take_the_address_of_the_products_own(root: Path) -> None:
    write(root, "a/guidance/forms.md")
    assert "none of contacts, forms" in said(root)[0]


def test_words_and_papers_of_the_region_take_the_place_of_shared_ones(root: Path) -> None:
    term = '[[words]]\nterm = "plan"\nmeans = "{means}"\n'
    paper = '[[papers]]\nkind = "plan"\ntitle = "{title}"\nabout = "x"\n'
    for folder, word in (("shared/guidance/sv", "delad"), ("a/guidance", "egen")):
        (root / folder / "words.toml").write_text(term.format(means=word), encoding="utf-8")
        (root / folder / "papers.toml").write_text(paper.format(title=word), encoding="utf-8")
    library = guidance.gather(root, "a", "sv")[0]
    assert [one.means for one in library.terms] == ["egen"]
    assert [one.title for one in library.papers] == ["egen"]


def test_our_own_guidance_is_without_faults_and_says_so_of_a_number_that_no_document_has(
    tmp_path: Path,
) -> None:
    assert checked.findings(PROCESSES) == []
    root = tmp_path / "processes"
    shutil.copytree(PROCESSES, root, ignore=shutil.ignore_patterns("scenarios", "forms"))
    page = root / "shared/guidance/sv/rights.md"
    page.write_text(page.read_text(encoding="utf-8").replace('"S0-24"', '"S0-99"'), encoding="utf-8")
    assert [str(one) for one in checked.findings(root)] == [
        "shared/guidance/sv/rights.md:1: error guidance -: No document has a requirement S0-99."
    ]
