"""One line per event on standard error: when, how grave, what, and of which case; never what somebody wrote.

Enters: log records whose `extra` names ids. Leaves: text. Only the names listed here are written out, so that nobody can log
a form by accident; of a failure its kind and where in the code it came from, since its own words may repeat what somebody wrote.
"""

from __future__ import annotations

import copy
import logging
import time
import traceback
from types import TracebackType

WRITTEN = ("action", "case_id", "task_id", "element", "cause")
MOST_CAUSES = 10

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """`2026-03-01T12:00:00Z WARNING samordna.heartbeat case stands still case_id=... element=...`"""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # what another formatter made of the failure may hold its words
        line = super().format(own)
        known = [f"{name}={getattr(record, name)}" for name in WRITTEN if hasattr(record, name)]
        first, *rest = line.split("\n")
        return "\n".join([" ".join([first, *known]), *rest])

    def formatException(self, ei: _Failure) -> str:  # noqa: N802  the name that logging calls
        """Kinds and places of the failure and of what led to it, in the order they came; no values."""
        failure, told = ei[1], list[str]()
        while failure is not None and len(told) < MOST_CAUSES:
            places = (
                f"  {one.filename}:{one.lineno} {one.name}"
                for one in traceback.extract_tb(failure.__traceback__)
            )
            told.append("\n".join([f"{type(failure).__module__}.{type(failure).__qualname__} at", *places]))
            failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
        return "\n".join(reversed(told))


def to_standard_error() -> None:
    """Send what the product says there; libraries speak only of what went wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("samordna").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # a request that waits for a thread is no news
