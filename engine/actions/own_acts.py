"""What the one whose case it is, or whoever stands by them, sets going from their own view: taking back a consent, proposing something.

Enters: a case as its session opens it, and what they choose. Leaves: the step that staff would take when the person tells them
the same, in force when the transaction ends. The routine draws what follows, and is found by names of elements (processes/README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from engine import asking, library
from engine.access.objects import ParticipationState
from engine.access.own import Capacity, may_propose, may_take_back
from engine.actions import answers, telling
from engine.actions.advance import Step, advance, begin
from engine.actions.beginning import as_writings
from engine.actions.beginning import instance as new_instance
from engine.actions.ground import Ground
from engine.actions.own import OwnCase
from engine.errors import NotAllowed, StaleCase
from engine.records import cases, entries, grounds, tasks
from engine.records.who import Who

ALL, PART, PROPOSAL = "withdraw_all_consent", "partly_withdrawn", "change_proposed"
"""Ids of the elements where a routine hears that all consent, or a part of it, is taken back, and that something is proposed."""
CATEGORIES = ("situation", "health", "social", "plan", "child")
"""What may be taken back by itself, in the order in which it is asked."""
MOST_LETTERS = 4_000
BY_THIS = "electronic"
AGAIN_WITHIN = timedelta(minutes=10)
Kind = Literal["units", "categories", "others", "all"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to take back: a unit by id, a category, somebody without access by name, or everything (`key` is '')."""

    kind: Kind
    key: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A consent in which something still holds: its row, and each (unit, category) that it opens."""

    row: grounds.Consent
    opens: frozenset[tuple[str, str]]


def held(tx: Connection, one: OwnCase, *, now: datetime) -> list[Held]:
    """Those in force, the oldest first; none where they may not see them."""
    ground = Ground(tx, one.case, Who(), now)
    if "consent" not in one.visible or any(row.scope == "all" for row in ground.standing.withdrawals):
        return []
    rows = sorted(ground.standing.consents, key=lambda row: row.recorded_at)
    left = {unit for unit, part in ground.about.participants.items() if part.state == ParticipationState.LEFT}
    found = []
    for row, weighed in zip(rows, asking.consents(ground.standing, ground.zone), strict=True):
        units = [unit for unit in row.units if unit not in left]
        opens = frozenset((unit, name) for unit in units for name in weighed.open_to(unit, "", now))
        if asking.agreed(row) and weighed.in_force(now):
            found.append(Held(row, opens))
    return found


def choices(tx: Connection, one: OwnCase, *, now: datetime) -> list[Choice]:
    """What they may take back now, by themselves and at once; empty where the case is over."""
    in_force = held(tx, one, now=now)
    theirs = [of for of in in_force if _may(one, of)]
    if not theirs or one.case.ended_at is not None:
        return []
    found: list[Choice] = []
    if _linked(tx, one, PART):
        keeping = asking.keeping(tx, Ground(tx, one.case, Who(), now).about)
        opened = {pair for of in theirs for pair in of.opens if pair[0] not in keeping}
        found += [Choice("units", unit) for unit in sorted({unit for unit, _ in opened})]
        found += [
            Choice("categories", name) for name in CATEGORIES if any(name == opens for _, opens in opened)
        ]
        named = {name for of in theirs for name in of.row.others}
        standing = grounds.standing(tx, one.case.id)
        found += [Choice("others", name) for name in asking.named_besides(standing) if name in named]
    if len(theirs) == len(in_force) and _waiting(tx, one.case.id) is not None:
        found.append(Choice("all"))
    return found


def _may(one: OwnCase, of: Held) -> bool:
    return may_take_back(one.capacity, of.row.given_as, of.row.child_view, one.visible)


def take_back(tx: Connection, one: OwnCase, choice: Choice, *, name: str, now: datetime) -> None:
    """In force from this transaction on (S3-076, S4-28). `name` is who says so. Raises StaleCase where it holds no longer."""
    case = cases.lock(tx, one.case.id)
    if choice not in choices(tx, one, now=now):
        raise StaleCase("nothing of it holds any longer")
    ground = Ground(tx, case, Who(), now)
    telling.tell_as(ground, "own_consent_taken_back", str(one.capacity), {"capacity": str(one.capacity)})
    if choice.kind == "all":
        _receive(ground, {"withdrawn_by": name, "withdrawn_on": ground.today, "withdrawal_form": BY_THIS})
        return
    rows = {"units": [{"unit": choice.key}], "others": [{"name": choice.key}], "categories": [choice.key]}[
        choice.kind
    ]
    told = {
        "partial_withdrawn_by": name,
        "partial_withdrawn_on": ground.today,
        "partial_withdrawal_form": BY_THIS,
    }
    _begin(
        ground, _linked(tx, one, PART), told | {"partial_scope": choice.kind, f"partial_{choice.kind}": rows}
    )


def may_propose_now(tx: Connection, one: OwnCase) -> bool:
    """Whether they may propose something in this case, and its routine hears of it."""
    return may_propose(one.visible) and one.case.ended_at is None and bool(_linked(tx, one, PROPOSAL))


def propose(tx: Connection, one: OwnCase, text: str, *, now: datetime) -> None:
    """A proposal that whoever holds the plan together answers (S1-20, S1-27). Raises NotAllowed."""
    case = cases.lock(tx, one.case.id)
    if not may_propose_now(tx, one):
        raise NotAllowed("no-consent")
    ground = Ground(tx, case, Who(), now)
    telling.tell_as(ground, "own_proposal", str(one.capacity), {"capacity": str(one.capacity)})
    own = one.capacity == Capacity.PERSON
    known = "ask_first" if one.capacity == Capacity.RELATIVE else "yes"
    told = {"change_proposed_by": "person" if own else "related_person", "change_proposal_known": known}
    _begin(ground, _linked(tx, one, PROPOSAL), told | {"change_proposal": text.strip()[:MOST_LETTERS]})


def proposed_lately(tx: Connection, one: OwnCase, text: str, *, now: datetime) -> bool:
    """Whether the very same was proposed within the last minutes: a button pressed twice, or a page sent again."""
    return any(
        each.element_id == PROPOSAL
        and now - each.at < AGAIN_WITHIN
        and each.data.get("change_proposal") == text
        for each in entries.of_case(tx, one.case.id, ["plan"])
    )


def _linked(tx: Connection, one: OwnCase, start_event: str) -> str:
    """The linked routine that begins with this event; '' where there is none."""
    main = cases.main_instance(tx, one.case.id)
    settings = library.loaded(tx, main.bundle_hash).routine.settings
    for process_id in settings.linked:
        if library.current(tx, process_id).routine.start_events()[0].id == start_event:
            return process_id
    return ""


def _begin(ground: Ground, process_id: str, data: Mapping[str, object]) -> None:
    begin(new_instance(ground, library.current(ground.tx, process_id), "linked", data))


def _waiting(tx: Connection, case_id: str) -> tasks.Awaited | None:
    return next((one for one in tasks.awaited_of(tx, case_id) if one.element_id == ALL), None)


def _receive(ground: Ground, data: dict[str, object]) -> None:
    waiting = _waiting(ground.tx, ground.case.id)
    if waiting is None:
        raise StaleCase("nothing waits for it")
    run = cases.instance(ground.tx, waiting.instance_id)
    form = library.loaded(ground.tx, run.bundle_hash).routine.forms.get(waiting.element_id)
    if form is not None and any(field.key == "withdrawal_understood" for field in form.top_level()):
        data["withdrawal_understood"] = True
    answered = answers.take(ground, form, data, waiting.scope)
    writings = as_writings(
        "message", waiting.element_id, answered, run, scope=waiting.scope, task_id=waiting.id
    )
    advance(ground, run, Step("receive", waiting.id, waiting.element_id), writings)
