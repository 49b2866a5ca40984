"""What a routine says of itself: which document it follows, who decided it and from when; and what it calls the person."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

from engine.actions import paper_frames
from engine.definitions import files, form_reading, region, routine

ROOT = Path(__file__).parent.parent.parent / "processes"
FORMS = sorted((ROOT / "vastmanland").rglob("*.form"))
OTHER_WORDS = re.compile(r"\b(patient|klient|brukare)(en|er|erna|n|na)?\b", re.IGNORECASE)


def test_the_routine_of_vastmanland_says_which_document_it_follows() -> None:
    """S3-001, S3-002, S3-003."""
    told = routine.read_settings(files.read_bundle(ROOT / "vastmanland/sip", ROOT))
    assert (told.decided_by, told.valid_from, told.register_number) == (
        "Chefsforum",
        date(2017, 4, 28),
        "PPHV170075",
    )


def test_orebro_has_a_routine_of_its_own_with_its_own_texts_and_forms() -> None:
    """S0-14: after ViSam, made from the routine of Västmanland and not the same."""
    told, base = (
        routine.read_settings(files.read_bundle(ROOT / one / "sip", ROOT))
        for one in ("orebro", "vastmanland")
    )
    assert (told.register_number, told.start_roles) == ("ViSam", ("staff",))
    assert (told.based_on or "").startswith("vastmanland_sip@")
    assert told.description != base.description
    own, theirs = (
        {path.name: path.read_text() for path in (ROOT / one / "sip/forms").glob("*.form")}
        for one in ("orebro", "vastmanland")
    )
    assert {"write_request.form", "consider_expert_team.form"} <= set(own) - set(theirs)
    assert own["register_need.form"] != theirs["register_need.form"]


def test_the_person_is_called_by_the_one_name_that_was_chosen() -> None:
    """S3-092."""
    told = [
        f"{path.stem}: {text}"
        for path in FORMS
        for field in form_reading.read(path.read_bytes(), path.name).walk()
        for text in (field.label, field.description, field.text, *(one.label for one in field.options))
    ]
    assert len(told) > 500
    assert [text for text in told if OTHER_WORDS.search(text)] == []


def test_a_paper_names_the_law_of_its_own_day() -> None:
    """S0-07, S1-02, S2-21."""
    path = ROOT / "vastmanland/region.toml"
    law = region.read(path.read_bytes(), path="vastmanland/region.toml").law
    settings = {"law": {name: [asdict(one) for one in references] for name, references in law.items()}}
    before, now = (paper_frames.law_on(settings, day) for day in (date(2017, 3, 31), date(2026, 3, 2)))
    assert ("3 f §" in before["HSL"], "2 kap. 7 §" in before["SoL"]) == (True, True)
    assert ("16 kap. 4 §" in now["HSL"], "10 kap. 8 och 9 §§" in now["SoL"]) == (True, True)
