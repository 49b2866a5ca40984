"""Drafts that nobody will hand in any more are thrown away.

Enters: the instant. Leaves: fewer rows. A draft outlives its task for a while, so that whoever came second can still read and copy what
they had written; after that it is case content that nobody needs. The papers that go with a draft go with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from engine.records import attachments, tasks
from engine.records.database import reading, writing

KEPT_FOR = timedelta(days=30)


def purge(engine: Engine, *, now: datetime) -> int:
    """Drop the drafts of tasks and waiting places that closed at least `KEPT_FOR` ago; gives how many drafts. Writes only where
    there are any."""
    before = now - KEPT_FOR
    with reading(engine) as tx:
        if not tasks.drafts_of_closed(tx, before) and not attachments.drafts_of_closed(tx, before):
            return 0
    with writing(engine) as tx:
        attachments.drop(tx, attachments.drafts_of_closed(tx, before))
        return tasks.drop_drafts_of_closed(tx, before)
