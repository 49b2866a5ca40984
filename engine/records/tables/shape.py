"""The shape that every table shares: the metadata, and columns and rules by their meaning.

Enters: nothing. Leaves: builders of columns, constraints and indexes. Ids are 32 hex digits unless a person chose them
(regions, units, user names); instants end in `_at` and are aware UTC, days end in `_on`. Who did something is always the
same columns: `actor_id`, `acting_for_id` (the person replaced), `unit_id` (for which unit, with its principal and region)
and an instant. Partial indexes keep the open few apart from the closed many.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)
WORD = String(64)
SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def text_id() -> Column[str]:
    return Column("id", ID, primary_key=True)


def numbered() -> Column[int]:
    return Column("id", SERIAL, primary_key=True, autoincrement=True)


def ref(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, ID, ForeignKey(f"{target}.id"), nullable=nullable)


def who() -> list[Column[str]]:
    """Actor None means the routine itself or a timer."""
    return [
        ref("actor_id", "persons", nullable=True),
        ref("acting_for_id", "persons", nullable=True),
        ref("unit_id", "units", nullable=True),
        ref("principal_id", "principals", nullable=True),
        ref("region_id", "regions", nullable=True),
    ]


def one_of(column: str, states: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    words = ", ".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def holds(name: str, rule: str) -> CheckConstraint:
    return CheckConstraint(rule, name=name)


def open_rows(name: str, table: Table, *columns: str, where: str, unique: bool = False) -> None:
    condition = text(where)
    Index(
        name,
        *(table.c[column] for column in columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
