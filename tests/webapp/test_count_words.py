"""What a scenario counts is said in words where a trial finds another number."""

from __future__ import annotations

import pytest

from engine.actions import operations
from engine.scenarios import history
from webapp.studio import countwords

pytestmark = pytest.mark.usefixtures("swedish")
ROUTINES = {"shared_escalation": "Eskalera"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("operations_remind", "Antal gånger ”Påminn en enhet”"),
        ("calls_shared_escalation", "Antal gånger ”Eskalera”"),
        ("messages_ready_notice", "Meddelanden av slaget ”ready notice”"),
        ("deviations", "Avvikelser"),
    ],
)
def test_what_is_counted_is_named(name: str, said: str) -> None:
    assert countwords.of(name, ROUTINES) == said


def test_nothing_that_can_be_counted_lacks_its_word() -> None:
    known = history.KNOWN_COUNTS.pattern.partition("|(?:")[0].split("|")
    assert len(known) > 20
    assert [one for one in known if countwords.of(one, {}) == one.replace("_", " ")] == []
    counted = [f"operations_{one}" for one in operations.KNOWN]
    assert [one for one in counted if countwords.of(one, {}) == one.replace("_", " ")] == []
