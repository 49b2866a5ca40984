"""What a draft is played with, and the made-up case that the play begins with.

Enters: a draft. Leaves: the files to play, as they would be in force together with it, and the text of a scenario that begins.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_babel import gettext

from engine.actions import publishing, routine_drafts
from engine.definitions import files
from engine.records import directory
from engine.records.database import reading
from engine.scenarios import playing, trying
from engine.scenarios.playing import Position, Theatre
from webapp.auth import actor
from webapp.session import ZONE, house, now

BEGINS = time(9, 0)
"""The hour of the day at which a play begins, and at which what has to be at some hour is said to be."""


def staged(draft_id: str) -> tuple[dict[str, bytes], str, str]:
    """The files to play with, the folder and the process; of a part that nobody starts, the routine that calls it is played."""
    root = house().settings.processes
    with reading(house().engine) as opened_tx:
        content = routine_drafts.read(opened_tx, actor(), draft_id)
        whole = {
            **trying.in_force(opened_tx, {files.folder_of(path) for path in content.files}),
            **content.files,
        }
        callers = publishing.callers(opened_tx, content.draft.process_id)
    beside = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in trying.BESIDE
        for path in root.glob(pattern)
    }
    own, folder, process_id = content.own, content.draft.folder, content.draft.process_id
    if callers and b"start_roles" not in own.get(f"{folder}/routine.toml", b""):
        at_home = f"{content.draft.region_id}_"
        process_id = next((one for one in callers if one.startswith(at_home)), callers[0])
        folder = next(
            files.folder_of(path)
            for path, data in whole.items()
            if path.endswith(".bpmn") and process_id in files.drawn_processes(data)
        )
    return {**beside, **whole}, folder, process_id


def begun(place: Theatre, process_id: str) -> str:
    """A case that begins as in the routine's own example, or else about a made-up person, at the first unit where somebody may start it."""
    start = datetime.combine(_monday(), BEGINS, tzinfo=place.known.zone)
    if place.example.case:
        return playing.begun(gettext("Played"), start, place.example.begun(start.date(), place.known.zone))
    unit, who = _starter(place, process_id, start)
    case: dict[str, object] = {
        "unit": unit,
        "actor": who,
        "subject": {"name": gettext("Made-up Person"), "born_on": date(1950, 5, 5)},
    }
    return playing.begun(gettext("Played"), start, case)


def _monday() -> date:
    day = now().astimezone(ZONE).date()
    return day + timedelta(days=(7 - day.weekday()) % 7 or 7)


def _starter(place: Theatre, process_id: str, start: datetime) -> tuple[str, str]:
    region = process_id.split("_", 1)[0]
    with place.ready.database() as engine:
        empty = Position(engine, "", start, None)
        units = sorted(place.known.units)
        for unit in units:
            for username, _, roles in playing.people(empty, unit):
                if "staff" in roles and _in_region(empty, unit, region):
                    return unit, username
    return units[0], ""


def _in_region(position: Position, unit_id: str, region: str) -> bool:
    with reading(position.engine) as opened_tx:
        return any(
            one.id == unit_id and one.region_id == region and one.principal_kind == "region"
            for one in directory.all_units(opened_tx)
        )
