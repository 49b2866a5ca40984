"""The words of `processes/README.md`: elements, attributes, categories, names.

Enters: nothing. Leaves: the tables that the readers and the checks of this room share, so that a word is
allowed in one place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CATEGORIES = frozenset(
    {"coordination", "identity", "consent", "situation", "health", "social", "plan", "child"}
)
DEFAULT_CATEGORY = "coordination"
OPTION_SOURCES = frozenset({"units"})

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")  # of case data, and of readable element ids
NCNAME = re.compile(r"[^\W\d][\w.\-\u00b7]{0,199}")  # XML names without a colon, near enough and never a path
CLAUSE = re.compile(r"[A-Z][A-Za-zÅÄÖåäöÆØæø]{0,9}[0-9]?[-:][0-9A-Za-z:.§-]{1,20}")

# Flow nodes, each with the event definitions that it may carry; '' is none.
NODES: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset({"", "message"}),
    "endEvent": frozenset({"", "terminate", "error"}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "boundaryEvent": frozenset({"timer", "message", "error"}),
    "userTask": frozenset({""}),
    "serviceTask": frozenset({""}),
    "businessRuleTask": frozenset({""}),
    "exclusiveGateway": frozenset({""}),
    "parallelGateway": frozenset({""}),
    "inclusiveGateway": frozenset({""}),
    "eventBasedGateway": frozenset({""}),
    "subProcess": frozenset({""}),
    "callActivity": frozenset({""}),
}
# What to draw instead of what is refused.
INSTEAD: Mapping[str, str] = {
    "task": "Make it a user task, or a service task with an operation.",
    "manualTask": "Make it a user task, so that somebody can say that it is done.",
    "scriptTask": "No program text is run. Use a service task with an operation, or a decision table.",
    "sendTask": "Use a service task with the operation send_message_to_unit.",
    "receiveTask": "Use a user task of the unit that answers, or a message event.",
    "complexGateway": "Use exclusive, parallel or inclusive gateways.",
    "transaction": "Use an ordinary sub-process.",
    "adHocSubProcess": "Use an ordinary sub-process, or a message event with a role.",
    "intermediateThrowEvent": "Use a service task, or leave the event out.",
    "signal": "Use a message event.",
    "link": "Draw the sequence flow itself.",
    "compensation": "Draw what must be undone as steps of its own.",
    "conditional": "Use a gateway after the step that changes the data.",
    "escalation": "Use an error end event in a sub-process, or a timer.",
    "cancel": "Use an error end event.",
    "timer": "Let a step before it wait, with an intermediate timer event.",
}
# Elements that may stand in a process or sub-process beside flow nodes; they are for the reader, or belong to
# others.
READER = frozenset(
    [
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "sequenceFlow",
        "multiInstanceLoopCharacteristics",
    ]
)
TOP_LEVEL = frozenset(
    [
        "process",
        "message",
        "error",
        "collaboration",
        "documentation",
        "extensionElements",
        "category",
        "itemDefinition",
    ]
)

# Samordna's own attributes and where they may stand: a kind of flow node, `loop` for
# multiInstanceLoopCharacteristics, or `timer`,
# `message` for events of that kind.
_ROLE = frozenset({"userTask", "message"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "role": _ROLE,
    "unit": _ROLE,
    "person": frozenset({"userTask"}),
    "line": frozenset({"userTask"}),
    "on_behalf": frozenset({"userTask"}),
    "second_person": frozenset({"userTask"}),
    "signed": frozenset({"userTask", "message", "startEvent"}),
    "clause": frozenset(),  # anywhere
    "calendar": frozenset({"timer"}),
    "deadline": frozenset({"boundaryEvent"}),
    "operation": frozenset({"serviceTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "result": frozenset({"serviceTask", "businessRuleTask", "callActivity", "loop"}),
    "category": frozenset({"serviceTask", "businessRuleTask", "callActivity", "loop", "userTask", "message"}),
    "collection": frozenset({"loop"}),
    "item": frozenset({"loop"}),
}
FORMULAS = frozenset({"unit", "person", "line", "collection"})  # attributes that are FEEL
CALENDARS = frozenset({"working-days", "rolled-days"})

# What FEEL sees besides case data (processes/README.md, "What FEEL sees").
SYSTEM_NAMES: Mapping[str, frozenset[str]] = {
    "case": frozenset(
        {
            "number",
            "started_at",
            "unit",
            "principal",
            "principal_kind",
            "region",
            "participants",
            "id",
            "language",
        }
    ),
    "subject": frozenset({"age", "protected", "protection", "born_on"}),
    "roles": frozenset(),
}
TASK_NAMES = frozenset({"task"})  # in samordna:line only
