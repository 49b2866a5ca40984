"""A step put in after another: a plain one, or a ready one with all that belongs to it.

Enters: the form under a step. Leaves: the draft with the new step, or the reason why not. What can be put in is offered only where it fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import Connection

from engine.access import Actor
from engine.actions import ready_steps, routine_drafts, routine_steps
from engine.actions.routine_drafts import Saved
from engine.actions.routine_steps import NotPossible
from engine.definitions.diagram import GATEWAYS
from engine.definitions.editing import questions, ready
from engine.definitions.editing.timing import Length
from webapp.studio.draft import Opened

PLAIN = ("userTask", "serviceTask", "businessRuleTask", "callActivity")
CONVENER = "convener"


def offers(found: Opened, element_id: str) -> dict[str, object]:
    """What may be put in after this step: (value, words), and after which way where several leave it."""
    node = found.nodes.get(element_id)
    if node is None or found.locked or node.kind == "endEvent":
        return {"kinds": [], "ways": []}
    process = next(one for one in found.processes if element_id in one.nodes)
    ways = [
        (flow, process.flows[flow].name or _target(process.nodes, process.flows[flow].target))
        for flow in node.outgoing
    ]
    kinds = [
        ("userTask", gettext("Task for a person")), ("serviceTask", gettext("Something that happens by itself")),
        ("businessRuleTask", gettext("Decision table")), ("callActivity", gettext("Part routine")),
        (ready.SUMMONS, gettext("Ready: summons with acknowledgement")), (ready.CONSENT, gettext("Ready: ask for consent")),
    ]  # fmt: skip
    around = node.kind == "userTask" and node.multi_instance is None and not process.boundary(element_id)
    if around:
        kinds.append((ready.REMINDERS, gettext("Ready: remind, then escalate this step")))
    return {
        "kinds": kinds if ways or around else [],
        "ways": ways if len(ways) > 1 or node.kind in GATEWAYS else [],
    }


def _target(nodes: Mapping[str, object], target: str) -> str:
    return str(getattr(nodes.get(target), "name", "") or target)


def put_in(
    tx: Connection, actor: Actor, draft_id: str, path: str, asked: Mapping[str, str], *, now: datetime
) -> tuple[Saved, str]:
    """Do what the form asks for. NotPossible, and what `routine_steps` raises."""
    kind, after = asked.get("kind", ""), asked.get("after", "")
    if kind == ready.REMINDERS:
        return ready_steps.add(
            tx, actor, draft_id, path, after, ready_steps.Reminders(*_lengths(asked, after)), now=now
        )
    flow = asked.get("flow", "") or _only_way(tx, actor, draft_id, path, after)
    if kind == ready.SUMMONS:
        what = ready_steps.Summons(asked.get("unit", "").strip() or "= case.unit", *_lengths(asked, after))
        return ready_steps.add(tx, actor, draft_id, path, flow, what, now=now)
    if kind == ready.CONSENT:
        return ready_steps.add(tx, actor, draft_id, path, flow, ready_steps.Consent(CONVENER), now=now)
    if kind not in PLAIN:
        raise NotPossible("not-a-step", after)
    name = asked.get("name", "").strip() or gettext("New step")
    return routine_steps.add(tx, actor, draft_id, path, flow, kind, name, now=now)


def _lengths(asked: Mapping[str, str], about: str) -> tuple[Length, Length]:
    remind, escalate = (
        f"{asked.get(name, '').strip() or default} working-days"
        for name, default in (("remind", "1"), ("escalate", "2"))
    )
    return questions.length(remind, about), questions.length(escalate, about)


def _only_way(tx: Connection, actor: Actor, draft_id: str, path: str, after: str) -> str:
    drawing = routine_steps.opened(routine_drafts.read(tx, actor, draft_id), path)
    flows = drawing.flows(source=after)
    if not flows:
        raise NotPossible("branch", after)
    return flows[0].get("id", "")
