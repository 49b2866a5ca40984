"""What a finding of the checks is about, in the language of the page; its own sentence names the place and is the author's detail.

Enters: the name of a rule. Leaves: one sentence, '' for a rule that has none. Rules of the parser behind the checks have none: whoever
meets those has got past all of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext

from webapp import words


def of(rule: str) -> str:
    """The sentence of a rule."""
    told = _RULES.get(rule)
    return told() if told else ""


def statement(rule: str, name: str) -> str:
    """What is wrong with the step or file called `name`; '' for a rule that has no sentence."""
    told = _STATEMENTS.get(rule)
    if told:
        return told[0](name)
    sentence = of(rule)
    return f"{name}: {sentence}" if sentence else ""


def reason(rule: str) -> str:
    """What it would come to; '' where the statement says it already."""
    told = _STATEMENTS.get(rule)
    return told[1]() if told else ""


def particular(about: Sequence[str]) -> str:
    """What exactly is wrong: the word or formula that a person wrote; '' where the finding says no more than its rule."""
    said = _PARTICULAR.get(about[0]) if about else None
    return said(*(one[:LONGEST] for one in about[1:])) if said else ""


def in_a_line(rule: str, name: str, about: Sequence[str], message: str) -> str:
    """The statement with what exactly is wrong; the check's own sentence where there is none."""
    told = statement(rule, name)
    return " ".join(filter(None, (told, particular(about)))) if told else f"{name}: {message}"


def _unlike(left: str, right: str) -> str:
    names = {
        "string": gettext("a text"), "number": gettext("a number"), "boolean": gettext("yes or no"), "list": gettext("a list"),
        "date": gettext("a day"), "time": gettext("a time of day"), "date and time": gettext("an instant"),
    }  # fmt: skip
    return gettext(
        "%(left)s is compared with %(right)s, and that is never true.",
        left=words.capital(names.get(left, left)), right=names.get(right, right),
    )  # fmt: skip


LONGEST = 200


def _gap(*example: str) -> str:
    """An example of answers that no row is about: labels and values in turn."""
    said = [
        gettext("%(label)s is %(value)s", label=label, value=gettext("nothing") if value == "null" else value)
        for label, value in zip(example[::2], example[1::2], strict=False)
    ]
    return gettext("For example when %(answers)s.", answers=words.listed(said)) if said else ""


