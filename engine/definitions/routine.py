"""What the rest of the house needs to know about a routine.

Enters: a bundle that has passed the checks. Leaves: a frozen Routine; BrokenDefinition for a bundle that
cannot be read. Reading is done once per bundle and kept by the caller. It tells what is drawn and asked; it
neither runs anything nor knows a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from types import MappingProxyType

from engine.definitions import diagram, files, form_reading, outline, toml
from engine.definitions.diagram import Diagram, Node, Process
from engine.definitions.formula import is_formula, parse
from engine.definitions.outline import Step
from engine.definitions.schema import Form
from engine.definitions.vocabulary import DEFAULT_CATEGORY

LANGUAGES = ("sv", "nb", "nn", "en")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the way as the one whom it concerns is told of it; `steps` are ids of elements of the routine's own process."""

    says: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """`routine.toml`. `titles` and `descriptions` are by language where the routine is shared; `title` is the
    first of them. Who decided the governing document, its register number and from when it holds: S3-001, S3-002, S3-003.
    Who may begin a case, `start_roles`, is for each region to say: S1-21.
    """

    title: str
    titles: Mapping[str, str]
    description: str
    descriptions: Mapping[str, str]
    register_number: str = ""  # of the governing document
    decided_by: str = ""
    valid_from: date | None = None
    based_on: str = ""
    owner: str = ""
    start_roles: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # of a shared routine that people start by hand: where its law holds
    linked: tuple[str, ...] = ()  # processes that may be started from a running case
    deviation: str = ""  # the process for deviations
    in_plain_words: tuple[Stretch, ...] = ()  # the way as the person's own view tells it, in order


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node as people see it. Texts that may be FEEL (`unit`, `person`) are as written,
    with their `=`.
    """

    process_id: str
    id: str
    kind: str
    name: str
    documentation: str
    clause: tuple[str, ...]
    role: str
    lane: str
    parent_id: str
    line: int
    path: str
    event: str = ""
    attached_to: str = ""
    interrupting: bool = True
    unit: str = ""
    person: str = ""
    on_behalf: str = ""
    operation: str = ""
    decision: str = ""
    result: str = ""
    category: str = DEFAULT_CATEGORY
    called: str = ""
    calendar: str = ""
    deadline: bool = False
    second_person: tuple[str, ...] = ()  # user tasks whose doer does not do this one
    signed: bool = False  # whoever hands it in proves anew who they are
    multi_instance: str = ""  # parallel or sequential
    item: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow as people see it."""

    process_id: str
    id: str
    name: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True)
