"""A routine is put in force: checked, kept under its hash, and given to new cases.

Enters: a bundle of files. Leaves: a version, or BrokenDefinition with findings that name file, line and element. Running cases stay on
the version they began with (decision 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from engine.access import Act, Actor, RoutineObject, may
from engine.actions import library
from engine.actions.operations import inputs
from engine.definitions import checks, files, region
from engine.errors import BrokenDefinition, Finding
from engine.records import directory, specs


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did: the version, whether it is new, and the warnings that do not stop it."""

    process_id: str
    hash: str
    is_new: bool
    warnings: tuple[Finding, ...]


def deploy(tx: Connection, bundle: files.Bundle, *, by: Actor | None, conventions: bool = True, now: datetime) -> Deployed:
    """Put the bundle in force. `by` is None for the command line. Raises BrokenDefinition, NotAllowed."""
    if by is not None:
        may(by, Act.VERSION_UPLOAD, RoutineObject(bundle.region)).required()
    findings = checks.check(bundle, conventions=conventions, operations=inputs())
    if any(finding.severity == "error" for finding in findings):
        raise BrokenDefinition(tuple(findings))
    loaded = library.keep(bundle.files, bundle.process_id)
    _ = loaded.specification  # whatever the engine refuses is refused now, not when a case starts
    is_new = specs.current(tx, bundle.process_id) != bundle.hash
    specs.insert_bundle(
        tx, bundle.files, hash=bundle.hash, process_id=bundle.process_id, title=loaded.routine.title, region_id=bundle.region,
        by=by.id if by else None, now=now,
    )  # fmt: skip
    if is_new:
        specs.make_current(tx, bundle.process_id, bundle.hash, by=by.id if by else None, now=now)
    return Deployed(bundle.process_id, bundle.hash, is_new, tuple(findings))


def deploy_folder(tx: Connection, root: Path, *, now: datetime) -> list[Deployed]:
    """Every region and routine under a `processes` folder; a routine that is called comes into force with whatever calls it."""
    for path in sorted(root.glob("*/region.toml")):
        put_region(tx, path.read_bytes(), str(path))
    found = sorted({path.parent for path in root.glob("*/*/*.bpmn")})
    return [deploy(tx, files.read_bundle(folder, root), by=None, now=now) for folder in found]


def put_region(tx: Connection, data: bytes, path: str) -> None:
    """A region's own settings; they are not part of any version (decision 2)."""
    read = region.read(data, path=path)
    settings = {"calendar": {"closing_time": read.closing_time.isoformat(), "closing_days": [day.isoformat() for day in sorted(read.closing_days)]}}
    directory.put_region(tx, id=read.id, name=read.name, country=read.country, zone=read.zone.key, settings=settings)


def warnings_of(done: Sequence[Deployed]) -> list[Finding]:
    """All warnings of a deployment."""
    return [finding for one in done for finding in one.warnings]
