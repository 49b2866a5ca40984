"""Regions, principals, units, persons and who works where.

Enters: an open transaction. Leaves: rows as small frozen values. Decides nothing: who may is `access`, who leads whom is answered by
walking `parent_id` here and judged in `actions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Table, and_, or_, select, update

from engine.records import tables as t
from engine.records.collation import sort_key
from engine.records.upsert import upsert


@dataclass(frozen=True, slots=True)
class Unit:
    """A workplace with its principal and region; `principal_kind` is `region` or `municipality`."""

    id: str
    name: str
    kind: str
    phone: str | None
    parent_id: str | None
    principal_id: str
    principal_name: str
    principal_kind: str
    region_id: str
    closing_days: tuple[date, ...]
    organisation_id: str | None
    address: str | None
    valid_to: date | None
    successor_id: str | None

    def is_open(self, on: date) -> bool:
        """Whether it still works after that day."""
        return self.valid_to is None or self.valid_to > on


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in."""

    id: str
    username: str
    name: str
    password_hash: str | None
    active: bool
    is_demo: bool
    principal_id: str | None
    reached_by: str
    title: str | None
    phone: str | None
    postal_address: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A role a person holds at a unit on a day."""

    person_id: str
    unit_id: str
    principal_id: str
    region_id: str
    role: str
    provider_id: str | None = None  # the contracted provider to whom the unit belongs


CONTRACTED = and_(t.organisations.c.id == t.units.c.organisation_id, t.organisations.c.kind == "contracted")
"""The organisation of a unit that belongs to a provider the principal has a contract with."""

_UNITS = select(
    t.units, t.principals.c.name.label("principal_name"), t.principals.c.kind.label("principal_kind")
).join(t.principals, t.principals.c.id == t.units.c.principal_id)


def units(tx: Connection, ids: Iterable[str]) -> dict[str, Unit]:
    """The units of these ids that exist; one statement."""
    return {row.id: _unit(row) for row in tx.execute(_UNITS.where(t.units.c.id.in_(sorted(set(ids)))))}


def providers(tx: Connection, unit_ids: Collection[str]) -> dict[str, str]:
    """Unit -> the contracted provider to whom it belongs; those of the principal itself are not there."""
    query = select(t.units.c.id, t.organisations.c.id).join(t.organisations, CONTRACTED)
    return {row[0]: row[1] for row in tx.execute(query.where(t.units.c.id.in_(sorted(unit_ids))))}


def all_units(tx: Connection) -> list[Unit]:
    """Every unit, in the order of the alphabet."""
    return [_unit(row) for row in tx.execute(_UNITS.order_by(t.units.c.sort_key, t.units.c.id))]


def holding_units(tx: Connection, kind: str, unit_ids: Sequence[str], *, on: date) -> dict[str, str]:
    """Unit -> the unit that fills this function for it on that day, where one does."""
    c = t.named_functions.c
    query = select(c.unit_id, c.holder_unit_id).where(
        c.kind == kind, c.unit_id.in_(unit_ids), c.holder_unit_id.is_not(None)
    )
    query = query.where(c.valid_from <= on, or_(c.valid_to.is_(None), c.valid_to >= on)).order_by(c.id.desc())
    return {row.unit_id: row.holder_unit_id for row in tx.execute(query)}


def is_known(tx: Connection, table: Table, row_id: str) -> bool:
    """Whether there is a row of that id anywhere, also in another region."""
    return tx.execute(select(table.c.id).where(table.c.id == row_id)).first() is not None


def hold(tx: Connection, person_ids: Iterable[str]) -> None:
    """These persons, held until the transaction ends, in one order for everybody."""
    wanted = select(t.persons.c.id).where(t.persons.c.id.in_(sorted(set(person_ids))))
    tx.execute(wanted.order_by(t.persons.c.id).with_for_update(key_share=True)).all()


def region(tx: Connection, region_id: str) -> Mapping[str, object] | None:
    """`id`, `name`, `country`, `zone`, `settings` (the parsed region.toml) and `closing_days` (None: none)."""
    row = tx.execute(select(t.regions).where(t.regions.c.id == region_id)).one_or_none()
    return dict(row._mapping) if row else None


def person(tx: Connection, person_id: str) -> Person | None:
    """The person of this id."""
    row = tx.execute(select(t.persons).where(t.persons.c.id == person_id)).one_or_none()
    return _person(row) if row else None


def person_by_username(tx: Connection, username: str) -> Person | None:
    """The person who signs in with this name; names are compared folded."""
    row = tx.execute(select(t.persons).where(t.persons.c.username == username.casefold())).one_or_none()
    return _person(row) if row else None


def names(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Person id -> name."""
    wanted = sorted({one for one in ids if one})
    rows = (
        tx.execute(select(t.persons.c.id, t.persons.c.name).where(t.persons.c.id.in_(wanted)))
        if wanted
        else ()
    )
    return {row.id: row.name for row in rows}


