"""Where the files lie that an importer will meet: beside the repository, or where SAMORDNA_SHARED says; no part of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def folder(name: str) -> Path | None:
    """The folder of one collection, None where it is not at hand."""
    shared = Path(os.environ.get("SAMORDNA_SHARED") or ROOT.parent / "shared")
    found = shared / "examples" / name
    return found if (found / "index.json").is_file() else None


def index(name: str) -> list[dict[str, Any]]:
    """The entries of a collection, none where it is not at hand."""
    found = folder(name)
    return json.loads((found / "index.json").read_text("utf-8")) if found else []
