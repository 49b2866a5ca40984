"""One stage for all tests here, and scenarios written as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.scenarios import finding
from engine.scenarios.play import Played
from engine.scenarios.running import play_file
from engine.scenarios.stage import Stage, stage

TESTLAND = Path(__file__).parent.parent / "routines" / "testland"
START = """
title = "Ett försök"
start_at = 2026-11-16T10:00:00+01:00
[case]
unit = "vc"
actor = "sara"
subject = { name = "Birgitta Holm", identity_number = "19430515-2383" }
"""

PlayText = Callable[..., Played]


@pytest.fixture(scope="session")
def ready() -> Iterator[Stage]:
    """Both routines of Testland that have scenarios, in force."""
    asked = [finding.Asked(TESTLAND / name, ()) for name in ("six_steps", "choices")]
    with stage(TESTLAND.parent, finding.needed(TESTLAND.parent, asked)) as found:
        yield found


@pytest.fixture
def play_text(ready: Stage, tmp_path: Path) -> PlayText:
    """Play a scenario of the six steps, or of another routine, from its text after the usual start."""

    def played(text: str, process_id: str = "testland_six_steps") -> Played:
        path = tmp_path / "attempt.toml"
        path.write_text(START + text, encoding="utf-8")
        return play_file(ready, path, process_id)

    return played
