"""What a draft begins with: nothing, another routine, a version, or files that somebody hands in.

Enters: an open transaction and somebody who answers for the routine. Leaves: a draft. A version is taken whole, with the routines that it
calls as they were: what has changed in those since reaches a routine only by its own publishing (`renew_parts`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from xml.sax.saxutils import quoteattr

from sqlalchemy import Connection

from engine import library
from engine.access import Actor
from engine.actions import routine_drafts
from engine.actions.draft_files import refused
from engine.definitions import files
from engine.errors import NotFound
from engine.records import publications, specs
from engine.records import routine_drafts as drafts
from engine.records.routine_drafts import Draft

FOLDER = re.compile(r"[a-z][a-z0-9_]{0,30}/[a-z][a-z0-9_]{0,50}")


def from_version(
    tx: Connection, actor: Actor, process_id: str, bundle_hash: str | None = None, *, now: datetime
) -> Draft:
    """A change of the routine as it is, or of the way to an earlier version of it (`bundle_hash`). NotFound, NotAllowed.

    The draft takes the place of the newest version, also one whose day has not come; of none where the routine was withdrawn.
    """
    newest = newest_of(tx, process_id)
    wanted = bundle_hash or newest
    if wanted is None:
        return _of_part(tx, actor, process_id, now=now)
    chosen = library.loaded(tx, wanted)
    if chosen.bundle.process_id != process_id:
        raise NotFound
    origin = "version" if chosen.bundle.hash == newest else "return"
    return routine_drafts.create(
        tx, actor, chosen.bundle.folder, library.whole(tx, chosen.bundle.hash), title=chosen.routine.title, origin=origin, base_hash=newest,
        now=now,
    )  # fmt: skip


def from_files(
    tx: Connection,
    actor: Actor | None,
    folder: str,
    contents: Mapping[str, bytes],
    *,
    title: str = "",
    origin: str = "file",
    now: datetime,
) -> Draft:
    """A draft with these files, whatever is wrong with them, for the routine of that folder, new or not. NotAllowed, BrokenDefinition.

    Paths begin with the folder; what the routine calls may stand among them, or is what its version in force has.
    """
    _named(folder)
    process_id = files.process_id_of(folder)
    base = newest_of(tx, process_id)
    if (
        actor is not None
    ):  # what it calls has drafts of its own; a folder that is deployed brings the parts that stand beside it
        contents = {path: data for path, data in contents.items() if _is_own(tx, path, folder)}
    if base is not None:
        loaded = library.loaded(tx, base)
        if loaded.bundle.folder != folder:
            raise refused(folder, f"That routine stands in {loaded.bundle.folder}. Change it there.")
        title = title or loaded.routine.title
        others = {path: data for path, data in loaded.bundle.files.items() if files.folder_of(path) != folder}
        contents = {**others, **contents}
    return routine_drafts.create(
        tx, actor, folder, contents, title=title or folder, origin=origin, base_hash=base, now=now
    )


def empty(tx: Connection, actor: Actor, folder: str, title: str, *, now: datetime) -> Draft:
    """A new routine with a start, one step and an end. Raises as `from_files`, and NotAllowed where the routine is there."""
    _named(folder)
    if newest_of(tx, files.process_id_of(folder)) is not None:
        raise refused(folder, "There is a routine of that name already. Choose another, or change that one.")
    name = folder.rsplit("/", 1)[-1]
    drawing = _FIRST.format(process=files.process_id_of(folder), name=quoteattr(title[:200]))
    settings = f"title = {_toml(title)}\n"
    contents = {f"{folder}/{name}.bpmn": drawing.encode(), f"{folder}/routine.toml": settings.encode()}
    return routine_drafts.create(
        tx, actor, folder, contents, title=title, origin="empty", base_hash=None, now=now
    )


def variant(
    tx: Connection, actor: Actor, folder: str, of_process_id: str, title: str, *, now: datetime
) -> Draft:
    """A new routine in `folder` made from another's version in force, which `based_on` in its settings names with the hash.

    Scenarios are not taken along: they name people and units of the other region. A routine in force is shown to anybody, so whoever
    may change routines may begin with one of any region (S0-14). NotFound, NotAllowed, BrokenDefinition.
    """
    _named(folder)
    if newest_of(tx, files.process_id_of(folder)) is not None:
        raise refused(folder, "There is a routine of that name already. Choose another, or change that one.")
    base = library.current(tx, of_process_id)
    contents = _renamed(base, folder, title)
    return routine_drafts.create(
        tx, actor, folder, contents, title=title, origin="copy", base_hash=None, now=now
    )


def renew_parts(
    tx: Connection, actor: Actor, draft_id: str, *, expected_revision: int, now: datetime
) -> routine_drafts.Saved:
    """The routines that the draft calls, as they are in force now; one change, which can be undone. StaleCase, Locked, NotAllowed."""
    newer = newer_parts(tx, routine_drafts.read(tx, actor, draft_id))
    return routine_drafts.replace_parts(
        tx, actor, draft_id, newer, expected_revision=expected_revision, now=now
    )


def newer_parts(tx: Connection, content: routine_drafts.Content) -> dict[str, bytes | None]:
    """What `renew_parts` would write, None for a file that goes; empty where the draft holds what it calls as it is in force."""
    newer: dict[str, bytes | None] = {}
    for folder in sorted({files.folder_of(path) for path in content.files} - {content.draft.folder}):
        found = part_files(tx, folder)
        if found is not None:
            old = {path for path in content.files if files.folder_of(path) == folder}
            newer |= dict.fromkeys(old - set(found)) | found
    return {path: data for path, data in newer.items() if content.files.get(path) != data}


def catch_up(
    tx: Connection, actor: Actor, draft_id: str, *, expected_revision: int, now: datetime
) -> routine_drafts.Saved:
    """Another version has come since the draft began: its files come in where the draft has not changed them.

    A file that both have changed stays as the draft has it, and the difference says what that takes back. One change, which can be undone;
    the draft then takes the place of the newest version, or of none where the routine was withdrawn. StaleCase, Locked, NotAllowed.
    """
    content = routine_drafts.read(tx, actor, draft_id)
    newest = newest_of(tx, content.draft.process_id)
    base = content.draft.base_hash
    if newest == base or (newest is None and not publications.of_process(tx, content.draft.process_id)):
        return routine_drafts.Saved(content.draft.revision)
    old = library.whole(tx, base) if base else {}
    new = library.whole(tx, newest) if newest else old
    taken: dict[str, bytes | None] = {
        path: new.get(path)
        for path in {*old, *new}
        if content.files.get(path) == old.get(path) and new.get(path) != old.get(path)
    }
    saved = routine_drafts.replace_parts(
        tx, actor, draft_id, taken, expected_revision=expected_revision, now=now
    )
    drafts.change(tx, draft_id, base_hash=newest)
    return saved


def tried(tx: Connection, folder: str, contents: Mapping[str, bytes]) -> str:
    """Names what a trial tries: these files, with what they lack as it is in force now. A part that has changed since is untried."""
    return files.digest({**completed(tx, folder, contents), **contents})


def completed(tx: Connection, folder: str, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a version of the routine holds: its files, and what it calls or sets papers with and has none of, as that is in force now."""
    found = dict(contents)
    bundles = [library.loaded(tx, one).bundle for one in specs.in_force(tx).values()]
    while True:
        needed = files.needed(found, folder)
        missing = [one for one in files.wanting(needed, folder) if one not in map(files.folder_of, found)]
        more = {
            path: data
            for bundle in bundles
            for path, data in bundle.files.items()
            if files.decides(path) and (files.folder_of(path) in missing or _draws(path, data, missing))
        }
        new = {path: data for path, data in _whole(bundles, more).items() if path not in found}
        if not new:
            return needed
        found |= new


