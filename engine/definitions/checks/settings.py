"""`routine.toml` and the scenarios: there, readable, and naming what exists (conventions)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions import files, routine, toml
from engine.definitions.checks.model import Model
from engine.errors import BrokenDefinition, Finding


def check(model: Model) -> Iterable[Finding]:
    """Only for a routine."""
    if not model.conventions:
        return
    path = f"{model.bundle.folder}/routine.toml"
    if path not in model.bundle.files:
        yield Finding(
            path, 1, "error", "routine-settings", "", "The file is missing. Add it with at least a title."
        )
    others = True
    try:
        settings = routine.read_settings(model.bundle)
        others = bool(settings.linked or settings.deviation)
        yield from _stretches(model, path, settings)
    except BrokenDefinition as broken:
        yield from broken.findings
    for scenario in model.bundle.paths(".toml"):
        if not files.decides(scenario):
            yield from _scenario(model, scenario, others=others)


def _stretches(model: Model, path: str, settings: routine.Settings) -> Iterable[Finding]:
    """What the person is told of the way speaks of steps that are there, each once."""
    known, seen = {node.id for _, node in model.nodes()}, set()
    for name in (name for stretch in settings.in_plain_words for name in stretch.steps):
        if name not in known or name in seen:
            why = "which is no element of the routine" if name not in known else "a second time"
            message = f"in_plain_words names {name[:80]!r}, {why}. Correct the list."
            yield Finding(
                path, _line(model.bundle.files[path], name), "error", "routine-settings", name[:80], message
            )
        seen.add(name)


def _scenario(model: Model, path: str, *, others: bool) -> Iterable[Finding]:
    """`others`: steps may be those of routines started from the case, which stand in no bundle of this one; running the scenario
    finds names that none of them has.
    """
    try:
        found = toml.read(model.bundle.files[path], path=path)
    except BrokenDefinition as broken:
        yield from broken.findings
        return
    steps = found.get("step", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        yield Finding(path, 1, "error", "scenario", "", "Steps are written as [[step]].")
        return
    known = {node.id for _, node in model.nodes()}
    for step in steps if not others else ():
        for word in ("do", "correct"):
            wanted = step.get(word)
            if wanted is not None and wanted not in known:
                message = f"A step names {str(wanted)[:80]!r}, which is no element of the routine. Correct the name."
                yield Finding(
                    path,
                    _line(model.bundle.files[path], str(wanted)),
                    "error",
                    "scenario",
                    str(wanted)[:80],
                    message,
                )


def _line(data: bytes, word: str) -> int:
    lines = data.decode("utf-8-sig", errors="replace").splitlines()
    return next((number for number, text in enumerate(lines, 1) if f'"{word}"' in text), 1)
