"""What a process owner uploads: a zip of the routine's folder, or one changed file of it.

Enters: the version in force, and the file with its name. Leaves: the files of the new version, or BrokenDefinition. Sizes and names are
checked before anything is unpacked; nothing is ever written to disk.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from engine.definitions.files import Bundle
from engine.errors import BrokenDefinition, Finding

MOST_FILES, MOST_BYTES = 400, 20_000_000


def unpacked(current: Bundle, name: str, data: bytes) -> dict[str, bytes]:
    """path -> content of the new version."""
    if name.endswith(".zip"):
        return _from_zip(current, name, data)
    matching = [path for path in current.files if PurePosixPath(path).name == name]
    if len(matching) != 1:
        raise _refused(name, "Upload a zip of the routine's folder, or one file with the name it has there.")
    return {**current.files, matching[0]: data}


def _from_zip(current: Bundle, name: str, data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise _refused(
                    name,
                    f"The archive may hold at most {MOST_FILES} files of {MOST_BYTES // 1_000_000} MB together.",
                )
            contents = {one.filename: archive.read(one) for one in members}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise _refused(name, "The file is no zip archive that can be read. Pack the folder again.") from error
    for path in contents:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            raise _refused(path, "A name in the archive leads out of the folder. Pack the folder again.")
    if not any(path.startswith(f"{current.folder}/") for path in contents):
        contents = {f"{current.folder}/{path}": content for path, content in contents.items()}
    return {
        **{
            path: content
            for path, content in current.files.items()
            if not path.startswith(f"{current.folder}/")
        },
        **contents,
    }


def _refused(path: str, sentence: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, 0, "error", "upload", "", sentence),))
