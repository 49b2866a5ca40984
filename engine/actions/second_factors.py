"""The second factor: a code that an authenticator app shows for half a minute (RFC 6238), or one of ten recovery codes.

Enters: what somebody typed, and the key with which secrets are encrypted. Leaves: rows, or whether the code was right. A code is taken
once: the half minute it belongs to is remembered, and no earlier one counts after it. Recovery codes are shown once and kept as hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection

from engine.access import Actor
from engine.asking import who
from engine.errors import EngineError, NotFound
from engine.records import credentials, directory, facts, sessions
from engine.records.credentials import SecondFactor

STEP_SECONDS = 30
STEPS_ASIDE = (0, -1, 1)  # telephones' clocks go a little wrong
CODES = 10
REQUIRED = "second_factor_required"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(EngineError):
    """The code is not right, or it has been used."""


class UnreadableSecret(EngineError):
    """The second factor was encrypted with another SAMORDNA_LOOKUP_KEY: an administrator must reset it."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What to put into the app: the picture as SVG, and the same as text in groups of four."""

    picture: str
    secret: str


def enrol(tx: Connection, person_id: str, *, key: str) -> Enrolment:
    """A new secret, which counts once a code made with it has been shown. Raises NotFound; nothing changes where one is confirmed."""
    person = directory.person(tx, person_id)
    if person is None:
        raise NotFound
    kept = credentials.second_factor(tx, person_id)
    if kept is not None and kept.confirmed_at is not None:
        raise NotFound
    secret = _decrypted(kept.secret, key) if kept else pyotp.random_base32()
    if kept is None:
        credentials.put_second_factor(
            tx, SecondFactor(person_id, _box(key).encrypt(secret.encode()).decode(), None, 0)
        )
    address = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name="Samordna")
    picture = io.BytesIO()
    drawn = {"svgclass": None, "lineclass": None, "dark": "#000", "light": "#fff", "omitsize": True}
    segno.make(address, error="m").save(picture, kind="svg", xmldecl=False, border=4, **drawn)
    return Enrolment(picture.getvalue().decode(), " ".join(re.findall("....", secret)))


def confirm(tx: Connection, person_id: str, typed: str, *, key: str, now: datetime) -> list[str]:
    """The app works: from now on it is asked for. Gives the recovery codes, this once. Raises WrongCode."""
    factor = credentials.second_factor(tx, person_id)
    if factor is None or factor.confirmed_at is not None:
        raise WrongCode
    step = _step(_decrypted(factor.secret, key), typed, now)
    if step is None:
        raise WrongCode
    credentials.put_second_factor(tx, replace(factor, confirmed_at=now, last_step=step))
    return new_recovery_codes(tx, person_id, key=key)


def new_recovery_codes(tx: Connection, person_id: str, *, key: str) -> list[str]:
    """Ten new ones; those before no longer count."""
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(CODES)
    ]
    credentials.put_recovery_codes(tx, person_id, [_hash(person_id, code, key) for code in codes])
    return codes


def is_asked_of(tx: Connection, person_id: str) -> bool:
    """Whether that person has an app that works."""
    factor = credentials.second_factor(tx, person_id)
    return factor is not None and factor.confirmed_at is not None


def is_required(tx: Connection) -> bool:
    """Whether an administrator has decided that everybody with a password must have one."""
    return credentials.switch(tx, REQUIRED) is True


def require(tx: Connection, actor: Actor, *, of_all: str, now: datetime) -> None:
    """Decide whether it is `required` of everybody or only `offered`; a fact."""
    credentials.set_switch(tx, REQUIRED, of_all == "required", by=actor.id, now=now)
    _record(tx, actor, "second_factor_rule", {"rule": of_all}, now)


def reset(tx: Connection, actor: Actor, person_id: str, *, now: datetime) -> None:
    """An administrator lets somebody who has lost the app begin anew; a fact. Every session of theirs ends. Raises NotFound."""
    if directory.person(tx, person_id) is None:
        raise NotFound
    credentials.drop_second_factor(tx, person_id)
    sessions.end_all(tx, person_id, now=now)
    _record(tx, actor, "second_factor_reset", {"person": person_id}, now)


def use(tx: Connection, person_id: str, typed: str, *, key: str, now: datetime) -> None:
    """Take a code from the app, or a recovery code. Raises WrongCode; the caller commits either way."""
    factor = credentials.second_factor(tx, person_id)
    if factor is None or factor.confirmed_at is None:
        raise WrongCode
    step = _step(_decrypted(factor.secret, key), typed, now)
    taken = (
        credentials.use_step(tx, person_id, step)
        if step is not None
        else credentials.use_recovery_code(tx, person_id, _hash(person_id, typed, key), now=now)
    )
    if not taken:
        raise WrongCode


def _step(secret: str, typed: str, now: datetime) -> int | None:
    """The number of the half minute whose code this is, if it is one of now's."""
    code = re.sub(r"\s", "", typed)
    current = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    fitting = [
        current + aside
        for aside in STEPS_ASIDE
        if hmac.compare_digest(app.at((current + aside) * STEP_SECONDS).encode(), code.encode())
    ]
    return fitting[0] if fitting else None


def _hash(person_id: str, code: str, key: str) -> str:
    """Fifty random bits under a key that is not in the database need no slow hash."""
    bare = re.sub(r"[\s-]", "", code.lower())
    return hmac.new(key.encode(), f"recovery:{person_id}:{bare}".encode(), hashlib.sha256).hexdigest()


def _box(key: str) -> Fernet:
    derived = hmac.new(key.encode(), b"second factor", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def _decrypted(secret: str, key: str) -> str:
    try:
        return _box(key).decrypt(secret.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret from error


def _record(tx: Connection, actor: Actor, kind: str, data: dict[str, object], now: datetime) -> None:
    at = next((one.unit_id for one in actor.memberships), None)
    row = {
        "case_id": None,
        "instance_id": None,
        "kind": kind,
        "element_id": None,
        "task_id": None,
        "at": now,
        "data": data,
    }
    facts.insert(tx, [row | who(actor, at).columns()])
