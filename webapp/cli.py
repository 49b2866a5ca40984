"""The `samordna` command: where each process is put together.

Enters: arguments and the environment. Leaves: an exit code, and sentences for the operator: what went wrong and what to do, never
a traceback and never anyone's data. Each command imports only what it runs, so that `check` starts without the web.
"""

from __future__ import annotations

import errno
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from engine import clock
from engine.errors import EngineError
from webapp.settings import Settings, WrongSetting, refuse_demo_accounts

EXISTING = click.Path(exists=True, path_type=Path)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 2 a wrong call, 130 stopped by the operator, anything else a failure."""
    try:
        answer = cli.main(arguments, prog_name="samordna", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (WrongSetting, EngineError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    except SQLAlchemyError as error:
        click.echo(f"Error: {_without_data(error)}", err=True)
        return 1
    return answer if isinstance(answer, int) else 0


@click.group(context_settings=CONTEXT)
@click.version_option(version("samordna"), message="%(version)s")
def cli() -> None:
    """Samordna runs coordinated individual plans from their diagrams. Settings come from the environment; see README.md."""


# --- running ----------------------------------------------------------------------------------------


@cli.command()
@click.option("--with-heartbeat", is_flag=True, help="Also fire due timers from this process.")
def serve(*, with_heartbeat: bool) -> None:
    """Answer web requests until stopped."""
    import waitress

    from engine import heartbeat
    from webapp import create_app

    settings = _settings()
    with _database(settings) as database:
        _refuse_unready(settings, database)
    try:
        server = waitress.create_server(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            url_scheme="https" if settings.is_production else "http",
            ident=None,
        )
    except OSError as error:
        raise click.ClickException(_why_no_server(error, settings)) from error
    _stop_on_termination()
    click.echo(f"Samordna answers at http://{settings.host}:{settings.port} (Ctrl+C stops it)")
    if with_heartbeat:
        with heartbeat.running(settings.database_url):
            server.run()
    else:
        server.run()


@cli.command("heartbeat")
def heartbeat_command() -> None:
    """Fire due timers until stopped; run as many of these as you like."""
    from engine import heartbeat

    settings = _settings()
    with _database(settings) as database:
        _refuse_unready(settings, database)
    _stop_on_termination()
    click.echo("Firing timers as they fall due (Ctrl+C stops)")
    heartbeat.run(settings.database_url)


# --- routines ---------------------------------------------------------------------------------------


@cli.command()
@click.argument("path", type=EXISTING)
def deploy(path: Path) -> None:
    """Check the routine in PATH, or all routines below it, and let new cases use them."""
    from engine.actions import deploy as deployment

    with _database(_settings()) as database:
        for line in deployment.deploy_path(database, path, now=clock.now()):
            click.echo(line)


@cli.command()
@click.argument("path", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON array.")
@click.pass_context
def check(context: click.Context, path: Path, *, as_json: bool) -> None:
    """Say what in PATH (a routine's folder, a folder of them, or a file) cannot run, and where.

    Exits with 0 without errors, 1 with errors, 2 if nothing could be read.
    """
    from engine.definitions.checks import check_path

    try:
        findings = check_path(path)
    except (EngineError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        context.exit(2)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
    context.exit(1 if any(each.severity == "error" for each in findings) else 0)


@cli.command()
@click.argument("path", type=EXISTING)
@click.pass_context
def scenario(context: click.Context, path: Path) -> None:
    """Run the scenarios in PATH in virtual time and say what each of them visited."""
    from engine import scenarios

    context.exit(0 if scenarios.run_path(path, echo=click.echo) else 1)


# --- people and data --------------------------------------------------------------------------------


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", prompt=True, help="As colleagues know the person.")
@click.option("--unit", required=True, help="The id of the unit where the person works.")
@click.option("--role", required=True, multiple=True, help="A role at that unit; may be given several times.")
@click.password_option(help="Asked for if left out, which keeps it out of the shell's history.")
def add_user(username: str, name: str, unit: str, role: tuple[str, ...], password: str) -> None:
    """Add an account with a place of work."""
    from engine.actions import directory

    with _database(_settings()) as database:
        directory.add_person(
            database,
            username=username,
            name=name,
            unit_id=unit,
            roles=role,
            password=password,
            now=clock.now(),
        )
    click.echo(f"{username} can sign in")


@cli.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Copy everything remembered to the new file PATH, also while people are working.

    The file holds people's data in the clear, readable by you only: keep it as safe as the database.
    """
    from engine.records import backup as backups

    with _database(_settings()) as database:
        copied = backups.write(database, path, now=clock.now())
    click.echo(f"{path}: {copied.total} rows of {len(copied.rows)} tables")


@cli.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Fill an empty database from the backup in PATH, of either kind of database, and compare the two."""
    from engine.records import backup as backups

    with _database(_settings()) as database:
        copied = backups.restore(database, path)
    click.echo(f"Restored and compared: {copied.total} rows of {len(copied.rows)} tables")


@cli.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Create the tables, or change them to what this version needs. Take a backup first."""
    from engine.records import database

    database.upgrade(_settings().database_url)
    click.echo("The database is up to date")


@cli.command()
def demo() -> None:
    """Fill an empty database with an invented directory, and say how to sign in; other databases are left alone."""
    from engine.actions import demo as demonstration

    settings = _settings()
    if settings.is_production:
        raise click.ClickException("production has no demo accounts: their passwords are known")
    with _database(settings) as database:
        for line in demonstration.fill_if_empty(database, settings.processes, now=clock.now()):
            click.echo(line)


# --- shared by the commands -------------------------------------------------------------------------


def _settings() -> Settings:
    return Settings.from_environment()


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    from engine.records.database import connect

    engine = connect(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _refuse_unready(settings: Settings, engine: Engine) -> None:
    """A process that serves people starts only on the right tables and, in production, without demo accounts."""
    from engine.records import database, directory

    with database.reading(engine) as tx:
        if not database.is_current(tx):
            raise click.ClickException("the database is not up to date: run `samordna db upgrade` first")
        refuse_demo_accounts(settings, lambda: directory.has_demo_accounts(tx))


def _stop_on_termination() -> None:
    """`kill` ends a process as Ctrl+C does, so that what it is doing ends well."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _why_no_server(error: OSError, settings: Settings) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop it, or choose another port with SAMORDNA_PORT"
    if error.errno == errno.EACCES:
        return f"{where} needs more rights than this user has: choose a port above 1023 with SAMORDNA_PORT"
    return f"cannot listen on {where}: {error.strerror}"


def _without_data(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and its values."""
    if isinstance(error, OperationalError):
        reason = str(error.orig).strip().splitlines()[0]
        return f"the database cannot be used ({reason}): is SAMORDNA_DATABASE_URL right, and has `samordna db upgrade` run?"
    return f"the database refused ({type(error).__name__})"


if __name__ == "__main__":
    sys.exit(main())
