"""Which mail addresses are taken: one plain address, in the signs that every server passes on (RFC 5321, 4.1.2 and 4.5.3).

Enters: text. Leaves: yes or no. No display name, no comment, no quoting, no space, no line break: nothing of a header can hide in it.
"""

from __future__ import annotations

import re

LONGEST = 254
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_LOCAL})@{_LABEL}(?:\.{_LABEL})+")


def fits(text: str) -> bool:
    """Whether the text is one mail address."""
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    return found is not None and len(found["local"]) <= 64
