"""The heads of the chain in a file outside the database, so that a cut tail or a recomputed chain shows.

Enters: a database and a path. Leaves: one line a seal, appended and forced to the disk: `number instant head`. Every heartbeat may keep a
file of its own; whoever wants to be sure copies it to where the operator of the database cannot write.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select

from engine.errors import EngineError
from engine.records import sealing
from engine.records import tables as t
from engine.records.database import reading

LINE = re.compile(r"(\d+) (\S+) ([0-9a-f]{64})")


class UnreadableHeads(EngineError):
    """The file of heads cannot be read, or holds something else."""


class ForeignHead(EngineError):
    """The database does not hold the seal that the file ends with: its log was cut, recomputed, or is another database's."""


def publish(engine: Engine, path: Path) -> int:
    """Append the heads that the file lacks; gives how many. Raises ForeignHead, and then appends nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _held(path) as file, reading(engine) as tx:
        last = _last_line(file, path)
        if last is not None:
            known = tx.execute(select(t.seals.c.head).where(t.seals.c.number == last[0])).scalar_one_or_none()
            if known != last[1]:
                raise ForeignHead(
                    f"the log in the database does not go on from seal {last[0]} in {path}: verify it"
                )
        new = [_line(one) for one in sealing.after(tx, last[0] if last else 0)]
        if new:
            os.write(file, "".join(new).encode())
            os.fsync(file)
    return len(new)


def read(path: Path) -> dict[int, str]:
    """number -> head. Raises UnreadableHeads. A last line that was not finished is left out."""
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, ValueError) as error:
        raise UnreadableHeads(f"{path} cannot be read as a file of heads") from error
    found = {}
    for line in lines[:-1]:
        matched = LINE.fullmatch(line)
        if matched is None:
            raise UnreadableHeads(f"{path} holds a line that is no head: {line[:40]!r}")
        found[int(matched[1])] = matched[3]
    return found


def _line(seal: sealing.Seal) -> str:
    return f"{seal.number} {sealing.as_text(seal.sealed_at)} {seal.head}\n"


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The file, open for reading and appending, for one process at a time where the system knows such locks."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        if os.name == "posix":
            import fcntl  # noqa: PLC0415  there is none on other systems

            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _last_line(file: int, path: Path) -> tuple[int, str] | None:
    """The last whole line; the rest of a line that a power cut left is ended, so that the next one stands by itself."""
    size = os.fstat(file).st_size
    os.lseek(file, max(0, size - 512), os.SEEK_SET)
    end = os.read(file, 512).decode("ascii", "replace")
    if end and not end.endswith("\n"):
        raise UnreadableHeads(f"{path} ends in the middle of a line: cut the rest of that line away")
    matched = LINE.fullmatch(end.rstrip("\n").rsplit("\n", 1)[-1])
    if end and matched is None:
        raise UnreadableHeads(f"{path} ends with a line that is no head")
    return (int(matched[1]), matched[3]) if matched else None
