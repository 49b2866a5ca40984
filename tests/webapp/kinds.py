"""Every kind of person: each directory role at each relation to the case of `tests.webapp.site`."""

from __future__ import annotations

from sqlalchemy import Engine

from engine.access import Role
from engine.records import directory
from engine.records.database import writing
from tests.webapp.site import BEGUN, CONSENTED, CONVENER, SUMMONED, WITHDRAWN

ROLES = (
    Role.STAFF, Role.COORDINATOR, Role.MANAGER, Role.PROCESS_OWNER, Role.ADMINISTRATOR, Role.AUDITOR, Role.GOVERNANCE,
)  # fmt: skip
RELATIONS = {
    "own": CONVENER,  # the unit that keeps the case
    "same": "vc_sjostaden",  # another unit of the same principal
    "consent": CONSENTED,  # another principal: called, with consent to some categories
    "called": SUMMONED,  # another principal: called, without consent
    "ended": WITHDRAWN,  # another principal: consent taken back
    "none": "bistand_ekdala",  # another principal without any part
}


def named(role: str, relation: str) -> str:
    """The user name of that kind of person."""
    return f"{role}_{relation}"


def add(engine: Engine) -> None:
    """Put one person of each kind in the directory."""
    with writing(engine) as tx:
        for role in ROLES:
            for relation, unit_id in RELATIONS.items():
                who = named(role, relation)
                name = f"{role} {relation}"
                directory.put_person(tx, id=who, username=who, name=name, password_hash=None, is_demo=False)
                directory.put_membership(
                    tx, id=who, person_id=who, unit_id=unit_id, role=role, valid_from=BEGUN.date()
                )
