"""One line per event on standard error: when, how grave, what, and of which case; never what somebody wrote.

Enters: log records whose `extra` names ids. Leaves: text. Only the names listed here are written out, so that nobody can log
a form by accident.
"""

from __future__ import annotations

import logging
import time

WRITTEN = ("action", "case_id", "task_id", "element", "cause")


class Line(logging.Formatter):
    """`2026-03-01T12:00:00Z WARNING samordna.heartbeat case stands still case_id=... element=...`"""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        known = [f"{name}={getattr(record, name)}" for name in WRITTEN if hasattr(record, name)]
        first, *rest = line.split("\n")
        return "\n".join([" ".join([first, *known]), *rest])


def to_standard_error() -> None:
    """Send what the product says there; libraries speak only of what went wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("samordna").setLevel(logging.INFO)
