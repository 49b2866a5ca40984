"""What prevents a draft from being published: findings of the checks, and scenarios that do not go as written.

Enters: a draft, and the folder of regions whose settings and made-up directories scenarios are played with. Leaves: a trial of exactly
the files that the draft has, kept with it. Checks and scenarios run in a process of their own, on a folder laid out for that and thrown
away, against a database made for that: nothing of the draft is ever run among real cases.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import Connection, Engine

from engine import library
from engine.access import Actor
from engine.actions import draft_sources, routine_drafts, trial_papers
from engine.actions.operations import inputs
from engine.definitions import checks, files
from engine.errors import BrokenDefinition, EngineError, Finding
from engine.records import publications, specs
from engine.records.database import reading, writing
from engine.records.publications import Trial
from engine.scenarios import finding, renewing, running
from engine.scenarios.stage import stage

AT_MOST_SECONDS = 600
ROOM = BoundedSemaphore(2)
"""So many are tried at once by one web process; else a few presses would keep everybody from their tasks."""
BESIDE = ("*/region.toml", "*/directory.toml", "clauses.toml")
"""What of the folder of regions is no part of any routine."""


class Busy(EngineError):
    """As many drafts as there is room for are being tried already: try again when one of them is done."""


def try_draft(engine: Engine, actor: Actor, draft_id: str, *, root: Path, now: datetime) -> Trial:
    """Check the draft and play its scenarios; takes as long as these take. NotFound, NotAllowed, Busy.

    `root` is the folder of regions of this installation.
    """
    if not ROOM.acquire(blocking=False):
        raise Busy
    try:
        return _try(engine, actor, draft_id, root, now)
    finally:
        ROOM.release()


def _try(engine: Engine, actor: Actor, draft_id: str, root: Path, now: datetime) -> Trial:
    with reading(engine) as tx:
        content = routine_drafts.read(tx, actor, draft_id)
        whole = {**in_force(tx, {files.folder_of(path) for path in content.files}), **content.files}
        digest = draft_sources.tried(tx, content.draft.folder, content.files)
    with tempfile.TemporaryDirectory(prefix="samordna-draft-") as made:
        lay_out(Path(made), whole, root)
        found = _tried(Path(made), content.draft.folder)
    trial = Trial(digest, now, found["passed"], tuple(found["findings"]), tuple(found["scenarios"]))
    with writing(engine) as tx:
        publications.put_trial(tx, draft_id, trial)
    return trial


def judge(root: Path, folder: str) -> dict[str, Any]:
    """Findings of the routine in that folder, and where none is an error how its scenarios went; all as plain values."""
    findings = _findings(root / folder)
    played: list[dict[str, object]] = []
    if not any(one.severity == "error" for one in findings):
        try:
            played = list(_played(root, root / folder))
        except BrokenDefinition as broken:
            findings += broken.findings
    passed = not any(one.severity == "error" for one in findings) and all(one["ok"] for one in played)
    return {"passed": passed, "findings": [asdict(one) for one in findings], "scenarios": played}


def _findings(folder: Path) -> list[Finding]:
    try:
        return list(checks.check_path(folder, operations=inputs(), papers=trial_papers.findings))
    except BrokenDefinition as broken:
        return list(broken.findings)
    except FileNotFoundError:
        return [
            Finding(
                folder.name, 1, "error", "no-diagram", "", "The folder holds no diagram. Add a .bpmn file."
            )
        ]


def _played(root: Path, folder: Path) -> Iterator[dict[str, object]]:
    _, asked = finding.asked(folder)
    bundles = finding.needed(root, asked)
    process_id = next((one.process_id for one in bundles if one.folder == asked[0].name), None)
    if not asked[0].scenarios or process_id is None:
        return
    with stage(root, bundles) as ready:
        for path in asked[0].scenarios:
            one = running.play_file(ready, path, process_id)
            told: dict[str, object] = {
                "name": one.name, "title": one.title, "ok": one.ok, "days": one.days, "steps": one.steps,
                "trouble": [line.replace(f"{root}/", "") for line in one.trouble],
            }  # fmt: skip
            if not one.ok:
                found = renewing.renewed(ready, path, process_id, one)
                told |= {"renewed": found.text, "others": [asdict(other) for other in found.others]}
            yield told


def in_force(tx: Connection, but: set[str]) -> dict[str, bytes]:
    """The files of every folder that the draft has nothing of, each as the routine itself has it, else as one that holds it."""
    bundles = [library.loaded(tx, one).bundle for one in specs.in_force(tx).values()]
    source = {bundle.folder: bundle for bundle in bundles}
    for bundle in bundles:
        for path in bundle.files:
            source.setdefault(files.folder_of(path), bundle)
    return {
        path: data
        for folder, bundle in source.items()
        if folder not in but
        for path, data in bundle.files.items()
        if files.folder_of(path) == folder
    }


def lay_out(made: Path, contents: Mapping[str, bytes], root: Path) -> None:
    """The folder as `processes/` is laid out: these files, with what `root` has that is no part of any routine."""
    for pattern in BESIDE:
        for path in root.glob(pattern):
            target = made / path.relative_to(root)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
    for name, data in contents.items():
        target = made / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _tried(made: Path, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "engine.scenarios.trying", str(made), folder]
    try:
        done = subprocess.run(  # noqa: S603  our own module, by this very Python
            command, capture_output=True, timeout=AT_MOST_SECONDS, check=False, cwd=Path(__file__).parents[2]
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        found = _fault(
            folder,
            f"The scenarios were not over after {AT_MOST_SECONDS} seconds. Look for a way that goes round.",
        )
    except ValueError:
        found = _fault(
            folder, "The routine could not be tried. Try again, and tell the administrators if it goes on."
        )
    return found


def _fault(folder: str, sentence: str) -> dict[str, Any]:
    one = Finding(folder, 1, "error", "trial", "", sentence)
    return {"passed": False, "findings": [asdict(one)], "scenarios": []}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(judge(Path(sys.argv[1]), sys.argv[2]), default=str))