def _draws(path: str, data: bytes, wanted: Collection[str]) -> bool:
    return path.endswith(".bpmn") and not files.drawn_processes(data).isdisjoint(wanted)


def _whole(bundles: Iterable[files.Bundle], some: Mapping[str, bytes]) -> dict[str, bytes]:
    """The whole folders of these files, each as the routine itself has it where it is in force by itself."""
    own_first = sorted(bundles, key=lambda one: one.folder not in map(files.folder_of, some))
    found: dict[str, bytes] = {}
    for folder in {files.folder_of(path) for path in some}:
        holder = next(one for one in own_first if any(files.folder_of(path) == folder for path in one.files))
        holder = next((one for one in own_first if one.folder == folder), holder)
        found |= {
            path: data
            for path, data in holder.files.items()
            if files.folder_of(path) == folder and files.decides(path)
        }
    return found


def newest_of(tx: Connection, process_id: str) -> str | None:
    """The version that is in force or awaits its day; None where there is none."""
    return publications.ahead(tx, process_id) or specs.current(tx, process_id)


def part_files(tx: Connection, folder: str) -> dict[str, bytes] | None:
    """The files of a folder as the newest version that owns it has them; None where none does."""
    bundle_hash = specs.current(tx, files.process_id_of(folder))
    if bundle_hash is None:
        return None
    found = library.loaded(tx, bundle_hash).bundle
    return {
        path: data
        for path, data in found.files.items()
        if files.folder_of(path) == folder and files.decides(path)
    }


