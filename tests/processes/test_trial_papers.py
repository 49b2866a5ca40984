"""A template that cannot be set is found when a routine is checked, with file and line, and not when somebody wants the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import library
from engine.actions import deploy, trial_papers
from engine.definitions import files, sample_papers
from engine.documents import trial
from engine.errors import BrokenDefinition

ROOT = Path(__file__).parents[2] / "processes"
SUMMONS = "shared/documents/summons.typ"


@pytest.fixture(scope="module")
def bundle() -> files.Bundle:
    return files.read_bundle(ROOT / "vastmanland" / "summons", ROOT)


def with_template(bundle: files.Bundle, text: bytes, path: str = SUMMONS) -> files.Bundle:
    """The bundle with few templates, of which this one is another."""
    kept = {SUMMONS, "shared/documents/paper.typ"}
    rest = {name: data for name, data in bundle.files.items() if not name.endswith(".typ") or name in kept}
    return files.bundle({**rest, path: text}, bundle.process_id)


def test_a_broken_template_is_a_finding_with_file_and_line_and_stops_the_deployment(
    bundle: files.Bundle,
) -> None:
    broken = with_template(
        bundle, bundle.files[SUMMONS].replace(b"#let questions", b"#said.nobody.knows\n#let questions")
    )
    line = broken.files[SUMMONS].decode().splitlines().index("#said.nobody.knows") + 1
    with pytest.raises(BrokenDefinition) as told:
        deploy.check(broken)
    found = [one for one in told.value.findings if one.rule == "paper"]
    assert {(one.path, one.line, one.severity) for one in found} == {(SUMMONS, line, "error")}
    assert {language for language in ("sv", "nb") for one in found if f" in {language}, " in one.message} == {
        "sv",
        "nb",
    }


def test_the_place_of_a_fault_in_what_several_templates_share_is_told(bundle: files.Bundle) -> None:
    shared = "shared/documents/paper.typ"
    broken = with_template(bundle, bundle.files[shared] + b"\n#let farewell = said.nobody\n", shared)
    line = broken.files[shared].decode().splitlines().index("#let farewell = said.nobody") + 1
    assert {(one.path, one.line) for one in trial_papers.findings(broken)} == {(shared, line)}


def test_a_fault_that_shows_only_with_what_the_diagram_puts_in_is_found(bundle: files.Bundle) -> None:
    broken = with_template(
        bundle, bundle.files[SUMMONS] + b'\n#if given(got(said, "chair")) [#said.chair.nobody]\n'
    )
    assert all("with made-up answers" in one.message for one in trial_papers.findings(broken))
    assert trial_papers.findings(broken) != []


def test_a_template_that_never_ends_is_a_finding_and_the_others_are_tried_all_the_same(
    bundle: files.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.documents.paper.TRIAL_SECONDS", 1)
    endless = b'#set document(title: "T")\n#for i in range(1000000000) { let a = range(20).sum() }'
    said = trial(
        {"a.typ": endless, "b.typ": b'#set document(title: "T")\n= b'}, [("a.typ", {}), ("b.typ", {})]
    )
    assert (bool(said[0]), said[1]) == (True, "")


def test_the_sample_of_a_paper_has_what_its_diagram_puts_in(bundle: files.Bundle) -> None:
    routine = library.keep(bundle.files, bundle.process_id).routine
    found = {kind: content for kind, _, content in sample_papers.issued(routine)}
    assert {"summons", "invitation"} <= set(found)
    assert {"starts_at", "chair", "place"} <= {key for key, value in found["summons"].items() if value}
