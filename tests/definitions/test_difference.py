"""What differs between two versions is told in sentences, in the order in which people read them, and nothing is passed over."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import xml
from engine.definitions import difference, files
from engine.definitions.difference import drawing
from engine.definitions.vocabulary import ATTRIBUTES
from tests.world import ROUTINES
from webapp import difference_words

BPMN, DMN, FORM, TOML, PAPER, SCENARIO = (
    "here/sip/sip.bpmn", "here/sip/who.dmn", "here/sip/forms/acknowledge.form", "here/sip/routine.toml", "here/documents/summons.typ",
    "here/sip/scenarios/all.toml",
)  # fmt: skip
DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:samordna="urn:samordna:bpmn:1"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">
  <bpmn:process id="here_sip" name="SIP" isExecutable="true">
    <bpmn:startEvent id="begun" name="Start"/>
    <bpmn:sequenceFlow id="f1" sourceRef="begun" targetRef="assess"/>
    <bpmn:userTask id="assess" name="Bedöm behovet" samordna:role="staff"/>
    <bpmn:sequenceFlow id="f2" sourceRef="assess" targetRef="ask"/>
    <bpmn:userTask id="ask" name="Be om samtycke" samordna:role="staff"/>
    <bpmn:sequenceFlow id="f3" sourceRef="ask" targetRef="acknowledge"/>
    <bpmn:userTask id="acknowledge" name="Kvittera kallelse" samordna:role="coordinator" samordna:unit="= a.unit"/>
    <bpmn:boundaryEvent id="late" name="1 arbetsdag" attachedToRef="acknowledge" samordna:calendar="working-days"
      samordna:deadline="true"><bpmn:timerEventDefinition id="late_timer"><bpmn:timeDuration>P1D</bpmn:timeDuration>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f4" sourceRef="late" targetRef="call_them"/>
    <bpmn:userTask id="call_them" name="Ring enheten" samordna:role="staff"/>
    <bpmn:sequenceFlow id="f5" sourceRef="call_them" targetRef="ended"/>
    <bpmn:sequenceFlow id="f6" sourceRef="acknowledge" targetRef="consent"/>
    <bpmn:exclusiveGateway id="consent" name="Samtycke?" default="f8"/>
    <bpmn:sequenceFlow id="f7" name="Nej" sourceRef="consent" targetRef="note_no">
      <bpmn:conditionExpression>= consent = false</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:userTask id="note_no" name="Dokumentera nej" samordna:role="staff"/>
    <bpmn:userTask id="talk" name="Samtal om nytta" samordna:role="staff"/>
    <bpmn:sequenceFlow id="f8" name="Ja" sourceRef="consent" targetRef="talk"/>
    <bpmn:endEvent id="ended" name="Slut"/>
    <bpmn:serviceTask id="tell" name="Säg till"><bpmn:extensionElements>
      <samordna:input name="unit" value="= case.unit"/></bpmn:extensionElements></bpmn:serviceTask>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="picture"><bpmndi:BPMNPlane id="plane"><bpmndi:BPMNShape id="ask_di" bpmnElement="ask">
    <dc:Bounds x="100" y="80" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t">
  <decision id="who" name="Vem kontaktas?"><decisionTable id="tab" hitPolicy="FIRST">
    <input id="i1" label="Huvudman"><inputExpression id="ie1"><text>kind</text></inputExpression></input>
    <output id="o1" name="who" label="Kontakta"><extensionElements xmlns:samordna="urn:samordna:bpmn:1">
      <samordna:word value="health_centre">Vårdcentralen</samordna:word></extensionElements></output>
    <rule id="r1"><inputEntry id="c1"><text>"region"</text></inputEntry>
      <outputEntry id="c2"><text>"hemsjukvården"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c3"><text>-</text></inputEntry><outputEntry id="c4"><text>"kommunen"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
ASKED = {
    "type": "default",
    "components": [
        {"id": "x1", "type": "textfield", "key": "why", "label": "Varför er medverkan är viktig"},
        {"id": "x2", "type": "select", "key": "what", "label": "Vad", "values": [{"value": "a", "label": "Ett"}]},
    ],
}  # fmt: skip
WHOLE = {
    BPMN: DIAGRAM,
    DMN: TABLE,
    FORM: json.dumps(ASKED, ensure_ascii=False),
    TOML: 'title = "SIP"\nstart_roles = ["staff"]\n',
    PAPER: "Kvittera inom en arbetsdag. Välkommen.\n",
    SCENARIO: 'title = "Hela vägen"\n[[step]]\n[step.expect]\ndue = { acknowledge = 2026-03-04 }\n',
}
ROW = '<rule id="r3"><inputEntry id="c5"><text>"x"</text></inputEntry><outputEntry id="c6"><text>"y"</text></outputEntry></rule>'
REMIND = (
    '<bpmn:userTask id="remind" name="Påminn den kallade" samordna:role="staff"/>'
    '<bpmn:sequenceFlow id="f9" sourceRef="late" targetRef="remind"/>'
)

STEP_OF_THEIRS = (
    '<bpmn:userTask id="ring" name="Ring den kallade" samordna:role="manager" samordna:unit="= roles.coordinator.unit"/>'
    '<bpmn:boundaryEvent id="ring_late" name="2 arbetsdagar" attachedToRef="ring" samordna:calendar="working-days">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="g1" sourceRef="ring" targetRef="rung"/><bpmn:endEvent id="rung" name="Klart"/>'
)
REMINDED = (
    '<bpmn:boundaryEvent id="ask_due" name="1 dag" attachedToRef="ask" cancelActivity="false" samordna:deadline="true">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:boundaryEvent id="ask_late" name="2 arbetsdagar" attachedToRef="ask" samordna:calendar="working-days">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="g1" sourceRef="ask_late" targetRef="tell_unit"/><bpmn:endEvent id="told_unit" name="Klart"/>'
    '<bpmn:serviceTask id="tell_unit" name="Påminn enheten" samordna:operation="remind"><bpmn:extensionElements>'
    '<samordna:input name="unit" value="= ack_message.unit"/></bpmn:extensionElements></bpmn:serviceTask>'
    '<bpmn:sequenceFlow id="g2" sourceRef="tell_unit" targetRef="told_unit"/>'
)
SAME = '<bpmn:sequenceFlow id="f8b" name="Ja" sourceRef="consent" targetRef="ask"/></bpmn:process>'
MAYBE = (
    '<bpmn:sequenceFlow id="f6b" name="Kanske" sourceRef="consent" targetRef="ask">'
    "<bpmn:conditionExpression>= later</bpmn:conditionExpression></bpmn:sequenceFlow>"
)


def contents(whole: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in whole.items()}


def told(path: str, *pairs: tuple[str, str], language: str = "sv") -> list[str]:
    text = WHOLE[path]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    with difference_words.in_language(language):
        found = difference.between(contents(WHOLE), contents({**WHOLE, path: text}))
        return [difference_words.plain(one) for one in found]


LONGER = [("P1D", "P2D"), ("1 arbetsdag", "2 arbetsdagar")]


@pytest.mark.parametrize(
    ("path", "pairs", "sentences"),
    [
        (BPMN, LONGER, ["Fristen för ”Kvittera kallelse” ändras från 1 till 2 arbetsdagar."]),
        (BPMN, [("</bpmn:process>", f"{REMIND}</bpmn:process>")],
         [("Steget ”Påminn den kallade” läggs till, 1 arbetsdag efter att ”Kvittera kallelse” startat. "
          "Det görs av personal på den enhet som har ärendet.")]),
        (BPMN, [("</bpmn:process>", f"{STEP_OF_THEIRS}</bpmn:process>")],
         ["Steget ”Ring den kallade” läggs till. Det görs av chef på samordnarens enhet. Fristen är 2 arbetsdagar."]),
        (BPMN, [("</bpmn:process>", f"{REMINDED}</bpmn:process>")],
         ["”Be om samtycke” får en frist: 1 dag.",
          ("Steget ”Påminn enheten” läggs till, 2 arbetsdagar efter att ”Be om samtycke” startat. "
          "Det sker av sig självt: påminn en enhet (enheten som fick meddelandet). Då avslutas ”Be om samtycke”.")]),
        (BPMN, [('<bpmn:userTask id="call_them" name="Ring enheten" samordna:role="staff"/>', ""),
                ('<bpmn:sequenceFlow id="f5" sourceRef="call_them" targetRef="ended"/>', ""),
                ('targetRef="call_them"', 'targetRef="ended"')],
         ["Steget ”Ring enheten” tas bort."]),
        (BPMN, [('samordna:role="coordinator"', 'samordna:role="convener"')],
         ["”Kvittera kallelse” görs av sammanställande i stället för samordnare."]),
        (BPMN, [('name="Be om samtycke"', 'name="Fråga om samtycke"')],
         ["”Be om samtycke” heter nu ”Fråga om samtycke”. Inget annat ändras."]),
        (BPMN, [('id="f1" sourceRef="begun" targetRef="assess"', 'id="f1" sourceRef="begun" targetRef="ask"'),
                ('id="f2" sourceRef="assess" targetRef="ask"', 'id="f2" sourceRef="ask" targetRef="assess"'),
                ('id="f3" sourceRef="ask"', 'id="f3" sourceRef="assess"')],
         ["”Be om samtycke” flyttas till före ”Bedöm behovet”."]),
        (BPMN, [('name="Nej" sourceRef="consent" targetRef="note_no"', 'name="Nej" sourceRef="consent" targetRef="talk"')],
         ["Vägen ”Nej” från ”Samtycke?” leder till ”Samtal om nytta” i stället för ”Dokumentera nej”."]),
        (BPMN, [("= consent = false", "= consent = null")],
         ["Vägen ”Nej” från ”Samtycke?” tas när ”= consent = null” i stället för ”= consent = false”."]),
        (BPMN, [("= case.unit", "= ack_message.unit")],
         ["”Säg till”: indata ”vilken enhet” ändras från den enhet som har ärendet till enheten som fick meddelandet."]),
        (BPMN, [('samordna:unit="= a.unit"', 'samordna:unit="= roles.coordinator.unit"')],
         ["”Kvittera kallelse”: enhet ändras från en enhet som räknas ut (a.unit) till samordnarens enhet."]),
        (BPMN, [('name="1 arbetsdag" att', 'name="1 arbetsdag" cancelActivity="false" att')],
         ["”1 arbetsdag” avslutar inte längre ”Kvittera kallelse”."]),
        (BPMN, [('default="f8"', 'default="f7"')], ["”Samtycke?”: vägen som annars tas ändras från ”Ja” till ”Nej”."]),
        (BPMN, [('<bpmn:sequenceFlow id="f7"', f'{MAYBE}<bpmn:sequenceFlow id="f7"')],
         ["En väg från ”Samtycke?” till ”Be om samtycke” läggs till.", "Vägen ”Kanske” från ”Samtycke?” får ett villkor: ”= later”.",
          "Vid ”Samtycke?” prövas vägarna i en annan ordning: Kanske, Nej."]),
        (BPMN, [("</bpmn:process>", '<bpmn:sequenceFlow id="f5b" sourceRef="call_them" targetRef="ended"/></bpmn:process>')],
         ["En väg från ”Ring enheten” till ”Slut” läggs till."]),
        (BPMN, [('x="100"', 'x="140"')], ["Bilden ”SIP” är omritad, rutinen är densamma."]),
        (DMN, [("</decisionTable>", f"{ROW}</decisionTable>")], ["I ”Vem kontaktas?” läggs rad 3 till: x, y."]),
        (DMN, [('"kommunen"', '"regionen"')],
         ["I ”Vem kontaktas?”, rad 2, ändras ”Kontakta” från ”kommunen” till ”regionen”."]),
        (DMN, [('"kommunen"', '"health_centre"')],
         ["I ”Vem kontaktas?”, rad 2, ändras ”Kontakta” från ”kommunen” till ”Vårdcentralen”."]),
        (DMN, [('"kommunen"', '"yes"'), ("<text>-</text>", "<text>true</text>")],
         ["I ”Vem kontaktas?”, rad 2, ändras ”Huvudman” från vad som helst till ja.",
          "I ”Vem kontaktas?”, rad 2, ändras ”Kontakta” från ”kommunen” till ja."]),
        (DMN, [("</decisionTable>", f"{ROW.replace(chr(34) + 'x', chr(34) + 'no')}</decisionTable>")],
         ["I ”Vem kontaktas?” läggs rad 3 till: Huvudman: nej, y."]),
        (BPMN, [('samordna:unit="= a.unit"', 'samordna:unit="= a.unit" samordna:category="health" samordna:second_person="talk"')],
         ["”Kvittera kallelse”: är en andra granskning av läggs till: ”Samtal om nytta”.",
          "”Kvittera kallelse”: kategori av uppgifter läggs till: hälsa."]),
        (SCENARIO, [("03-04", "03-05")], ["I scenariot ”Hela vägen” ändras ”2026-03-04” till ”2026-03-05”."]),
        (DMN, [("<text>kind</text>", "<text>owner</text>")],
         ["”Vem kontaktas?”: vad kolumn 1 ser på ändras från ”kind” till ”owner”."]),
        (FORM, [('"label": "Varför er medverkan är viktig"', '"label": "Varför er medverkan är viktig", "validate": {"required": true}')],
         ["I ”Kvittera kallelse” blir fältet ”Varför er medverkan är viktig” obligatoriskt."]),
        (FORM, [('{"value": "a", "label": "Ett"}', '{"value": "a", "label": "Ett"}, {"value": "b", "label": "Två"}')],
         ["I ”Kvittera kallelse” får fältet ”Vad” valet ”Två”."]),
        (FORM, [('{"value": "a"', '{"value": "b"')],
         ["I ”Kvittera kallelse” tas valet ”Ett (a)” bort från fältet ”Vad”.", "I ”Kvittera kallelse” får fältet ”Vad” valet ”Ett (b)”."]),
        (PAPER, [("en arbetsdag", "två arbetsdagar")],
         ["I dokumentet ”summons” ändras ”inom en arbetsdag.” till ”inom två arbetsdagar.”."]),
        (TOML, [('"SIP"', '"Plan"')], ["Inställningen rubrik ändras från ”SIP” till ”Plan”."]),
        (TOML, [('["staff"]', '["staff", "manager"]')],
         ["Inställningen ”Roller som får starta den” ändras från personal till personal, chef."]),
    ],
)  # fmt: skip
def test_a_change_is_told_in_one_sentence(
    path: str, pairs: list[tuple[str, str]], sentences: list[str]
) -> None:
    assert told(path, *pairs) == sentences


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Fristen for «Kvittera kallelse» endres fra 1 til 2 virkedager."),
        ("en", "The deadline of “Kvittera kallelse” changes from 1 to 2 working days."),
    ],
)
def test_the_same_is_told_in_every_language(language: str, sentence: str) -> None:
    assert told(BPMN, *LONGER, language=language) == [sentence]


def test_a_limit_that_is_only_called_by_its_length_is_told_by_what_it_leads_to() -> None:
    old = DIAGRAM.replace("</bpmn:process>", f"{REMINDED}</bpmn:process>")
    new = old.replace("P2D", "P3D").replace('"2 arbetsdagar"', '"3 arbetsdagar"')
    with difference_words.in_language("sv"):
        said = [
            difference_words.plain(one)
            for one in difference.between({BPMN: old.encode()}, {BPMN: new.encode()})
        ]
    assert said == [
        "Tiden från det att ”Be om samtycke” startar till ”Påminn enheten” ändras från 2 till 3 arbetsdagar."
    ]


def test_what_a_drawing_program_writes_out_on_its_own_is_no_change() -> None:
    shape = '<bpmndi:BPMNShape id="ask_di" bpmnElement="ask">'
    written = DIAGRAM.replace(shape, shape.replace(" bpmn", ' isMarkerVisible="true" bpmn'))
    written = written.replace('x="100"', 'x="100.0"').replace(
        "</bpmndi:BPMNShape>", "<bpmndi:BPMNLabel/></bpmndi:BPMNShape>"
    )
    written = written.replace(
        'attachedToRef="acknowledge"', 'attachedToRef="acknowledge" cancelActivity="true"'
    )
    said = difference.between({BPMN: DIAGRAM.encode()}, {BPMN: written.encode()})
    assert [one.says for one in said] == ["written-otherwise"]
    moved = written.replace('x="100.0"', 'x="101"')
    said = difference.between({BPMN: DIAGRAM.encode()}, {BPMN: moved.encode()})
    assert [one.says for one in said] == ["drawn-otherwise"]


def test_deadlines_come_before_roles_before_steps() -> None:
    pairs = [
        *LONGER,
        ('samordna:role="coordinator"', 'samordna:role="manager"'),
        ("Ring enheten", "Ring dem"),
    ]
    assert [one.split()[0] for one in told(BPMN, *pairs)] == ["Fristen", "”Kvittera", "”Ring"]


def test_the_mark_of_a_change_that_changes_falls_and_no_other() -> None:
    def keys(days: str) -> set[str]:
        text = DIAGRAM.replace("P1D", f"P{days}D").replace("Be om", "Fråga om")
        return {one.key for one in difference.between(contents(WHOLE), contents({**WHOLE, BPMN: text}))}

    assert len(keys("2") & keys("3")) == 1


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("here/sip/forms/ask.form", '{"components": []}', '{"components": [{"key": "a"}]}'),
        ("here/documents/logo.png", "a", "b"),
        (FORM, *(json.dumps({"components": [{"key": "new", "label": "L", "type": kind}]}) for kind in ("number", "textfield"))),
        (BPMN, *(DIAGRAM.replace("<bpmn:endEvent", f"<bpmn:userTask id='x' name='X' samordna:role='{role}'/><bpmn:endEvent")
                 for role in ("staff", "manager"))),
        (BPMN, *(DIAGRAM.replace("<bpmn:endEvent", f"{STEP_OF_THEIRS.replace('P2D', days)}<bpmn:endEvent") for days in ("P2D", "P3D"))),
        (BPMN, *(DIAGRAM.replace("<bpmn:endEvent", "<bpmn:userTask id='x' name='Be om samtycke'/><bpmn:endEvent")
                 .replace('targetRef="ask"', f'targetRef="{to}"') for to in ("ask", "x"))),
        (BPMN, *(DIAGRAM.replace('default="f8"', f'default="{to}"').replace('name="Nej"', 'name="Ja"').replace("</bpmn:process>", SAME)
                 for to in ("f7", "f8b"))),
        (FORM, *(json.dumps(ASKED).replace('"value": "a"', f'"value": "{value}"') for value in "bc")),
    ],
    ids=["a form that came", "a picture", "a field that came", "a step that came", "the deadline of a step that came",
         "a way to a step of the same name", "a way of the same name", "a choice of the same name"],
)  # fmt: skip
def test_who_has_read_that_something_came_has_not_read_what_comes_in_its_place(
    path: str, one: str, other: str
) -> None:
    old = contents({**WHOLE, "here/documents/logo.png": "first"})
    first, second = (
        {each.key for each in difference.between(old, old | contents({path: text}))} for text in (one, other)
    )
    assert first - second
    assert second - first


def test_what_repeats_itself_without_end_is_told_at_once() -> None:
    steps = "".join(f"<bpmn:userTask id='{{0}}{number}' name='T'/>" for number in range(2_000))
    drawn = [DIAGRAM.replace("<bpmn:endEvent", f"{steps.format(one)}<bpmn:endEvent") for one in "ab"]
    began = time.process_time()
    found = difference.between(
        contents({BPMN: drawn[0], PAPER: WHOLE[PAPER] + "\n" * 50}),
        contents({BPMN: drawn[1], PAPER: WHOLE[PAPER] + "x\n" + "\n" * 300_000}),
    )
    assert len([one for one in found if one.path == BPMN]) == 2_000
    assert time.process_time() - began < 2


def test_no_name_of_a_picture_hides_what_stands_in_a_process() -> None:
    hidden = "<x:DMNDI xmlns:x='urn:x'><bpmn:sequenceFlow id='f9' sourceRef='ask' targetRef='ended'/></x:DMNDI></bpmn:process>"
    found = difference.between(
        contents(WHOLE), contents({**WHOLE, BPMN: DIAGRAM.replace("</bpmn:process>", hidden)})
    )
    assert "way-added" in {one.says for one in found}


def test_names_in_the_files_are_shown_as_text() -> None:
    text = DIAGRAM.replace("Ring enheten", "&lt;script&gt;alert(1)&lt;/script&gt;%(name)s")
    with difference_words.in_language("sv"):
        (one,) = difference.between(contents(WHOLE), contents({**WHOLE, BPMN: text}))
        shown = difference_words.page(one)
    assert "<script>" not in shown
    assert "<strong>&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ring \u202eneteh", "Ring [U+202E]neteh"),
        ("Ring\u200b enheten", "Ring[U+200B] enheten"),
        ("Ring enh\u0435ten", "Ring enh\u0435[U+0435]ten"),
        ("Ring\u00a0enheten", "Ring[U+00A0]enheten"),
        ("Ring  enheten", "Ring [U+0020]enheten"),
        ("Ring A\u030asa", "Ring A\u030asa"),
        ("Ring\nFristen ändras", "Ring Fristen ändras"),
        ("\u3164", "[U+3164]"),
        ("Ring µg, Åsa och Zoë", "Ring µg, Åsa och Zoë"),
        ("Позвонить", "Позвонить"),
    ],
)
def test_a_sign_that_is_not_seen_or_passes_for_another_is_named_in_a_sentence(name: str, told: str) -> None:
    renamed = DIAGRAM.replace("Ring enheten", name.replace("\n", "&#10;"))
    with difference_words.in_language("sv"):
        (one,) = difference.between({BPMN: DIAGRAM.encode()}, {BPMN: renamed.encode()})
        assert difference_words.plain(one) == f"”Ring enheten” heter nu ”{told}”. Inget annat ändras."


def test_two_long_names_are_told_from_where_they_part() -> None:
    old, new = (DIAGRAM.replace("Ring enheten", f"{'lång ' * 80}{end}") for end in ("väg", "tid"))
    with difference_words.in_language("sv"):
        (one,) = difference.between({BPMN: old.encode()}, {BPMN: new.encode()})
        said = difference_words.plain(one)
    assert "lång väg” heter nu ”… " in said
    assert "lång tid”" in said


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_every_attribute_that_a_routine_may_have_is_told(name: str) -> None:
    """Added, changed and taken away, it is never passed over."""
    where = 'id="tell" name="Säg till"'
    with_it = [DIAGRAM.replace(where, f'{where} samordna:{name}="{value}"') for value in ("x", "y")]
    for old, new in ((DIAGRAM, with_it[0]), (with_it[0], with_it[1]), (with_it[1], DIAGRAM)):
        (one,) = difference.between({BPMN: old.encode()}, {BPMN: new.encode()})
        assert one.element_id == "tell"
        assert one.says != "written-otherwise"


def _places() -> list[tuple[str, int, str]]:
    """Every attribute and text of the drawings and tables of a small region that says something."""
    found = []
    for path in sorted(ROUTINES.glob("testland/*/*.*")):
        if path.suffix not in (".bpmn", ".dmn"):
            continue
        root = xml.read(path.read_bytes())
        for number, element in enumerate(root.iter()):
            inside = [one for one in element.iterancestors() if xml.local(one) in drawing.PICTURE]
            if inside or xml.local(element) in (*drawing.PICTURE, *drawing.REPEATS):
                continue
            found += [
                (str(path), number, str(name))
                for name in element.attrib
                if not str(name).endswith(("id", "type"))
            ]
            found += [(str(path), number, "")] if (element.text or "").strip() else []
    return found


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_a_drawing_or_a_table_is_told(data: st.DataObject) -> None:
    path, number, name = data.draw(st.sampled_from(PLACES))
    before = Path(path).read_bytes()
    root = etree.fromstring(before, etree.XMLParser(remove_comments=True, remove_pis=True))
    element = list(root.iter())[number]
    if name:
        element.set(name, element.get(name, "") + "x")
    else:
        element.text = f"{(element.text or '').strip()}x"
    shown = f"testland/x/{path.rsplit('/', 1)[-1]}"
    found = difference.between({shown: before}, {shown: etree.tostring(root)})
    assert found
    assert not {one.says for one in found} & {"written-otherwise", "drawn-otherwise"}, etree.tostring(element)
    with difference_words.in_language("sv"):
        assert all(difference_words.plain(one) for one in found)


PLACES = _places()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_line_of_a_file_is_changed_gives_a_difference(data: st.DataObject) -> None:
    whole = files.read_bundle(ROUTINES / "testland" / "choices", ROUTINES).files
    path = data.draw(st.sampled_from(sorted(whole)))
    lines = whole[path].decode().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    kept = lines[:at] + lines[at + 1 :]
    found = difference.between(whole, {**whole, path: "".join(kept).encode()})
    assert found
    assert difference.between(whole, whole) == ()


def test_every_sentence_that_the_engine_names_is_written() -> None:
    source = "\n".join(
        path.read_text() for path in (ROUTINES.parents[1] / "engine/definitions/difference").glob("*.py")
    )
    kinds = ("drawing", "table", "form", "document", "file", "scenario")
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))
    made = {f"{kind}-{how}" for kind in kinds for how in ("added", "removed")}
    made |= {
        f"{what}-{how}"
        for what in ("setting", "passage", "scenario-passage")
        for how in ("added", "removed", "changed")
    }
    known = set(difference_words._SENTENCES)
    assert known - named - made == set()
    assert {one for one in made if one not in known} == set()