def _of_part(tx: Connection, actor: Actor, process_id: str, *, now: datetime) -> Draft:
    """A routine that came into force only with whatever calls it: as the first of those has it."""
    for caller in specs.in_force(tx).values():
        whole = library.loaded(tx, caller).bundle
        folder = _where(whole, process_id)
        if folder is None:
            continue
        part = files.bundle(files.needed(whole.files, folder), process_id)
        title = library.keep(part.files, process_id).routine.title
        specs.insert_bundle(
            tx, part.files, hash=part.hash, process_id=process_id, title=title, region_id=part.region, by=None, now=now
        )  # fmt: skip
        return routine_drafts.create(
            tx, actor, folder, part.files, title=title, origin="version", base_hash=part.hash, now=now
        )
    raise NotFound


def _is_own(tx: Connection, path: str, folder: str) -> bool:
    """The routine's own files, its region's papers, and parts of its region that have no version by themselves."""
    its = files.folder_of(path)
    region, _, inner = its.partition("/")
    if its == folder or region != folder.split("/", 1)[0]:
        return its == folder
    return inner == files.DOCUMENTS or specs.current(tx, files.process_id_of(its)) is None


def _where(bundle: files.Bundle, process_id: str) -> str | None:
    """The folder in which the bundle draws that process."""
    drawings = (
        path for path in bundle.paths(".bpmn") if process_id in files.drawn_processes(bundle.files[path])
    )
    return next((files.folder_of(path) for path in drawings), None)


def _renamed(base: library.Loaded, folder: str, title: str) -> dict[str, bytes]:
    """The base's own files under the new folder and process id, and what they call as it is."""
    old, process_id = base.bundle.folder, files.process_id_of(folder).encode()
    names = {old.rsplit("/", 1)[-1]: folder.rsplit("/", 1)[-1]}
    found: dict[str, bytes] = {}
    for path, data in base.bundle.files.items():
        if files.folder_of(path) != old:
            found[path] = data
            continue
        if not files.decides(path):
            continue
        inner = path.removeprefix(f"{old}/")
        stem, dot, suffix = inner.partition(".")
        inner = f"{names.get(stem, stem)}{dot}{suffix}" if suffix == "bpmn" else inner
        found[f"{folder}/{inner}"] = re.sub(
            rb"\b" + base.bundle.process_id.encode() + rb"\b", process_id, data
        )
    path = f"{folder}/routine.toml"
    kept = re.sub(rb"(?m)^(title|based_on)\s*=.*\n", b"", found.get(path, b""))
    told = f"title = {_toml(title)}\nbased_on = {_toml(f'{base.bundle.process_id}@{base.bundle.hash}')}\n"
    found[path] = told.encode() + kept
    return found


def _named(folder: str) -> None:
    if not FOLDER.fullmatch(folder):
        raise refused(
            folder[:100],
            "A routine's folder is <region>/<routine>, in small letters a to z, digits and underscores.",
        )
    if folder.endswith(f"/{files.DOCUMENTS}"):
        raise refused(folder, "There the papers of the whole region stand. Give the routine another name.")


def _toml(text: str) -> str:
    """A text as a basic string of TOML, which reads like one of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_FIRST = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:samordna="urn:samordna:bpmn:1" id="{process}_definitions" targetNamespace="urn:samordna:processes">
  <process id="{process}" name={name} isExecutable="true">
    <startEvent id="begun" name={name} />
    <sequenceFlow id="f_begun" sourceRef="begun" targetRef="first_step" />
    <userTask id="first_step" name={name} samordna:role="staff" />
    <sequenceFlow id="f_first_step" sourceRef="first_step" targetRef="done" />
    <endEvent id="done" name={name} />
  </process>
  <bpmndi:BPMNDiagram id="{process}_diagram">
    <bpmndi:BPMNPlane id="{process}_plane" bpmnElement="{process}">
      <bpmndi:BPMNShape id="begun_di" bpmnElement="begun">
        <dc:Bounds x="160" y="102" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="first_step_di" bpmnElement="first_step">
        <dc:Bounds x="260" y="80" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="done_di" bpmnElement="done">
        <dc:Bounds x="424" y="102" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="f_begun_di" bpmnElement="f_begun">
        <di:waypoint x="196" y="120" />
        <di:waypoint x="260" y="120" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="f_first_step_di" bpmnElement="f_first_step">
        <di:waypoint x="360" y="120" />
        <di:waypoint x="424" y="120" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>
"""
