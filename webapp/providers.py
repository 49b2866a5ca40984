"""Outside providers of identities, as one TOML file declares them: how to reach each, what it must promise, whom its claims mean.

Enters: the path in SAMORDNA_PROVIDERS. Leaves: a `Provider` for each `[[provider]]`, or WrongSetting with a sentence for everything that
must be mended. `webapp/providers.md` describes each key and shows a table for three real providers. No secret stands in the file itself.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.actions.claims import Mapping as ClaimMapping
from engine.actions.claims import Place
from webapp.settings import WrongSetting

ALGORITHMS = ("RS256", "PS256", "ES256")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
AUDIENCES = ("staff", "person")
UNKNOWN = ("refuse", "same-user-name", "add")
KEYS: Mapping[str, type] = {
    "id": str, "title": str, "issuer": str, "client_id": str, "client_secret_file": str, "client_key_file": str, "scope": str, "for": str,
    "acr": list, "demand": dict, "algorithm": str, "userinfo": bool, "leeway_seconds": int, "subject": str, "user_name": str, "name": str,
    "identity_number": str, "unknown": str, "membership": list, "parameters": dict,
}  # fmt: skip
NEEDED = ("id", "title", "issuer", "client_id")
MEMBERSHIP_KEYS: Mapping[str, type] = {"claim": str, "value": str, "unit": str, "roles": list}
MOST_LEEWAY = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `audience` is `staff` or `person`; `demand` are claims, each with the values one of which it must have."""

    id: str
    title: str
    issuer: str
    client_id: str
    client_secret: str | None
    client_key: str | None
    scope: str
    audience: str
    acr: tuple[str, ...]
    demand: Mapping[str, tuple[str, ...]]
    algorithm: str
    asks_userinfo: bool
    leeway: timedelta
    identity_number: str
    parameters: Mapping[str, str]
    mapping: ClaimMapping


def read(path: Path | None) -> dict[str, Provider]:
    """The providers of the file by id, in its order; none without a file. Raises WrongSetting."""
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSetting([f"SAMORDNA_PROVIDERS: {path} cannot be read: {error}"]) from error
    tables = told.get("provider")
    if not isinstance(tables, list) or set(told) != {"provider"}:
        raise WrongSetting([f"SAMORDNA_PROVIDERS: {path} must hold [[provider]] tables and nothing else"])
    problems = [
        f"SAMORDNA_PROVIDERS: {path}, provider {number}: {problem}"
        for number, table in enumerate(tables, 1)
        for problem in _problems(table, path.parent)
    ]
    names = [str(table.get("id")) for table in tables]
    problems += [
        f"SAMORDNA_PROVIDERS: {path}: the id {name} stands twice"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        raise WrongSetting(problems)
    return {str(table["id"]): _provider(table, path.parent) for table in tables}


def _problems(table: Mapping[str, Any], folder: Path) -> Iterator[str]:
    yield from _wrong_keys(table, KEYS)
    yield from (f"{key} is missing" for key in NEEDED if not table.get(key))
    for row in table.get("membership", []):
        if not isinstance(row, dict):
            yield "membership must be tables: [[provider.membership]]"
            continue
        yield from (f"membership: {problem}" for problem in _wrong_keys(row, MEMBERSHIP_KEYS))
        yield from (f"membership: {key} is missing" for key in ("claim", "value", "unit") if not row.get(key))
    yield from _wrong_values(table)
    for key in ("client_secret_file", "client_key_file"):
        if isinstance(table.get(key), str) and not (folder / table[key]).is_file():
            yield f"{key}: there is no file {folder / table[key]}"
        elif (
            key == "client_key_file" and isinstance(table.get(key), str) and not _is_key(folder / table[key])
        ):
            yield f"{key}: {folder / table[key]} must hold a private RSA key as a JSON Web Key"
    if bool(table.get("client_secret_file")) == bool(table.get("client_key_file")):
        yield "give client_secret_file or client_key_file, one of the two"


def _is_key(path: Path) -> bool:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(told, dict) and told.get("kty") == "RSA" and "d" in told


def _wrong_keys(table: Mapping[str, Any], known: Mapping[str, type]) -> Iterator[str]:
    for key, value in table.items():
        if key not in known:
            yield f"{key} is no key of it; it has: {', '.join(known)}"
        elif not isinstance(value, known[key]):
            yield f"{key} must be a {known[key].__name__}"


def _wrong_values(table: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", str(table.get("id", ""))):
        yield "id must be small letters, digits, - and _"
    address = urlsplit(str(table.get("issuer", "")))
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        yield "issuer must begin with https://"
    for key, allowed in (("for", AUDIENCES), ("unknown", UNKNOWN), ("algorithm", ALGORITHMS)):
        if key in table and table[key] not in allowed:
            yield f"{key} must be one of {', '.join(allowed)}"
    if "openid" not in str(table.get("scope", "openid")).split():
        yield "scope must hold openid"
    if table.get("for") == "person" and not table.get("identity_number"):
        yield "identity_number must name the claim by which the person is found"
    if not 0 <= int(table.get("leeway_seconds", 0) or 0) <= MOST_LEEWAY:
        yield f"leeway_seconds must be at most {MOST_LEEWAY}"
    if not all(isinstance(one, list) for one in (table.get("demand") or {}).values()):
        yield "demand must give each claim a list of values"


def _provider(table: Mapping[str, Any], folder: Path) -> Provider:
    mapping = ClaimMapping(
        issuer=table["issuer"],
        subject=table.get("subject", "sub"),
        user_name=table.get("user_name", ""),
        name=table.get("name", "name"),
        unknown=table.get("unknown", "refuse"),
        places=tuple(
            Place(row["claim"], row["value"], row["unit"], tuple(row.get("roles", ["staff"])))
            for row in table.get("membership", [])
        ),
    )
    return Provider(
        id=table["id"], title=table["title"], issuer=table["issuer"], client_id=table["client_id"],
        client_secret=_content(table.get("client_secret_file"), folder), client_key=_content(table.get("client_key_file"), folder),
        scope=table.get("scope", "openid profile"), audience=table.get("for", "staff"), acr=tuple(table.get("acr", ())),
        demand={claim: tuple(map(str, values)) for claim, values in table.get("demand", {}).items()},
        algorithm=table.get("algorithm", "RS256"), asks_userinfo=table.get("userinfo", False),
        leeway=timedelta(seconds=table.get("leeway_seconds", 60)), identity_number=table.get("identity_number", ""),
        parameters={name: str(value) for name, value in table.get("parameters", {}).items()}, mapping=mapping,
    )  # fmt: skip


def _content(name: str | None, folder: Path) -> str | None:
    return (folder / name).read_text(encoding="utf-8").strip() if name else None
