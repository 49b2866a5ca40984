"""Running cases kept in memory between steps, so that a step need not load what the last one wrote.

Enters: a case's id and the stamp its row bears under the lock. Leaves: the live objects, or nothing. They are taken out before a step
changes them and put back afterwards; a stamp is random, so what a rolled back transaction left here can never match a later row.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from engine.execution.run import Instance

AT_MOST = 512  # cases of about 50 KiB


@dataclass(slots=True)
class Live:
    """A case's values as they stood when `stamp` was written, and its instances by id as far as they were needed.

    All instances of a case share the values (decision 23).
    """

    stamp: str
    values: dict[str, dict[str, object]]
    instances: dict[str, Instance] = field(default_factory=dict)


_kept: OrderedDict[str, Live] = OrderedDict()
_lock = Lock()


def take(case_id: str, stamp: str) -> Live | None:
    """The live case if it is as new as the row; it is nobody else's until put back."""
    with _lock:
        found = _kept.pop(case_id, None)
    return found if found is not None and found.stamp == stamp else None


def peek(case_id: str, stamp: str) -> Live | None:
    """The same, to look at only, for whoever holds the case."""
    with _lock:
        found = _kept.get(case_id)
    return found if found is not None and found.stamp == stamp else None


def put(case_id: str, live: Live) -> None:
    """Keep it for the next step; the one used longest ago makes room."""
    with _lock:
        _kept[case_id] = live
        while len(_kept) > AT_MOST:
            _kept.popitem(last=False)


def drop(case_id: str) -> None:
    """Nothing of it stays here, whatever stamp it bears."""
    with _lock:
        _kept.pop(case_id, None)


def forget() -> None:
    """Drop everything, as a new process would find it."""
    with _lock:
        _kept.clear()
