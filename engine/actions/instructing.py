"""A unit's own local instruction: a file or a link, with the day that stands on it (S3-021).

Enters: an open transaction, a manager or administrator, and what was sent. Leaves: the instruction in force, the earlier ones kept, and a
fact; or `attaching.Unfit` or InvalidForm. Files are taken by the same rules as papers of a case.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, may
from engine.actions import attaching
from engine.definitions.knowledge import LONGEST_NAME, is_safe_address
from engine.errors import FieldError, InvalidForm, NotFound
from engine.records import directory, instructions
from engine.records import facts as fact_rows


def put(
    tx: Connection, actor: Actor, unit_id: str, name: str, dated_on: date | None, given: str | attaching.Sent, today: date, *,
    now: datetime,
) -> str:  # fmt: skip
    """The unit's instruction from now on; `given` is an address or a file. Raises NotFound, NotAllowed, InvalidForm, attaching.Unfit."""
    unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None or not unit.is_open(today):
        raise NotFound
    about = asking.unit_object(unit)
    may(actor, Act.INSTRUCTION_KEEP, about).required()
    actor = asking.face(actor, Act.INSTRUCTION_KEEP, about)
    wrong = [FieldError("name", "missing")] if not name or len(name) > LONGEST_NAME else []
    if dated_on is None or dated_on > today:
        wrong.append(FieldError("dated_on", "missing" if dated_on is None else "not-ahead"))
    if isinstance(given, str) and not is_safe_address(given):
        wrong.append(FieldError("address", "not-an-address" if given else "missing"))
    if wrong or dated_on is None:
        raise InvalidForm(tuple(wrong))
    sent = given if isinstance(given, str) else instructions.File(attaching.fit(given), given.content)
    by = (actor.id, actor.acting_for)
    made = instructions.put(tx, unit_id, name, dated_on, sent, by=by, now=now)
    row = {"case_id": None, "instance_id": None, "kind": "instruction_put", "element_id": unit_id}
    who = asking.who(actor, unit_id).columns()
    fact_rows.insert(tx, [row | {"task_id": None, "at": now, "data": {"how": "instruction"}} | who])
    return made
