"""Cases, their instances, engine rows and values.

Enters: an open transaction. Leaves: rows as frozen values. `lock` comes first in every action: whoever holds the case row holds all
that belongs to the case; nobody locks anything else before it. The lock leaves the row's key alone, so that others may go on to note
that they read the case, which refers to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from engine.errors import NotFound
from engine.records import directory, ids
from engine.records import tables as t
from engine.records.upsert import insert_or_skip, upsert
from engine.status import Protection


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it was when its row was read; `stamp` changes with every write."""

    id: str
    number: str
    region_id: str
    principal_id: str
    unit_id: str
    process_id: str
    subject_id: str | None
    about_case_id: str | None
    status: str
    stamp: str
    is_test: bool
    started_by: str | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    close_reason: str | None
    purged_at: datetime | None
    subject_name: str | None
    born_on: date | None
    protection: Protection
    zone: str
    country: str
    region_settings: Mapping[str, object]
    region_closing_days: Sequence[date] | None
    principal_kind: str
    provider_id: str | None  # the contracted provider to whom the keeping unit belongs now

    @property
    def protected(self) -> bool:
        """Whether the person's data are protected at all."""
        return self.protection != Protection.NONE


@dataclass(frozen=True, slots=True)
class Instance:
    """One run of one routine inside a case; `kind` is `main` or `linked`."""

    id: str
    case_id: str
    bundle_hash: str
    process_id: str
    kind: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None


_CASE_COLUMNS = [t.cases.c[name] for name in Case.__slots__ if name in t.cases.c]
_CASE = (
    select(
        *_CASE_COLUMNS, t.subjects.c.name.label("subject_name"), t.subjects.c.born_on, t.subjects.c.protection,
        t.regions.c.zone, t.regions.c.country, t.regions.c.settings.label("region_settings"),
        t.regions.c.closing_days.label("region_closing_days"), t.principals.c.kind.label("principal_kind"),
        t.organisations.c.id.label("provider_id"),
    )
    .join(t.regions, t.regions.c.id == t.cases.c.region_id)
    .join(t.principals, t.principals.c.id == t.cases.c.principal_id)
    .join(t.subjects, t.subjects.c.id == t.cases.c.subject_id, isouter=True)
    .join(t.units, t.units.c.id == t.cases.c.unit_id)
    .join(t.organisations, directory.CONTRACTED, isouter=True)
)  # fmt: skip
_INSTANCE = select(*(t.instances.c[name] for name in Instance.__slots__))


def lock(tx: Connection, case_id: str) -> Case:
    """The case, held until the transaction ends. NotFound where there is none."""
    return _case(
        tx.execute(
            _CASE.where(t.cases.c.id == case_id).with_for_update(of=t.cases, key_share=True)
        ).one_or_none()
    )


def lock_by(tx: Connection, table: Table, row_id: str) -> Case:
    """The case to which a row (a task, timer, incident ...) belongs, held until the transaction ends."""
    query = _CASE.join(table, table.c.case_id == t.cases.c.id).where(table.c.id == row_id)
    return _case(tx.execute(query.with_for_update(of=t.cases, key_share=True)).one_or_none())


def lock_by_instance(tx: Connection, instance_id: str) -> Case:
    """The case to which a run belongs, held until the transaction ends."""
    return lock_by(tx, t.instances, instance_id)


def fetch(tx: Connection, case_id: str) -> Case:
    """The case as it stands, without holding it."""
    return _case(tx.execute(_CASE.where(t.cases.c.id == case_id)).one_or_none())


def fetch_many(tx: Connection, case_ids: Collection[str]) -> dict[str, Case]:
    """The cases of these ids that exist; one statement."""
    return {row.id: _case(row) for row in tx.execute(_CASE.where(t.cases.c.id.in_(sorted(case_ids))))}


