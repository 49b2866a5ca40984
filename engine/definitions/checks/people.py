"""Who is asked, in words people can read: a role, a name and a form on each step that asks somebody (conventions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definitions import files, routine
from engine.definitions.checks import known_names
from engine.definitions.checks.model import Model, error, warning
from engine.definitions.diagram import Node
from engine.definitions.schema import Field
from engine.definitions.vocabulary import DEFAULT_CATEGORY, NAME, SYSTEM_NAMES, TASK_NAMES
from engine.errors import Finding

_NAMED = frozenset(
    {"userTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess", "endEvent", "boundaryEvent"}
)
_NAMED |= {"intermediateCatchEvent", "startEvent"}


def check(model: Model) -> Iterable[Finding]:
    """Only for a routine; a single file may follow other habits."""
    if not model.conventions:
        return
    for process, node in model.nodes():
        yield from _names(node)
        yield from _asked(model, node)
        if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
            for flow in node.outgoing:
                if not process.flows[flow].name:
                    yield warning(
                        process.flows[flow],
                        "name",
                        f"This way out of {node.id} has no name for people. Name the answer.",
                    )
    yield from _forms_without_owner(model)
    yield from _keys(model)


def _names(node: Node) -> Iterable[Finding]:
    if not NAME.fullmatch(node.id):
        yield error(
            node,
            "readable-id",
            "Ids are English words in lower case, joined by _ (acknowledge_summons). Rename it.",
        )
    if node.kind in _NAMED and not node.name.strip():
        yield error(
            node, "name", "People see this step, and it has no name. Give it one in the region's language."
        )


def _asked(model: Model, node: Node) -> Iterable[Finding]:
    message = node.event == "message" and "role" in node.own
    if node.kind == "userTask" and "role" not in node.own:
        yield error(node, "role", "It does not say who does it. Add samordna:role.")
    if (node.kind == "userTask" or message) and model.form_of(node) is None:
        path = f"{files.folder_of(node.path)}/forms/{node.id}.form"
        if path not in model.bundle.files:  # a form that cannot be read has findings of its own
            yield error(node, "form-missing", f"There is no form for it. Add {path}.")


def _forms_without_owner(model: Model) -> Iterable[Finding]:
    asking = {(files.folder_of(node.path), node.id): node for _, node in model.nodes()}
    for form in model.forms:
        owner = routine.form_owner(form.path)
        node = asking.get((files.folder_of(form.path), owner))
        if node is None or not (node.kind in {"userTask", "startEvent"} or node.event == "message"):
            message = (
                f"No user task, message or start event has the id {owner[:80]}. Rename the form or remove it."
            )
            yield Finding(form.path, 1, "error", "form-owner", owner[:80], message)


def _keys(model: Model) -> Iterable[Finding]:
    """Case data is one flat set of names: a key has one type and one category wherever it is asked for."""
    reserved = frozenset(SYSTEM_NAMES) | TASK_NAMES
    first: dict[str, tuple[Field, str]] = {}
    for form in model.forms:
        for asked in form.top_level():
            where = asked.id or asked.key
            if asked.key in reserved:
                message = f"{asked.key} is a name of the house itself. Choose another key."
                yield Finding(form.path, asked.line, "error", "key", where, message)
            other, path = first.setdefault(asked.key, (asked, form.path))
            for what, mine, theirs in _differences(asked, other):
                message = f"{asked.key} has the {what} {mine} here, but {theirs} in {path}:{other.line}. Make them the same."
                yield Finding(form.path, asked.line, "error", "key", where, message)
    yield from _results(model, first)


def _differences(asked: Field, other: Field) -> Iterable[tuple[str, str, str]]:
    if asked.value_type != other.value_type:
        yield "type", asked.value_type, other.value_type
    if asked.category != other.category:
        yield "category", asked.category, other.category


def _results(model: Model, asked: Mapping[str, tuple[Field, str]]) -> Iterable[Finding]:
    for node, name, category in known_names.results(model):
        if name in SYSTEM_NAMES or name in TASK_NAMES:
            yield error(node, "key", f"samordna:result {name} is a name of the house itself. Choose another.")
        if name in asked and asked[name][0].category != (category or DEFAULT_CATEGORY):
            message = f"The result {name} is also asked for in {asked[name][1]}, with the category {asked[name][0].category}."
            yield error(node, "key", f"{message} Set samordna:category to the same.")
