"""Every paper is issued from a scenario's data, and what leaves is a tagged PDF in the right language, with nothing that consent excludes.

One scenario is played once; each template is set at least once in each of its two languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import Connection, select

from engine import library
from engine.access import CATEGORIES
from engine.actions import paper_forms, paper_frames, papers
from engine.actions.ground import Ground
from engine.definitions import files, templates
from engine.definitions.region import read as read_region
from engine.documents import pdf_of
from engine.records import cases, documents, specs
from engine.records import tables as t
from engine.records.database import reading
from engine.records.facts import Who
from engine.scenarios import finding
from engine.scenarios.running import play_file
from engine.scenarios.stage import stage

ROOT = Path(__file__).parents[2] / "processes"
SIP = ROOT / "vastmanland" / "sip"
SHARED = ROOT / "shared" / "documents"
PARTS = frozenset({"paper", "plan_parts"})
KINDS = sorted(path.stem for path in SHARED.glob("*.typ") if path.stem not in PARTS)
ISSUED = {
    "initiative",
    "summons",
    "invitation",
    "plan",
    "delivery_sheet",
    "follow_up_note",
    "evaluation",
    "closing_note",
}
BARE = {
    "country": "NO",
    "reference": "S-1",
    "letterhead": {"name": "Steinkjer kommune"},
    "sender": {},
    "to": [],
    "law": {},
    "content": {},
}


@dataclass(frozen=True)
class Played:
    """The case after the scenario, in a transaction that only reads."""

    tx: Connection
    ground: Ground
    bundle_hash: str

    def papers(self) -> dict[str, documents.Document]:
        """The newest paper of each kind."""
        found = reversed(documents.of_case(self.tx, self.ground.case.id))
        return {one.kind: one for one in found}

    def pdf(self, paper: documents.Document, visible: frozenset[str] = CATEGORIES) -> bytes:
        told = papers.data(self.tx, paper, visible, self.ground.case.protection, self.ground.zone)
        return papers.pdf(self.tx, paper, told)


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    scenario = SIP / "scenarios" / "hela_vagen.toml"
    with stage(ROOT, finding.needed(ROOT, [finding.Asked(SIP, (scenario,))])) as ready:
        assert play_file(ready, scenario, "vastmanland_sip").ok
        with reading(ready.engine) as tx:
            case_id = (
                tx.execute(select(t.cases.c.id).where(t.cases.c.about_case_id.is_(None))).scalars().first()
            )
            case = cases.fetch(tx, str(case_id))
            now = (
                tx.execute(select(t.documents.c.issued_at).order_by(t.documents.c.issued_at.desc()))
                .scalars()
                .first()
            )
            assert now is not None
            yield Played(tx, Ground(tx, case, Who(), now), cases.main_instance(tx, case.id).bundle_hash)


def words(made: bytes) -> str:
    """The text of the pages, with every run of white space as one blank."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages))


def assert_accessible(made: bytes, language: str) -> None:
    root = pypdf.PdfReader(BytesIO(made)).root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]).split("-")[0] == language
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part>1<" in made
    assert pypdf.PdfReader(BytesIO(made)).metadata.title  # type: ignore[union-attr]


def test_the_scenario_issues_every_paper_of_the_way_and_each_is_tagged_and_in_swedish(played: Played) -> None:
    found = played.papers()
    assert set(found) >= ISSUED
    for paper in found.values():
        assert_accessible(played.pdf(paper), "sv")


def test_the_plan_names_who_does_what_the_coordinator_and_the_follow_up(played: Played) -> None:
    told = words(played.pdf(played.papers()["plan"]))
    for asked in (
        "Birgitta Prov",
        "19430515-2383",
        "Maria Ek",
        "021-555 03 17",
        "BESLUTAD",
        "Hemma hos den enskilde",
        "(2025:400)",
    ):
        assert asked in told


@pytest.mark.parametrize("kind", ["plan", "delivery_sheet"])
def test_the_papers_that_are_handed_over_say_when_at_what_time_and_where_the_plan_is_followed_up(
    played: Played, kind: str
) -> None:
    """S2-02 S2-18."""
    told = words(played.pdf(played.papers()[kind]))
    assert "kl. 13.30" in told
    assert "Hemma hos den enskilde" in told


def test_the_time_of_the_first_follow_up_is_not_kept_for_the_next(played: Played) -> None:
    first = [
        one for one in documents.of_case(played.tx, played.ground.case.id) if one.kind == "follow_up_note"
    ][-1]
    told = words(played.pdf(first))
    assert "14 december 2026" in told
    assert "13.30" not in told


