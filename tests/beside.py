"""Test data that lies beside the repository, or where SAMORDNA_SHARED says; no part of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MISSING = "no test data beside the repository: set SAMORDNA_SHARED to the folder that holds it"


def folder(name: str) -> Path | None:
    """A folder of test data, None where it is not at hand."""
    found = Path(os.environ.get("SAMORDNA_SHARED") or ROOT.parent / "shared") / name
    return found if found.is_dir() else None


def index(name: str) -> list[dict[str, Any]]:
    """What the folder's own index.json lists, nothing where it is not at hand."""
    found = folder(name)
    return json.loads((found / "index.json").read_text("utf-8")) if found else []