class Routine:
    """One version of a routine and of all that it calls.

    `elements` and `flows` are by process id, then by id. `forms` are by the id of the element that asks;
    those ids are unique over a bundle. `categories` are by name of case data. `sources` are the diagrams'
    bytes by process id.
    """

    process_id: str
    region: str | None
    settings: Settings
    processes: Mapping[str, str]  # id and name, the routine's own first
    called: tuple[str, ...]
    elements: Mapping[str, Mapping[str, Element]]
    flows: Mapping[str, Mapping[str, Flow]]
    forms: Mapping[str, Form]
    categories: Mapping[str, str]
    sources: Mapping[str, bytes]
    _drawn: Mapping[str, Process]

    @property
    def title(self) -> str:
        return self.settings.title

    def element(self, process_id: str, element_id: str) -> Element | None:
        """The element, or None where this version has no such."""
        return self.elements.get(process_id, {}).get(element_id)

    def inputs(self, process_id: str, element_id: str) -> Mapping[str, str]:
        """The inputs of a service task or a call as they were written; empty where there is no such element."""
        process = self._drawn.get(process_id)
        node = process.nodes.get(element_id) if process else None
        return dict(node.inputs) if node else {}

    @cached_property
    def item_sources(self) -> Mapping[str, frozenset[str]]:
        """By the name of an item of a multi-instance, the names of case data that its collection is taken from."""
        found: dict[str, frozenset[str]] = {}
        for node in (node for one in self._drawn.values() for node in one.nodes.values()):
            loop = node.multi_instance
            own = diagram.attributes(loop) if loop is not None else {}
            if own.get("collection"):
                name = own.get("item", "item")
                found[name] = found.get(name, frozenset()) | parse(own["collection"]).free_names
        return found

    @cached_property
    def issued_as(self) -> Mapping[str, str]:
        """By the key that a paper has for it (`{needs_ahead: plan_needs_ahead}`), the case data it is made of, where that is one name."""
        found: dict[str, set[str]] = {}
        for node in (node for one in self._drawn.values() for node in one.nodes.values()):
            written = dict(node.inputs).get("content", "")
            for key, names in parse(written).entries.items() if is_formula(written) else ():
                found.setdefault(key, set()).update(names)
        return {key: min(names) for key, names in found.items() if len(names) == 1}

    def outline(self, process_id: str = "") -> tuple[Step, ...]:
        """The steps of a process in reading order, by default of the routine's own; empty for one that is not
        in the bundle.
        """
        return self._outlines.get(process_id or self.process_id, ())

    def start_events(self, process_id: str = "") -> tuple[Element, ...]:
        """Where a process may begin: at most one without a trigger, any number with a message."""
        inside = self.elements.get(process_id or self.process_id, {}).values()
        return tuple(one for one in inside if one.kind == "startEvent" and not one.parent_id)

    @cached_property
    def _outlines(self) -> Mapping[str, tuple[Step, ...]]:
        return {process_id: outline.of(process) for process_id, process in self._drawn.items()}


def read(bundle: files.Bundle) -> Routine:
    """Read a bundle; raises BrokenDefinition with the findings of the first file that cannot be read."""
    diagrams = [diagram.read(bundle.files[path], path) for path in bundle.paths(".bpmn")]
    drawn = {process.id: process for one in diagrams for process in one.processes}
    if bundle.process_id not in drawn:
        drawn = {bundle.process_id: next(iter(drawn.values())), **drawn} if drawn else {}
    own_first = sorted(drawn, key=lambda process_id: process_id != bundle.process_id)
    forms = read_forms(bundle)
    settings = read_settings(bundle)
    elements = {key: MappingProxyType(dict(_elements(drawn[key]))) for key in own_first}
    return Routine(
        process_id=bundle.process_id,
        region=bundle.region,
        settings=settings,
        processes={key: drawn[key].name for key in own_first},
        called=tuple(
            dict.fromkeys(one.called for inside in elements.values() for one in inside.values() if one.called)
        ),
        elements=MappingProxyType(elements),
        flows=MappingProxyType({key: MappingProxyType(dict(_flows(drawn[key]))) for key in own_first}),
        forms=MappingProxyType(forms),
        categories=MappingProxyType(dict(_categories(forms.values(), diagrams))),
        sources=MappingProxyType({key: bundle.files[drawn[key].path] for key in own_first}),
        _drawn=drawn,
    )


def form_owner(path: str) -> str:
    """The element id that a form belongs to: its file name."""
    return PurePosixPath(path).stem


def read_forms(bundle: files.Bundle) -> dict[str, Form]:
    """Every form by the element that asks; the routine's own before those of the routines it calls."""
    found: dict[str, Form] = {}
    for path in bundle.paths(".form"):
        found.setdefault(form_owner(path), form_reading.read(bundle.files[path], path))
    return found


