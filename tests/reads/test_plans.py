"""A plan as who does what: read from every routine's form, how far each activity has come, and what differs between two versions."""

from __future__ import annotations

from datetime import date

from engine.reads import plan_changes, plans, plans_ahead
from engine.reads.plans import Check

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
KINDS = {"vc": "region", "hemtjansten": "municipality"}


def swedish(**more: object) -> dict[str, object]:
    activity = {
        "description": "Hemtjänst",
        "state": "decided",
        "principal": "municipality",
        "unit": "hemtjansten",
    }
    return {"goal": "Bo hemma", "activities": [{**activity, **more}]}


def read(*goals: dict[str, object]) -> tuple[plans.Goal, ...]:
    return plans.read({"goals": list(goals)}, KINDS)


def test_both_principals_having_something_in_a_goal_is_joint_responsibility() -> None:
    """S3-019: one that is stopped or taken back is no part in it."""
    care = {"description": "Läkemedel", "state": "planned", "principal": "region", "unit": "vc"}
    both, alone = swedish(), swedish()
    both["activities"] = [*alone["activities"], care]  # type: ignore[misc]
    assert [goal.joint for goal in read(both, alone)] == [True, False]
    both["activities"] = [*alone["activities"], care | {"state": "withdrawn"}]  # type: ignore[misc]
    assert not read(both)[0].joint


def test_the_norwegian_form_is_read_like_the_swedish() -> None:
    measure = {
        "measure": "Fotterapi",
        "amount": "hver uke",
        "responsible": "hemtjansten",
        "state": "applied",
        "meanwhile": "Datteren",
    }
    (one,) = read({"goal": "Gå tur", "measures": [measure]})[0].activities
    assert (one.what, one.principal, one.unit_id) == ("Fotterapi (hver uke)", "municipality", "hemtjansten")
    assert (one.decision, one.progress, one.meanwhile) == ("waiting", "not_begun", "Datteren")


def test_a_plan_without_goals_is_read_too() -> None:
    content = {"interventions": [{"intervention": "Ledsagning", "unit": "hemtjansten", "state": "decided"}]}
    (goal,) = plans.read(content, KINDS)
    assert (goal.words, goal.activities[0].what, goal.activities[0].principal) == (
        "",
        "Ledsagning",
        "municipality",
    )


def test_since_when_is_the_first_version_of_those_without_a_break_that_has_it_so() -> None:
    begun, going = read(swedish()), read(swedish(progress="going_on"))
    versions = [(JULY, going), (JUNE, going), (MAY, begun)]
    assert [one.since_on for one in plans.activities(plans.dated(going, versions))] == [JUNE]
    said = read(swedish(progress="going_on", progress_on=MAY))
    assert [one.since_on for one in plans.activities(plans.dated(said, versions))] == [MAY]


def test_what_was_found_of_an_activity_counts_unless_the_plan_said_otherwise_later() -> None:
    done = [Check("Hemtjänsten", "done", JUNE)]
    unsaid, said = read(swedish()), read(swedish(progress="going_on"))
    states = [
        next(plans.activities(plans.checked(goals, done, written_on=on))).progress
        for goals, on in ((unsaid, JULY), (said, JULY), (said, MAY))
    ]
    assert states == ["done", "going_on", "done"]


def test_what_came_what_went_and_what_is_another_is_told_apart() -> None:
    before = read(swedish(), {"goal": "Sjunga", "activities": []})
    after = read(swedish(starts_on=MAY, responsible="Ali"), {"goal": "Åka buss", "activities": []})
    found = [(one.kind, one.part, one.name, one.field) for one in plan_changes.between(before, after)]
    assert found == [
        ("changed", "activity", "Hemtjänst", "responsible"),
        ("changed", "activity", "Hemtjänst", "starts_on"),
        ("added", "goal", "", ""),
        ("removed", "goal", "", ""),
    ]
    assert plan_changes.between(before, before) == []


def test_a_decision_that_has_come_is_told_once() -> None:
    awaited = {
        "state": "waiting",
        "decision_expected_on": MAY,
        "interim_measure": "Dottern",
        "decision_awaited_from": "Maria",
    }
    found = plan_changes.between(read(swedish(**awaited)), read(swedish()))
    assert [one.field for one in found] == ["decision"]


def test_of_all_else_each_part_that_came_or_went_is_a_change() -> None:
    before = {"phone": "1", "wishes": "x", "needs": None, "goals": [1]}
    after = {"phone": "2", "wishes": "", "needs": [{"need": "y"}], "goals": [], "archived_on": MAY}
    found = plan_changes.beside(before, after)
    assert {(one.kind, one.name) for one in found} == {
        ("changed", "phone"),
        ("removed", "wishes"),
        ("added", "needs"),
    }


def test_of_each_activity_the_next_that_is_to_happen_is_told_by_its_day() -> None:
    """S3-108: what awaits a decision, what is to begin, what is to be done, and the follow-up; nothing of what is over."""
    goals = read(
        swedish(starts_on=JULY, ends_on=date(2027, 1, 1)),
        swedish(progress="going_on", starts_on=MAY, ends_on=JUNE),
        swedish(state="waiting", decision_expected_on=MAY, ends_on=JUNE),
        swedish(progress="done", ends_on=MAY),
    )
    ahead = plans_ahead.of_plan(goals, follow_up_on=JULY, evaluation_on=None)
    assert [(one.on, one.kind) for one in ahead] == [
        (MAY, "decision"),
        (JUNE, "done"),
        (JULY, "begins"),
        (JULY, "follow_up"),
    ]
