"""What the routine for disposal asks for: what its list holds, and what came of a proposal. Neither removes anything; people do, on the
pages of retention (S3-067).
"""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.errors import NotFound
from engine.records import disposals, due_lists, retention


def _list_due_cases(call: Call) -> object:
    """What the list of this case holds, and who sees to it."""
    ground = call.ground
    principal_id, listed = due_lists.of_list(ground.tx, ground.case.id)
    if not listed:
        raise call.failed("list", "is empty: such a list is opened by the heartbeat, with what is due")
    principal = retention.principal(ground.tx, principal_id)
    found = due_lists.keepers(ground.tx, principal.region_id, principal_id, on=ground.today)
    keeper = found.administrator or found.region_administrator or ground.case.unit_id
    return {
        "controller": principal.name,
        "number": len(listed),
        "keeper_unit": keeper,
        "owner_unit": found.process_owner,
        "region_unit": found.region_administrator or keeper,
    }


def _read_certificate(call: Call) -> object:
    """What came of the proposal, in numbers and hashes."""
    tx = call.ground.tx
    try:
        one = disposals.fetch(tx, call.needed("removal"))
    except NotFound as error:
        raise call.failed("removal", "is no proposal") from error
    listed = disposals.listed(tx, one.id)
    return {
        "status": one.status,
        "removed": len([case for case in listed if case.outcome == disposals.REMOVED]),
        "kept": len([case for case in listed if case.outcome == disposals.KEPT]),
        "digest": one.digest,
    }


OPERATIONS = (
    operation("list_due_cases", _list_due_cases),
    operation("read_certificate", _read_certificate, "removal"),
)
