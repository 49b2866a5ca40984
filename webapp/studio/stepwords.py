"""What the studio calls things: kinds of steps, questions, operations and their inputs, in the language of the page.

Enters: nothing. Leaves: tables from the words of `processes/README.md` to functions that give a sentence; what a table lacks is
shown by its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext

Words = Callable[[], str]

KINDS: Mapping[str, Words] = {
    "userTask": lambda: gettext("Task for a person"),
    "serviceTask": lambda: gettext("Happens by itself"),
    "businessRuleTask": lambda: gettext("Decision table"),
    "callActivity": lambda: gettext("Part routine"),
    "subProcess": lambda: gettext("Part"),
    "exclusiveGateway": lambda: gettext("Choice: one way"),
    "parallelGateway": lambda: gettext("All ways at once"),
    "inclusiveGateway": lambda: gettext("Choice: one or more ways"),
    "eventBasedGateway": lambda: gettext("What happens first"),
    "startEvent": lambda: gettext("The way begins"),
    "endEvent": lambda: gettext("The way ends"),
    "intermediateCatchEvent": lambda: gettext("Waiting"),
    "boundaryEvent": lambda: gettext("Event at a step"),
}
EVENTS: Mapping[tuple[str, str], Words] = {
    ("boundaryEvent", "timer"): lambda: gettext("Time limit of a step"),
    ("boundaryEvent", "message"): lambda: gettext("Something that people may start"),
    ("boundaryEvent", "error"): lambda: gettext("An interruption that is caught"),
    ("intermediateCatchEvent", "timer"): lambda: gettext("Waits for a time"),
    ("intermediateCatchEvent", "message"): lambda: gettext("Waits for something that people start"),
    ("startEvent", "message"): lambda: gettext("Begins when people start it"),
    ("endEvent", "terminate"): lambda: gettext("End of everything that is going on here"),
    ("endEvent", "error"): lambda: gettext("End with an interruption"),
}
NONE: Words = lambda: ""  # noqa: E731 - a row of the table below
LABELS: Mapping[str, tuple[Words, Words]] = {
    "name": (lambda: gettext("Name"), NONE),
    "role": (lambda: gettext("Who does the step?"), NONE),
    "unit": (lambda: gettext("At which unit?"), NONE),
    "deadline": (lambda: gettext("Deadline"), lambda: gettext("from when the step begins")),
    "timer": (lambda: gettext("Time limit"), lambda: gettext("from when the step begins")),
    "guidance": (lambda: gettext("Guidance"), lambda: gettext("Stands on the task: what to do, and how.")),
    "clause": (
        lambda: gettext("Provision"),
        lambda: gettext("Number of the requirement or law that the step answers to."),
    ),
    "operation": (lambda: gettext("What happens?"), NONE),
    "decision": (lambda: gettext("Which table?"), NONE),
    "called": (lambda: gettext("Which routine?"), NONE),
    "otherwise": (lambda: gettext("Way taken otherwise"), lambda: gettext("When no condition holds.")),
    "interrupts": (lambda: gettext("Ends the step"), NONE),
    "result": (lambda: gettext("The result is kept as"), NONE),
    "category": (lambda: gettext("Category of information"), NONE),
    "person": (lambda: gettext("A certain person"), NONE),
    "line": (lambda: gettext("Line in the worklist"), NONE),
    "on_behalf": (lambda: gettext("Who may answer for the unit"), NONE),
    "second_person": (lambda: gettext("Is a second look at"), NONE),
    "signed": (lambda: gettext("Asks anew who somebody is"), NONE),
    "loop:collection": (lambda: gettext("Once for each of"), NONE),
    "loop:item": (lambda: gettext("Each is called"), NONE),
    "loop:result": (lambda: gettext("The results are kept as"), NONE),
}
OPERATIONS: Mapping[str, Words] = {
    "record_consent": lambda: gettext("Record a consent"),
    "withdraw_consent": lambda: gettext("Withdraw a consent"),
    "appoint": lambda: gettext("Appoint somebody"),
    "send_message_to_unit": lambda: gettext("Send a message to a unit"),
    "remind": lambda: gettext("Remind a unit"),
    "register_dispatch": lambda: gettext("Write down what was sent"),
    "schedule_meeting": lambda: gettext("Schedule a meeting"),
    "cancel_meeting": lambda: gettext("Cancel the meeting"),
    "issue_document": lambda: gettext("Issue a paper"),
    "report_deviation": lambda: gettext("Draft a deviation"),
    "close_case": lambda: gettext("Close the case"),
    "note": lambda: gettext("Write a note in the case"),
    "end_participation": lambda: gettext("End a unit's part"),
    "draw_log_sample": lambda: gettext("Draw a sample of the log"),
    "list_due_cases": lambda: gettext("List the cases that are due for removal"),
    "read_certificate": lambda: gettext("Read the certificate of removal"),
}
INPUTS: Mapping[str, Words] = {
    "unit": lambda: gettext("Which unit"),
    "kind": lambda: gettext("What kind"),
    "text": lambda: gettext("Text"),
    "title": lambda: gettext("Title"),
    "content": lambda: gettext("What it holds"),
    "answer_by": lambda: gettext("To be answered by"),
    "about": lambda: gettext("About which step"),
    "manager": lambda: gettext("Its manager as well"),
    "starts_at": lambda: gettext("Begins"),
    "ends_at": lambda: gettext("Ends"),
    "place": lambda: gettext("Place"),
    "to": lambda: gettext("To whom"),
    "reason": lambda: gettext("Why"),
    "agreed": lambda: gettext("What was agreed"),
    "happened": lambda: gettext("What happened"),
    "since": lambda: gettext("Since when"),
    "units": lambda: gettext("Which units"),
    "categories": lambda: gettext("Which categories of information"),
    "given_by": lambda: gettext("Given by whom"),
    "given_on": lambda: gettext("Given when"),
    "form": lambda: gettext("In what way"),
    "kinds": lambda: gettext("What kinds"),
    "escalated_unit": lambda: gettext("Which unit is late"),
    "counterpart_unit": lambda: gettext("Which unit waits for it"),
    "escalation_matter": lambda: gettext("What it is about"),
    "escalation_since": lambda: gettext("Since when"),
}
SLOTS = ("convener", "coordinator", "chair")
"""Roles that a case gives somebody; whoever has one has it at a unit of their own."""
UNIT_WORDS: Mapping[str, Words] = {
    "working-days": lambda: gettext("working days"),
    "days": lambda: gettext("days"),
    "rolled-days": lambda: gettext("days, to the next working day"),
    "hours": lambda: gettext("hours"),
    "weeks": lambda: gettext("weeks"),
    "months": lambda: gettext("months"),
    "years": lambda: gettext("years"),
}
REFUSED: Mapping[str, Words] = {
    "no-such-element": lambda: gettext("The step is no longer there. Somebody may have removed it."),
    "not-a-step": lambda: gettext("This is no step that can be changed so."),
    "not-a-task": lambda: gettext("Only a task for a person can be reminded of."),
    "not-a-timer": lambda: gettext("This has no time limit."),
    "no-length": lambda: gettext("Write a whole number from 1 to 999 and choose what it counts."),
    "no-such-answer": lambda: gettext("The question has no such answer. Choose one of those it has."),
    "branch": lambda: gettext(
        "A step is not moved or removed across a choice. Do it on the diagram, or change what stands there first."
    ),
    "only-step": lambda: gettext("Something has to stand here. Put the new one in first."),
    "has-timers": lambda: gettext("The step has time limits already. Change those instead."),
    "several-items": lambda: gettext("The step is done by several at once. Put it into a part first."),
}
"""Why something cannot be done to a drawing."""
FIELD_KINDS: dict[str, Words] = {
    "textfield": lambda: gettext("A line of text"),
    "textarea": lambda: gettext("Several lines of text"),
    "number": lambda: gettext("A number"),
    "datetime": lambda: gettext("A day"),
    "checkbox": lambda: gettext("A box to tick"),
    "radio": lambda: gettext("One of a few choices"),
    "select": lambda: gettext("One of a list"),
    "checklist": lambda: gettext("Several of a list"),
    "text": lambda: gettext("Guidance between the questions"),
    "group": lambda: gettext("A section"),
    "dynamiclist": lambda: gettext("A list with rows"),
}
SETTINGS: dict[str, Words] = {
    "title": lambda: gettext("Name of the routine"),
    "description": lambda: gettext("What it is for"),
    "owner": lambda: gettext("Owner"),
    "deviation": lambda: gettext("Routine for deviations"),
    "based_on": lambda: gettext("Based on"),
    "start_roles": lambda: gettext("Roles that may start it"),
    "linked": lambda: gettext("Routines that may be started beside it"),
    "governing_document.register_number": lambda: gettext("Register number of the governing document"),
    "governing_document.decided_by": lambda: gettext("Decided by"),
    "governing_document.valid_from": lambda: gettext("Holds from"),
}
