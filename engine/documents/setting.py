"""The process in which a paper is set. Started by `paper.py`, never imported: it limits itself before it reads anything of a template.

Enters: one JSON object on standard input: folder, seconds, megabytes, and either name and data, or `trials`: pairs of them; `picture`
asks for the first page as PNG. Leaves: the PDF or picture on standard output, or the exit code 3 and what Typst said on standard error; of
trials a JSON list of what Typst said, '' where all is well. Holds nothing worth taking: no settings, no database, no environment.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Literal


def main() -> int:
    asked = json.loads(sys.stdin.buffer.read())
    limit(int(asked["seconds"]), int(asked["megabytes"]) * 1_000_000)
    import typst  # noqa: PLC0415  after the limits

    def compiled(name: str, data: str, kind: Literal["pdf", "png"]) -> object:
        root = Path(asked["folder"])
        none = root / "no packages here"
        return typst.compile(
            root / name, root=root, sys_inputs={"data": data}, ignore_system_fonts=True, font_paths=[root],
            package_path=none, package_cache_path=none, format=kind, ppi=96.0, pdf_standards=["ua-1"] if kind == "pdf" else None,
        )  # fmt: skip

    def made(name: str, data: str) -> bytes:
        pdf = compiled(name, data, "pdf")
        return pdf if isinstance(pdf, bytes) else b""

    def picture(name: str, data: str) -> bytes:
        pages = compiled(name, data, "png")
        first = pages[0] if isinstance(pages, list) else pages
        return bytes(first) if isinstance(first, bytes) else b""

    def tried(name: str, data: str) -> str:
        try:
            made(name, data)
        except typst.TypstError as error:
            return str(error.diagnostic)
        except (RuntimeError, OSError) as error:
            return str(error)
        return ""

    if "trials" in asked:
        sys.stdout.write(json.dumps([tried(name, data) for name, data in asked["trials"]]))
        return 0
    try:
        made_of = picture if asked.get("picture") else made
        sys.stdout.buffer.write(made_of(asked["name"], asked["data"]))
    except (typst.TypstError, RuntimeError, OSError) as error:
        sys.stderr.write(str(error))
        return 3
    return 0


def limit(seconds: int, memory: int) -> None:
    """Where the system knows such limits; elsewhere the time limit of the parent holds."""
    if os.name == "posix":
        import resource  # noqa: PLC0415  there is none on other systems

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
