"""The form that a new step begins with, so that it can be handed in from the first moment; its owner goes on from there.

Enters: the step's id, the kind of form and the language. Leaves: the bytes of a form-js form. No key of it is used by another step, since
each begins with the step's id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

NOTE, ACKNOWLEDGEMENT, CONSENT = "note", "acknowledgement", "consent"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {"note": "Vad blev gjort?", "answer": "Kommer ni?", "yes": "Ja", "no": "Nej", "who": "Vem kommer?",
           "consents": "Samtycker den enskilde?",
           "units": "Med vilka enheter får ni dela uppgifter?", "by": "Vem sa ja eller nej?", "how": "Hur?", "oral": "Muntligt",
           "written": "Skriftligt",
           "on": "När?"},
    "nb": {"note": "Hva ble gjort?", "answer": "Kommer dere?", "yes": "Ja", "no": "Nei", "who": "Hvem kommer?",
           "consents": "Samtykker personen?",
           "units": "Hvilke enheter kan dere dele opplysninger med?", "by": "Hvem sa ja eller nei?", "how": "Hvordan?", "oral": "Muntlig",
           "written": "Skriftlig", "on": "Når?"},
    "en": {"note": "What was done?", "answer": "Will you come?", "yes": "Yes", "no": "No", "who": "Who is coming?",
           "consents": "Does the person consent?",
           "units": "With which units may you share?", "by": "Who said yes or no?", "how": "How?", "oral": "Orally",
           "written": "In writing", "on": "When?"},
}  # fmt: skip
_REQUIRED = {"required": True}
_SCHEMA = 18


def form(task_id: str, kind: str, *, title: str, language: str) -> bytes:
    """A form of one of the kinds above, for the user task `task_id`."""
    words = _WORDS.get(language[:2], _WORDS["en"])
    made = {NOTE: _note, ACKNOWLEDGEMENT: _acknowledgement, CONSENT: _consent}[kind](task_id, words)
    for number, one in enumerate(made, start=1):
        one["id"] = f"{one['key']}_{number}"
    form = {"type": "default", "id": task_id, "title": title, "schemaVersion": _SCHEMA, "components": made}
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()


Component = dict[str, object]


def _note(task_id: str, words: Mapping[str, str]) -> list[Component]:
    return [{"type": "textarea", "key": f"{task_id}_note", "label": words["note"], "validate": _REQUIRED}]


def _acknowledgement(task_id: str, words: Mapping[str, str]) -> list[Component]:
    hidden = {"hide": f'= {task_id}_answer != "yes"'}
    return [
        _choice(f"{task_id}_answer", words["answer"], [("yes", words["yes"]), ("no", words["no"])]),
        {
            "type": "textfield",
            "key": f"{task_id}_who",
            "label": words["who"],
            "validate": _REQUIRED,
            "conditional": hidden,
        },
    ]


def _consent(task_id: str, words: Mapping[str, str]) -> list[Component]:
    own = {"category": "consent"}
    given = {"hide": f'= {task_id}_answer != "yes"'}
    return [
        _choice(f"{task_id}_answer", words["consents"], [("yes", words["yes"]), ("no", words["no"])]) | {"properties": own},
        {"type": "checklist", "key": f"{task_id}_units", "label": words["units"], "validate": _REQUIRED, "values": [],
         "properties": own | {"options": "units"}, "conditional": given},
        {"type": "textfield", "key": f"{task_id}_by", "label": words["by"], "validate": _REQUIRED, "properties": own},
        _choice(f"{task_id}_form", words["how"], [("oral", words["oral"]), ("written", words["written"])]) | {"properties": own},
        {"type": "datetime", "subtype": "date", "key": f"{task_id}_on",
           "label": words["on"], "dateLabel": words["on"], "validate": _REQUIRED,
         "properties": own},
    ]  # fmt: skip


def _choice(key: str, label: str, values: list[tuple[str, str]]) -> Component:
    return {"type": "radio", "key": key, "label": label, "validate": _REQUIRED,
            "values": [{"label": name, "value": value} for value, name in values]}  # fmt: skip
