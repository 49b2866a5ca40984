"""Column types that mean the same on SQLite and PostgreSQL.

Enters: aware datetimes and FEEL values. Leaves: text or timestamptz, and the same values read back. A naive datetime is refused,
because an instant without a zone has silently become wrong more often than any other value.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine import wire


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; on SQLite as text of fixed width, so that comparing text compares time."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        kind: TypeEngine[Any] = DateTime(timezone=True) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return (
            moment
            if dialect.name == "postgresql"
            else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
        )

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value.astimezone(UTC) if value else None
        return datetime.fromisoformat(str(value))


class Values(TypeDecorator[object]):
    """Any FEEL value as JSON text (`engine.wire`), the same bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else wire.dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else wire.load(value)