def memberships(
    tx: Connection, *, on: date, person_id: str | None = None, unit_ids: Sequence[str] = ()
) -> list[Membership]:
    """The roles held on that day by one person, or at some units."""
    m, u = t.memberships, t.units
    query = select(
        m.c.person_id, m.c.unit_id, u.c.principal_id, u.c.region_id, m.c.role, t.organisations.c.id
    )
    query = query.join(u, u.c.id == m.c.unit_id).join(t.organisations, CONTRACTED, isouter=True)
    query = query.where(m.c.valid_from <= on, or_(m.c.valid_to.is_(None), m.c.valid_to >= on))
    if person_id is not None:
        query = query.where(m.c.person_id == person_id)
    if unit_ids:
        query = query.where(m.c.unit_id.in_(unit_ids))
    return [Membership(*row) for row in tx.execute(query.order_by(m.c.unit_id, m.c.role, m.c.person_id))]


def memberships_not_over(tx: Connection, person_id: str, *, on: date) -> list[Membership]:
    """The roles that a person holds on that day or is to hold later."""
    m, u = t.memberships, t.units
    query = select(m.c.person_id, m.c.unit_id, u.c.principal_id, u.c.region_id, m.c.role).join(
        u, u.c.id == m.c.unit_id
    )
    query = query.where(m.c.person_id == person_id, or_(m.c.valid_to.is_(None), m.c.valid_to >= on))
    return [Membership(*row) for row in tx.execute(query.order_by(m.c.unit_id, m.c.role))]


def region_ids(tx: Connection) -> list[str]:
    """Every region there is."""
    return list(tx.execute(select(t.regions.c.id).order_by(t.regions.c.id)).scalars())


def region_of_principal(tx: Connection, principal_id: str) -> str:
    """The region that the principal belongs to."""
    return str(
        tx.execute(select(t.principals.c.region_id).where(t.principals.c.id == principal_id)).scalar_one()
    )


def colleagues(tx: Connection, unit_id: str, *, on: date) -> list[tuple[str, str]]:
    """(id, name) of the active persons who work at the unit, in the order of the alphabet."""
    m, p = t.memberships, t.persons
    working = and_(
        m.c.unit_id == unit_id, m.c.valid_from <= on, or_(m.c.valid_to.is_(None), m.c.valid_to >= on)
    )
    query = (
        select(p.c.id, p.c.name, p.c.sort_key)
        .join(m, m.c.person_id == p.c.id)
        .where(working, p.c.active, p.c.reached_by == "account")
        .distinct()
    )
    return [(row.id, row.name) for row in tx.execute(query.order_by(p.c.sort_key))]


def people_of(tx: Connection, principal_id: str, *, on: date, most: int) -> list[tuple[str, str]]:
    """(id, name) of the active persons with an account who work at the principal on that day, by name; not more than `most`."""
    m, p, u = t.memberships.c, t.persons.c, t.units.c
    in_force = and_(m.valid_from <= on, or_(m.valid_to.is_(None), m.valid_to >= on))
    query = select(p.id, p.name, p.sort_key).distinct()
    query = query.join(t.memberships, m.person_id == p.id).join(t.units, u.id == m.unit_id)
    query = query.where(u.principal_id == principal_id, in_force, p.active, p.reached_by == "account")
    return [(row.id, row.name) for row in tx.execute(query.order_by(p.sort_key, p.id).limit(most))]


def reachable(tx: Connection, unit_ids: Iterable[str], *, role: str, on: date) -> list[tuple[str, str]]:
    """(unit id, person id) of the active persons with an account who hold that role at these units on that day."""
    m, p = t.memberships.c, t.persons.c
    query = select(m.unit_id, m.person_id).join(t.persons, p.id == m.person_id).distinct()
    in_force = and_(m.valid_from <= on, or_(m.valid_to.is_(None), m.valid_to >= on))
    query = query.where(m.unit_id.in_(sorted(set(unit_ids))), m.role == role, in_force)
    query = query.where(p.active, p.reached_by == "account")
    return [(row.unit_id, row.person_id) for row in tx.execute(query.order_by(m.unit_id, m.person_id))]


