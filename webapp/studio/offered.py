"""What a step or a setting may name: roles, tables and routines, each as its id and what people call it.

Enters: an opened draft. Leaves: (id, words) in the order of the words. Nothing is offered that the draft cannot reach.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions import diagram
from engine.definitions.editing.table import Table
from engine.errors import BrokenDefinition, EngineError
from engine.reads import overview
from engine.records import directory
from webapp.session import tx
from webapp.studio.draft import Opened

Offer = tuple[str, str]


def roles(found: Opened) -> list[Offer]:
    """The roles of the region, in its own order."""
    region_id = found.content.draft.region_id
    region = directory.region(tx(), region_id) if region_id else None
    settings = region["settings"] if region else None
    named = settings.get("roles") if isinstance(settings, dict) else None
    return [(str(key), str(said)) for key, said in named.items()] if isinstance(named, dict) else []


def tables(found: Opened) -> list[Offer]:
    """Every decision of the draft's tables, its parts' as well."""
    made: dict[str, str] = {}
    for path, data in found.content.files.items():
        if path.endswith(".dmn"):
            try:
                made |= {grid.id: grid.name or grid.id for grid in Table(data, path).grids()}
            except (BrokenDefinition, EngineError):
                continue
    return _ordered(made.items())


def parts(found: Opened) -> list[Offer]:
    """Every process that a drawing of the draft holds, but those of the one that is looked at."""
    own = {process.id for process in found.processes}
    made: dict[str, str] = {}
    for path, data in found.content.files.items():
        if path.endswith(".bpmn"):
            try:
                made |= {one.id: one.name or one.id for one in diagram.read(data, path).processes}
            except (BrokenDefinition, EngineError):
                continue
    return _ordered((key, said) for key, said in made.items() if key not in own)


def routines(found: Opened) -> list[Offer]:
    """The routines in force that hold in the draft's region."""
    here = (found.content.draft.region_id, None)
    return _ordered(
        (one.process_id, one.title)
        for one in overview.versions(tx())
        if one.is_current and one.region_id in here and one.process_id != found.content.draft.process_id
    )


def base(named: str) -> str:
    """The routine that `based_on` names, with its region; its id where it is not in force here, '' for none."""
    process_id = named.partition("@")[0]
    one = next(
        (one for one in overview.versions(tx()) if one.is_current and one.process_id == process_id), None
    )
    region = directory.region(tx(), one.region_id) if one and one.region_id else None
    return ", ".join((one.title, *([str(region["name"])] if region else []))) if one else process_id


def _ordered(made: Iterable[Offer]) -> list[Offer]:
    return sorted(made, key=lambda one: (one[1].casefold(), one[0]))