def read_settings(bundle: files.Bundle) -> Settings:
    """`routine.toml` of the routine's own folder; without one, only a title from the drawing."""
    path = f"{bundle.folder}/routine.toml"
    data = bundle.files.get(path)
    if data is None:
        return Settings(bundle.process_id, {}, "", {})
    table = toml.Table(toml.read(data, path=path), data, path, "routine-settings")
    document = toml.Table(table.table("governing_document"), data, path, "routine-settings")
    titles, descriptions = (
        _by_language(table, "title", needed=True),
        _by_language(table, "description", needed=False),
    )
    settings = Settings(
        title=next(iter(titles.values()), ""),
        titles=titles,
        description=next(iter(descriptions.values()), ""),
        descriptions=descriptions,
        register_number=document.text("register_number") or table.text("register_number"),
        decided_by=document.text("decided_by") or table.text("decided_by"),
        valid_from=document.day("valid_from") or table.day("valid_from"),
        based_on=table.text("based_on"),
        owner=table.text("owner"),
        start_roles=table.texts("start_roles"),
        countries=table.texts("countries"),
        linked=table.texts("linked"),
        deviation=table.text("deviation"),
        in_plain_words=tuple(_stretches(table, data, path)),
    )
    table.findings += document.leftovers()
    table.finish()
    return settings


def _stretches(table: toml.Table, data: bytes, path: str) -> Iterable[Stretch]:
    for values in table.tables("in_plain_words"):
        one = toml.Table(values, data, path, "routine-settings")
        yield Stretch(one.text("says", needed=True), one.texts("steps"))
        table.findings += one.leftovers()


def _by_language(table: toml.Table, name: str, *, needed: bool) -> dict[str, str]:
    """One text, or one for each language: `title = "..."` or `title = { sv = "...", nb = "..." }`."""
    if isinstance(table.values.get(name), dict):
        found = table.named(name)
        if set(found) - set(LANGUAGES):
            table.wrong(name, f"{name} has a language that is none of {', '.join(LANGUAGES)}.")
        return found
    text = table.text(name, needed=needed)
    return {"": text} if text else {}


def _elements(process: Process) -> Iterable[tuple[str, Element]]:
    for node in process.nodes.values():
        yield node.id, _element(node)


def _element(node: Node) -> Element:
    loop = node.multi_instance
    of_loop = diagram.attributes(loop) if loop is not None else {}
    sequential = loop is not None and loop.get("isSequential") in {"true", "1"}
    own = node.own
    return Element(
        process_id=node.process_id,
        id=node.id,
        kind=node.kind,
        name=node.name,
        documentation=node.documentation,
        clause=tuple(own.get("clause", "").split()),
        role=own.get("role", ""),
        lane=node.lane,
        parent_id=node.parent_id,
        line=node.line,
        path=node.path,
        event=node.event,
        attached_to=node.attached_to,
        interrupting=node.interrupting,
        unit=own.get("unit", ""),
        person=own.get("person", ""),
        on_behalf=own.get("on_behalf", ""),
        operation=own.get("operation", ""),
        decision=own.get("decision", ""),
        result=own.get("result", "") or of_loop.get("result", ""),
        category=own.get("category", "") or of_loop.get("category", "") or DEFAULT_CATEGORY,
        called=called_element(node),
        calendar=own.get("calendar", ""),
        deadline=own.get("deadline") == "true",
        second_person=tuple(own.get("second_person", "").split()),
        signed=own.get("signed") == "true",
        multi_instance="" if loop is None else "sequential" if sequential else "parallel",
        item="" if loop is None else of_loop.get("item", "item"),
        incoming=node.incoming,
        outgoing=node.outgoing,
        own=own,
    )


def called_element(node: Node) -> str:
    """The id of the process that a call activity calls, without a prefix of the file."""
    return node.element.get("calledElement", "").split(":")[-1] if node.kind == "callActivity" else ""


def _flows(process: Process) -> Iterable[tuple[str, Flow]]:
    for flow in process.flows.values():
        yield flow.id, Flow(process.id, flow.id, flow.name, flow.source, flow.target, flow.condition or "")


def _categories(forms: Iterable[Form], diagrams: Iterable[Diagram]) -> Iterable[tuple[str, str]]:
    for one in diagrams:
        for element in one.root.iter():
            own = diagram.attributes(element)
            if own.get("result"):
                yield own["result"], own.get("category", DEFAULT_CATEGORY)
    for form in forms:
        for asked in form.top_level():
            yield asked.key, asked.category
