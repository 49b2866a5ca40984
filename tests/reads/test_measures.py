"""Figures equal what somebody else counts straight from the facts, and no small number can be read or worked out of them (S3-080)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, Engine, select, update

from engine.reads import guarded, measures, recount
from engine.reads.guarded import LEAST, Share
from engine.reads.measures import KEPT, LENGTHS, Kept, Length, Period, Scope
from engine.records import purging
from engine.records import tables as t
from engine.records.database import connect, writing
from tests import databases
from tests.reads import by_hand, histories
from tests.world import BUILT
from webapp.cli import main

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE, UNTIL = date(2026, 7, 13), date(2026, 11, 25)
PERIOD = Period(SINCE, UNTIL, histories.ZONE)
WIDE = Period(date(2026, 1, 1), date(2027, 12, 31), histories.ZONE)


def shares(rows: Sequence[Kept]) -> dict[tuple[str, str, date], tuple[int, int]]:
    return {(one.unit_id, one.asked_by, one.due_on): (one.hits, one.total) for one in rows}


def ways(rows: Sequence[Length]) -> list[tuple[str, date, float]]:
    return sorted((one.unit_id, one.ended_on, round(one.days, 6)) for one in rows)


def told_alike(tx: Connection, printed: by_hand.Print, period: Period) -> dict[str, int]:
    """Sets every figure beside the counting by hand, and beside the command's; gives how much each counted."""
    scope, days = Scope(histories.region(tx)), (period.since, period.until)
    cases, unknown = recount.remembered(tx)
    assert (len(cases), unknown) == (len(printed.cases), 0)
    size: dict[str, int] = {}
    for key in KEPT:
        expected = printed.shares(key, *days, NOW)
        assert shares(measures.kept(tx, key, scope, period, now=NOW)) == expected
        assert shares(recount.kept(cases, key, scope, period, now=NOW)) == expected
        size[key] = sum(total for _, total in expected.values())
    for key in LENGTHS:
        counted = sorted((unit, day, round(length, 6)) for unit, day, length in printed.ways(key, *days, NOW))
        assert ways(measures.lengths(tx, key, scope, period, now=NOW)) == counted
        assert ways(recount.lengths(cases, key, scope, period, now=NOW)) == counted
        size[key] = len(counted)
    asked = scope, period
    slips = (*asked, [histories.DEVIATION])
    for name, one, other, by_kind in (
        ("escalations", measures.escalations(tx, *asked), recount.escalations(cases, *asked), printed.escalations(*days)),
        ("deviations", measures.deviations(tx, *slips), recount.deviations(cases, *slips), printed.deviations(histories.DEVIATION, *days)),
        ("refusals", measures.refusals(tx, *asked), recount.refusals(cases, *asked), printed.refusals(*days)),
    ):  # fmt: skip
        assert one == other == by_kind
        size[name] = sum(by_kind.values())
    return size


def of_units_alike(tx: Connection, printed: by_hand.Print) -> None:
    """Two units' own figures, and whom they waited for, are those parts of the region's."""
    scope, units = Scope(histories.region(tx), ("vc", "rehab")), ("vc", "rehab")
    for key in KEPT:
        expected = printed.shares(key, SINCE, UNTIL, NOW)
        found = shares(measures.kept(tx, key, scope, PERIOD, now=NOW))
        assert found == {one: told for one, told in expected.items() if one[0] in units}
        waited = shares(measures.kept(tx, key, scope, PERIOD, now=NOW, asked=True))
        assert waited == {
            one: told for one, told in expected.items() if one[1] in units and one[0] not in units
        }


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[Engine]:
    """One database for all histories, each of which is taken back."""
    with databases.room() as room:
        engine = connect(databases.copy_of_sqlite(room, BUILT))
        yield engine
        engine.dispose()


def compared(engine: Engine, seed: int) -> dict[str, int]:
    with engine.connect() as tx:
        histories.write(tx, Random(seed))
        printed = by_hand.Print(tx)
        of_units_alike(tx, printed)
        told_alike(tx, printed, PERIOD)
        size = told_alike(tx, printed, WIDE)
        tx.rollback()
    return size


