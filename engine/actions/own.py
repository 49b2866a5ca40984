"""The way in for the one whose case it is, and for whoever stands by them.

Enters: an actor who runs the case and makes a code for a letter; or what somebody wrote off that letter, or an identity number that an
outside provider vouches for. Leaves: rows and facts, or the cases that they may see and which categories of each. A code opens one case,
once, within thirty days; a new one for the same person takes back the one before. Codes and numbers are kept as keyed hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from engine import asking
from engine.access import Act, Actor, may
from engine.access.family import folded
from engine.access.own import Capacity, open_to, sees_readers
from engine.actions import accounts, telling
from engine.actions import identity as numbers
from engine.actions.ground import Ground
from engine.errors import EngineError, FieldError, InvalidForm, NotFound
from engine.records import cases, grounds, ids, invitations, log, sessions, subjects
from engine.records.database import writing
from engine.records.invitations import Invitation
from engine.records.who import Who

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
CODE_LENGTH = 12  # sixty random bits
VALID_FOR = timedelta(days=30)
MOST_LETTERS = 200


class NoSuchCode(EngineError):
    """The code is not right, has been used, or is too old."""


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case that somebody may see as theirs, and what of it."""

    case: cases.Case
    capacity: Capacity
    visible: frozenset[str]
    sees_readers: bool
    name: str = ""  # of a guardian, representative or relative; '' for the person


def invite(
    tx: Connection,
    actor: Actor,
    case_id: str,
    capacity: str,
    name: str,
    number: str,
    *,
    key: str,
    now: datetime,
) -> tuple[Invitation, str]:
    """A code for a letter, given back this once. `name` is that of a guardian or relative; an identity number lets them also come by an
    outside provider. Raises NotAllowed, NotFound, InvalidForm.
    """
    ground = _ground(tx, actor, case_id, Act.CASE_LET_IN, now)
    name = (
        (ground.case.subject_name or "")
        if capacity == Capacity.PERSON
        else " ".join(name.split())[:MOST_LETTERS]
    )
    hashed = identity(number, key) if number.strip() else None
    _refuse_unfit(ground, capacity, name)
    for one in invitations.of_case(tx, case_id):
        if one.revoked_at is None and (one.capacity, folded(one.name)) == (capacity, folded(name)):
            _end(tx, one, actor.id, now)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    made = Invitation(
        ids.new(),
        case_id,
        capacity,
        name,
        hashed,
        _hash(code, key),
        now + VALID_FOR,
        None,
        None,
        None,
        actor.id,
        now,
    )
    invitations.insert(tx, made)
    telling.tell(ground, "own_way_made", capacity=capacity)
    cases.change(tx, case_id)
    return made, "-".join(re.findall("....", code))


def take_back(tx: Connection, actor: Actor, case_id: str, invitation_id: str, *, now: datetime) -> None:
    """The invitation opens nothing any longer, and whoever is in by it is out; also when the case is over. Raises NotAllowed, NotFound."""
    ground = _ground(tx, actor, case_id, Act.CASE_LET_OUT, now)
    found = invitations.find(tx, invitation_id)
    if found is None or found.case_id != case_id:
        raise NotFound
    _end(tx, found, actor.id, now)
    telling.tell(ground, "own_way_taken_back", capacity=found.capacity)
    cases.change(tx, case_id)


def may_invite(actor: Actor, ground: Ground) -> bool:
    """Whether the actor may make codes: those who run the case and may read all of it, while it runs."""
    return bool(may(actor, Act.CASE_LET_IN, ground.about))


def use_code(engine: Engine, typed: str, *, key: str, address: str, now: datetime) -> Invitation:
    """Take the code. Raises NoSuchCode, TooManyTries; tries from one address wait as those on one account."""
    number = accounts.note_code(engine, f"own:{address}", address=address, now=now)
    with writing(engine) as tx:
        found = invitations.use(tx, _hash(typed, key), now=now)
        if found is not None:
            accounts.code_was_right(tx, number)
            log.note(
                tx,
                log.SIGNED_IN,
                who=Who(),
                now=now,
                case_id=found.case_id,
                ground=found.capacity,
                about=found.id,
            )
    if found is None:
        accounts.code_was_wrong(engine, None, now=now)
        raise NoSuchCode
    return found


def seen_with(tx: Connection, session: sessions.Session, *, now: datetime) -> list[OwnCase]:
    """The cases that this session opens, read anew each time: what was taken back is gone at the next click."""
    found: dict[str, tuple[str, str]] = {}
    if session.invitation_id is not None:
        one = invitations.find(tx, session.invitation_id)
        if one is not None and one.revoked_at is None:
            found[one.case_id] = (one.capacity, one.name)
    if session.identity_hash is not None:
        for one in invitations.of_identity(tx, session.identity_hash):
            if one.expires_at > now:
                found[one.case_id] = (one.capacity, one.name)
        for case_id in subjects.cases_of(tx, session.identity_hash):
            found[case_id] = (Capacity.PERSON, "")
    seen = (_own(tx, case_id, Capacity(capacity), name, now) for case_id, (capacity, name) in found.items())
    return [one for one in seen if one.visible]


def identity(number: str, key: str) -> str:
    """The keyed hash by which a number is found; one that is no Swedish number is hashed as it stands."""
    try:
        return numbers.keyed_hash(number, key)
    except numbers.BadIdentityNumber:
        bare = re.sub(r"\s", "", number)
        return hmac.new(key.encode(), bare.encode(), hashlib.sha256).hexdigest()


def _own(tx: Connection, case_id: str, capacity: Capacity, name: str, now: datetime) -> OwnCase:
    case = cases.fetch(tx, case_id)
    standing = grounds.standing(tx, case_id)
    visible = open_to(
        capacity,
        name,
        asking.opened_to_people(standing, now.astimezone(ZoneInfo(case.zone)).date()),
        asking.withheld(standing),
        guardians=asking.guardians(standing),
        shielded="protected" if case.protected else "",
    )
    known_as = "" if capacity == Capacity.PERSON else name
    return OwnCase(case, capacity, visible, sees_readers(capacity, visible), known_as)


def _refuse_unfit(ground: Ground, capacity: str, name: str) -> None:
    if capacity not in set(Capacity):
        raise InvalidForm((FieldError("capacity", "unknown-choice"),))
    if not name:
        raise InvalidForm((FieldError("name", "required"),))
    if ground.case.protected and capacity != Capacity.PERSON:
        raise InvalidForm((FieldError("capacity", "protected"),))
    if capacity == Capacity.RELATIVE and folded(name) not in asking.opened_to_people(
        ground.standing, ground.today
    ):
        raise InvalidForm((FieldError("name", "not-named"),))


def _ground(tx: Connection, actor: Actor, case_id: str, act: Act, now: datetime) -> Ground:
    case = cases.lock(tx, case_id)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    may(actor, act, ground.about).required()
    return ground


def _end(tx: Connection, invitation: Invitation, by: str, now: datetime) -> None:
    invitations.revoke(tx, invitation.id, by=by, now=now)
    sessions.end_invited(tx, invitation.id, now=now)


def _hash(typed: str, key: str) -> str:
    bare = re.sub(r"[\s-]", "", typed).upper()
    return hmac.new(key.encode(), f"own code:{bare}".encode(), hashlib.sha256).hexdigest()
