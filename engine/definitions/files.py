"""A routine's files, with those of everything it calls, as one immutable bundle.

Enters: a folder, or files from memory (database rows, an unpacked upload). Leaves: a Bundle of bytes named by
its hash. Only reads; whether the files are any good is for `checks` to say, so a broken drawing still gives a
bundle.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from engine import xml
from engine.errors import BrokenDefinition, Finding

SUFFIXES = frozenset({".bpmn", ".dmn", ".form", ".toml", ".typ", ".md", ".svg", ".png", ".jpg"})
MAX_FILES = 400
MAX_FILE_BYTES = 5_000_000
SHARED = "shared"
DOCUMENTS = "documents"
"""Folder of templates: of a routine, of a region (`vastmanland/documents`) and of all (`shared/documents`)."""
ISSUES = b'samordna:operation="issue_document"'
"""A routine that issues papers holds the templates of its region and the shared ones, so that a paper can be set anew in years."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`files` by path relative to the processes root, with `/`; `hash` is what a case is pinned to (decision
    2).

    `region` is the folder name of the region, None for a shared routine or a file outside any; `folder` is
    the routine's own folder, '' for a file outside one; `process_id` the process that a case runs.
    """

    process_id: str
    files: Mapping[str, bytes]
    hash: str
    region: str | None
    folder: str

    def paths(self, suffix: str) -> tuple[str, ...]:
        """The paths that end so, the routine's own before those of the routines it calls."""
        found = [path for path in self.files if path.endswith(suffix)]
        return tuple(sorted(found, key=lambda path: (folder_of(path) != self.folder, path)))


def read_bundle(folder: Path, root: Path) -> Bundle:
    """The routine in `folder` and, transitively, the routines it calls, wherever they stand under `root`.

    Raises BrokenDefinition where the folder has no diagram, or the files are too many or too large.
    """
    files = _folder_files(folder, root)
    own = folder.relative_to(root).as_posix()
    process_id = _main_process(files, own)
    where: dict[str, Path] | None = None
    todo, seen = _called(files.items()), set(_processes(files.items()))
    while todo:
        called = todo.pop()
        if called in seen:
            continue
        seen.add(called)
        where = _where_processes_stand(root) if where is None else where
        if called in where:
            more = {path: data for path, data in _folder_files(where[called], root).items() if decides(path)}
            files.update(more)
            todo |= _called(more.items())
            seen |= set(_processes(more.items()))
    if any(path.endswith(".bpmn") and ISSUES in data for path, data in files.items()):
        files.update(_paper_files(root, own))
    return _bundle(files, process_id, own)


def bundle(files: Mapping[str, bytes], process_id: str) -> Bundle:
    """The same from memory; the routine's folder is that of the diagram that holds `process_id`."""
    for path, data in sorted(files.items()):
        if path.endswith(".bpmn") and process_id in _processes([(path, data)]):
            return _bundle(dict(files), process_id, folder_of(path))
    folders = [folder_of(path) for path in sorted(files) if path.endswith(".bpmn")]
    named = [folder for folder in folders if process_id_of(folder) == process_id]
    return _bundle(dict(files), process_id, next(iter([*named, *folders]), ""))


def needed(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """What of these the routine in `folder` is made of: its own files, those of the routines that it calls, and papers if it issues any."""
    chosen = {folder}
    drawings = [(path, data) for path, data in files.items() if path.endswith(".bpmn")]
    where = {process: folder_of(path) for path, data in drawings for process in _processes([(path, data)])}
    todo = [folder]
    while todo:
        own = [one for one in drawings if folder_of(one[0]) == todo[-1]]
        todo.pop()
        called = {where[process] for process in _called(own) if process in where} - chosen
        chosen |= called
        todo += sorted(called)
    issues = any(ISSUES in data for path, data in drawings if folder_of(path) in chosen)
    if issues:
        chosen |= {f"{name}/{DOCUMENTS}" for name in (SHARED, folder.split("/", 1)[0])}
    return {path: data for path, data in files.items() if folder_of(path) in chosen}


def wanting(files: Mapping[str, bytes], folder: str) -> set[str]:
    """What the routine in `folder` lacks among these: ids of processes that it calls, and folders of papers where it issues any."""
    drawings = [(path, data) for path, data in files.items() if path.endswith(".bpmn")]
    found = _called(drawings) - set(_processes(drawings))
    if any(ISSUES in data for _, data in drawings):
        found |= {f"{name}/{DOCUMENTS}" for name in (SHARED, folder.split("/", 1)[0])} - {
            *map(folder_of, files)
        }
    return found


def digest(files: Mapping[str, bytes]) -> str:
    """Names these very files, those that decide nothing among them."""
    found = hashlib.sha256()
    for path, data in sorted(files.items()):
        found.update(f"{len(path.encode())}:{len(data)}:".encode() + path.encode() + data)
    return found.hexdigest()


def single(path: Path) -> Bundle:
    """One diagram, table or form that stands outside a routine's folder."""
    data = _read(path, path.name)
    processes = _processes([(path.name, data)])
    return _bundle({path.name: data}, next(iter(processes), ""), "")


def drawn_processes(data: bytes) -> frozenset[str]:
    """The ids of the processes that a diagram draws; none where it cannot be read."""
    return frozenset(_processes([("x.bpmn", data)]))


def called_processes(data: bytes) -> frozenset[str]:
    """The ids of the processes that a diagram calls; none where it cannot be read."""
    return frozenset(_called([("x.bpmn", data)]))


def folder_of(path: str) -> str:
    """The routine folder of a path in a bundle: `vastmanland/sip` of `vastmanland/sip/forms/a.form`."""
    parts = PurePosixPath(path).parts[:-1]
    return "/".join(parts[:2])


def decides(path: str) -> bool:
    """Whether the file can change how a case runs; scenarios and the README cannot, and give no new version."""
    parts = PurePosixPath(path).parts
    return "scenarios" not in parts[:-1] and parts[-1] != "README.md"


def _bundle(files: dict[str, bytes], process_id: str, folder: str) -> Bundle:
    digest = hashlib.sha256()
    for path in sorted(path for path in files if decides(path)):
        name, data = path.encode(), files[path]
        # Lengths stand first, so that no two sets of files can run together into the same bytes.
        digest.update(f"{len(name)}:{len(data)}:".encode() + name + data)
    region = folder.split("/", 1)[0] if "/" in folder else None
    ordered = MappingProxyType({path: files[path] for path in sorted(files)})
    return Bundle(process_id, ordered, digest.hexdigest(), None if region == SHARED else region, folder)


def _read(path: Path, shown: str) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _refusal(
                shown, "file-too-large", f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB."
            )
        return path.read_bytes()
    except OSError as error:
        raise _refusal(shown, "unreadable", f"The file cannot be read ({error.strerror}).") from None


def _refusal(path: str, rule: str, message: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, 1, "error", rule, "", message),))


