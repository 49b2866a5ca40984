"""The processes that run until they are stopped: the web server, and the clock that fires timers.

Enters: settings. Leaves: nothing before Ctrl+C or a termination signal, then an orderly end. `refuse_unready` comes
first: neither starts on a database of another version or, in production, on demo accounts.
"""

from __future__ import annotations

import errno
import signal
from contextlib import suppress

import waitress

from engine import heartbeat
from engine.errors import EngineError
from engine.records import database, directory
from webapp import MOST_BYTES, create_app, posting
from webapp.settings import Settings, refuse_demo_accounts


class NotReady(EngineError):
    """The process cannot start; the message says what the operator must do."""


def answer_requests(settings: Settings) -> None:
    """Serve the web until stopped. Raises NotReady where the port cannot be had."""
    try:
        server = waitress.create_server(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            url_scheme="https" if settings.is_production else "http",
            ident=None,
            max_request_body_size=2 * MOST_BYTES,  # what is not much too large gets a page that says so
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    except OSError as error:
        raise NotReady(_why_not_listening(error, settings)) from error
    _stop_on_termination()
    print(f"Samordna answers at http://{settings.host}:{settings.port} (Ctrl+C stops it)", flush=True)  # noqa: T201
    server.run()


def fire_timers(settings: Settings) -> None:
    """Fire timers as they fall due until stopped."""
    _stop_on_termination()
    with suppress(KeyboardInterrupt):
        heartbeat.run(settings.database_url, settings.heads, posting.post(settings))


def refuse_unready(settings: Settings) -> None:
    """Raise unless the tables are this version's and, in production, no account has a password that everybody knows."""
    engine = database.connect(settings.database_url)
    try:
        with database.reading(engine) as tx:
            if not database.is_current(tx):
                raise NotReady("The database is not up to date: run `samordna db upgrade` first")
            refuse_demo_accounts(settings, lambda: directory.has_demo_accounts(tx))
    finally:
        engine.dispose()


def _stop_on_termination() -> None:
    """`kill` ends a process as Ctrl+C does, so that what it is doing ends well."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _why_not_listening(error: OSError, settings: Settings) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop it, or choose another port with SAMORDNA_PORT"
    if error.errno == errno.EACCES:
        return f"{where} needs more rights than this user has: choose a port above 1023 with SAMORDNA_PORT"
    return f"Cannot listen on {where}: {error.strerror}"
