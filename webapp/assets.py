"""Where the browser finds what the front-end build made.

Enters: the folder of the build, with Vite's manifest. Leaves: addresses for templates. Never a page without its look in silence:
a missing build says what to run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"


class NotBuilt(RuntimeError):
    """The front end is not built. Run `python3 run.py`, or `npm ci && npm run build` in webapp/frontend."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of what was built. `address` turns a name inside static/dist into an address."""

    manifest: dict[str, dict[str, object]]
    address: Callable[[str], str]
    version: str

    def script(self, name: str) -> str:
        """The module of the entry `src/<name>.js`."""
        return self.address(str(self.manifest[f"src/{name}.js"]["file"]))

    def styles(self, name: str) -> list[str]:
        """The style sheets of the entry, those of what it imports included, in order."""
        found: list[str] = []
        self._collect(f"src/{name}.js", found, set())
        return [self.address(file) for file in found]

    def icons(self) -> str:
        """The sprite that `icon` of parts.html draws from."""
        return f"{self.address('icons.svg')}?{self.version}"

    def _collect(self, key: str, found: list[str], seen: set[str]) -> None:
        if key in seen:
            return
        seen.add(key)
        entry = self.manifest[key]
        imports, css = entry.get("imports"), entry.get("css")
        for other in imports if isinstance(imports, list) else []:
            self._collect(other, found, seen)
        found.extend(file for file in (css if isinstance(css, list) else []) if file not in found)


def read(address: Callable[[str], str], *, dist: Path = DIST) -> Assets:
    """Read the manifest under `dist`; raises NotBuilt."""
    try:
        manifest = json.loads((dist / "manifest.json").read_bytes())
        drawn = (dist / "icons.svg").stat()
    except FileNotFoundError as error:
        raise NotBuilt from error
    return Assets(manifest, address, f"{drawn.st_size:x}{int(drawn.st_mtime):x}")
