"""Service tasks ask for named operations, and for nothing else (decision 11)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.definitions.checks.wording import near
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """The operation is named and known, and so are its inputs, where the caller says which there are."""
    for _, node in model.nodes():
        if node.kind != "serviceTask":
            continue
        wanted = node.own.get("operation", "")
        if not wanted:
            yield error(
                node, "operation", "It does not say which operation it asks for. Add samordna:operation."
            )
        elif model.operations is not None and wanted not in model.operations:
            close = near(wanted, model.operations)
            hint = f"Did you mean {close}?" if close else "processes/README.md lists them."
            yield error(node, "operation", f"There is no operation {wanted[:60]}. {hint}")
        elif model.operations is not None:
            for name, _ in node.inputs:
                if name not in model.operations[wanted]:
                    known = ", ".join(sorted(model.operations[wanted])) or "none"
                    yield error(node, "operation", f"{wanted} has no input {name[:60]}. It has: {known}.")
