"""`samordna figures rebuild`: all figures counted anew from the facts alone, beside what the pages show.

Enters: the database of the settings. Leaves: a line for each region and figure, and exit code 1 where any differs. Only reads: the pages
keep no counters, so that there is nothing to be mended but what wrote a row that its facts do not tell of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from engine import clock
from engine.reads import guarded, measures, recount
from engine.reads.measures import Kept, Length, Period, Scope
from engine.records import directory
from webapp.commands.connecting import connected

EVER = date(2000, 1, 1)
AHEAD = timedelta(days=3650)
"""How far ahead a step that is done already may have had its last day."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of a region in words, as the pages show it and by the facts, and whether every single value is the same."""

    region_id: str
    name: str
    shown: str
    by_facts: str
    same: bool


@click.group()
def figures() -> None:
    """The figures of the regions."""


@figures.command()
@click.pass_context
def rebuild(context: click.Context) -> None:
    """Count all figures anew from the facts alone, and compare them with what the pages show.

    Exits with 0 where every value of every day and unit is the same, 1 where any differs.
    """
    from engine.records.database import reading

    with connected() as engine, reading(engine) as tx:
        cases, unknown = recount.remembered(tx)
        lines = list(compared(tx, cases, now=clock.now()))
    for one in lines:
        verdict = "the same by the facts" if one.same else f"DIFFERS: {one.by_facts} by the facts"
        click.echo(f"{one.region_id} {one.name}: {one.shown}, {verdict}")
    if unknown:
        click.echo(
            f"{unknown} cases began before the facts told enough: what they add to the pages, no fact tells"
        )
    different = sum(not one.same for one in lines)
    click.echo(f"{len(lines)} figures of {len(cases)} cases counted anew; {different} of them differ")
    context.exit(1 if different else 0)


def compared(tx: Connection, cases: Sequence[recount.Case], *, now: datetime) -> Iterator[Line]:
    """Each figure of each region, of all that ever was."""
    for region_id in directory.region_ids(tx):
        region = directory.region(tx, region_id)
        if region is not None:
            period = Period(EVER, now.date() + AHEAD, ZoneInfo(str(region["zone"])))
            yield from _of_region(tx, cases, Scope(region_id), period, now)


def _of_region(
    tx: Connection, cases: Sequence[recount.Case], scope: Scope, period: Period, now: datetime
) -> Iterator[Line]:
    for key in measures.KEPT:
        rows = measures.kept(tx, key, scope, period, now=now)
        told = recount.kept(cases, key, scope, period, now=now)
        yield Line(scope.region_id, key, _share(rows), _share(told), _alike(rows, told))
    for key in measures.LENGTHS:
        ways = measures.lengths(tx, key, scope, period, now=now)
        again = recount.lengths(cases, key, scope, period, now=now)
        yield Line(scope.region_id, key, _ways(ways), _ways(again), _alike(ways, again))
    routines = sorted({one.process_id for one in cases if one.about_case})  # of deviations
    counts = {
        "escalations": (measures.escalations(tx, scope, period), recount.escalations(cases, scope, period)),
        "deviations": (measures.deviations(tx, scope, period, routines), recount.deviations(cases, scope, period, routines)),
        "refusals": (measures.refusals(tx, scope, period), recount.refusals(cases, scope, period)),
    }  # fmt: skip
    for name, (shown, by_facts) in counts.items():
        yield Line(scope.region_id, name, _kinds(shown), _kinds(by_facts), shown == by_facts)


def _alike(one: Sequence[Kept] | Sequence[Length], other: Sequence[Kept] | Sequence[Length]) -> bool:
    return sorted(map(str, one)) == sorted(map(str, other))


def _share(rows: Sequence[Kept]) -> str:
    return f"{_told(sum(one.hits for one in rows))} of {_told(sum(one.total for one in rows))}"


def _ways(rows: Sequence[Length]) -> str:
    return f"{_told(len(rows))} cases"


def _kinds(counts: Mapping[str, int]) -> str:
    return f"{_told(sum(counts.values()))} of {len(counts)} kinds"


def _told(number: int) -> str:
    return str(number) if number >= guarded.LEAST or not number else f"fewer than {guarded.LEAST}"
