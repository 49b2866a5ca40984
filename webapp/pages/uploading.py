"""What a process owner uploads: a zip of a routine's folder, one changed file of it, or a drawing from anywhere.

Enters: the version in force or the region of a new routine, and the file with its name. Leaves: the files of a draft, byte for byte, or
BrokenDefinition. A drawing that can be read at all is kept whatever is wrong with it; what is no BPMN is refused. Sizes and names are
checked before anything is unpacked; nothing is ever run, nor written to disk.
"""

from __future__ import annotations

import io
import json
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from engine import xml
from engine.definitions.files import SUFFIXES, Bundle, called_processes, drawn_processes, folder_of
from engine.errors import BrokenDefinition, Finding
from webapp.pages import finding_words, upload_words

MOST_FILES, MOST_BYTES, LONGEST_NAME = 400, 20_000_000, 250
PACKED, PIECE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), 64_000
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}
"""How a picture of that ending begins."""
ROOTS = {
    ".bpmn": ("http://www.omg.org/spec/BPMN/20100524/MODEL", "BPMN 2.0 drawing"),
    ".dmn": ("", "DMN table"),
}
"""How the namespace of the outermost element, `definitions`, begins; whatever else a routine has is judged by the findings of its draft."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError, ValueError,
)  # fmt: skip
"""What an archive that is damaged, encrypted or packed in an unknown way raises, each in its own way."""


def unpacked(current: Bundle, name: str, data: bytes) -> dict[str, bytes]:
    """path -> content of the new version."""
    if name.endswith(".zip"):
        return _from_zip(current, name, data)
    matching = [path for path in current.files if PurePosixPath(path).name == name]
    if name.endswith(".bpmn") and not matching:
        drawn = drawn_processes(data)
        matching = [
            path for path in current.paths(".bpmn") if drawn & drawn_processes(current.files[path])
        ]  # fmt: skip
    if len(matching) != 1:
        raise _refused(name, "Upload a zip of the routine's folder, or one file with the name it has there.")
    _true({matching[0]: data})
    return {**current.files, matching[0]: data}


def begun(region: str, name: str, title: str, data: bytes) -> tuple[str, dict[str, bytes]]:
    """A new routine of that region: its folder, and path -> content.

    It is named after the process that is drawn where that is one of the region, else after the title, else after the file.
    """
    if name.endswith(".zip"):
        contents = _true(members(name, data))
        main = _main(name, contents)
    else:
        if not name.endswith(".bpmn"):
            raise _refused(name, "A new routine begins with a drawing (.bpmn) or a zip of a folder with one.")
        contents, main = _true({name: data}), name
    own = str(PurePosixPath(main).parent)
    drawn = sorted(drawn_processes(contents[main]))
    near = [one.removeprefix(f"{region}_") for one in drawn if one.startswith(f"{region}_")]
    short = plain_name(next(one for one in (*near, title, PurePosixPath(main).stem) if one))
    folder = f"{region}/{short}"
    found: dict[str, bytes] = {}
    for path, content in contents.items():
        if own == ".":
            inner: str | None = path
        else:
            inner = path.removeprefix(f"{own}/") if path.startswith(f"{own}/") else None
        if inner is not None:
            found[f"{folder}/{short}.bpmn" if path == main else f"{folder}/{inner}"] = content
        elif len(PurePosixPath(path).parts) > 2:
            found["/".join(PurePosixPath(path).parts[-_depth(path, own) :])] = content
    found.setdefault(
        f"{folder}/routine.toml", f"title = {json.dumps(title or short, ensure_ascii=False)}\n".encode()
    )
    return folder, found


def plain_name(text: str) -> str:
    """A name as folders and processes have it: small letters a to z, digits and underscores, a letter first."""
    spelled = text.casefold().translate({ord("ø"): "o", ord("æ"): "ae"})
    bare = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:50].rstrip("_")
    return found if found[:1].isalpha() else f"r_{found}".rstrip("_")[:50]


def finding(one: Finding) -> dict[str, object]:
    """What the page of an upload says of one thing to mend; the English sentence only where it says more than the page's own."""
    said = upload_words.of(one.message) if one.rule == "upload" else ""
    return {
        "severity": one.severity,
        "path": one.path,
        "line": one.line,
        "element": one.element_id,
        "message": said or finding_words.of(one.rule),
        "detail": "" if said else one.message,
        "rule": one.rule,
    }


