"""A random sample of the log, which somebody reviews. Anybody can draw it again from the seed, and so see that nobody chose the rows."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time
from random import Random

from engine.actions.operations.operation import Call, operation
from engine.records import log

MOST_ROWS = 500


def _draw_log_sample(call: Call) -> object:
    """From the month before, in the region of the case: what people read and did in cases."""
    size = call.request.inputs.get("size")
    if not isinstance(size, int) or not 1 <= size <= MOST_ROWS:
        raise call.failed("size", f"must be a whole number from 1 to {MOST_ROWS}")
    until = call.ground.today.replace(day=1)
    since = date(until.year - (until.month == 1), (until.month - 2) % 12 + 1, 1)
    midnights = (datetime.combine(day, time(), call.ground.zone).astimezone(UTC) for day in (since, until))
    numbers = log.numbers_of_people(call.ground.tx, call.ground.case.region_id, *midnights)
    seed = secrets.token_hex(16)
    drawn = sorted(Random(seed).sample(numbers, min(size, len(numbers))))  # noqa: S311  to be drawn again by anybody
    return {"seed": seed, "since": since, "until": until, "among": len(numbers), "rows": drawn}


OPERATIONS = (operation("draw_log_sample", _draw_log_sample, "size"),)
