"""One template and its data become one PDF.

Enters: a folder, the name of a `.typ` file in it, and data that JSON can hold. Leaves: the PDF, or NotSet with what Typst said, which
names a place in the template; it is for the one who wrote the template, never for a log, since it may repeat data.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError

SECONDS = 20
MEGABYTES = 1_024
MOST_BYTES = 50_000_000

SETTING = Path(__file__).with_name("setting.py")


class NotSet(EngineError):
    """The paper cannot be set: the template is wrong, or takes too long or too much memory. `cause` says which, `detail` where."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"the paper cannot be set ({cause})")
        self.cause, self.detail = cause, detail


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a paper is set from, gathered, so that whoever sets it needs no database: it may take long."""

    files: Mapping[str, bytes]
    name: str
    data: Mapping[str, object]

    def pdf(self) -> bytes:
        """The PDF. Raises NotSet."""
        return pdf_of(self.files, self.name, self.data)


def pdf_of(files: Mapping[str, bytes], name: str, data: Mapping[str, object]) -> bytes:
    """The same from memory: `files` by path are the whole world of the template, and `name` is one of them. Raises NotSet."""
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        root = Path(folder).resolve()
        for path, content in files.items():
            where = (root / path).resolve()
            if not where.is_relative_to(root):
                raise NotSet("template", f"{path} leads out of its folder")
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(content)
        return pdf(root, name, data)


def pdf(folder: Path, name: str, data: Mapping[str, object]) -> bytes:
    """The template `name` of that folder set with `data`, which it reads as `json(bytes(sys.inputs.data))`.

    The PDF is tagged (PDF/UA-1), so the template names a title and a language. The same input gives the same bytes. Raises NotSet.
    """
    asked = {
        "folder": str(folder.resolve()),
        "name": name,
        "data": json.dumps(data),
        "seconds": SECONDS,
        "megabytes": MEGABYTES,
    }
    try:
        done = subprocess.run(  # noqa: S603  our own file, by this very Python
            [sys.executable, "-I", str(SETTING)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS + 5,
            env={
                "HTTP_PROXY": "http://127.0.0.1:9",
                "HTTPS_PROXY": "http://127.0.0.1:9",
            },  # packages of strangers are not fetched
            cwd=folder,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet("time") from error
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-") and len(done.stdout) <= MOST_BYTES:
        return done.stdout
    if done.returncode == 3:
        raise NotSet("template", done.stderr.decode("utf-8", "replace")[-2_000:])
    raise NotSet("limits")
