"""Figures as somebody would count them who has nothing but a print of the facts: one after the other, without thinking of cost."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from engine.records import tables as t

ZONE = ZoneInfo("Europe/Stockholm")
STEPS = {
    "receipts": ["acknowledge_initiative", "acknowledge_summons", "acknowledge_addition", "acknowledge_lss_notice", "answer_call",
                 "confirm_participation"],
    "plans": ["draw_up_plan", "draw_up_lss_plan"],
    "follow_ups": ["follow_up"],
    "reviews": ["evaluate_goal", "evaluate_plan", "review_lss_plan"],
    "answers": ["answer_deviation"],
}  # fmt: skip
LEVELS = {
    "1": ["settle_at_level_1", "agree_between_leaders"],
    "2": ["settle_at_level_2", "settle_in_coordinating_unit"],
    "3": ["settle_at_level_3", "hold_clarifying_meeting"],
    "4": ["bring_to_forum"],
}


class Print:
    """All facts, case by case; those of tests are crossed out."""

    def __init__(self, tx: Connection) -> None:
        self.cases: dict[str, list[Any]] = {}
        for fact in tx.execute(select(t.facts).order_by(t.facts.c.id)).all():
            self.cases.setdefault(fact.case_id, []).append(fact)
        self.cases = {
            case_id: facts
            for case_id, facts in self.cases.items()
            if any(one.kind == "case_started" and one.data["test"] is False for one in facts)
        }

    def unit_of_case(self, facts: list[Any]) -> str:
        unit = next(one.data["unit"] for one in facts if one.kind == "case_started")
        for one in facts:
            if one.kind == "unit_taken_over" and one.data["from"] == unit:
                unit = one.data["to"]
        return str(unit)

    def began(self, facts: list[Any]) -> datetime:
        return next(one.at for one in facts if one.kind == "case_started")

    def unit_of_step(self, facts: list[Any], opened: Any) -> str:
        """The one that had it last while it was open."""
        unit = opened.data["given_to"]
        for one in facts[facts.index(opened) :]:
            if one.task_id == opened.task_id and one.kind in ("task_completed", "task_cancelled"):
                break
            if one.kind == "tasks_moved" and opened.task_id in one.data["tasks"]:
                unit = one.data["to"]
            if one.kind == "unit_taken_over" and one.data["from"] == unit:
                unit = one.data["to"]
        return str(unit)

    def ended(self, facts: list[Any], opened: Any) -> tuple[str, datetime | None]:
        for one in facts:
            if one.task_id == opened.task_id and one.kind in ("task_completed", "task_cancelled"):
                return one.kind, one.at
        return "open", None

    def shares(
        self, measure: str, since: date, until: date, now: datetime
    ) -> dict[tuple[str, str, date], tuple[int, int]]:
        """(unit that was to do it, unit that waited, last day) -> in time, all."""
        found: dict[tuple[str, str, date], tuple[int, int]] = {}
        for facts in self.cases.values():
            for one in facts:
                if (
                    one.kind != "task_opened"
                    or one.element_id not in STEPS[measure]
                    or "due_on" not in one.data
                ):
                    continue
                how, at = self.ended(facts, one)
                late = at is None and one.data["due_at"] < now
                if (
                    not since <= one.data["due_on"] <= until
                    or how == "task_cancelled"
                    or (how == "open" and not late)
                ):
                    continue
                key = (self.unit_of_step(facts, one), self.unit_of_case(facts), one.data["due_on"])
                hits, total = found.get(key, (0, 0))
                found[key] = (hits + bool(at and at <= one.data["due_at"]), total + 1)
        return found

    def meetings(self, facts: list[Any]) -> list[datetime]:
        """Those that nothing came in the way of: a new time, a cancellation or the end of the case, before they had begun."""
        good = []
        for index, one in enumerate(facts):
            if one.data.get("operation") != "schedule_meeting" or "starts_at" not in one.data:
                continue
            later = [other for other in facts[index + 1 :] if other.kind == "operation_performed"]
            ends = [
                other
                for other in later
                if other.data["operation"] in ("schedule_meeting", "cancel_meeting", "close_case")
            ]
            if not any(other.at < one.data["starts_at"] for other in ends):
                good.append(one.data["starts_at"])
        return sorted(good)

    def first(self, facts: list[Any], name: str, value: str) -> datetime | None:
        return next(
            (one.at for one in facts if one.kind == "operation_performed" and one.data.get(name) == value),
            None,
        )

    def ways(self, measure: str, since: date, until: date, now: datetime) -> list[tuple[str, date, float]]:
        """(unit, the day on which it ended, days)."""
        found = []
        for facts in self.cases.values():
            began, word, plan = (
                self.began(facts),
                self.first(facts, "message", "initiative"),
                self.first(facts, "issued", "plan"),
            )
            unit, met = self.unit_of_case(facts), self.meetings(facts)
            pairs: list[tuple[str, datetime | None, datetime | None]] = []
            if measure == "to_initiative":
                pairs = [(unit, began, word)]
            if measure == "to_meeting" and met and met[0] < now:
                pairs = [(unit, word or began, met[0])]
            if measure == "to_plan":
                pairs = [(unit, max([one for one in met if plan and one < plan], default=began), plan)]
            if measure == "to_answer":
                answers = [
                    one for one in facts if one.kind == "task_opened" and one.element_id == "answer_deviation"
                ]
                done = [
                    (self.unit_of_step(facts, one), *self.ended(facts, one))
                    for one in answers
                    if "given_to" in one.data
                ]
                pairs = [(unit, began, at) for unit, how, at in done if how == "task_completed"]
            for whose, start, end in pairs:
                if start and end and start <= end and since <= end.astimezone(ZONE).date() <= until:
                    found.append((whose, end.astimezone(ZONE).date(), (end - start).total_seconds() / 86400))
        return found

    def within(self, at: datetime, since: date, until: date) -> bool:
        return since <= at.astimezone(ZONE).date() <= until

    def escalations(self, since: date, until: date) -> dict[str, int]:
        found = {}
        for level, steps in LEVELS.items():
            opened = {
                (one.element_id, one.instance_id, one.at)
                for facts in self.cases.values()
                for one in facts
                if one.kind == "task_opened" and one.element_id in steps and self.within(one.at, since, until)
            }
            if opened:
                found[level] = len(opened)
        return found

    def deviations(self, process_id: str, since: date, until: date) -> dict[str, int]:
        kinds = Counter[str]()
        for facts in self.cases.values():
            start = next(one for one in facts if one.kind == "case_started")
            if start.data["process"] == process_id and self.within(start.at, since, until):
                said = [one.data.get("chosen", "") for one in facts if one.kind == "kind_chosen"]
                kinds[said[-1] if said else ""] += 1
        return dict(kinds)

    def refusals(self, since: date, until: date) -> dict[str, int]:
        reasons = Counter[str]()
        for facts in self.cases.values():
            start = next(one for one in facts if one.kind == "case_started")
            over = [
                one.at
                for one in facts
                if one.kind == "instance_ended" and one.instance_id == start.instance_id
            ]
            why = [one.data["reason"] for one in facts if "reason" in one.data]
            if (
                over
                and why
                and not start.data["about_case"]
                and why[-1] != "goals_met"
                and self.within(over[0], since, until)
            ):
                reasons[why[-1]] += 1
        return dict(reasons)
