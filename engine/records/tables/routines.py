"""What may run: files by their hash, bundles made of them, and which bundle new cases get."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text

from engine.records.columns import Instant
from engine.records.tables.shape import ID, metadata, ref

files = Table(
    "files",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
bundles = Table(
    "bundles",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("process_id", ID, nullable=False),
    Column("title", Text, nullable=False),
    Column("region_id", ID),
    Column("deployed_at", Instant, nullable=False),
    ref("deployed_by", "persons", nullable=True),
)
bundle_files = Table(
    "bundle_files",
    metadata,
    Column("bundle_hash", String(64), ForeignKey("bundles.hash"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("file_hash", String(64), ForeignKey("files.hash"), nullable=False),
)
routines = Table(  # the version that new cases get
    "routines",
    metadata,
    Column("process_id", ID, primary_key=True),
    Column("bundle_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    ref("changed_by", "persons", nullable=True),
)
