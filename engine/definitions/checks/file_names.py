"""File names: plain, relative, of a kind that a routine has. A bundle may come out of somebody's archive."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from engine.definitions.checks.model import Model
from engine.definitions.files import SUFFIXES
from engine.errors import Finding

_PLAIN = re.compile(r"(?!\.)[\w .()-]{1,150}")


def check(model: Model) -> Iterable[Finding]:
    """No name leads out of the bundle, is hidden, or holds signs that some system cannot keep."""
    for path in model.bundle.files:
        parts = path.split("/")
        if (
            not all(_PLAIN.fullmatch(part) and not part.endswith((" ", ".")) for part in parts)
            or len(parts) > 8
        ):
            message = "The file name must be letters, digits, blanks, ( ) . _ and - only, and lead to no other folder. Rename it."
            yield Finding(path[:200], 1, "error", "file-name", "", message)
        elif model.conventions and PurePosixPath(path).suffix not in SUFFIXES:
            yield Finding(
                path,
                1,
                "warning",
                "file-name",
                "",
                "Files of this kind are not used by a routine. Remove it.",
            )
