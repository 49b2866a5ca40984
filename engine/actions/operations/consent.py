"""Consent and its withdrawal (HSL 16:4, SoL 10:8, OSL 12:2; S3-012, S3-076). In force within the same transaction."""

from __future__ import annotations

from engine.actions.operations.operation import Call, operation
from engine.records import grounds

KINDS = ("plan_creation", "disclosure", "information_exchange")
FORMS = ("oral", "written", "electronic", "other")


def _record_consent(call: Call) -> object:
    ground = call.ground
    kinds = call.texts("kinds")
    if not set(kinds) <= set(KINDS):
        raise call.failed("kinds", f"must be among {', '.join(KINDS)}")
    given_on = call.day("given_on") or ground.today
    made = grounds.record_consent(
        ground.tx, ground.case.id, kinds=kinds, categories=call.texts("categories"), units=call.texts("units"), others=call.texts("others"),
        given_by=call.needed("given_by"), form=call.one_of("form", FORMS), given_on=given_on, valid_until=call.day("valid_until"),
        note=call.text("note"), by=ground.who.actor_id, now=ground.now,
    )  # fmt: skip
    return {"id": made[0], "given_on": given_on}


def _withdraw_consent(call: Call) -> object:
    ground = call.ground
    scope = call.one_of("scope", ("all", "partial"))
    units, categories = call.texts("units"), call.texts("categories")
    if scope == "partial" and not units and not categories:
        raise call.failed("units", "or categories must say what is taken back")
    made = grounds.record_withdrawal(
        ground.tx, ground.case.id, scope=scope, units=units, categories=categories, given_on=call.day("given_on") or ground.today,
        form=call.text("form"), said_by=call.text("said_by"), by=ground.who.actor_id, now=ground.now,
    )  # fmt: skip
    if scope == "all":
        grounds.leave(ground.tx, ground.case.id, None, reason="consent_withdrawn", now=ground.now)
    elif not categories:
        for unit_id in units:
            grounds.leave(ground.tx, ground.case.id, unit_id, reason="consent_withdrawn", now=ground.now)
            call.hand_tasks_to_convener(unit_id)
    return {"id": made, "scope": scope}


OPERATIONS = (
    operation(
        "record_consent",
        _record_consent,
        "kinds given_by form given_on",
        "categories units others valid_until note",
    ),
    operation("withdraw_consent", _withdraw_consent, "scope given_on", "units categories form said_by"),
)