_PARTICULAR: Mapping[str, Callable[..., str]] = {
    "name-unwritten": lambda name: gettext("Nothing in the routine writes “%(name)s”.", name=name),
    "name-near": lambda name, near: gettext(
        "Nothing in the routine writes “%(name)s”. Is “%(near)s” meant?", name=name, near=near
    ),
    "function-unknown": lambda name: gettext("There is no function called “%(name)s”.", name=name),
    "feel-unread": lambda text: gettext("“%(text)s” cannot be read as a formula.", text=text),
    "feel-slip": lambda text, sign, word: gettext(
        "“%(text)s” cannot be read as a formula: write %(word)s instead of %(sign)s.",
        text=text,
        sign=sign,
        word=word,
    ),
    "unlike": _unlike,
    "clause-form": lambda text: gettext(
        "“%(text)s” is no reference. Write the number of a requirement or a law, such as S3-042 or L-OSL:12:2.",
        text=text,
    ),
    "clause-unknown": lambda number: gettext(
        "There is no requirement with the number %(number)s.", number=number
    ),
    "both-rows": lambda one, other: gettext("Rows %(one)s and %(other)s hold at once.", one=one, other=other),
    "gap": _gap,
    "timer-unread": lambda text: gettext("“%(text)s” is no length of time and no day.", text=text),
}
_STATEMENTS = {
    "role": (
        lambda name: gettext("%(step)s has no role.", step=name),
        lambda: gettext("Nobody would get the task."),
    ),
    "readable-id": (
        lambda name: gettext("%(step)s has an id that nobody can read.", step=name),
        lambda: gettext("Scenarios, settings and logs call the step by its id."),
    ),
    "form-missing": (
        lambda name: gettext("%(step)s has no form.", step=name),
        lambda: gettext("Nobody could hand the step in."),
    ),
    "default-missing": (
        lambda name: gettext("%(step)s leads nowhere when no condition holds.", step=name),
        lambda: gettext("A case with such answers would stop there."),
    ),
    "condition-missing": (
        lambda name: gettext("The way %(way)s has no condition.", way=name),
        lambda: gettext("It is not said when it is taken."),
    ),
    "implicit-split": (
        lambda name: gettext("Several arrows leave %(step)s.", step=name),
        lambda: gettext("It is not drawn whether all are followed or one is chosen."),
    ),
    "dead-end": (
        lambda name: gettext("The way ends at %(step)s, without an end.", step=name),
        lambda: gettext("Whoever reads the drawing does not see that the way is meant to end there."),
    ),
    "timer-deadline": (
        lambda name: gettext("It is not clear which time limit of %(step)s is its deadline.", step=name),
        lambda: gettext("The worklist could not say when the step is due."),
    ),
    "timer-order": (
        lambda name: gettext("%(step)s does not come after the deadline of its step.", step=name),
        lambda: gettext(
            "It would happen before the step is late, or just as it becomes late. Was the deadline alone changed?"
        ),
    ),
    "unreachable": (
        lambda name: gettext("Nothing leads to %(step)s. The step is never done.", step=name),
        lambda: gettext("No arrow leads there from where the case begins."),
    ),
    "double-flow": (
        lambda name: gettext("Two arrows go the same way from %(step)s.", step=name),
        lambda: gettext("What follows would happen twice."),
    ),
    "gateway-idle": (
        lambda name: gettext("%(step)s decides nothing.", step=name),
        lambda: gettext("One way leads in and one leads out."),
    ),
}
_RULES = {
    "attribute": lambda: gettext("Something is written about the step that nothing reads."),
    "based-on": lambda: gettext("Which version the routine builds on is not said so that it can be found."),
    "boundary": lambda: gettext("The event on the border of a step is drawn in a way that cannot run."),
    "bpmn-root": lambda: gettext("The file is no BPMN diagram."),
    "call": lambda: gettext("The call of another routine does not fit that routine."),
    "call-cycle": lambda: gettext("Routines call each other in a circle."),
    "condition-missing": lambda: gettext("A way out of the gateway lacks its condition."),
    "dead-end": lambda: gettext("The way ends here without an end event."),
    "decision": lambda: gettext("The step asks for a table, or for data, that is not there."),
    "default-condition": lambda: gettext(
        "The way that is taken otherwise has a condition; it is never looked at."
    ),
    "default-missing": lambda: gettext("No way out is taken where none of the conditions holds."),
    "double-flow": lambda: gettext("Two arrows go the same way."),
    "element": lambda: gettext("A kind of shape that cannot run here."),
    "event-gateway": lambda: gettext("After this gateway come events to wait for, and nothing else."),
    "event-sub-process": lambda: gettext("The part that an event begins is drawn in a way that cannot run."),
    "expression": lambda: gettext("An expression cannot be read."),
    "unknown-name": lambda: gettext("An expression names something that no form or step writes."),
    "unknown-function": lambda: gettext("An expression uses a function that does not exist."),
    "unlike-types": lambda: gettext("An expression compares things of different kinds."),
    "file-kind": lambda: gettext("The file is of a kind that a routine does not have."),
    "file-name": lambda: gettext("The file has not the name it should have."),
    "file-too-large": lambda: gettext("The file is too large."),
    "flow-border": lambda: gettext("The arrow crosses the border of a part."),
    "flow-boundary": lambda: gettext("The arrow goes to an event on a border; it can only come from there."),
    "flow-condition": lambda: gettext("The condition of the arrow cannot be used here."),
    "flow-end": lambda: gettext("An arrow leaves an end event."),
    "flow-event-sub-process": lambda: gettext(
        "The part that an event begins has an arrow; it begins by itself."
    ),
    "flow-start": lambda: gettext("An arrow goes to a start event."),
    "gateway-idle": lambda: gettext("The gateway decides nothing."),
    "id": lambda: gettext("The element lacks an id."),
    "id-twice": lambda: gettext("Two elements have the same id."),
    "readable-id": lambda: gettext("The id is not readable. Write words with underscores."),
    "name": lambda: gettext("The step lacks a name that people understand."),
    "implicit-split": lambda: gettext("Several arrows leave the step. Put a gateway there."),
    "inclusive-loop": lambda: gettext("An inclusive gateway waits within a circle and may never go on."),
    "loop": lambda: gettext("The way goes round without anything to wait for."),
    "unreachable": lambda: gettext("No way leads here."),
    "deadlock": lambda: gettext(
        "A case can come to stand here: the gateway waits for a way that is not taken."
    ),
    "livelock": lambda: gettext("From here on the case never reaches an end."),
    "runs-twice": lambda: gettext(
        "The step can happen twice: the ways that lead here do not wait for each other."
    ),
    "never-reached": lambda: gettext("The step is never done, although arrows lead here."),
    "unset-data": lambda: gettext("The step reads an answer before any step has asked."),
    "positions": lambda: gettext(
        "There are more ways through the routine than could be tried. No other fault found so far."
    ),
    "multi-instance": lambda: gettext("What the step is repeated for is not said so that it can run."),
    "no-diagram": lambda: gettext("The routine has no diagram."),
    "no-executable-process": lambda: gettext("No process in the diagram is marked as executable."),
    "not-executable": lambda: gettext("The process is not marked as executable."),
    "process-id": lambda: gettext("The id of the process does not fit the folder."),
    "operation": lambda: gettext("The operation is not there, or lacks something it needs."),
    "key": lambda: gettext("A name of case data cannot be used."),
    "linked": lambda: gettext("A routine that may be started beside this one is not there or does not fit."),
    "reference": lambda: gettext("Something is named that is not in the file."),
    "role": lambda: gettext("Who does the step is not said, or the region has no such role."),
    "second-person": lambda: gettext("The step for a second pair of eyes does not fit the first."),
    "size": lambda: gettext("The routine is too large."),
    "start": lambda: gettext("How the routine begins is not drawn so that it can run."),
    "timer": lambda: gettext("The time limit cannot be read."),
    "timer-calendar": lambda: gettext("The time limit counts in days that are not there."),
    "timer-cycle": lambda: gettext("The repeated time limit cannot run here."),
    "timer-order": lambda: gettext("A time limit does not come after the deadline of its step."),
    "timer-deadline": lambda: gettext("The last day cannot be counted from this time limit."),
    "uncaught-error": lambda: gettext("An error is raised that nothing catches."),
    "routine-settings": lambda: gettext("routine.toml or region.toml says something that cannot be used."),
    "scenario": lambda: gettext("A scenario cannot be read."),
    "toml-syntax": lambda: gettext("The file cannot be read as TOML."),
    "form-category": lambda: gettext("The field has a category that does not exist."),
    "form-component": lambda: gettext("The form has a kind of field that cannot be shown."),
    "form-datetime": lambda: gettext("The date or time field is set in a way that does not work."),
    "form-expression": lambda: gettext("A condition or choice of the form cannot be read."),
    "form-id": lambda: gettext("A field lacks an id, or two have the same."),
    "form-key": lambda: gettext("The field lacks a name for its answer, or the name cannot be used."),
    "form-key-twice": lambda: gettext("Two fields write to the same name."),
    "form-missing": lambda: gettext("The step has no form. The file has the step's id as its name."),
    "form-nesting": lambda: gettext("The form has lists or groups too deep within each other."),
    "form-options": lambda: gettext("There is nothing to choose from, or a choice stands twice."),
    "form-owner": lambda: gettext("No step asks with this form."),
    "form-pattern": lambda: gettext("The pattern that an answer must follow cannot be read."),
    "form-property": lambda: gettext("A property of the field is not known."),
    "form-required": lambda: gettext("A field is demanded that nobody can fill in."),
    "form-rule": lambda: gettext("A limit of the field cannot be used."),
    "form-schema": lambda: gettext("The file is no form of the kind that can be read."),
    "form-size": lambda: gettext("The form is too large."),
    "form-syntax": lambda: gettext("The file cannot be read as JSON."),
    "cell-count": lambda: gettext("A rule of the table has too many or too few cells."),
    "contradicting-rules": lambda: gettext("Two rules fit at the same time and say different things."),
    "overlapping-rules": lambda: gettext("Two rules fit at the same time; only one may."),
    "unreachable-rule": lambda: gettext("A rule is never used: those before it take everything."),
    "gap": lambda: gettext("No rule fits for some answers."),
    "missing-rules": lambda: gettext("No rule fits for some answers."),
    "value-not-allowed": lambda: gettext("A rule names a value that the column does not have."),
    "several-results": lambda: gettext("Several rules fit and give several results."),
    "table-too-large": lambda: gettext("The table is too large to be looked through."),
    "hit-policy": lambda: gettext("How the table chooses among rules cannot be used."),
    "empty-cell": lambda: gettext("A cell of the table is empty."),
    "input-without-expression": lambda: gettext("A column of the table does not say what it looks at."),
    "no-output": lambda: gettext("The table has no result."),
    "no-logic": lambda: gettext("The decision has no table."),
    "external-function": lambda: gettext("The table calls a program outside, which is refused."),
    "import-cycle": lambda: gettext("Tables take in each other in a circle."),
    "no-priorities": lambda: gettext(
        "The table chooses by priority, but does not say which result comes first."
    ),
    "unknown-type": lambda: gettext("A column of the table is of a kind that does not exist."),
    "unreadable": lambda: gettext("The table cannot be read."),
    "dangling-reference": lambda: gettext("The table refers to something that is not there."),
    "duplicate-name": lambda: gettext("Two things in the table have the same name."),
    "duplicate-id": lambda: gettext("Two things in the table have the same id."),
    "not-xml": lambda: gettext("The file is no diagram or table."),
    "xml-syntax": lambda: gettext("The file cannot be read as XML."),
    "xml-doctype": lambda: gettext("The file holds a document type, which is refused."),
    "too-deep": lambda: gettext("The file is nested too deep."),
    "too-many-elements": lambda: gettext("The file has too many elements."),
    "too-many-files": lambda: gettext("There are too many files."),
    "clause": lambda: gettext("A requirement that the step names is not known."),
}
