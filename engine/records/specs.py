"""Versions of routines: immutable bundles named by their hash (decision 2), and which of them new cases get.

Enters: files. Leaves: the same files. A file's content is kept once, however many versions hold it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.records import tables as t
from engine.records.upsert import upsert


def insert_bundle(
    tx: Connection,
    files: Mapping[str, bytes],
    *,
    hash: str,
    process_id: str,
    title: str,
    region_id: str | None,
    by: str | None,
    now: datetime,
) -> None:
    """Keep the bundle; does nothing where it is known already."""
    if tx.execute(select(t.bundles.c.hash).where(t.bundles.c.hash == hash)).first():
        return
    contents = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    blobs = {digest: files[path] for path, digest in contents.items()}
    upsert(
        tx,
        t.files,
        [{"hash": digest, "content": content} for digest, content in sorted(blobs.items())],
        key=["hash"],
    )
    tx.execute(
        t.bundles.insert(),
        {
            "hash": hash,
            "process_id": process_id,
            "title": title,
            "region_id": region_id,
            "deployed_at": now,
            "deployed_by": by,
        },
    )
    rows = [{"bundle_hash": hash, "path": path, "file_hash": digest} for path, digest in contents.items()]
    tx.execute(t.bundle_files.insert(), rows)


def files(tx: Connection, hash: str) -> dict[str, bytes]:
    """path -> content of a bundle; empty where the hash is unknown."""
    query = (
        select(t.bundle_files.c.path, t.files.c.content)
        .join(t.files, t.files.c.hash == t.bundle_files.c.file_hash)
        .where(t.bundle_files.c.bundle_hash == hash)
    )
    return {row.path: row.content for row in tx.execute(query)}


def renew(tx: Connection, hash: str, files: Mapping[str, bytes]) -> None:
    """These files of a bundle instead of those it has, where they decide nothing and so are not part of its hash."""
    contents = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    blobs = {digest: files[path] for path, digest in contents.items()}
    upsert(tx, t.files, [{"hash": one, "content": text} for one, text in sorted(blobs.items())], key=["hash"])
    tx.execute(delete(t.bundle_files).where(t.bundle_files.c.bundle_hash == hash))
    rows = [{"bundle_hash": hash, "path": path, "file_hash": digest} for path, digest in contents.items()]
    tx.execute(t.bundle_files.insert(), rows)


def process_of(tx: Connection, hash: str) -> str | None:
    """The process id of a bundle."""
    return tx.execute(select(t.bundles.c.process_id).where(t.bundles.c.hash == hash)).scalar()


def make_current(tx: Connection, process_id: str, hash: str, *, by: str | None, now: datetime) -> None:
    """New cases of this routine get this version."""
    row = {"process_id": process_id, "bundle_hash": hash, "changed_at": now, "changed_by": by}
    upsert(tx, t.routines, [row], key=["process_id"])


def current(tx: Connection, process_id: str) -> str | None:
    """Hash of the version that new cases get."""
    return tx.execute(select(t.routines.c.bundle_hash).where(t.routines.c.process_id == process_id)).scalar()


def in_force(tx: Connection) -> dict[str, str]:
    """process id -> hash of the version that new cases get, of every routine."""
    query = select(t.routines.c.process_id, t.routines.c.bundle_hash).order_by(t.routines.c.process_id)
    return {row.process_id: row.bundle_hash for row in tx.execute(query)}


def is_known(tx: Connection, process_id: str) -> bool:
    """Whether the routine has, or had, a version."""
    return (
        tx.execute(select(t.bundles.c.hash).where(t.bundles.c.process_id == process_id).limit(1)).first()
        is not None
    )


def withdraw(tx: Connection, process_id: str) -> None:
    """No new cases of this routine begin."""
    tx.execute(delete(t.routines).where(t.routines.c.process_id == process_id))
