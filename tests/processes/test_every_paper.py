"""Every paper that the routines have is issued from what a scenario made, and each is a tagged PDF in its region's language that tells a
reader nothing beyond what they may see.

The papers are found in the folders. Each scenario is played once; what it issued is taken along, and what no step of it issues is issued
from the data of its case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject
from sqlalchemy import Connection, select

from engine import library
from engine.access import CATEGORIES
from engine.actions import paper_frames, papers
from engine.actions.ground import Ground
from engine.documents import Sheet
from engine.records import cases, documents
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.facts import Who
from engine.scenarios import finding
from engine.scenarios.running import play_file
from engine.scenarios.stage import Stage, stage

ROOT = Path(__file__).parents[2] / "processes"
IMPORTED = re.compile(r'#import "/([^"]+)"')
FOUND = {
    path.relative_to(ROOT).as_posix(): path
    for path in ROOT.glob("**/documents/*.typ")
    if path.parents[2] == ROOT or list(path.parents[1].glob("*.bpmn"))
}
"""Of a region, of a routine, and shared; not of what the public reads."""
PARTS = {name for path in FOUND.values() for name in IMPORTED.findall(path.read_text("utf-8"))}
TEMPLATES = sorted(FOUND.keys() - PARTS)
PLAYED = (
    ("steinkjer/individuell_plan", "hele_veien"), ("steinkjer/individuell_plan", "takker_nei"), ("vastmanland/sip", "hela_vagen"),
    ("vastmanland/sip", "avslag"), ("vastmanland/sip", "avvikelse"), ("shared/lss_plan", "hela_vagen"),
)  # fmt: skip
NARROW = frozenset({"coordination"})
LEAST = 6  # letters; a shorter word may stand in any paper


@dataclass(frozen=True)
class Issued:
    """A paper as it was kept, set for somebody who may see all of it and for a reader who sees only the coordination."""

    paper: documents.Document
    language: str
    whole: Sheet
    narrow: Sheet
    hidden: frozenset[str]
    person: str


@dataclass(frozen=True)
class Played:
    """By template the first paper that was issued with it, and all that the logs of those cases say."""

    papers: dict[str, Issued]
    logs: str


@pytest.fixture(scope="module")
def issued(played: Played) -> dict[str, Issued]:
    return played.papers


@pytest.fixture(scope="module")
def played() -> Played:
    asked = [
        finding.Asked(ROOT / name, (ROOT / name / "scenarios" / f"{file}.toml",)) for name, file in PLAYED
    ]
    found: dict[str, Issued] = {}
    logs: list[str] = []
    with stage(ROOT, finding.needed(ROOT, asked)) as ready:
        for one in asked:
            process_id = "_".join(one.name.split("/"))
            assert play_file(ready, one.scenarios[0], process_id).ok
            for paper in _papers(ready):
                found.setdefault(str(paper.paper.template), paper)
            with reading(ready.engine) as tx:
                logs += [repr(tx.execute(select(table)).all()) for table in (t.log, t.facts, t.notices)]
    return Played(found, "\n".join(logs))


def _papers(ready: Stage) -> Iterator[Issued]:
    with writing(ready.engine) as tx:
        for case_id in tx.execute(select(t.cases.c.id)).scalars().all():
            newest = select(t.documents.c.issued_at).order_by(t.documents.c.issued_at.desc())
            now = tx.execute(newest).scalars().first()
            if now is not None:
                ground = Ground(tx, cases.fetch(tx, case_id), Who(), now)
                yield from _of_case(tx, ground, now)


def _of_case(tx: Connection, ground: Ground, now: datetime) -> Iterator[Issued]:
    bundle_hash = cases.main_instance(tx, ground.case.id).bundle_hash
    loaded = library.loaded(tx, bundle_hash)
    for kind in ("goal_activity_plan", "letter") if ground.case.subject_id else ():
        # No step issues these: the form is issued when somebody prints it, the letter where a region has no template of its own.
        draft = paper_frames.Draft(kind, "", ground.values.get("", {}), loaded.bundle.process_id)
        papers.issue(ground, loaded, draft, papers.for_person(ground))
    for paper in documents.of_case(tx, ground.case.id):
        level, zone = ground.case.protection, ground.zone
        told = {
            seen: papers.data(tx, paper, seen, level, zone) for seen in (CATEGORIES, NARROW) if paper.template
        }
        if told:
            texts = {seen: set(_texts(one["content"])) for seen, one in told.items()}
            shown = "\n".join(_texts(told[NARROW]))
            person = paper_frames._person(ground).get("name", "")
            yield Issued(
                paper, str(told[CATEGORIES]["language"]), papers.sheet(tx, paper, told[CATEGORIES]),
                papers.sheet(tx, paper, told[NARROW]),
                frozenset(one for one in texts[CATEGORIES] if len(one) >= LEAST and one not in shown), str(person),
            )  # fmt: skip


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def words(made: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_is_tagged_titled_in_order_and_in_the_language_of_its_region(
    template: str, issued: dict[str, Issued]
) -> None:
    one = issued[template]
    read = pypdf.PdfReader(BytesIO(one.whole.pdf()))
    root = read.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]).split("-")[0] == one.language
    assert read.metadata is not None
    assert read.metadata.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    levels = [int(tag[1]) for tag in _tags(root["/StructTreeRoot"]) if re.fullmatch("H[1-6]", tag)]
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_tells_a_reader_nothing_that_they_may_not_see(
    template: str, issued: dict[str, Issued]
) -> None:
    one = issued[template]
    told = words(one.narrow.pdf())
    leaked = [text for text in one.hidden if re.sub(r"\s+", "", text) in told]
    if leaked:  # a word that the template itself has, such as a label, tells nothing
        own = words(replace(one.narrow, data={**one.narrow.data, "content": {}}).pdf())
        leaked = [text for text in leaked if re.sub(r"\s+", "", text) not in own]
    assert leaked == []
    assert not one.person or one.person.replace(" ", "") not in told


def test_most_papers_have_something_that_consent_excludes(issued: dict[str, Issued]) -> None:
    """Else the test above would see nothing."""
    assert len([one for one in issued.values() if one.hidden]) >= len(TEMPLATES) * 0.6


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_is_kept_with_hash_version_and_data(template: str, issued: dict[str, Issued]) -> None:
    paper = issued[template].paper
    assert (len(paper.hash), len(str(paper.template_hash)), len(str(paper.bundle_hash))) == (64, 64, 64)
    assert paper.version >= 1
    assert isinstance(paper.frame, dict)
    assert paper.frame["law"]


def test_a_letter_goes_to_the_address_that_was_asked_for_which_no_log_holds(played: Played) -> None:
    frame = played.papers["shared/documents/refusal_note.typ"].paper.frame
    assert isinstance(frame, dict)
    assert frame["to"] == ["Birgitta Prov", "Björkstigen 4", "722 00 Västerås"]
    assert "Björkstigen" in words(played.papers["shared/documents/refusal_note.typ"].whole.pdf())
    assert "Björkstigen" not in words(played.papers["shared/documents/refusal_note.typ"].narrow.pdf())
    assert played.logs
    assert "Björkstigen" not in played.logs


def _tags(node: object) -> Iterator[str]:
    """The tags of the structure in reading order."""
    if not isinstance(node, DictionaryObject):
        return
    if "/S" in node:
        yield str(node["/S"]).lstrip("/")
    below = node.get("/K")
    below = below if below is None else below.get_object()
    for one in below if isinstance(below, list) else [below]:
        yield from _tags(one if one is None else one.get_object())
