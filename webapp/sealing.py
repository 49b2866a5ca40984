"""What one page must carry to the next, and nobody may read on the way.

Enters: names and values, and what they are for. Leaves: a text that fits a hidden field, encrypted and signed (Fernet: AES-128-CBC with
HMAC-SHA-256) with a key of that purpose's own, derived from the secret of the installation. Nothing is kept on the server.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(values: Mapping[str, str], *, purpose: str, secret: str, now: datetime) -> str:
    """The values, readable only by `unseal` with the same purpose and secret."""
    told = json.dumps(dict(values)).encode()
    return _box(purpose, secret).encrypt_at_time(told, int(now.timestamp())).decode()


def unseal(
    text: str, *, purpose: str, secret: str, kept_for: timedelta, now: datetime
) -> dict[str, str] | None:
    """What was sealed, or None: too old, changed on the way, or sealed for something else."""
    try:
        told = _box(purpose, secret).decrypt_at_time(
            text.encode(), int(kept_for.total_seconds()), int(now.timestamp())
        )
    except InvalidToken:
        return None
    values: dict[str, str] = json.loads(told)
    return values


def _box(purpose: str, secret: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"samordna: {purpose}".encode()).derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