def id_of(tx: Connection, number: str) -> str:
    """The id of the case of that number. NotFound."""
    found = tx.execute(select(t.cases.c.id).where(t.cases.c.number == number)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return str(found)


def insert(tx: Connection, *, values: Mapping[str, object]) -> str:
    """A new case; gives its id. `values` names the columns of `tables.cases` but `id` and `stamp`."""
    case_id = ids.new()
    tx.execute(t.cases.insert(), {"id": case_id, "stamp": ids.new(), **values})
    return case_id


def change(tx: Connection, case_id: str, **columns: object) -> str:
    """Write columns and give the row a new stamp, which is returned."""
    stamp = ids.new()
    tx.execute(update(t.cases).where(t.cases.c.id == case_id).values(stamp=stamp, **columns))
    return stamp


def next_number(tx: Connection, series: str) -> int:
    """The next number of a series, counted in the case's own transaction: no gaps, no doubles."""
    insert_or_skip(tx, t.case_numbers, {"series": series, "last": 0})
    counted = (
        update(t.case_numbers).where(t.case_numbers.c.series == series).values(last=t.case_numbers.c.last + 1)
    )
    return int(tx.execute(counted.returning(t.case_numbers.c.last)).scalar_one())


def insert_instance(
    tx: Connection,
    *,
    case_id: str,
    bundle_hash: str,
    process_id: str,
    kind: str,
    by: str | None,
    now: datetime,
) -> Instance:
    """A new run of a routine in the case."""
    instance = Instance(ids.new(), case_id, bundle_hash, process_id, kind, "running", now, None, None)
    row = {name: getattr(instance, name) for name in Instance.__slots__} | {"started_by": by}
    tx.execute(t.instances.insert(), row)
    return instance


def main_instance(tx: Connection, case_id: str) -> Instance:
    """The run that the case began with."""
    i = t.instances.c
    return Instance(*tx.execute(_INSTANCE.where(i.case_id == case_id, i.kind == "main")).one())


def instance(tx: Connection, instance_id: str) -> Instance:
    """One run. NotFound where there is none."""
    row = tx.execute(_INSTANCE.where(t.instances.c.id == instance_id)).one_or_none()
    if row is None:
        raise NotFound
    return Instance(*row)


def running_linked(tx: Connection, case_id: str) -> list[Instance]:
    """The runs beside the main one that are not over, oldest first."""
    i = t.instances.c
    running = _INSTANCE.where(i.case_id == case_id, i.kind == "linked", i.ended_at.is_(None))
    return [Instance(*row) for row in tx.execute(running.order_by(i.started_at, i.id))]


def move_instance(tx: Connection, instance_id: str, bundle_hash: str) -> None:
    """The run goes on with that version of its routine."""
    tx.execute(update(t.instances).where(t.instances.c.id == instance_id).values(bundle_hash=bundle_hash))


def end_instance(
    tx: Connection, instance_id: str, *, outcome: str | None, status: str, now: datetime
) -> None:
    """The run is over; no outcome where it was cancelled."""
    values = {"status": status, "outcome": outcome, "ended_at": now}
    tx.execute(update(t.instances).where(t.instances.c.id == instance_id).values(**values))


def engine_rows(tx: Connection, instance_id: str) -> dict[str, bytes]:
    """key -> body of everything the engine keeps of a run."""
    query = select(t.engine_rows.c.key, t.engine_rows.c.body).where(
        t.engine_rows.c.instance_id == instance_id
    )
    return {row.key: row.body for row in tx.execute(query)}


def write_engine_rows(
    tx: Connection, instance_id: str, written: Mapping[str, bytes], removed: Iterable[str]
) -> None:
    """Replace the rows whose bytes changed and drop those that are gone: at most two statements (decision 3)."""
    rows = [{"instance_id": instance_id, "key": key, "body": body} for key, body in sorted(written.items())]
    upsert(tx, t.engine_rows, rows, key=["instance_id", "key"])
    gone = sorted(removed)
    if gone:
        tx.execute(
            delete(t.engine_rows).where(
                t.engine_rows.c.instance_id == instance_id, t.engine_rows.c.key.in_(gone)
            )
        )


def values(tx: Connection, case_id: str) -> dict[str, dict[str, object]]:
    """scope -> name -> value, as it stands ('' is the case itself)."""
    query = select(t.case_values.c.scope, t.case_values.c.name, t.case_values.c.value).where(
        t.case_values.c.case_id == case_id
    )
    found: dict[str, dict[str, object]] = {"": {}}
    for row in tx.execute(query):
        found.setdefault(row.scope, {})[row.name] = row.value
    return found


def write_values(tx: Connection, case_id: str, rows: Sequence[tuple[str, str, str, object]]) -> None:
    """(scope, name, category, value): the newest value of each name; one statement."""
    newest = {(scope, name): (category, value) for scope, name, category, value in rows}
    upsert(
        tx,
        t.case_values,
        [
            {"case_id": case_id, "scope": scope, "name": name, "category": category, "value": value}
            for (scope, name), (category, value) in sorted(newest.items())
        ],
        key=["case_id", "scope", "name"],
    )


def drop_scopes(tx: Connection, case_id: str, scopes: Sequence[str]) -> None:
    """The values of ended scopes are no longer visible; the entries stay."""
    if scopes:
        tx.execute(
            delete(t.case_values).where(t.case_values.c.case_id == case_id, t.case_values.c.scope.in_(scopes))
        )


def _case(row: Row[*tuple[Any, ...]] | None) -> Case:
    if row is None:
        raise NotFound
    fields = dict(row._mapping)
    fields["protection"] = Protection(fields["protection"] or Protection.NONE)  # a deviation is about nobody
    return Case(**fields)
