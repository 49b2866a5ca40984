"""What the people of my units have read and gone through, and which unit has no local instruction (S3-020, S3-021, S0-17)."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from engine.access.verdict import Reason
from engine.errors import NotAllowed
from engine.reads import concerned
from engine.records import learned
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.session import reads, today, tx

pages = Blueprint("unit_knowledge", __name__)


@pages.get("/units/knowledge")
@reads
def page() -> str:
    """Unit by unit: who has not read what, and who has gone through which courses."""
    if not actor().leads:
        raise NotAllowed(Reason.NOT_A_MANAGER)
    found = concerned.per_unit(tx(), actor().leads, today=today())
    names = {one.id: one.name for one in learned.courses(tx())}
    units = directory_names.all_units()
    rows = [
        {
            "name": units[one.unit_id].name,
            "instruction": one.instruction is not None,
            "instruction_url": url_for("instructions.unit", unit_id=one.unit_id),
            "people": [_person(person, names) for person in one.people],
            "all_read": not any(person.unread for person in one.people),
        }
        for one in found
    ]
    people = {person.person_id: person for one in found for person in one.people}
    return render_template(
        "unit_knowledge.html", section="manager", units=rows, people_count=len(people),
        behind=sum(bool(person.unread) for person in people.values()), without=sum(not row["instruction"] for row in rows),
    )  # fmt: skip


def _person(one: concerned.Known, names: dict[str, str]) -> dict[str, object]:
    return {
        "name": one.name,
        "unread": [version.title for version in one.unread],
        "read": len(one.read),
        "courses": [
            {"name": names.get(course, course), "on": words.full_day(on)} for course, on in one.courses
        ],
    }
