"""What a service task may ask for, and nothing else (decision 11).

Enters: the ground of an action and a request with its inputs evaluated. Leaves: a value that becomes case data, or StepFailed. An
operation acts in the step's own transaction, never reaches outside the product, and never pretends to have delivered anything.
"""

from __future__ import annotations

from engine.actions.ground import Ground
from engine.actions.operations import (
    appointing,
    closing,
    consent,
    deviation,
    dispatch,
    disposals,
    documents,
    log_sample,
    meeting,
    messages,
    note,
    participation,
)
from engine.actions.operations.operation import Call, Operation
from engine.errors import StepFailed
from engine.execution.surroundings import Request
from engine.library import Loaded
from engine.records.cases import Instance

_MODULES = (
    appointing,
    closing,
    consent,
    deviation,
    dispatch,
    disposals,
    documents,
    log_sample,
    meeting,
    messages,
    note,
    participation,
)

KNOWN: dict[str, Operation] = {one.name: one for module in _MODULES for one in module.OPERATIONS}
"""name -> operation; the checks read names and inputs from here when a routine is deployed."""


def perform(ground: Ground, instance: Instance, loaded: Loaded, request: Request) -> object:
    """Do what the service task asks for. Raises StepFailed where the operation is unknown or an input is missing or impossible."""
    operation = KNOWN.get(request.operation)
    if operation is None:
        raise StepFailed(
            request.place.element_id, "operation", f"there is no operation called {request.operation}"
        )
    missing = sorted(name for name in operation.required if request.inputs.get(name) in (None, "", []))
    if missing:
        raise StepFailed(
            request.place.element_id, "operation", f"{operation.name} needs a value for {', '.join(missing)}"
        )
    return operation.do(Call(ground, instance, loaded, request))


def inputs() -> dict[str, frozenset[str]]:
    """operation -> the inputs it knows, for the checks."""
    return {name: operation.required | operation.optional for name, operation in KNOWN.items()}
