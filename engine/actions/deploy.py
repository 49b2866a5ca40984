"""A routine comes to the installation: checked, kept under its hash, and at its first coming given to new cases.

Enters: a bundle of files. Leaves: a version, or BrokenDefinition with findings that name file, line and element; where the routine has a
version already, a draft, which becomes one by `publishing` only. Running cases stay on the version they began with (decision 2, S3-002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from engine import library
from engine.access import Act, Actor, RoutineObject, may
from engine.actions import draft_sources, link_register, trial_papers
from engine.actions.operations import inputs
from engine.definitions import checks, files, region
from engine.errors import BrokenDefinition, EngineError, Finding, NotFound
from engine.records import directory, specs
from engine.records import routine_drafts as drafts
from engine.records.database import writing


class AlreadyInstalled(EngineError):
    """The routine has a version: another one is made in a draft, and published by a second person."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did: the version, whether it is new, and the warnings that do not stop it. With a `draft_id` the files became that
    draft of a routine that has a version; `hash` is then the one that stays in force.
    """

    process_id: str
    hash: str
    is_new: bool
    warnings: tuple[Finding, ...]
    draft_id: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle that may run, and the warnings about it."""

    bundle: files.Bundle
    title: str
    warnings: tuple[Finding, ...]


def check(bundle: files.Bundle, *, conventions: bool = True, around: frozenset[str] | None = None) -> Checked:
    """All that takes time and asks no database: the rules, what the engine says to it, and a trial of its papers. Raises BrokenDefinition.

    `around` are the names that the routines around it write, as far as they are at hand.
    """
    findings = checks.check(
        bundle, conventions=conventions, operations=inputs(), around=around, papers=trial_papers.findings
    )
    if any(finding.severity == "error" for finding in findings):
        raise BrokenDefinition(tuple(findings))
    loaded = library.keep(bundle.files, bundle.process_id)
    _ = loaded.specification  # whatever the engine refuses is refused now, not when a case starts
    return Checked(bundle, loaded.routine.title, tuple(findings))


def keep(tx: Connection, checked: Checked, *, by: Actor | None, now: datetime) -> Deployed:
    """Keep a version without giving it to new cases, for the correction of running ones (`moving`). Raises NotAllowed."""
    bundle = checked.bundle
    if by is not None:
        for owner in {bundle.region, *_owners(tx, bundle.process_id)}:
            may(by, Act.VERSION_UPLOAD, RoutineObject(owner)).required()
    is_new = specs.current(tx, bundle.process_id) != bundle.hash
    specs.insert_bundle(
        tx, bundle.files, hash=bundle.hash, process_id=bundle.process_id, title=checked.title, region_id=bundle.region,
        by=by.id if by else None, now=now,
    )  # fmt: skip
    return Deployed(bundle.process_id, bundle.hash, is_new, checked.warnings)


def _owners(tx: Connection, process_id: str) -> Iterator[str | None]:
    """The region whose routine that is now: a bundle's own folder says where it comes from, not whose place it takes."""
    in_force = specs.current(tx, process_id)
    if in_force is not None:
        yield library.loaded(tx, in_force).bundle.region


def install(
    tx: Connection, bundle: files.Bundle, *, by: Actor | None, conventions: bool = True, now: datetime
) -> Deployed:
    """The first coming of a routine. `by` is None for the command line.

    Raises BrokenDefinition, NotAllowed, and AlreadyInstalled where it has, or had, another version.
    """
    return _first(tx, check(bundle, conventions=conventions), by=by, now=now)


def _first(tx: Connection, checked: Checked, *, by: Actor | None, now: datetime) -> Deployed:
    process_id = checked.bundle.process_id
    if specs.is_known(tx, process_id) and specs.current(tx, process_id) != checked.bundle.hash:
        raise AlreadyInstalled
    kept = keep(tx, checked, by=by, now=now)
    if kept.is_new:
        specs.make_current(tx, process_id, checked.bundle.hash, by=by.id if by else None, now=now)
    return kept


def deploy_folder(tx: Connection, root: Path, *, now: datetime) -> list[Deployed]:
    """Every region and routine under a `processes` folder; a routine that is called comes into force with whatever calls it.

    What has a version already, and has changed in the folder, becomes a draft.
    """
    for path in sorted(root.glob("*/region.toml")):
        put_region(tx, path.read_bytes(), str(path))
    link_register.fill(tx, root, now=now)
    bundles = [
        files.read_bundle(folder, root)
        for folder in sorted({path.parent for path in root.glob("*/*/*.bpmn")})
    ]
    around = checks.around(root)
    return [_brought(tx, bundle, around, now=now) for bundle in _startable(bundles)]