def test_a_plan_that_also_coordinates_rehabilitation_says_so_and_names_its_laws(played: Played) -> None:
    """S3-083 S3-101 S3-102 S3-115 S3-116: one paper, the kinds of measures, and each law as it is read that day."""
    told = words(played.pdf(played.papers()["plan"]))
    for asked in (
        "också plan för habilitering och rehabilitering",
        "8 kap. 7 § och 12 kap. 5 §",
        "Tandvårdslagen (1985:125), 8 a §",
        "Socialtjänstlagen (2025:400), 11 kap. 1 §",
        "SOSFS 2007:10",
        "Hjälpmedel",
    ):
        assert asked in told
    assert "9 § 6–10" not in told


@pytest.mark.parametrize("region", ["vastmanland", "orebro"])
def test_the_laws_of_rehabilitation_are_those_in_force_on_the_day(region: str) -> None:
    """S3-101 S3-103 S3-115 S3-116: four laws, and the act on social services changes with the first of July 2025."""
    path = ROOT / region / "region.toml"
    law = read_region(path.read_bytes(), path=f"{region}/region.toml").law
    settings = {"law": {name: [asdict(one) for one in references] for name, references in law.items()}}
    before, after = (paper_frames.law_on(settings, on) for on in (date(2025, 6, 30), date(2025, 7, 1)))
    assert before["rehabilitation_sol"] == "Socialtjänstlagen (2001:453), 4 kap. 1 §"
    assert after["rehabilitation_sol"] == "Socialtjänstlagen (2025:400), 11 kap. 1 §"
    assert after["rehabilitation_lss"].endswith("9 § 6–10")
    assert {"rehabilitation_hsl", "rehabilitation_dental", "rehabilitation"} <= set(after)


def test_what_a_reader_may_not_see_is_not_in_their_pdf_and_the_paper_says_that_there_may_be_more(
    played: Played,
) -> None:
    plan = played.papers()["plan"]
    content = plan.content
    assert isinstance(content, dict)
    told = words(played.pdf(plan, frozenset({"coordination"})))
    for hidden in (content["strengths"], content["wishes"], content["consent"], "Birgitta Prov", "19430515"):
        assert str(hidden) not in told
    assert "Det kan finnas mer i ärendet" in told


def test_what_consent_does_not_open_to_the_recipient_is_not_even_kept_in_the_paper(played: Played) -> None:
    ground, loaded = played.ground, library.loaded(played.tx, played.bundle_hash)
    values = ground.values[""]
    by_key = templates.categories(
        loaded.routine, "= {brief: initiative_brief, purpose: meeting_purpose, starts_at: meeting_starts_at}"
    )
    assert by_key == {"brief": ["situation"], "purpose": ["situation"], "starts_at": ["coordination"]}
    content = {
        "brief": values["initiative_brief"],
        "purpose": values["meeting_purpose"],
        "starts_at": values["meeting_starts_at"],
    }
    stranger = papers.for_unit(ground, "hab_vasteras").open_to
    assert set(templates.opened(content, by_key, loaded.routine.categories, stranger)) == {"starts_at"}


def test_an_invitation_names_the_person_only_where_a_consent_names_the_guest(played: Played) -> None:
    invitation = played.papers()["invitation"]
    frame = invitation.frame
    assert isinstance(frame, dict)
    named = {
        name for one in played.ground.standing.consents for name in one.others if "identity" in one.categories
    }
    assert ("person" in frame) == (frame["to"][0] in named)
    assert "starts_at" in str(invitation.content)


def test_a_paper_keeps_its_template_its_version_and_a_hash_of_all_that_decides_its_looks(
    played: Played,
) -> None:
    summons = played.papers()["summons"]
    bundle = library.loaded(played.tx, played.bundle_hash).bundle
    assert (summons.template, summons.bundle_hash) == ("shared/documents/summons.typ", played.bundle_hash)
    assert summons.template_hash == templates.own_hash(bundle, str(summons.template))
    assert (
        specs.files(played.tx, played.bundle_hash)[str(summons.template)]
        == (SHARED / "summons.typ").read_bytes()
    )
    assert played.pdf(summons) == played.pdf(summons)


def test_a_summons_prints_the_last_day_that_people_are_shown(played: Played) -> None:
    summons = played.papers()["summons"]
    assert isinstance(summons.content, dict)
    assert "Kvittera senast" in words(played.pdf(summons))
    midnight = summons.content["answer_by"].astimezone(played.ground.zone)
    assert midnight.strftime("%H:%M") == "00:00"
    assert f" {midnight.day} " not in words(played.pdf(summons)).split("Kvittera senast")[1][:25]