def members(name: str, data: bytes) -> dict[str, bytes]:
    """path -> content of whatever in the archive a routine can have, as it is named there. BrokenDefinition."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and _belongs(one.filename)]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise _refused(
                    name,
                    f"The archive may hold at most {MOST_FILES} files of {MOST_BYTES // 1_000_000} MB together.",
                )
            contents = {one.filename: _content(archive, one) for one in members}
    except BROKEN as error:
        raise _refused(name, "The file is no zip archive that can be read. Pack the folder again.") from error
    for path in contents:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            raise _refused(
                path[:100], "A name in the archive leads out of the folder. Pack the folder again."
            )
        if len(path) > LONGEST_NAME or not path.isprintable():
            raise _refused(
                path[:100], "A name in the archive is too long or holds signs that cannot be written."
            )
    return contents


def _from_zip(current: Bundle, name: str, data: bytes) -> dict[str, bytes]:
    contents = _placed(members(name, data), current.folder)
    if not any(path.startswith(f"{current.folder}/") and path.endswith(".bpmn") for path in contents):
        raise _refused(name, "The archive holds no diagram. Pack the routine's whole folder.")
    _refuse_another_routine(current, name, contents)
    _true(contents)
    return {
        **{
            path: content
            for path, content in current.files.items()
            if not path.startswith(f"{current.folder}/")
        },
        **contents,
    }


def _main(name: str, contents: Mapping[str, bytes]) -> str:
    """The drawing that the others in the archive serve: nobody there calls it."""
    drawings = [path for path in contents if path.endswith(".bpmn")]
    called = frozenset[str]().union(*(called_processes(contents[path]) for path in drawings))
    first = [path for path in drawings if not drawn_processes(contents[path]) & called] or drawings
    highest = min((len(PurePosixPath(path).parts) for path in first), default=0)
    first = [path for path in first if len(PurePosixPath(path).parts) == highest]
    if not first:
        raise _refused(name, "The archive holds no diagram. Pack the routine's whole folder.")
    if len({folder_of(path) for path in first}) > 1:
        raise _refused(name, "The archive holds several routines. Pack the folder of one.")
    return min(first, key=lambda path: (PurePosixPath(path).stem != PurePosixPath(path).parent.name, path))


def _depth(path: str, own: str) -> int:
    """How many parts of a path beside the routine's own folder are the routine that it belongs to: what stands above both is left out."""
    return len(PurePosixPath(path).parts) - max(0, len(PurePosixPath(own).parts) - 2)


def _true(contents: dict[str, bytes]) -> dict[str, bytes]:
    """The files, where every drawing and table can be read as one, and every picture is what its name says."""
    found: list[Finding] = []
    for path, data in contents.items():
        kind = ROOTS.get(PurePosixPath(path).suffix)
        try:
            if kind and not _is_rooted(xml.read(data, path=path), kind[0]):
                found.append(
                    Finding(
                        path,
                        1,
                        "error",
                        "upload",
                        "",
                        f"The file is no {kind[1]}: its outermost element is another.",
                    )
                )
        except BrokenDefinition as broken:
            found += broken.findings
    if found:
        raise BrokenDefinition(tuple(found))
    for path, data in contents.items():
        suffix = PurePosixPath(path).suffix
        if not data.startswith(PICTURES.get(suffix, b"")):
            raise _refused(
                path, "The file is no picture of the kind that its name says. Save it anew as that kind."
            )
        if suffix == ".svg" and xml.local(xml.read(data, path=path)) != "svg":
            raise _refused(path, "The file is no SVG picture. Save it anew as SVG.")
    return contents


def _is_rooted(root: xml.Element, namespace: str) -> bool:
    return xml.local(root) == "definitions" and str(root.tag).startswith(f"{{{namespace}")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """As much as the archive says that there is, and never more: what it says may be a lie, and unpacking whole would believe it."""
    if member.compress_type not in PACKED:
        raise NotImplementedError("only stored and deflated files can be unpacked up to a limit")
    with archive.open(member) as opened:
        return b"".join(iter(lambda: opened.read(PIECE), b""))


def _refuse_another_routine(current: Bundle, name: str, contents: Mapping[str, bytes]) -> None:
    """Else every file would be new, and each call of it a finding of its own. What cannot be read is for the checks to say."""
    drawings = [data for path, data in contents.items() if path.endswith(".bpmn")]
    drawn = frozenset[str]().union(*map(drawn_processes, drawings))
    if drawn and current.process_id not in drawn:
        raise _refused(
            name,
            f"The archive holds another routine than '{current.process_id}'. Choose the routine that it is, or pack the right folder.",
        )


def _belongs(path: str) -> bool:
    """Whether the file can be part of a routine; what computers add to archives on their own is left out, as it is from a folder."""
    parts = PurePosixPath(path).parts
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
    return not hidden and PurePosixPath(path).suffix in SUFFIXES


def _placed(contents: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files where the routine has them: a downloaded archive packed anew with or without folders around it, or the folder alone."""
    above = next(
        (f"/{path}".split(f"/{folder}/")[0] for path in sorted(contents) if f"/{folder}/" in f"/{path}"), None
    )
    if above is not None:
        start = len(above)
        return {path[start:]: data for path, data in contents.items() if f"/{path}".startswith(f"{above}/")}
    own = folder.rsplit("/", 1)[-1] + "/"
    if all(path.startswith(own) for path in contents):
        contents = {path.removeprefix(own): data for path, data in contents.items()}
    return {f"{folder}/{path}": data for path, data in contents.items()}


def _refused(path: str, sentence: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, 0, "error", "upload", "", sentence),))
