"""By what people prove who they are: passwords, second factors, recovery codes, outside identities; and what is required of all.

Enters: an open transaction; hashes and encrypted secrets, never what they were made from. Leaves: rows as small values.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from engine.records import tables as t
from engine.records.upsert import upsert


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An authenticator app. `last_step` is the number of the last half minute whose code was used; `secret` is encrypted."""

    person_id: str
    secret: str
    confirmed_at: datetime | None
    last_step: int


def set_password(
    tx: Connection, person_id: str, password_hash: str, *, temporary_until: datetime | None = None
) -> None:
    """The person's password from now on; a temporary one must be changed at the next sign-in."""
    tx.execute(update(t.persons).where(t.persons.c.id == person_id).values(password_hash=password_hash))
    tx.execute(delete(t.temporary_passwords).where(t.temporary_passwords.c.person_id == person_id))
    if temporary_until is not None:
        tx.execute(t.temporary_passwords.insert(), {"person_id": person_id, "expires_at": temporary_until})


def temporary_until(tx: Connection, person_id: str) -> datetime | None:
    """Until when the password that somebody else chose may be used; None where the person chose it."""
    query = select(t.temporary_passwords.c.expires_at).where(t.temporary_passwords.c.person_id == person_id)
    return tx.execute(query).scalar_one_or_none()


def second_factor(tx: Connection, person_id: str) -> SecondFactor | None:
    """The person's authenticator app, also one that is not confirmed yet."""
    query = select(*(t.second_factors.c[name] for name in SecondFactor.__slots__))
    row = tx.execute(query.where(t.second_factors.c.person_id == person_id)).one_or_none()
    return SecondFactor(*row) if row else None


def put_second_factor(tx: Connection, factor: SecondFactor) -> None:
    """Add or replace."""
    upsert(
        tx,
        t.second_factors,
        [{name: getattr(factor, name) for name in SecondFactor.__slots__}],
        key=["person_id"],
    )


def use_step(tx: Connection, person_id: str, step: int) -> bool:
    """Mark the code of that half minute as used; False where it, or a later one, was used before."""
    f = t.second_factors
    newer = update(f).where(f.c.person_id == person_id, f.c.last_step < step).values(last_step=step)
    return tx.execute(newer).rowcount == 1


def drop_second_factor(tx: Connection, person_id: str) -> None:
    """Nothing is left of the app or the codes."""
    tx.execute(delete(t.second_factors).where(t.second_factors.c.person_id == person_id))
    tx.execute(delete(t.recovery_codes).where(t.recovery_codes.c.person_id == person_id))


def put_recovery_codes(tx: Connection, person_id: str, code_hashes: Collection[str]) -> None:
    """These and no others."""
    tx.execute(delete(t.recovery_codes).where(t.recovery_codes.c.person_id == person_id))
    tx.execute(
        t.recovery_codes.insert().values([{"person_id": person_id, "code_hash": one} for one in code_hashes])
    )


def use_recovery_code(tx: Connection, person_id: str, code_hash: str, *, now: datetime) -> bool:
    """Mark it as used; False where there is none, or it was used before."""
    r = t.recovery_codes
    unused = update(r).where(r.c.person_id == person_id, r.c.code_hash == code_hash, r.c.used_at.is_(None))
    return tx.execute(unused.values(used_at=now)).rowcount == 1


def recovery_codes_left(tx: Connection, person_id: str) -> int:
    """How many have not been used."""
    r = t.recovery_codes.c
    query = select(func.count()).where(r.person_id == person_id, r.used_at.is_(None))
    return int(tx.execute(query).scalar_one())


def person_of_identity(tx: Connection, issuer: str, subject: str) -> str | None:
    """Who that is with us."""
    query = select(t.identities.c.person_id).where(
        t.identities.c.issuer == issuer, t.identities.c.subject == subject
    )
    return tx.execute(query).scalar_one_or_none()


def put_identity(tx: Connection, issuer: str, subject: str, person_id: str, *, now: datetime) -> None:
    """From now on that identity is this person."""
    row = {"issuer": issuer, "subject": subject, "person_id": person_id, "since_at": now}
    upsert(tx, t.identities, [row], key=["issuer", "subject"])


def switch(tx: Connection, name: str) -> object:
    """What was decided for the whole installation, or None."""
    return tx.execute(select(t.switches.c.value).where(t.switches.c.name == name)).scalar_one_or_none()


def set_switch(tx: Connection, name: str, value: object, *, by: str | None, now: datetime) -> None:
    """Decide it anew."""
    row = {"name": name, "value": value, "changed_at": now, "changed_by": by}
    upsert(tx, t.switches, [row], key=["name"])
