"""What somebody had written when their request failed, so that the page that says so can show it and send it once more.

Enters: the request. Leaves: the texts, to be read and copied, and every field, to be posted again to the same address. Nothing is kept
on the server, and never a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

_SECRET = frozenset({"password", "old_password", "new_password", "code"})
_CHOSEN = re.compile(
    r"on|off|yes|no|[0-9a-f]{32}|[a-z0-9]+(_[a-z0-9]+)+|\d{4}-\d\d-\d\d(T[\d:]+)?|\d{1,2}:\d\d"
)
"""Answers that were chosen, not written; they are sent again, but say nothing to whoever reads them."""
_OF_THE_PAGE = frozenset({"csrf_token", "_sealed", "_once", "_hand_in", "_version"})


@dataclass(frozen=True, slots=True)
class Written:
    """`texts` in the order of the page; `fields` are (name, value) for hidden fields."""

    address: str
    texts: list[str]
    fields: list[tuple[str, str]]


def by_request() -> Written | None:
    """What the request brought, or None: nothing was posted, nobody wrote anything, a password is in it, or a file that is gone."""
    if request.method != "POST" or request.files or _SECRET & set(request.form):
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    texts = [value.strip() for name, value in fields if name not in _OF_THE_PAGE and _is_text(value)]
    return Written(request.full_path.rstrip("?"), texts, fields) if texts else None


def _is_text(value: str) -> bool:
    return bool(value.strip()) and not _CHOSEN.fullmatch(value.strip())
