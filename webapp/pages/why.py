"""Why a task or a unit is there: the path taken, the table rules that matched, how the date came about; all from the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine import asking, library
from engine.access import Act, may
from engine.definitions.routine import Element, Routine, Settings
from engine.definitions.table_words import TableWords
from engine.reads import timeline
from engine.reads.timeline import Happened
from engine.records import tasks
from webapp import clauses, explained, words
from webapp.auth import actor
from webapp.pages import naming
from webapp.pages.answers import told
from webapp.pages.casehead import Seen, see, unit_name
from webapp.session import house, now, tx, writes

pages = Blueprint("why", __name__)
SAID = frozenset(
    {
        "userTask",
        "startEvent",
        "boundaryEvent",
        "exclusiveGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "businessRuleTask",
        "intermediateCatchEvent",
    }
)
BRANCHES = frozenset({"exclusiveGateway", "inclusiveGateway", "businessRuleTask"})


@pages.get("/tasks/<task_id>/why")
@writes
def page(task_id: str) -> str:
    """The reasons for one task. What a table saw is content: only those who may read all of the case are shown its rules."""
    task = tasks.fetch(tx(), task_id)
    seen = see(task.case_id, "why")
    if not seen.sees_course:
        may(actor(), Act.TASK_SEE, asking.task_object(tx(), seen.about, task, ())).required()
    day = seen.ground.today
    due = None
    if task.due_on:
        steps = [text for text in (explained.why(task.due_explanation, day),) if text]
        due = {"words": words.due_headline(task.due_on, day), "steps": steps}
    element = seen.routine.element(task.process_id, task.element_id)
    unit = unit_name(task.unit_id)
    return render_template(
        "why.html",
        section="todo",
        over=naming.over(seen.ground, seen.about),
        title=gettext("Why does %(unit)s have “%(task)s”?", unit=unit, task=task.name),
        back_to={"url": url_for("task.page", task_id=task_id), "words": task.name},
        sentence=naming.why(task, unit),
        due=due,
        path=_path(seen, task) if seen.sees_course else [],
        rules=_rules(seen) if seen.sees_branches else [],
        clauses=_clauses(seen.routine.settings, element),
        asked=_asked(seen.routine, element),
    )


def _path(seen: Seen, task: tasks.Task) -> list[dict[str, str]]:
    said = SAID if seen.sees_branches else SAID - BRANCHES
    steps: list[dict[str, str]] = []
    for fact in timeline.passed(tx(), seen.ground.case.id):
        if fact.at > task.opened_at or fact.data.get("element") not in said:
            continue
        if steps and fact.data.get("element") == "startEvent":  # parts of the routine begin inside of it
            continue
        name, because = str(fact.data.get("name") or ""), _taken(seen, fact)
        if not name or (str(fact.data.get("element")).endswith("Gateway") and not because):
            continue  # a question without an answer tells nothing
        step = {"when": words.moment(fact.at, now(), seen.ground.zone), "what": name, "because": because}
        if step not in steps[-1:]:  # several units do the same at once
            steps.append(step)
    return steps[-20:]


def _taken(seen: Seen, fact: Happened) -> str:
    """The answer of a gateway: the name of the flow that was taken."""
    flows = seen.routine.flows.get(str(fact.data.get("process")), {})
    taken = fact.data.get("flows")
    names = (
        [flows[str(one)].name for one in taken if str(one) in flows and flows[str(one)].name]
        if isinstance(taken, list)
        else []
    )
    return words.listed(names)


def _rules(seen: Seen) -> list[dict[str, object]]:
    called = library.loaded(tx(), seen.main.bundle_hash).table_words
    return [
        {**table, "question": words.moment(fact.at, now(), seen.ground.zone)}
        for fact in timeline.decisions(tx(), seen.ground.case.id)
        for table in told_tables(fact.data, called)
    ]


def told_tables(data: Mapping[str, object], called: TableWords) -> list[dict[str, object]]:
    """A decision as it was kept, one entry for each table in which a rule applied: its name and its rules, in the routine's words."""
    matched = data.get("matched")
    tables: dict[str, list[dict[str, object]]] = {}
    for rule in matched if isinstance(matched, list) else []:
        tables.setdefault(str(rule.get("name") or ""), []).append(_hit(rule, called))
    own = str(data.get("name") or "")
    if len(tables) < 2:
        return [{"name": own, "hits": [hit for hits in tables.values() for hit in hits]}]
    return [{"name": f"{own}: {name}", "hits": hits} for name, hits in tables.items()]


def _hit(rule: Mapping[str, object], called: TableWords) -> dict[str, object]:
    inputs, outputs, notes = (rule.get(key) for key in ("inputs", "outputs", "annotations"))
    inputs, outputs = (found if isinstance(found, Mapping) else {} for found in (inputs, outputs))
    table = str(rule.get("table") or "")
    seen = [
        (str(name), _called(value, partial(called.of_input, table, str(name))))
        for name, value in inputs.items()
    ]
    given = [(name, _called(value, partial(called.of_result, str(name)))) for name, value in outputs.items()]
    results = [text if len(given) == 1 else f"{name}: {text}" for name, text in given]
    sources = [str(note.get("text")) for note in notes if note.get("text")] if isinstance(notes, list) else []
    return {
        "number": str(rule.get("number") or ""),
        "conditions": [(name, text or gettext("not said"), "") for name, text in seen],
        "outcome": "; ".join(results) + (f" ({'; '.join(sources)})" if sources else ""),
    }


def _called(value: object, words_of: Callable[[str], str]) -> str:
    """A value in the routine's words; one that it has no words for as it is."""
    if isinstance(value, list | tuple):
        return words.listed([_called(one, words_of) for one in value])
    return (words_of(value) if isinstance(value, str) else "") or told(value)


def _clauses(settings: Settings, element: Element | None) -> list[dict[str, str]]:
    """The governing document, and what the step answers to in it and elsewhere."""
    if element is None or not element.clause:
        return []
    since = words.full_day(settings.valid_from) if settings.valid_from else ""
    told = (
        settings.register_number,
        gettext("decided by %(who)s", who=settings.decided_by) if settings.decided_by else "",
        gettext("in force since %(day)s", day=since) if since else "",
    )
    about = ", ".join(part for part in told if part)
    governing = {"key": settings.title, "text": about, "source": ""}
    return [governing, *clauses.told(house().settings.processes, element.clause)]


def _asked(routine: Routine, element: Element | None) -> list[dict[str, object]]:
    """Why each question of the form is asked, where a document says so."""
    form = routine.forms.get(element.id) if element else None
    if form is None:
        return []
    root = house().settings.processes
    rows = [(one.label, one.properties.get("clause", "").split()) for one in form.walk()]
    asked = [(label, clauses.told(root, references)) for label, references in rows]
    return [{"label": label, "clauses": found} for label, found in asked if found]
