"""What has happened in a case: the way it took, what can be counted, and what coverage wants to know.

Enters: an open transaction. Leaves: element ids in order, counts by name, and visits. Reads the append-only facts and the rows of
correspondence; never writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from engine import library
from engine.definitions import files
from engine.expressions import dmn
from engine.records import tables as t
from engine.scenarios.sight import deviations

ESCALATION = "shared_escalation"

_KINDS = (
    "case_started instance_started instance_ended element_passed task_opened task_claimed task_released task_reassigned task_completed "
    "task_cancelled timer_set timer_fired message_received decision_made operation_performed note_written entry_corrected "
    "incident_opened incident_resolved"
)
_ROWS = {"documents": t.documents, "dispatches": t.dispatches, "messages": t.messages}
_TOGETHER = {
    "consents": t.consents,
    "withdrawals": t.withdrawals,
    "meetings": t.meetings,
    "notices": t.notices,
    **_ROWS,
}

KNOWN_COUNTS = re.compile(
    rf"deviations|escalations|reminders|{'|'.join((*_KINDS.split(), *_TOGETHER))}"
    rf"|(?:operations|calls|{'|'.join(_ROWS)})_[a-z0-9_]+"
)
"""What `[expect] facts` may count; `messages_summons`, `documents_plan`, `operations_note`, `calls_shared_escalation` count one kind."""


@dataclass
class Visits:
    """What has been visited: elements and flows by process, rules by the folder and id of their table."""

    elements: set[tuple[str, str]] = field(default_factory=set)
    flows: set[tuple[str, str]] = field(default_factory=set)
    rules: set[tuple[str, str, int]] = field(default_factory=set)

    def add(self, other: Visits) -> None:
        """Take over what another run has visited."""
        self.elements |= other.elements
        self.flows |= other.flows
        self.rules |= other.rules


def way(tx: Connection, case_id: str) -> list[str]:
    """Ids of the elements passed, in order; a user task once for each time somebody handed it in."""
    f = t.facts.c
    query = select(f.kind, f.element_id, f.data).where(
        f.case_id == case_id, f.kind.in_(["element_passed", "task_completed"])
    )
    return [
        row.element_id
        for row in tx.execute(query.order_by(f.id))
        if row.kind == "task_completed" or row.data.get("element") != "userTask"
    ]


def counts(tx: Connection, case_id: str) -> Counter[str]:
    """How often each thing that can be counted has happened in the case; its deviations are counted, not what happened in them."""
    f, i = t.facts.c, t.instances.c
    found: Counter[str] = Counter(deviations=len(deviations(tx, case_id)))
    query = select(f.kind, f.element_id, f.data, i.bundle_hash).join(
        t.instances, i.id == f.instance_id, isouter=True
    )
    for row in tx.execute(query.where(f.case_id == case_id)):
        found[row.kind] += 1
        if row.kind == "operation_performed":
            found[f"operations_{row.data['operation']}"] += 1
        if row.kind == "element_passed" and row.data.get("element") == "startEvent" and row.data.get("calls"):
            begun = library.loaded(tx, row.bundle_hash).routine.element(row.data["process"], row.element_id)
            found[f"calls_{row.data['process']}"] += begun is not None and not begun.parent_id
    found["escalations"] = found[f"calls_{ESCALATION}"]
    found["reminders"] = found["operations_remind"]
    for name, table in _TOGETHER.items():
        columns = [table.c.id, table.c.kind] if name in _ROWS else [table.c.id]
        for one in tx.execute(select(*columns).where(table.c.case_id == case_id)):
            found[name] += 1
            if name in _ROWS:
                found[f"{name}_{one.kind}"] += 1
    return found


def decided(tx: Connection, case_id: str) -> dict[str, list[str]]:
    """Every result of a decision in the case as a text, by element, in order; `none` where no rule fitted."""
    f = t.facts.c
    query = select(f.element_id, f.data).where(f.case_id == case_id, f.kind == "decision_made")
    found: dict[str, list[str]] = {}
    for row in tx.execute(query.order_by(f.id)):
        value = row.data.get("value")
        found.setdefault(row.element_id, []).append("none" if value is None else str(value))
    return found


def visits(tx: Connection) -> Visits:
    """What all cases of the database have visited."""
    found = Visits()
    folders: dict[str, Mapping[str, str]] = {}
    f, i = t.facts.c, t.instances.c
    query = select(f.kind, f.element_id, f.data, i.bundle_hash).join(t.instances, i.id == f.instance_id)
    for row in tx.execute(query.where(f.kind.in_(["element_passed", "decision_made"]))):
        process_id = row.data["process"]
        found.elements.add((process_id, row.element_id))
        found.flows.update((process_id, flow) for flow in row.data.get("flows", ()))
        matched = row.data.get("matched", ())
        if matched and row.bundle_hash not in folders:
            folders[row.bundle_hash] = table_folders(library.loaded(tx, row.bundle_hash).bundle)
        for rule in matched:
            found.rules.add(
                (folders[row.bundle_hash].get(rule["table"], ""), rule["table"], int(rule["number"]))
            )
    return found


def table_folders(bundle: files.Bundle) -> Mapping[str, str]:
    """Table id -> the routine folder in which its file stands."""
    return {
        table.id: files.folder_of(path)
        for path in reversed(bundle.paths(".dmn"))
        for table in dmn.read(bundle.files[path]).tables
    }