def has_demo_accounts(tx: Connection) -> bool:
    """Whether any active account was made for demonstration; production must not start with one."""
    return (
        tx.execute(select(t.persons.c.id).where(t.persons.c.is_demo, t.persons.c.active).limit(1)).first()
        is not None
    )


def is_empty(tx: Connection) -> bool:
    """Whether nobody is in the directory yet."""
    return tx.execute(select(t.persons.c.id).limit(1)).first() is None


def put_region(
    tx: Connection, *, id: str, name: str, country: str, zone: str, settings: Mapping[str, object]
) -> None:
    """Add the region or replace what is known of it."""
    row = {"id": id, "name": name, "country": country, "zone": zone, "settings": settings}
    upsert(tx, t.regions, [row], key=["id"])


def set_closing_days(tx: Connection, region_id: str, unit_id: str | None, days: Sequence[date]) -> None:
    """The closing days of the unit, or with None those that the whole region has besides its region.toml."""
    table, row_id = (t.regions, region_id) if unit_id is None else (t.units, unit_id)
    tx.execute(update(table).where(table.c.id == row_id).values(closing_days=sorted(set(days))))


def put_principal(tx: Connection, *, id: str, region_id: str, name: str, kind: str) -> None:
    """Add or replace a principal (huvudman)."""
    upsert(tx, t.principals, [{"id": id, "region_id": region_id, "name": name, "kind": kind}], key=["id"])


def put_unit(
    tx: Connection,
    *,
    id: str,
    principal_id: str,
    region_id: str,
    parent_id: str | None,
    name: str,
    kind: str,
    phone: str | None,
    closing_days: Sequence[date] = (),
) -> None:
    """Add or replace a unit; its parent must exist. Its own closing days are free days besides those of the region."""
    row = {
        "id": id,
        "principal_id": principal_id,
        "region_id": region_id,
        "parent_id": parent_id,
        "closing_days": list(closing_days),
    }
    upsert(
        tx,
        t.units,
        [row | {"name": name, "kind": kind, "phone": phone, "sort_key": sort_key(name)}],
        key=["id"],
    )


def put_person(
    tx: Connection,
    *,
    id: str,
    username: str,
    name: str,
    password_hash: str | None,
    is_demo: bool,
    email: str | None = None,
) -> None:
    """Add or replace an account."""
    row = {
        "id": id,
        "username": username.casefold(),
        "name": name,
        "password_hash": password_hash,
        "active": True,
        "is_demo": is_demo,
        "sort_key": sort_key(name),
    }
    upsert(tx, t.persons, [row | ({"email": email} if email else {})], key=["id"])


def put_membership(
    tx: Connection, *, id: str, person_id: str, unit_id: str, role: str, valid_from: date
) -> None:
    """Give a person a role at a unit from that day."""
    row = {
        "id": id,
        "person_id": person_id,
        "unit_id": unit_id,
        "role": role,
        "valid_from": valid_from,
        "valid_to": None,
    }
    upsert(tx, t.memberships, [row], key=["id"])


def _unit(row: object) -> Unit:
    fields = row._mapping  # type: ignore[attr-defined]
    known = {name: fields[name] for name in Unit.__slots__ if name != "closing_days"}
    return Unit(**known, closing_days=tuple(fields["closing_days"] or ()))


def _person(row: object) -> Person:
    fields = row._mapping  # type: ignore[attr-defined]
    return Person(**{name: fields[name] for name in Person.__slots__})


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account for demonstration; `place` is units and roles in one line, in the words of the region."""

    username: str
    name: str
    place: str


def demo_people(tx: Connection) -> list[DemoPerson]:
    """The demonstration accounts, by user name."""
    p, m, u, pr, r = t.persons, t.memberships, t.units, t.principals, t.regions
    query = select(p.c.username, p.c.name, m.c.role, u.c.name.label("unit"), r.c.settings).select_from(p)
    query = query.join(m, m.c.person_id == p.c.id).join(u, u.c.id == m.c.unit_id)
    query = query.join(pr, pr.c.id == u.c.principal_id).join(r, r.c.id == pr.c.region_id)
    told: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in tx.execute(query.where(p.c.is_demo, p.c.active).order_by(p.c.username, u.c.name, m.c.role)):
        role = str(row.settings.get("roles", {}).get(row.role, row.role))
        told.setdefault((row.username, row.name), {}).setdefault(row.unit, []).append(role.lower())
    return [
        DemoPerson(*who, "; ".join(f"{unit} ({', '.join(roles)})" for unit, roles in places.items()))
        for who, places in told.items()
    ]
