"""What a form that was corrected had influenced: nothing of it is taken back by itself, so people must be told where to look.

Enters: a form that was handed in (`records.handed_in`). Leaves: what happened since that looked at the names it wrote, or at what came
of them: decisions, ways taken, timers, tasks given to a unit, operations. Told from facts and expressions alone; no values are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import library
from engine.execution import uses
from engine.execution.specification import Specification
from engine.records import entries, handed_in
from engine.records import tables as t

_KINDS = {
    "decision_made": "decision",
    "element_passed": "way",
    "timer_set": "timer",
    "task_opened": "task",
    "operation_performed": "operation",
}
_GATEWAYS = ("exclusiveGateway", "inclusiveGateway")


@dataclass(frozen=True, slots=True)
class Influenced:
    """`kind` is `decision`, `way` (a gateway, with the `flows` taken), `timer`, `task` or `operation`; `names` are those it looked at."""

    kind: str
    process_id: str
    element_id: str
    name: str
    at: datetime
    names: tuple[str, ...]
    flows: tuple[str, ...] = ()
    task_id: str | None = None


def of_answer(tx: Connection, handed_in_id: str, names: Collection[str] = ()) -> list[Influenced]:
    """What the answer influenced since it was handed in, in order; with `names` only through these. NotFound where nothing was."""
    form = handed_in.fetch(tx, handed_in_id)
    written = [one for one in entries.of_task(tx, handed_in_id) if one.source != "correction"]
    wanted = set(names) or {name for one in written for name in one.data}
    spec = library.loaded(tx, form.instance.bundle_hash).specification
    return list(_found(tx, spec, form, _handing_in(tx, form), wanted))


def _found(
    tx: Connection,
    spec: Specification,
    form: handed_in.HandedIn,
    since: int,
    wanted: set[str],
) -> Iterator[Influenced]:
    inside = set(wanted)  # seen in the form's own scope
    outside = set() if form.scope else inside  # seen everywhere else
    outside |= uses.collected(spec, form.process_id, form.element_id) if form.scope else set()
    query = select(t.facts).where(
        t.facts.c.case_id == form.case_id, t.facts.c.instance_id == form.instance.id, t.facts.c.id > since
    )
    for row in tx.execute(query.where(t.facts.c.kind.in_(sorted(_KINDS))).order_by(t.facts.c.id)):
        data = row.data
        if row.kind == "element_passed" and data.get("element") not in _GATEWAYS:
            continue
        known = inside | outside if form.scope and data.get("scope") == form.scope else outside
        process_id = str(data.get("process"))
        looked_at = uses.read(spec, process_id, row.element_id) & (known | uses.items(spec, known))
        if not looked_at:
            continue
        (inside if data.get("scope") == form.scope else outside).update(
            uses.written(spec, process_id, row.element_id)
        )
        flows = tuple(data.get("flows") or ())
        yield Influenced(
            _KINDS[row.kind],
            process_id,
            row.element_id,
            str(data.get("name")),
            row.at,
            tuple(sorted(looked_at)),
            flows,
            row.task_id,
        )


def _handing_in(tx: Connection, form: handed_in.HandedIn) -> int:
    """The fact of it stands among those of its own step; what that step did comes after it."""
    kinds = {
        handed_in.TASK: ("task_completed",),
        handed_in.MESSAGE: ("message_received",),
        handed_in.START: ("case_started", "instance_started"),
    }[form.kind]
    f = t.facts.c
    query = select(f.id).where(f.case_id == form.case_id, f.kind.in_(kinds))
    query = query.where(
        f.instance_id == form.instance.id if form.kind == handed_in.START else f.task_id == form.id
    )
    return int(tx.execute(query).scalar() or 0)
