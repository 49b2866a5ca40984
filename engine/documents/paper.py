"""One template and its data become one PDF; and templates are tried before anybody needs them.

Enters: a folder, the name of a `.typ` file in it, and data that JSON can hold. Leaves: the PDF, or NotSet with what Typst said, which
may repeat data and so is never for a log; of a trial with made-up data, what is wrong and where.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError

SECONDS = 20
TRIAL_SECONDS = 60
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
        return pdf(_laid_out(files, Path(folder)), name, data)


def trial(files: Mapping[str, bytes], papers: Sequence[tuple[str, Mapping[str, object]]]) -> list[str]:
    """What Typst says of each template, set with data that were made up; '' where it can be set.

    A template that takes too long or too much memory is told by the cause alone. All are set in one process, unless one of them ends it.
    """
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        root = _laid_out(files, Path(folder))
        done = _asked(root, {"trials": [(name, json.dumps(data)) for name, data in papers]}, TRIAL_SECONDS)
        if done is not None and done.returncode == 0:
            said: list[str] = json.loads(done.stdout)
            return said
        if len(papers) == 1:
            return ["the template takes too long, or too much memory"]
    return [said for one in papers for said in trial(files, [one])]


def _laid_out(files: Mapping[str, bytes], folder: Path) -> Path:
    root = folder.resolve()
    for path, content in files.items():
        where = (root / path).resolve()
        if not where.is_relative_to(root):
            raise NotSet("template", f"{path} leads out of its folder")
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content)
    return root


def pdf(folder: Path, name: str, data: Mapping[str, object]) -> bytes:
    """The template `name` of that folder set with `data`, which it reads as `json(bytes(sys.inputs.data))`.

    The PDF is tagged (PDF/UA-1), so the template names a title and a language. The same input gives the same bytes. Raises NotSet.
    """
    done = _asked(folder, {"name": name, "data": json.dumps(data)}, SECONDS)
    if done is None:
        raise NotSet("time")
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-") and len(done.stdout) <= MOST_BYTES:
        return done.stdout
    if done.returncode == 3:
        raise NotSet("template", done.stderr.decode("utf-8", "replace")[-2_000:])
    raise NotSet("limits")


def picture_of(files: Mapping[str, bytes], name: str, data: Mapping[str, object]) -> bytes:
    """The first page as PNG, for whoever writes the template. Raises NotSet."""
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        root = _laid_out(files, Path(folder))
        done = _asked(root, {"name": name, "data": json.dumps(data), "picture": True}, SECONDS)
    if done is None:
        raise NotSet("time")
    if done.returncode == 0 and done.stdout.startswith(b"\x89PNG"):
        return done.stdout
    if done.returncode == 3:
        raise NotSet("template", done.stderr.decode("utf-8", "replace")[-2_000:])
    raise NotSet("limits")


def _asked(
    folder: Path, what: Mapping[str, object], seconds: int
) -> subprocess.CompletedProcess[bytes] | None:
    """What the process said that sets papers; None where it took too long."""
    try:
        return subprocess.run(  # noqa: S603  our own file, by this very Python
            [sys.executable, "-I", str(SETTING)],
            input=json.dumps(
                {"folder": str(folder.resolve()), "seconds": seconds, "megabytes": MEGABYTES, **what}
            ).encode(),
            capture_output=True,
            timeout=seconds + 5,
            env={
                "HTTP_PROXY": "http://127.0.0.1:9",
                "HTTPS_PROXY": "http://127.0.0.1:9",
            },  # packages of strangers are not fetched
            cwd=folder,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