def _brought(
    tx: Connection,
    bundle: files.Bundle,
    around: Callable[[files.Bundle], frozenset[str] | None],
    *,
    now: datetime,
) -> Deployed:
    """In force; what is so already was checked when it came, and a start waits for it no second time."""
    if specs.current(tx, bundle.process_id) == bundle.hash:
        return Deployed(bundle.process_id, bundle.hash, is_new=False, warnings=())
    if specs.is_known(tx, bundle.process_id):
        return _drafted(tx, bundle, now=now)
    return _first(tx, check(bundle, around=around(bundle)), by=None, now=now)


def _drafted(tx: Connection, bundle: files.Bundle, *, now: datetime) -> Deployed:
    """Once only for the same files, also where somebody has given that draft up; an older one that nobody touched goes."""
    wanted = files.digest(bundle.files)
    in_force = specs.current(tx, bundle.process_id) or ""
    for one in drafts.of_origin(tx, bundle.process_id, "folder"):
        if files.digest(drafts.begun_with(tx, one)) == wanted:
            return Deployed(bundle.process_id, in_force, is_new=False, warnings=(), draft_id=one.id)
        if one.status == "open" and one.revision == 1:
            drafts.change(tx, one.id, status="dropped", changed_at=now)
    made = draft_sources.from_files(tx, None, bundle.folder, bundle.files, origin="folder", now=now)
    return Deployed(bundle.process_id, in_force, is_new=True, warnings=(), draft_id=made.id)


def _startable(bundles: Sequence[files.Bundle]) -> list[files.Bundle]:
    """Those that a case can begin with; a part that others call comes into force inside the bundle of whoever calls it."""
    read = [library.keep(bundle.files, bundle.process_id).routine for bundle in bundles]
    called = {called for routine in read for called in routine.called}
    named = {name for routine in read for name in (*routine.settings.linked, routine.settings.deviation)}
    parts = {
        one.process_id for one in read if not one.settings.start_roles and one.process_id in called - named
    }
    return [bundle for bundle in bundles if bundle.process_id not in parts]


def deploy_path(engine: Engine, path: Path, *, now: datetime) -> Iterator[str]:
    """For the command line: one routine's folder, or a `processes` folder; a sentence for each, in one transaction."""
    with writing(engine) as tx:
        root = path if any(path.glob("*/region.toml")) else _root_of(path)
        if root == path:
            done = deploy_folder(tx, path, now=now)
        else:
            for settings in sorted(root.glob("*/region.toml")):
                put_region(tx, settings.read_bytes(), str(settings))
            bundle, around = files.read_bundle(path, root), checks.around(root)
            done = [_brought(tx, bundle, around, now=now)]
    for one in done:
        yield from map(str, one.warnings)
        yield f"{one.process_id}: {_told(one)}"


def _told(one: Deployed) -> str:
    if one.draft_id and one.is_new:
        return f"a draft was made of what has changed; a second person approves it in the studio, {one.hash[:12]} stays in force"
    if one.draft_id:
        return f"what has changed is a draft already, {one.hash[:12]} stays in force"
    return f"{'new version' if one.is_new else 'unchanged'} {one.hash[:12]}"


def _root_of(folder: Path) -> Path:
    """The folder that holds the regions: two above a routine's own."""
    root = folder.resolve().parent.parent
    if not any(root.glob("*/region.toml")):
        raise NotFound(
            f"{folder} is no routine's folder: none of the folders beside its region has a region.toml"
        )
    return root


def put_region(tx: Connection, data: bytes, path: str) -> None:
    """A region's own settings; they are not part of any version (decision 2)."""
    read = region.read(data, path=path)
    settings = {
        "calendar": {
            "closing_time": read.closing_time.isoformat(),
            "closing_days": [day.isoformat() for day in sorted(read.closing_days)],
        },
        "roles": dict(read.roles),
        "retention": asdict(read.retention) if read.retention else None,
        "languages": list(read.languages),
        "law": {name: [asdict(one) for one in references] for name, references in read.law.items()},
        "letterhead": asdict(read.letterhead),
        "initiative": {name: dict(kinds) for name, kinds in read.initiative.items()},
        "contacts": [asdict(one) for one in read.contacts],
    }
    directory.put_region(
        tx, id=read.id, name=read.name, country=read.country, zone=read.zone.key, settings=settings
    )