def test_the_forms_of_the_case_are_filled_in_with_what_is_known_and_blank_without_a_word_of_it(
    played: Played,
) -> None:
    offered = paper_forms.offered(played.ground, played.bundle_hash)
    assert offered == ["goal_activity_plan", "consent", "preparation", "decline"]
    for kind in offered:
        filled = paper_forms.pdf(played.ground, played.bundle_hash, kind, CATEGORIES)
        assert_accessible(filled, "sv")
    assert "Maria Ek" in words(
        paper_forms.pdf(played.ground, played.bundle_hash, "goal_activity_plan", CATEGORIES)
    )
    blank = words(paper_forms.pdf(played.ground, played.bundle_hash, "goal_activity_plan", frozenset()))
    assert "Maria Ek" not in blank
    assert "Birgitta" not in blank


def test_the_paper_before_the_meeting_has_room_for_questions_of_ones_own_which_one_need_not_show(
    played: Played,
) -> None:
    """S2-01: on the lines of the leaflet, for oneself until one shows them."""
    printed = words(paper_forms.pdf(played.ground, played.bundle_hash, "preparation", CATEGORIES))
    assert "Frågor jag vill ställa" in printed
    assert "Du väljer själv om du visar det för någon." in printed


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_can_be_set_in_bokmal_also_blank(kind: str) -> None:
    parts = {f"shared/documents/{path.name}": path.read_bytes() for path in SHARED.glob("*.typ")}
    made = pdf_of(
        parts,
        f"shared/documents/{kind}.typ",
        BARE | {"language": "nb", "kind": kind, "title": "", "blank": True},
    )
    assert_accessible(made, "nb")


def test_the_consent_that_is_signed_says_which_personal_matters_may_be_talked_about() -> None:
    """S4-27 S4-81."""
    parts = {f"shared/documents/{path.name}": path.read_bytes() for path in SHARED.glob("*.typ")}
    content = {
        "rows": [{"name": "Skolen", "matters": ["family_home", "character"], "categories": ["situation"]}]
    }
    labels = {"matters": {"family_home": "Slekt og hjem", "character": "Karakter og følelsesliv"}}
    facts = BARE | {"language": "nb", "kind": "consent_matrix", "content": content, "words": labels}
    assert "Slekt og hjem, Karakter og følelsesliv" in words(
        pdf_of(parts, "shared/documents/consent_matrix.typ", facts)
    )


def test_a_paper_prints_the_law_of_its_day() -> None:
    law = {
        "SoL": [
            {"text": "old", "valid_from": None, "valid_to": date(2025, 6, 30)},
            {"text": "new", "valid_from": date(2025, 7, 1), "valid_to": None},
        ]
    }
    assert [paper_frames.law_on({"law": law}, on)["SoL"] for on in (date(2025, 6, 30), date(2025, 7, 1))] == [
        "old",
        "new",
    ]


def test_the_region_own_template_stands_in_place_of_the_shared_one(played: Played) -> None:
    bundle = library.loaded(played.tx, played.bundle_hash).bundle
    assert (
        templates.find(bundle, "plan", near="vastmanland/plan", region="vastmanland")
        == "shared/documents/plan.typ"
    )
    own = {
        **bundle.files,
        "vastmanland/documents/plan.typ": b"x",
        "vastmanland/plan/documents/plan.typ": b"y",
    }
    found = [
        templates.find(replace(bundle, files=own), "plan", near=near, region="vastmanland")
        for near in ("vastmanland/plan", "x/y")
    ]
    assert found == ["vastmanland/plan/documents/plan.typ", "vastmanland/documents/plan.typ"]


@pytest.mark.parametrize("folder", finding.routines(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_kind_of_paper_that_a_diagram_asks_for_has_a_template(folder: Path) -> None:
    bundle = files.read_bundle(folder, ROOT)
    asked = {
        (files.folder_of(one.path), routine.inputs(one.process_id, one.id).get("kind", ""))
        for routine in [library.keep(bundle.files, bundle.process_id).routine]
        for inside in routine.elements.values()
        for one in inside.values()
        if one.operation == "issue_document"
    }
    region = bundle.region or "vastmanland"
    assert [
        kind for near, kind in sorted(asked) if templates.find(bundle, kind, near=near, region=region) is None
    ] == []