@pytest.mark.parametrize("seed", range(10))
def test_figures_equal_an_independent_calculation_from_the_facts(on_sqlite: Engine, seed: int) -> None:
    size = compared(on_sqlite, seed)
    assert sum(number > 0 for number in size.values()) >= len(size) - 2, size


@pytest.mark.postgresql
def test_they_do_on_postgresql_too() -> None:
    with databases.copied("postgresql", BUILT) as url:
        engine = connect(url)
        compared(engine, 0)
        engine.dispose()


def test_the_command_counts_from_the_facts_alone_and_says_which_figure_differs(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = databases.copy_of_sqlite(room, BUILT)
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", url)
    engine = connect(url)
    with writing(engine) as tx:
        histories.write(tx, Random(1), number=6)
    assert main(["figures", "rebuild"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("counted anew; 0 of them differ")
    acknowledged = t.tasks.c.element_id == "acknowledge_summons", t.tasks.c.status == "completed"
    with writing(engine) as tx:
        tx.execute(update(t.tasks).where(*acknowledged).values(unit_id="region_top"))
    engine.dispose()
    assert main(["figures", "rebuild"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [one.split(":")[0] for one in said if "DIFFERS" in one] == ["testland receipts"]


def test_the_facts_tell_as_little_as_the_rows_once_the_content_of_cases_is_removed(on_sqlite: Engine) -> None:
    c = t.cases.c
    with on_sqlite.connect() as tx:
        histories.write(tx, Random(3))
        printed = by_hand.Print(tx)
        met = ways(measures.lengths(tx, "to_meeting", Scope(histories.region(tx)), WIDE, now=NOW))
        for case_id in tx.execute(select(c.id).where(c.ended_at.is_not(None))).scalars().all():
            purging.purge(tx, case_id, now=NOW)
        size = told_alike(tx, by_hand.Print(tx), WIDE)
        assert size["receipts"] == sum(
            total for _, total in printed.shares("receipts", WIDE.since, WIDE.until, NOW).values()
        )
        assert (size["to_meeting"] < len(met), size["refusals"]) == (True, 0)
        tx.rollback()


@pytest.mark.parametrize("seed", range(10))
def test_no_small_number_is_told_nor_what_is_left_of_a_total(seed: int) -> None:
    rng = Random(seed)
    rows = [
        Share((f"u{index}",), hits := rng.randrange(12), hits + rng.randrange(12))
        for index in range(rng.randrange(1, 14))
    ]
    for told in (guarded.by_group(rows), guarded.in_order(rows)):
        assert all(min(one.hits, one.total - one.hits) >= LEAST for one in told)
        if told:
            assert sum(one.total for one in told) == sum(one.total for one in rows)
            assert sum(one.hits for one in told) == sum(one.hits for one in rows)
    counted = {one.keys[0]: one.total for one in rows}
    told_counts = dict(guarded.counts(counted))
    assert all(number is None or LEAST <= number == counted[key] for key, number in told_counts.items())
    unsaid = [counted[key] for key, number in told_counts.items() if number is None]
    assert len(unsaid) == len(counted) or (len(unsaid) != 1 and (sum(unsaid) == 0 or sum(unsaid) >= LEAST))


def test_what_is_told_elsewhere_is_in_no_group_with_others() -> None:
    """Whoever knows a region's own figures could else take them from the group, and know the small one."""
    rows = [Share(("own",), 20, 40), Share(("small",), 1, 3), Share(("large",), 30, 60)]
    assert [one.keys for one in guarded.by_group(rows, apart="own")] == [("large", "small"), ("own",)]
    assert [one.keys for one in guarded.by_group(rows[:2], apart="own")] == [("own",)]
    found = guarded.many_enough({"own": [1.0] * 9, "small": [2.0] * 3, "large": [3.0] * 8}, apart="own")
    assert {keys: len(values) for keys, values in found.items()} == {("own",): 9, ("large", "small"): 11}
