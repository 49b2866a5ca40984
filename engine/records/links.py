"""The register of links, who stands behind them, and which of them a case has as reading matter.

Enters: an open transaction. Leaves: frozen values, a retired link among them where a case still has it. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from engine.errors import NotFound
from engine.records import ids
from engine.records import tables as t
from engine.records.collation import sort_key
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Publisher:
    """A body with its present name and those it had before."""

    id: str
    name: str
    earlier: tuple[str, ...]
    region_id: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the present name of whoever stands behind it. `region_id` None: kept for all regions (of `country`, if it names one)."""

    id: str
    region_id: str | None
    country: str | None
    theme: str
    name: str
    address: str
    publisher_id: str
    publisher: str
    earlier: tuple[str, ...]
    diagnoses: tuple[str, ...]
    note: str | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A link that a case has as reading matter."""

    id: str
    case_id: str
    category: str
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    at: datetime
    link: Link


_LINK = select(t.links, t.publishers.c.name.label("publisher"), t.publishers.c.earlier.label("earlier")).join(
    t.publishers, t.publishers.c.id == t.links.c.publisher_id
)


def publishers(tx: Connection) -> dict[str, Publisher]:
    """Every body by id."""
    rows = tx.execute(select(t.publishers).order_by(t.publishers.c.name))
    return {row.id: Publisher(row.id, row.name, _texts(row.earlier), row.region_id) for row in rows}


def put_publisher(
    tx: Connection, publisher_id: str, name: str, earlier: tuple[str, ...], region_id: str | None
) -> None:
    """A new body."""
    row = {"id": publisher_id, "name": name, "earlier": list(earlier), "region_id": region_id}
    tx.execute(t.publishers.insert(), row)


def rename(tx: Connection, publisher_id: str, name: str, earlier: tuple[str, ...]) -> None:
    """The body has another name, under which every link of it is shown from now on."""
    row = update(t.publishers).where(t.publishers.c.id == publisher_id)
    tx.execute(row.values(name=name, earlier=list(earlier)))


def every(tx: Connection) -> list[Link]:
    """All links, the retired too, in the order of the alphabet."""
    return [_link(row) for row in tx.execute(_ordered(_LINK))]


def in_force(tx: Connection, *, on: date) -> list[Link]:
    """Those that hold on that day."""
    return [one for one in every(tx) if one.valid_to is None or one.valid_to > on]


def fetch(tx: Connection, link_id: str) -> Link:
    """NotFound where there is none."""
    row = tx.execute(_LINK.where(t.links.c.id == link_id)).one_or_none()
    if row is None:
        raise NotFound
    return _link(row)


def put(tx: Connection, row: Mapping[str, object], *, is_new: bool, now: datetime) -> None:
    """Write a link; `row` names the columns of `tables.links` but `sort_key` and `changed_at`."""
    values: dict[str, Any] = {**row, "sort_key": sort_key(str(row["name"])), "changed_at": now}
    if is_new:
        tx.execute(t.links.insert(), values)
    else:
        tx.execute(update(t.links).where(t.links.c.id == values.pop("id")).values(**values))


def retire(tx: Connection, link_id: str, last: date | None, *, now: datetime) -> None:
    """Shown no longer after that day; None takes it back."""
    tx.execute(update(t.links).where(t.links.c.id == link_id).values(valid_to=last, changed_at=now))


def attach(tx: Connection, case_id: str, link_id: str, category: str, *, who: Who, now: datetime) -> str:
    """The case has the link as reading matter."""
    row = {"id": ids.new(), "case_id": case_id, "link_id": link_id, "category": category, "at": now}
    tx.execute(t.case_links.insert(), row | who.columns())
    return str(row["id"])


def detach(tx: Connection, case_link_id: str, *, now: datetime) -> None:
    """The case has it no longer."""
    tx.execute(update(t.case_links).where(t.case_links.c.id == case_link_id).values(removed_at=now))


def of_case(tx: Connection, case_id: str) -> list[CaseLink]:
    """The reading matter that the case has now, the oldest first."""
    c = t.case_links.c
    own = (c[name].label(f"own_{name}") for name in CaseLink.__slots__ if name != "link")
    query = _LINK.join(t.case_links, c.link_id == t.links.c.id).add_columns(*own)
    rows = tx.execute(query.where(c.case_id == case_id, c.removed_at.is_(None)).order_by(c.at, c.id))
    return [
        CaseLink(
            row.own_id, row.own_case_id, row.own_category, row.own_actor_id, row.own_acting_for_id, row.own_unit_id, row.own_at, _link(row)
        )
        for row in rows
    ]  # fmt: skip


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(t.links.c.sort_key, t.links.c.id)


def _link(row: Any) -> Link:
    return Link(
        row.id, row.region_id, row.country, row.theme, row.name, row.address, row.publisher_id, row.publisher,
        _texts(row.earlier), _texts(row.diagnoses), row.note, row.valid_to,
    )  # fmt: skip


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
