"""Something in the bundle can be run: an executable process, and in a routine the one that its folder names."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.definitions.files import process_id_of
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """Every diagram holds an executable process; the routine's own has the id that its folder gives."""
    for one in model.diagrams:
        if not any(process.executable for process in one.processes):
            message = (
                'No process of this file is executable. Set isExecutable="true" on the one that is to run.'
            )
            yield Finding(one.path, 1, "error", "no-executable-process", "", message)
    if model.conventions and model.diagrams:
        yield from _named_after_the_folder(model)


def _named_after_the_folder(model: Model) -> Iterable[Finding]:
    expected = process_id_of(model.bundle.folder)
    own = [process for process in model.all_processes() if process.path.startswith(model.bundle.folder + "/")]
    if own and not any(process.id == expected for process in own):
        yield error(
            own[0], "process-id", f"The process of this folder must have the id {expected}. Rename it."
        )
