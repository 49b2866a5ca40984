"""What a browser sent, made fit to be kept.

Enters: addresses, parameters and posted fields as they came. Leaves: the same without the character NUL, which comes along when people
paste from some papers, means nothing, and which PostgreSQL can keep in no text. An address that holds it leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\x00"


class Parameters(ImmutableMultiDict[str, Any]):
    """Names and values without NUL; files stay as they are."""

    def __init__(self, mapping: Iterable[tuple[str, Any]] | Mapping[str, Any] | None = None) -> None:
        if mapping is not None and not isinstance(mapping, Mapping):
            mapping = [(_clean(name), _clean(value)) for name, value in mapping]
        super().__init__(mapping)


class Asked(Request):
    """A request whose parameters and fields are fit to be kept."""

    parameter_storage_class = Parameters


def install(app: Flask) -> None:
    """Read every request so."""
    app.request_class = Asked

    @app.before_request
    def leads_somewhere() -> None:
        if NUL in request.path:
            abort(404)


def _clean(value: Any) -> Any:
    return value.replace(NUL, "") if isinstance(value, str) else value
