"""A routine with a fault in an expression, a case that stands still because of it, and the same routine mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.actions import cases
from engine.definitions import files
from engine.errors import CaseStopped
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.owners import put_in_force
from tests.webapp.site import CONVENER, NUMBER, PERSON, PROCESSES, STEPS, Site

FOLDER, DIAGRAM = PROCESSES / "vastmanland" / "sip", "vastmanland/sip/sip.bpmn"
TASK = b'<bpmn:userTask id="assess_need"'
FAULT, MENDED = (
    TASK + b' samordna:unit="= ' + text + b'"' for text in (b"&quot;vc_ekdaln&quot;", b"case.unit")
)


def diagram(instead: bytes) -> bytes:
    """The diagram in which the task `assess_need` begins like that."""
    drawn = files.read_bundle(FOLDER, PROCESSES).files[DIAGRAM]
    assert drawn.count(TASK) == 1
    return drawn.replace(TASK, instead)


def bundle(instead: bytes) -> files.Bundle:
    whole = files.read_bundle(FOLDER, PROCESSES)
    return files.bundle({**whole.files, DIAGRAM: diagram(instead)}, whole.process_id)


def stop(site: Site) -> str:
    """Put the fault in force and bring a case to where it stands still; the case's id."""
    site.world.now += timedelta(hours=1)  # after what was in force before
    with writing(site.world.engine) as tx:
        put_in_force(tx, bundle(FAULT), now=site.world.now)
    case_id = site.world.start("sara", CONVENER, "vastmanland_sip", cases.Subject(PERSON, NUMBER))
    for element, known in STEPS[:2]:
        task = site.world.task(case_id, element)
        answers = site.filled(site.form(case_id, element), known)
        if element == STEPS[1][0]:
            with pytest.raises(CaseStopped):
                site.world.hand_in("sara", task, **answers)
        else:
            site.world.hand_in("sara", task, **answers)
    site.world.now += timedelta(minutes=20)
    return case_id


def run_of(site: Site, case_id: str) -> str:
    with reading(site.world.engine) as tx:
        return str(tx.execute(select(t.instances.c.id).where(t.instances.c.case_id == case_id)).scalar_one())
