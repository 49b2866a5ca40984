"""What the values of decision tables are called, in the routines that are delivered: nobody meets a code."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from engine.definitions import files, routine, table_words

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TABLES = sorted(PROCESSES.rglob("*.dmn"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_result_of_a_delivered_table_has_words(path: Path) -> None:
    bundle = files.read_bundle(path.parent, PROCESSES)
    words = table_words.read(bundle, routine.read_forms(bundle).values())
    for output in etree.parse(path).iter("{*}output"):
        for value in (output.findtext("{*}outputValues/{*}text") or "").replace('"', "").split(","):
            assert words.of_result(output.get("name", ""), value.strip()), value


def test_an_input_is_called_what_the_form_calls_it() -> None:
    bundle = files.read_bundle(PROCESSES / "vastmanland" / "sip", PROCESSES)
    words = table_words.read(bundle, routine.read_forms(bundle).values())
    assert words.of_input("eligibility_table", "Boende", "ordinary") == "Eget boende"
    assert words.of_input("need_table", "Väg", "sip_assess") == "Behovet av SIP bedöms"
    assert words.of_input("who_to_contact_table", "Den som tar initiativet", "region") == "Regionen"
    assert words.of_input("eligibility_table", "Okänt", "x") == ""
