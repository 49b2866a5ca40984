"""Consent and its withdrawal (HSL 16:4, SoL 10:8, OSL 12:2; S3-012, S3-076). In force within the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import asking, library
from engine.access.directory import take_part
from engine.actions.operations.documents import BESIDE, issue_beside
from engine.actions.operations.operation import Call, operation
from engine.records import cases, correspondence, directory, grounds, tasks
from engine.records.tables.grounds import CHILD_VIEWS, GIVERS

KINDS = ("plan_creation", "disclosure", "information_exchange")
FORMS = ("oral", "written", "electronic", "other")


def _record_consent(call: Call) -> object:
    """Everything that was said is kept; whether it opens anything, `access` judges."""
    ground = call.ground
    kinds = call.texts("kinds")
    if not set(kinds) <= set(KINDS):
        raise call.failed("kinds", f"must be among {', '.join(KINDS)}")
    given_on = call.day("given_on") or ground.today
    named = directory.units(ground.tx, call.texts("units")).values()
    if any(not take_part(one.kind) for one in named):
        raise call.failed("units", "must not name a unit that is there for information alone")
    made = grounds.record_consent(
        ground.tx, ground.case.id, kinds=kinds, categories=call.texts("categories"), units=call.texts("units"), others=call.texts("others"),
        given_by=call.needed("given_by"), form=call.one_of("form", FORMS), given_on=given_on, valid_until=call.day("valid_until"),
        note=call.text("note"), by=ground.who.actor_id, now=ground.now, given_as=_word(call, "given_as", GIVERS),
        guardians=_guardians(call), child_view=_word(call, "child_view", CHILD_VIEWS),
    )  # fmt: skip
    ground.look_again()
    issue_beside(call)
    return {"id": made[0], "given_on": given_on}


def _withdraw_consent(call: Call) -> object:
    ground = call.ground
    scope = call.one_of("scope", ("all", "partial"))
    units, categories = call.texts("units"), call.texts("categories")
    others = call.texts("others")
    if scope == "partial" and not units and not categories and not others:
        raise call.failed("units", "categories or others must say what is taken back")
    made = grounds.record_withdrawal(
        ground.tx, ground.case.id, scope=scope, units=units, categories=categories, given_on=call.day("given_on") or ground.today,
        form=call.text("form"), said_by=call.text("said_by"), by=ground.who.actor_id, now=ground.now,
        said_as=_word(call, "said_as", GIVERS), others=others,
    )  # fmt: skip
    if scope == "all":
        _leave(call, sorted(one.unit_id for one in ground.standing.participants if one.until_at is None))
    elif not categories:
        _leave(call, units)
    ground.look_again()
    _hand_over_what_is_closed(call)
    return {"id": made, "scope": scope}


def _leave(call: Call, units: Sequence[str]) -> None:
    """They take part no longer: no task, no meeting, nothing on its way to them."""
    ground = call.ground
    for unit_id in units:
        grounds.leave(ground.tx, ground.case.id, unit_id, reason="consent_withdrawn", now=ground.now)
        call.hand_tasks_to_convener(unit_id)
    if units:
        correspondence.cancel_for(ground.tx, ground.case.id, units)


def _hand_over_what_is_closed(call: Call) -> None:
    """A task that shows what its unit may read no longer goes to the unit that convenes; so it waits for nobody."""
    ground = call.ground
    keeping = {ground.case.unit_id, *(one.unit_id for one in ground.slots.values())}
    for task in tasks.of_case(ground.tx, ground.case.id, open_only=True):
        part = ground.about.participants.get(task.unit_id)
        if part is None or task.unit_id in keeping:
            continue
        run = cases.instance(ground.tx, task.instance_id)
        form = library.loaded(ground.tx, run.bundle_hash).routine.forms.get(task.element_id)
        if not asking.revealed(form, ground.values, task.scope) <= part.categories:
            call.hand_task_to_convener(task.id)


def _word(call: Call, name: str, allowed: tuple[str, ...]) -> str | None:
    """The input as one of these words; None where the routine did not ask."""
    return call.one_of(name, allowed) if call.text(name) else None


def _guardians(call: Call) -> list[dict[str, object]]:
    """Each guardian asked, from rows with `name` and `answer` (`yes` or `no`) as forms write them."""
    rows = call.request.inputs.get("guardians")
    if rows in (None, ""):
        return []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise call.failed("guardians", "must be a list of contexts with name and answer")
    return [{"name": str(row.get("name") or ""), "agrees": row.get("answer") == "yes"} for row in rows]


OPERATIONS = (
    operation(
        "record_consent",
        _record_consent,
        "kinds given_by form given_on",
        f"categories units others valid_until note given_as guardians child_view {BESIDE}",
    ),
    operation(
        "withdraw_consent",
        _withdraw_consent,
        "scope given_on",
        "units categories others form said_by said_as",
    ),
)
