"""A running case goes on with a corrected version of its routine (decision 2).

Enters: an administrator who asks, with a reason, and a second person who decides. Leaves: the run pinned to the other version, and a fact
with both hashes. The drawing must be the same; what is due, drafts and history stay as they are. What an incident is about is then taken
again by `incidents.retry`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, SystemObject, may
from engine.actions import telling
from engine.actions.ground import Ground
from engine.errors import AlreadyClosed, BrokenDefinition, EngineError, NotAllowed, NotFound, StaleCase
from engine.execution import likeness, snapshot
from engine.records import cases, moves, tables


class UnlikeVersion(EngineError):
    """The version differs in more than expressions, tables, forms and texts: a running case cannot move to it."""

    def __init__(self, unlike: tuple[likeness.Unlike, ...]) -> None:
        self.element_ids = tuple(dict.fromkeys(one.element_id for one in unlike))
        super().__init__(f"drawn otherwise: {', '.join(self.element_ids[:20])}")
        self.unlike = unlike


@dataclass(frozen=True, slots=True)
class _Held:
    ground: Ground
    instance: cases.Instance
    move: moves.Move


def propose(
    tx: Connection, actor: Actor, instance_id: str, to_hash: str, reason: str, *, now: datetime
) -> str:
    """Ask that a run go on with the version `to_hash`, which was kept by `deploy.keep`; gives the correction's id.

    Raises NotAllowed, NotFound, UnlikeVersion, and StaleCase where the run is over or a correction of it is being decided.
    """
    case = cases.lock_by_instance(tx, instance_id)
    actor = asking.face(actor, Act.ADMIN_CORRECT_CASE, SystemObject(case.region_id))
    may(actor, Act.ADMIN_CORRECT_CASE, SystemObject(case.region_id)).required()
    if not reason.strip():
        raise NotAllowed("reason-needed")
    instance = cases.instance(tx, instance_id)
    if any(one.status == "asked" and one.instance_id == instance_id for one in moves.of_case(tx, case.id)):
        raise StaleCase("a correction of this run is being decided already")
    _movable(tx, instance, to_hash)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    move_id = moves.insert(
        tx,
        case_id=case.id,
        instance_id=instance_id,
        from_hash=instance.bundle_hash,
        to_hash=to_hash,
        reason=reason.strip(),
        who=ground.who,
        now=now,
    )
    telling.tell(ground, "case_move_asked", instance, before=instance.bundle_hash, after=to_hash)
    return move_id


def approve(tx: Connection, actor: Actor, move_id: str, reason: str = "", *, now: datetime) -> None:
    """The second person's yes: the run goes on with the other version from the next step.

    Raises NotAllowed for whoever asked, AlreadyClosed where it was decided, StaleCase where the run has moved or ended since.
    """
    held = _decided(tx, actor, move_id, "approved", reason, now=now)
    move, instance = held.move, held.instance
    if instance.bundle_hash != move.from_hash:
        raise StaleCase("the run is on another version by now")
    _movable(tx, instance, move.to_hash)
    cases.move_instance(tx, instance.id, move.to_hash)
    cases.change(
        tx, instance.case_id
    )  # a new stamp: no process goes on with what it read from the version before
    telling.tell(held.ground, "case_moved", instance, before=move.from_hash, after=move.to_hash, move=move.id)


def refuse(tx: Connection, actor: Actor, move_id: str, reason: str, *, now: datetime) -> None:
    """The second person's no, with a reason. Raises NotAllowed, AlreadyClosed."""
    if not reason.strip():
        raise NotAllowed("reason-needed")
    held = _decided(tx, actor, move_id, "refused", reason, now=now)
    telling.tell(held.ground, "case_move_refused", held.instance, move=move_id)


def obstacles(tx: Connection, instance: cases.Instance, to_hash: str) -> tuple[likeness.Unlike, ...]:
    """What keeps a run from going on with that version of its routine; empty where nothing does. Only looks. NotFound."""
    new = library.loaded(tx, to_hash)
    if new.bundle.process_id != instance.process_id:
        raise NotFound
    try:
        return library.unlike(tx, instance.bundle_hash, to_hash)
    except BrokenDefinition as broken:
        return tuple(likeness.Unlike(finding.element_id, "refused") for finding in broken.findings)


def approval(tx: Connection, move: moves.Move, region_id: str) -> SystemObject:
    """The decision on a correction, as access is asked about it."""
    requested = frozenset(one for one in (move.asked_by, move.asked_for_id) if one)
    return SystemObject(region_id, requested, asking.lately_given(tx, requested, move.asked_at))


def _decided(tx: Connection, actor: Actor, move_id: str, status: str, reason: str, *, now: datetime) -> _Held:
    case = cases.lock_by(tx, tables.moves, move_id)
    move = moves.fetch(tx, move_id)
    asked = approval(tx, move, case.region_id)
    actor = asking.face(actor, Act.ADMIN_APPROVE, asked)
    may(actor, Act.ADMIN_APPROVE, asked).required()
    if move.status != "asked":
        raise AlreadyClosed(move.decided_at, move.decided_by, move.status)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    moves.decide(tx, move_id, status, reason.strip(), who=ground.who, now=now)
    return _Held(ground, cases.instance(tx, move.instance_id), move)


def _movable(tx: Connection, instance: cases.Instance, to_hash: str) -> None:
    """Same routine, same drawing, and what is saved of the run can be read with it."""
    if instance.ended_at is not None or instance.bundle_hash == to_hash:
        raise StaleCase("the run is over, or on that version already")
    unlike = obstacles(tx, instance, to_hash)
    if unlike:
        raise UnlikeVersion(unlike)
    snapshot.load(library.loaded(tx, to_hash).specification, cases.engine_rows(tx, instance.id))
