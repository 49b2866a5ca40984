"""What a routine can hold: the names, kinds and sizes of its files, before anybody looks into one.

Enters: paths relative to the processes root, and bytes. Leaves: nothing, or BrokenDefinition with the file and what is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from engine.definitions import files
from engine.errors import BrokenDefinition, Finding

MOST_BYTES = 20_000_000
"""Of all files of a draft together."""
LONGEST_PART, LONGEST_PATH = 200, 1_000
"""Bytes of one name in a path, of which file systems take no more than 255; and characters of the whole."""


def check_path(path: str) -> None:
    """A path that file systems and archives take, of a kind that a routine has. BrokenDefinition."""
    parts = PurePosixPath(path).parts
    odd = any(
        part.startswith(".") or not part.isprintable() or len(part.encode()) > LONGEST_PART for part in parts
    )
    if (
        odd
        or len(path) > LONGEST_PATH
        or "\\" in path
        or PurePosixPath(path).is_absolute()
        or path != "/".join(parts)
        or len(parts) < 3
    ):
        raise refused(path[:100], "No routine can have a file of that name.")
    if PurePosixPath(path).suffix not in files.SUFFIXES:
        raise refused(
            path[:100], f"A routine has only files of these kinds: {' '.join(sorted(files.SUFFIXES))}."
        )


def fits(folder: str, contents: Mapping[str, bytes]) -> None:
    """All files of a draft together. BrokenDefinition."""
    for path, content in contents.items():
        check_path(path)
        if len(content) > files.MAX_FILE_BYTES:
            raise refused(path, f"The file is larger than {files.MAX_FILE_BYTES // 1_000_000} MB.")
        if any(str(above) in contents for above in PurePosixPath(path).parents):
            raise refused(path, "The file stands in a folder that has the name of another file.")
    if len(contents) > files.MAX_FILES or sum(map(len, contents.values())) > MOST_BYTES:
        told = f"A routine has at most {files.MAX_FILES} files of {MOST_BYTES // 1_000_000} MB together."
        raise refused(folder, told)


def refused(path: str, sentence: str) -> BrokenDefinition:
    """What is to be raised where a draft cannot hold a file or a folder."""
    return BrokenDefinition((Finding(path, 0, "error", "draft", "", sentence),))
