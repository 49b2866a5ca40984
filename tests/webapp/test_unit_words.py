"""Which unit a formula comes to is said in words wherever words can say it."""

from __future__ import annotations

import pytest

from webapp.studio import unitwords

pytestmark = pytest.mark.usefixtures("swedish")
NEXT = "managing unit(notice_message.unit, 2)"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("= case.unit", "Den enhet som har ärendet"),
        ("= summons_message.unit", "Enheten som fick meddelandet"),
        ("= ward_unit", "Enheten i svaret på ”Avdelning”"),
        (
            '= unit holding("coordinating_unit", case.unit)',
            "Koordinerande enhet för den enhet som har ärendet",
        ),
        ("= managing unit(case.unit, 1)", "Enheten hos chefen för den enhet som har ärendet"),
        (
            f"= if {NEXT} = null then notice_message.unit else {NEXT}",
            "Enheten hos chefen 2 led upp från enheten som fick meddelandet. Finns ingen: enheten som fick meddelandet",
        ),
        (f"= if {NEXT} = null then case.unit else managing unit(case.unit, 1)", ""),
        ('= if receiver = "manager" then case.unit else ward_unit', ""),
        ("= manager_unit", ""),
    ],
)
def test_a_unit_is_said_in_words_and_nothing_where_only_its_formula_says_it(formula: str, said: str) -> None:
    assert unitwords.of(formula, {"ward_unit": "Enheten i svaret på ”Avdelning”"}) == said
