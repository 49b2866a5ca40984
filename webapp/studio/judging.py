"""What the checks say of a draft as it stands, with the runs behind what the game of tokens found; kept for the next who asks.

Enters: a draft. Leaves: a Judgement of plain values, the worst first; the same fault reached in several ways is told once. A draft that
cannot be read has that as its finding. It never says less than `samordna check`, but while somebody draws fewer positions are tried.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from flask_babel import gettext

from engine import library
from engine.actions.operations import inputs
from engine.definitions import checks, files
from engine.definitions.checks import neighbours, soundness
from engine.definitions.checks.model import Model
from engine.definitions.diagram import Node, Process
from engine.definitions.files import Bundle
from engine.errors import BrokenDefinition, EngineError, Finding
from engine.records import specs
from engine.soundness.verdict import MOST_POSITIONS, Fault, Verdict
from webapp import words
from webapp.pages import finding_words, soundness_words
from webapp.session import tx
from webapp.studio import partwords
from webapp.studio.draft import Opened
from webapp.studio.partwords import short_name

WHILE_DRAWING = 6_000
"""Positions tried on each change: twice what the largest routine of ours has, and less than a second."""
ORDER = {"error": 0, "warning": 1, "note": 2}
_KEPT = 24


@dataclass(frozen=True, slots=True)
class Named:
    """What people call something that is drawn, and the file it is drawn in. `to` is the name of what a way, a gateway or an event leads
    to, `on` that of the step on whose border an event stands.
    """

    name: str
    path: str = ""
    to: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class _Gateway:
    """A gateway that nobody has named, called after what it leads to."""

    to: str

    @property
    def name(self) -> str:
        return gettext("the gateway before %(step)s", step=self.to)


@dataclass(frozen=True, slots=True)
class Names:
    """Steps and flows by process id, then by id; `held` are the files, for the names of what stands in tables and forms."""

    steps: Mapping[str, Mapping[str, Named]] = field(default_factory=dict)
    flows: Mapping[str, Mapping[str, Named]] = field(default_factory=dict)
    held: Mapping[str, bytes] = field(default_factory=dict)

    def element(self, process_id: str, element_id: str) -> Named | _Gateway | None:
        """The step, None where there is none."""
        found = self.steps.get(process_id, {}).get(element_id)
        return _Gateway(found.to) if found is not None and not found.name and found.to else found

    def path_of(self, process_id: str, element_id: str) -> str:
        """The file that it is drawn in; '' for what is not drawn."""
        found = self.steps.get(process_id, {}).get(element_id)
        return found.path if found is not None else ""

    def is_way(self, path: str, element_id: str) -> bool:
        """Whether it is an arrow in that file."""
        return any(element_id in one and one[element_id].path == path for one in self.flows.values())

    def at(self, path: str, element_id: str) -> Named:
        """The step that is drawn in that file; one without a name where there is none."""
        found = (one[element_id] for one in self.steps.values() if element_id in one)
        return next((one for one in found if one.path == path), Named(""))

    def within(self, path: str, element_id: str) -> str:
        """The name of a step or way that is drawn in that file, a way without one by what it leads to; '' for none."""
        for process_id, steps in self.steps.items():
            if element_id in steps and steps[element_id].path == path:
                found = self.element(process_id, element_id)
                return found.name if found is not None else ""
        ways = (one[element_id] for one in self.flows.values() if element_id in one)
        return next((one.name or one.to for one in ways if one.path == path), "")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `fault` is what the game of tokens found, None for any other rule; `ways` in how many ways it is come to."""

    finding: Finding
    fault: Fault | None = None
    ways: int = 1

    @property
    def key(self) -> str:
        """Its address on the page: the same as long as it is found."""
        one = self.finding
        told = f"{one.path}|{one.rule}|{one.element_id}|{'' if self.fault else one.message}"
        return sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All of it; `verdict` is None where no game could be played."""

    found: tuple[Found, ...]
    verdict: Verdict | None = None
    names: Names = field(default_factory=Names)


_judged: OrderedDict[tuple[str, int, frozenset[str]], Judgement] = OrderedDict()
_written: dict[str, frozenset[str]] = {}
"""The names of case data that a version writes, by its hash: they never change."""


def of(
    found: Opened, *, positions: int = WHILE_DRAWING, held: Mapping[str, bytes] | None = None
) -> Judgement:
    """The findings of the draft as it stands, or would stand with those files, the worst first; among the routines in force."""
    in_force = [library.loaded(tx(), one).bundle for one in specs.in_force(tx()).values()]
    contents, process_id = held or found.content.files, found.content.draft.process_id
    return judge(contents, process_id, path=found.path, positions=positions, in_force=in_force)


def judge(
    held: Mapping[str, bytes],
    process_id: str,
    *,
    path: str,
    positions: int,
    in_force: Collection[Bundle] = (),
) -> Judgement:
    """The same of files in the hand. `path` is named where nothing can be read at all."""
    try:
        bundle = files.bundle(held, process_id)
    except BrokenDefinition as broken:
        return Judgement(tuple(map(Found, _sorted(broken.findings))))
    except EngineError as error:
        return Judgement((Found(Finding(path, 1, "error", "bpmn-root", "", str(error))),))
    above = neighbours.callers(bundle, in_force)
    near = {one.hash: one for one in (*above, *neighbours.linking(bundle, in_force))}
    among = frozenset(near)
    for bound in (MOST_POSITIONS, positions):
        if bound >= positions and (bundle.hash, bound, among) in _judged:
            return _judged[bundle.hash, bound, among]
    judged = checks.judged(
        bundle, conventions=True, operations=inputs(), positions=positions, around=_around(near)
    )
    told = [one for one in judged.findings if not above or one.rule not in neighbours.OF_THE_CALLER]
    made = _judgement(tuple(told), judged.model)
    _judged[bundle.hash, positions, among] = made
    while len(_judged) > _KEPT:
        _judged.popitem(last=False)
    return made


def _around(near: Mapping[str, Bundle]) -> frozenset[str] | None:
    """What those that call or start it write, which it may read; None where nobody does."""
    for version, bundle in near.items():
        if version not in _written:
            _written[version] = neighbours.written_by(bundle)
    return frozenset().union(*(_written[one] for one in near)) if near else None


def statement(one: Found, judged: Judgement) -> str:
    """What goes wrong, with the name of the step: the same words on the page, below the canvas and in the list of steps."""
    return words.capital(_statement(one, judged))


def _statement(one: Found, judged: Judgement) -> str:
    if one.fault is not None:
        return soundness_words.statement(one.fault, judged.names)
    if one.finding.rule == "name" and judged.names.is_way(one.finding.path, one.finding.element_id):
        return gettext("The way to %(step)s has no name.", step=name(one, judged))
    if one.finding.rule == "timer-order":
        drawn = judged.names.at(one.finding.path, one.finding.element_id)
        return gettext(
            "%(step)s does not come after the deadline of %(host)s.",
            step=drawn.to or drawn.name,
            host=drawn.on,
        )
    return finding_words.statement(one.finding.rule, name(one, judged)) or one.finding.message


def name(one: Found, judged: Judgement) -> str:
    """What people call the place: the step, the row and column of a table, the field of a form; else its id, else the file."""
    finding = one.finding
    said = judged.names.within(finding.path, finding.element_id) if finding.element_id else ""
    if not said and not finding.path.endswith(".bpmn"):
        return partwords.place(judged.names.held.get(finding.path, b""), finding.path, finding.element_id)
    return said or finding.element_id or short_name(finding.path)


def marks(found: Opened) -> dict[str, tuple[str, str]]:
    """By step of the drawing its worst finding: severity and statement."""
    judged, made = of(found), dict[str, tuple[str, str]]()
    for one in judged.found:
        if one.finding.path == found.path and one.finding.element_id:
            made.setdefault(one.finding.element_id, (one.finding.severity, statement(one, judged)))
    return made


def _judgement(findings: tuple[Finding, ...], model: Model) -> Judgement:
    if any(one.rule == "size" and one.severity == "error" for one in findings):
        return Judgement(tuple(map(Found, _sorted(findings))), None, _names(model))
    faults: dict[tuple[str, str, str, str], list[Fault]] = {}
    for finding, fault in soundness.told(model):
        faults.setdefault((finding.path, finding.rule, finding.element_id, fault.name), []).append(fault)
    made = []
    for one in _sorted(findings):
        same = [
            each
            for key, group in faults.items()
            if key[:3] == (one.path, one.rule, one.element_id) and (not key[3] or key[3] in one.message)
            for each in group
        ]
        made.append(Found(one, same[0] if same else None, max(len(same), *(each.ways for each in same), 1)))
    once = {one.key: one for one in reversed(made)}
    return Judgement(
        tuple(one for one in made if once.get(one.key) is one), soundness.verdict(model), _names(model)
    )


def _sorted(found: tuple[Finding, ...]) -> list[Finding]:
    return sorted(found, key=lambda one: (ORDER.get(one.severity, 9), one.path, one.line))


def _names(model: Model) -> Names:
    steps: dict[str, dict[str, Named]] = {}
    flows: dict[str, dict[str, Named]] = {}
    for process in model.all_processes():
        steps[process.id] = {
            node.id: Named(node.name, node.path, _leads_to(process, node), _stands_on(process, node))
            for node in process.nodes.values()
        }
        flows[process.id] = {
            flow.id: Named(
                flow.name, flow.path, process.nodes[flow.target].name if flow.target in process.nodes else ""
            )
            for flow in process.flows.values()
        }
    return Names(steps, flows, model.bundle.files)


def _leads_to(process: Process, node: Node) -> str:
    """Of a gateway or an event on a border the first step after it that has a name."""
    if not node.kind.endswith("Gateway") and node.kind != "boundaryEvent":
        return ""
    return next((one.name for one in process.next(node) if one.name), "")


def _stands_on(process: Process, node: Node) -> str:
    host = process.nodes.get(node.attached_to)
    return host.name if host is not None else ""
