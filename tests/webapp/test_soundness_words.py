"""A process owner reads what is wrong with the drawing, and the run that shows it, with the steps' own names."""

from __future__ import annotations

import pytest

from engine.definitions import files, routine
from engine.definitions.checks import model, soundness
from engine.soundness.trace import WORDS, Run, Step
from engine.soundness.verdict import Verdict
from tests.execution.drawn import flows, nodes, process, tasks
from webapp.pages import soundness_words

pytestmark = pytest.mark.usefixtures("swedish")

DRAWN = nodes("startEvent", "s") + nodes("endEvent", "e") + tasks("ring skriv")
CHOICE = '<exclusiveGateway id="x" name="Under 18?" default="x__skriv"/>'
JOIN = '<parallelGateway id="j" name="Slå ihop"/>'


def judged(inside: str) -> tuple[Verdict, routine.Routine]:
    bundle = files.bundle({"p.bpmn": process(inside)}, "p")
    read, _ = model.read(bundle, conventions=False, operations=None)
    return soundness.verdict(read), routine.read(bundle)


def test_a_standstill_names_the_gateway_that_divides_and_ends_with_nothing_more() -> None:
    verdict, drawn = judged(DRAWN + CHOICE + JOIN + flows("s x [y] ring j e", "x skriv j"))
    (fault,) = verdict.faults
    assert (
        soundness_words.statement(fault, drawn)
        == "Slå ihop väntar på alla vägar, men Under 18? öppnar inte alla."
    )
    assert soundness_words.moves(fault.run, drawn)[-1] == "Ring är klart"
    assert soundness_words.ending(fault.run) == "Sedan händer inget mer."
    assert soundness_words.tried(verdict) == f"Alla {verdict.tried} lägen prövade."


def test_a_round_says_from_which_step_it_goes_on() -> None:
    verdict, drawn = judged(DRAWN + flows("s ring skriv ring"))
    fault = next(one for one in verdict.faults if one.rule == "livelock")
    assert soundness_words.statement(fault, drawn) == "Från Ring når ärendet aldrig ett slut."
    assert soundness_words.ending(fault.run) == "Sedan går det vidare från steg 3, utan slut."


def test_a_bound_that_was_reached_is_told_with_its_number() -> None:
    said = soundness_words.tried(Verdict((), 50_000, complete=False))
    assert said.replace("\xa0", " ") == "50 000 lägen prövade, fler finns. Inget fel hittat så långt."


@pytest.mark.parametrize("what", WORDS)
def test_every_kind_of_move_has_its_words(what: str) -> None:
    _, drawn = judged(DRAWN + flows("s ring skriv e"))
    assert "Ring" in soundness_words.moves(Run((Step("p", "ring", what, (), ()),)), drawn)[0]