def _folder_files(folder: Path, root: Path) -> dict[str, bytes]:
    """Every file of a routine."""
    found = _every_file(folder, root)
    if not any(path.endswith(".bpmn") for path in found):
        shown = folder.relative_to(root).as_posix()
        raise _refusal(shown, "no-diagram", "The folder holds no diagram. Add a .bpmn file.")
    return found


def _every_file(folder: Path, root: Path) -> dict[str, bytes]:
    """Every file below a folder that a routine may have; links that lead out of the folder are not followed."""
    shown = folder.relative_to(root).as_posix()
    found: dict[str, bytes] = {}
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if (
            hidden
            or path.suffix not in SUFFIXES
            or not path.is_file()
            or not path.resolve().is_relative_to(inside)
        ):
            continue
        if len(found) == MAX_FILES:
            raise _refusal(shown, "too-many-files", f"The routine has more than {MAX_FILES} files.")
        found[f"{shown}/{relative.as_posix()}"] = _read(path, f"{shown}/{relative.as_posix()}")
    return found


def _paper_files(root: Path, own: str) -> dict[str, bytes]:
    """The templates and pictures that stand beside the routines, by path."""
    found: dict[str, bytes] = {}
    for name in dict.fromkeys((SHARED, own.split("/", 1)[0])):
        folder = root / name / DOCUMENTS
        if folder.is_dir():
            found |= {path: data for path, data in _every_file(folder, root).items() if decides(path)}
    return found


def _main_process(files: Mapping[str, bytes], folder: str) -> str:
    """The process a case runs: the one named after the folder, else the first of the diagram named so, else
    of any.
    """
    expected = process_id_of(folder)
    name = folder.rsplit("/", 1)[-1]
    diagrams = sorted(
        (path for path in files if path.endswith(".bpmn")),
        key=lambda path: (not path.endswith(f"/{name}.bpmn"), path),
    )
    found = [process for path in diagrams for process in _processes([(path, files[path])])]
    return expected if expected in found or not found else found[0]


def process_id_of(folder: str) -> str:
    """`vastmanland_sip` for `vastmanland/sip`."""
    return folder.replace("/", "_").replace("-", "_")


def _where_processes_stand(root: Path) -> dict[str, Path]:
    where: dict[str, Path] = {}
    for path in sorted(root.glob("*/*/*.bpmn")):
        try:
            found = _processes([(path.name, _read(path, path.name))])
        except BrokenDefinition:
            continue  # a file elsewhere that cannot be read concerns those who check it
        for process in found:
            where.setdefault(process, path.parent)
    return where


def _root(data: bytes) -> xml.Element | None:
    try:
        return xml.read(data)
    except BrokenDefinition:
        return None


def _processes(files: Iterable[tuple[str, bytes]]) -> dict[str, None]:
    """Ids of the processes, executable ones first, in the order of the drawings."""
    found: dict[str, bool] = {}
    for path, data in files:
        for process, executable in _drawn(data) if path.endswith(".bpmn") else ():
            found.setdefault(process, executable)
    return dict.fromkeys(
        sorted((process for process in found if process), key=lambda process: not found[process])
    )


@lru_cache(maxsize=128)  # a folder of routines is gone through once for each routine that calls others
def _drawn(data: bytes) -> tuple[tuple[str, bool], ...]:
    """Each process of a diagram, and whether it is executable; none where it cannot be read."""
    root = _root(data)
    found = root.iter(xml.bpmn("process")) if root is not None else ()
    return tuple((one.get("id", ""), one.get("isExecutable") in {"true", "1"}) for one in found)


def _called(files: Iterable[tuple[str, bytes]]) -> set[str]:
    found: set[str] = set()
    for path, data in files:
        root = _root(data) if path.endswith(".bpmn") else None
        for call in root.iter(xml.bpmn("callActivity")) if root is not None else ():
            # A QName may carry a prefix of the file; process ids themselves have none.
            found.add(re.sub(r"^[^:]*:", "", call.get("calledElement", "")))
    return found - {""}
