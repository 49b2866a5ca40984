"""Running instances kept in memory between steps, so that a step need not load what the last one wrote.

Enters: an instance's id and the stamp its case row bears under the lock. Leaves: the live object, or nothing. One is taken out while
in use and put back afterwards; a stamp is random, so an object whose transaction was rolled back can never match a later row.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from engine.execution.run import Instance

AT_MOST = 512  # about 50 KiB each


@dataclass(slots=True)
class Live:
    """An instance with the case's values as they stood when `stamp` was written."""

    stamp: str
    instance: Instance
    values: dict[str, dict[str, object]]


_kept: OrderedDict[str, Live] = OrderedDict()
_lock = Lock()


def take(instance_id: str, stamp: str) -> Live | None:
    """The live object if it is as new as the row; it is nobody else's until put back."""
    with _lock:
        found = _kept.pop(instance_id, None)
    return found if found is not None and found.stamp == stamp else None


def peek(instance_id: str, stamp: str) -> Live | None:
    """The same, to look at only, for whoever holds the case."""
    with _lock:
        found = _kept.get(instance_id)
    return found if found is not None and found.stamp == stamp else None


def put(instance_id: str, live: Live) -> None:
    """Keep it for the next step; the one used longest ago makes room."""
    with _lock:
        _kept[instance_id] = live
        while len(_kept) > AT_MOST:
            _kept.popitem(last=False)


def forget() -> None:
    """Drop everything, as a new process would find it."""
    with _lock:
        _kept.clear()
