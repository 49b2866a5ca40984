"""Pressed twice is once: forms that make something new carry a one-time key, drawn with them.

Enters: the request and its open transaction. Leaves: nothing for the first hand-in with a key; for a second press, a request that the
browser sends again, or two at the same instant, what the first one handed in, so that the page shows the receipt of that. A form that is
drawn anew, after an error or with a row more, keeps its key. A request without a key is taken as it comes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from flask import request

from engine.records import ids, pressed
from webapp.auth import actor
from webapp.session import now, tx

FIELD = "_once"
_KEY = re.compile(r"[0-9a-f]{32}")
_NOT_WRITTEN = frozenset({FIELD, "csrf_token", "_sealed"})
"""Fields of the page itself: they differ although a person has written the same."""


def key() -> str:
    """For the hidden field of a form."""
    return _came_with() or ids.new()


def earlier() -> pressed.Pressed | None:
    """None where this is the first hand-in with its key, which from now on is taken; comes first in a transaction.

    What fails is rolled back, key and all, and may be handed in again.
    """
    came_with = _came_with()
    if not came_with:
        return None
    return pressed.claim(tx(), actor().id, came_with, _digest(), now=now())


def made(made_id: str) -> None:
    """What came of the first hand-in."""
    if _came_with():
        pressed.made(tx(), actor().id, _came_with(), made_id)


def same(first: pressed.Pressed) -> bool:
    """Whether the same is handed in once more; else somebody went back, changed something and pressed again."""
    return first.digest == _digest()


def _came_with() -> str:
    given = request.form.get(FIELD, "")
    return given if _KEY.fullmatch(given) else ""


def _digest() -> str:
    written: Mapping[str, list[str]] = {
        name: request.form.getlist(name) for name in sorted(request.form) if name not in _NOT_WRITTEN
    }
    return hashlib.sha256(json.dumps([request.path, written]).encode()).hexdigest()
