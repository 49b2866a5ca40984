"""Who sees to how long the cases of a principal are kept, and who is the second person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.access import Act, Actor, ControllerObject, Membership, Role, may
from engine.access.actor import together


def person(name: str, role: str, principal: str = "malby") -> Actor:
    return Actor(name, name, (Membership(f"{principal}_unit", principal, "testland", frozenset({role})),))


MALBY = ControllerObject("testland", "malby")
EVERY = (Act.RETENTION_SEE, Act.RETENTION_KEEP, Act.RETENTION_APPROVE)


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (person("maj", Role.ADMINISTRATOR), (True, True, True)),
        (person("owner", Role.PROCESS_OWNER), (True, False, True)),
        (person("region", Role.REGION_ADMINISTRATOR, "region"), (True, True, True)),
        (person("other", Role.ADMINISTRATOR, "ekdala"), (False, False, False)),
        (person("other owner", Role.PROCESS_OWNER, "region"), (False, False, False)),
        (person("sara", Role.STAFF), (False, False, False)),
        (person("chef", Role.MANAGER), (False, False, False)),
        (person("auditor", Role.AUDITOR), (False, False, False)),
        (person("figures", Role.GOVERNANCE), (False, False, False)),
    ],
    ids=lambda one: one.id if isinstance(one, Actor) else "",
)
def test_a_principal_is_kept_by_its_own(actor: Actor, allowed: tuple[bool, ...]) -> None:
    assert tuple(bool(may(actor, act, MALBY)) for act in EVERY) == allowed


def test_whoever_asked_does_not_approve_in_any_guise() -> None:
    asked = replace(MALBY, requested_by=frozenset({"maj"}))
    maj, owner = person("maj", Role.ADMINISTRATOR), person("owner", Role.PROCESS_OWNER)
    assert may(owner, Act.RETENTION_APPROVE, asked)
    assert may(maj, Act.RETENTION_APPROVE, asked).reason == "four-eyes"
    for_maj = replace(person("owner", Role.ADMINISTRATOR), acting_for="maj", acting_for_name="maj")
    assert not may(together(owner, for_maj), Act.RETENTION_APPROVE, asked)
    for_owner = replace(person("maj", Role.PROCESS_OWNER), acting_for="owner", acting_for_name="owner")
    assert not may(together(maj, for_owner), Act.RETENTION_APPROVE, asked)


def test_another_region_is_nobodys_here() -> None:
    region = person("region", Role.REGION_ADMINISTRATOR, "region")
    assert not may(region, Act.RETENTION_SEE, ControllerObject("elsewhere", "malby"))
