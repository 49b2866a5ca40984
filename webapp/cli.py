"""The `samordna` command: where each process is put together.

Enters: arguments and the environment. Leaves: an exit code, and sentences for the operator: what went wrong and what to do,
never a traceback and never anyone's data. Each command imports only what it runs, so that `check` starts without the web.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from engine import clock
from engine.errors import BrokenDefinition, EngineError, NotFound
from webapp import directory_commands
from webapp.auditing import audit
from webapp.clauses_command import clauses
from webapp.diff_command import diff
from webapp.settings import Settings, WrongSetting

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
EXISTING = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 2 a wrong call, 130 stopped by the operator, anything else a failure."""
    try:
        answer = cli.main(arguments, prog_name="samordna", standalone_mode=False)
    except click.exceptions.Abort:
        return _told("Stopped.", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenDefinition as error:
        return _told("\n".join(str(finding) for finding in error.findings), 1)
    except (WrongSetting, EngineError, OSError) as error:
        return _told(f"Error: {error}", 1)
    except SQLAlchemyError as error:
        return _told(f"Error: {_without_data(error)}", 1)
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
    from engine import heartbeat
    from webapp import logs, posting, serving

    settings = Settings.from_environment()
    logs.to_standard_error()
    serving.refuse_unready(settings)
    beating = heartbeat.running(settings.database_url, settings.heads, posting.post(settings))
    with beating if with_heartbeat else nullcontext():
        serving.answer_requests(settings)


@cli.command("heartbeat")
def fire_timers() -> None:
    """Fire due timers until stopped; run as many of these as you like."""
    from webapp import logs, serving

    settings = Settings.from_environment()
    logs.to_standard_error()
    serving.refuse_unready(settings)
    click.echo("Firing timers as they fall due (Ctrl+C stops)")
    serving.fire_timers(settings)


@cli.command()
@click.pass_context
def start(context: click.Context) -> None:
    """Do what `python3 run.py` ends with: upgrade, deploy, demo, and serve with the heartbeat, in one process."""
    context.invoke(upgrade)
    context.invoke(deploy, path=Settings.from_environment().processes)
    context.invoke(demo)
    context.invoke(serve, with_heartbeat=True)


# --- routines ---------------------------------------------------------------------------------------


@cli.command()
@click.argument("path", type=FOLDER)
def deploy(path: Path) -> None:
    """Check the routine in the folder PATH, or all routines below it, and let new cases use them.

    What has a version already, and has changed, becomes a draft, which a second person approves in the studio.
    """
    from engine.actions import deploy as deployment

    with _connected() as engine:
        lines = list(deployment.deploy_path(engine, path, now=clock.now()))
    if not lines:
        raise click.ClickException(
            f"there is no routine in {path}: give a folder of regions, or a routine's folder"
        )
    for line in lines:
        click.echo(line)


@cli.command()
@click.argument("path", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON array.")
@click.pass_context
def check(context: click.Context, path: Path, *, as_json: bool) -> None:
    """Say what in PATH (a routine's folder, a folder of them, or a file) cannot run, and where.

    Exits with 0 without errors, 1 with errors, 2 if nothing could be read.
    """
    from engine.actions import trial_papers
    from engine.actions.operations import inputs
    from engine.definitions.checks import check_path

    try:
        findings = check_path(path, operations=inputs(), papers=trial_papers.findings)
    except FileNotFoundError:
        context.exit(_told(f"Error: there is no routine, diagram, table or form in {path}", 2))
    except OSError as error:
        context.exit(_told(f"Error: {path} cannot be read: {error.strerror}", 2))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
    context.exit(1 if any(each.severity == "error" for each in findings) else 0)


@cli.command()
@click.argument("path", type=EXISTING)
@click.option(
    "--database",
    metavar="URL",
    help="An empty database to run in; the last case stays there to be looked at.",
)
@click.option(
    "--require-coverage", is_flag=True, help="Fail too where a branch, boundary event or rule is not visited."
)
@click.pass_context
def scenario(context: click.Context, path: Path, *, database: str | None, require_coverage: bool) -> None:
    """Run scenarios in virtual time, and say what none of them visited.

    PATH is a routine's folder, one scenario, a region's folder, or a folder of regions.
    """
    from engine import scenarios

    passed = scenarios.run_path(path, echo=click.echo, database=database, require_coverage=require_coverage)
    context.exit(0 if passed else 1)


@cli.command()
@click.argument("path", metavar="FILE", type=EXISTING_FILE)
@click.option("--decision", metavar="NAME", required=True, help="The name or id of the decision.")
@click.option(
    "--input",
    "given",
    metavar="JSON",
    default="{}",
    help='The inputs by name, such as {"age": 17}; FEEL too.',
)
@click.option("--json", "as_json", is_flag=True, help="Print result, tables and rules as one JSON object.")
@click.pass_context
def decide(context: click.Context, path: Path, *, decision: str, given: str, as_json: bool) -> None:
    """Try one decision of a decision file: print its result, and the rules that led to it.

    Exits with 0 when it has a result, 1 when it has none that may be used, 2 if the input cannot be read.
    """
    from webapp import deciding

    model = deciding.model_in(path)
    try:
        inputs = deciding.inputs_in(given, model)
    except deciding.WrongInput as error:
        context.exit(_told(f"Error: {error}", 2))
    found = deciding.decided(path, model, decision, inputs, now=clock.now())
    click.echo(deciding.as_json(found) if as_json else "\n".join(deciding.lines(found)))
    for wrong in () if as_json else found.errors:
        _told(f"Error: {wrong}", 1)
    context.exit(1 if found.errors else 0)


# --- people and data --------------------------------------------------------------------------------


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", prompt=True, help="As colleagues know the person.")
@click.option("--unit", required=True, help="The id of the unit where the person works.")
@click.option(
    "--role", multiple=True, help="A role at that unit; may be given several times. Without it: staff."
)
@click.password_option(help="Asked for if left out, which keeps it out of the shell's history.")
def add_user(username: str, name: str, unit: str, role: tuple[str, ...], password: str) -> None:
    """Add an account with a place of work."""
    from engine.actions import accounts
    from engine.records import directory
    from engine.records.database import reading

    with _connected() as engine:
        with reading(engine) as tx:
            if directory.person_by_username(tx, username) is not None:
                raise click.ClickException(f"there is an account {username} already")
            if not directory.units(tx, [unit]):
                raise click.ClickException(f"there is no unit {unit}")
        known = {"username": username, "name": name, "password": password}
        accounts.add_user(engine, **known, unit_id=unit, roles=list(role), now=clock.now())
    click.echo(f"{username} can sign in")


@user.command("password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Give somebody who has lost the password a new one, which must be changed at the first sign-in.

    It is printed once: hand it over to the person and to nobody else. Every session of theirs ends.
    """
    from engine.actions import accounts

    with _connected() as engine:
        try:
            password = accounts.set_temporary_password(engine, username, now=clock.now())
        except NotFound:
            raise click.ClickException(f"there is no account {username}") from None
    click.echo(f"{username} signs in once with {password} within three days, and then chooses a password")


@user.command("connect")
@click.argument("username")
@click.argument("issuer")
@click.argument("subject")
def connect_identity(username: str, issuer: str, subject: str) -> None:
    """Let somebody whom an outside provider knows as SUBJECT sign in to an account that there is.

    ISSUER is the provider's address as its file has it; the page that turned the person away shows the SUBJECT.
    """
    from engine.actions import claims

    with _writing() as tx:
        try:
            claims.connect(tx, username, issuer, subject, now=clock.now())
        except claims.UnknownHere:
            raise click.ClickException(f"there is no account {username}") from None
    click.echo(f"{username} is connected")


@user.command("sign-out")
@click.argument("username")
def end_sessions(username: str) -> None:
    """End every session of an account, on all machines."""
    from engine.records import directory, sessions

    with _writing() as tx:
        person = directory.person_by_username(tx, username)
        if person is None:
            raise click.ClickException(f"there is no account {username}")
        sessions.end_all(tx, person.id, now=clock.now())
    click.echo(f"{username} is signed out everywhere")


@cli.command()
@click.argument("path", type=NEW_FILE)
def backup(path: Path) -> None:
    """Copy everything remembered to the new file PATH, also while people are working.

    The file holds people's data in the clear, readable by you only: keep it as safe as the database.
    """
    from engine.records import backup as backups

    with _connected() as engine:
        copied = backups.write(engine, path, now=clock.now())
    click.echo(f"{path}: {copied.total} rows of {len(copied.rows)} tables")


@cli.command()
@click.argument("path", type=EXISTING_FILE)
def restore(path: Path) -> None:
    """Fill an empty database from the backup in PATH, of either kind of database, and compare the two."""
    from engine.records import backup as backups

    with _connected() as engine:
        copied = backups.restore(engine, path)
    click.echo(f"Restored and compared: {copied.total} rows of {len(copied.rows)} tables")


@cli.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Create the tables, or change them to what this version needs. Take a backup first."""
    from engine.records import database

    database.upgrade(Settings.from_environment().database_url)
    click.echo("The database is up to date")


@cli.command()
@click.option(
    "--history", is_flag=True, help="Also play three months of made-up cases, where there is no case yet."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same history.")
@click.option("--cases", type=click.IntRange(1, 5000), default=160, show_default=True, help="How many cases.")
def demo(*, history: bool = False, seed: int = 1, cases: int = 160) -> None:
    """Fill an empty database with an invented directory, and say how to sign in; other databases are left alone."""
    from engine.actions import demo as demonstration

    settings = Settings.from_environment()
    if settings.is_production:
        raise click.ClickException("production has no demo accounts: their passwords are known")
    with _connected() as engine:
        for line in demonstration.fill_if_empty(engine, settings.processes, now=clock.now()):
            click.echo(line)
    if history:
        _make_history(settings, seed=seed, cases=cases)


cli.add_command(audit)
cli.add_command(clauses)
cli.add_command(diff)
cli.add_command(directory_commands.directory)
cli.add_command(directory_commands.unit)


def _make_history(settings: Settings, *, seed: int, cases: int) -> None:
    from engine.records.fleeting import connect_fleeting
    from engine.scenarios import made_up

    engine = connect_fleeting(settings.database_url)
    try:
        for line in made_up.make(engine, settings.processes, until=clock.now(), seed=seed, cases=cases):
            click.echo(line)
    finally:
        engine.dispose()


# --- shared by the commands -------------------------------------------------------------------------


def _told(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


@contextmanager
def _connected() -> Iterator[Engine]:
    from engine.records.database import connect

    engine = connect(Settings.from_environment().database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _writing() -> Iterator[Connection]:
    """One transaction in the database of the settings; commits at the end, rolls back on any error."""
    from engine.records.database import writing

    with _connected() as engine, writing(engine) as tx:
        yield tx


def _without_data(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and its values."""
    if isinstance(error, OperationalError | ProgrammingError):
        reason = str(error.orig).strip().splitlines()[0]
        return f"the database cannot be used ({reason}). Is SAMORDNA_DATABASE_URL right, has `samordna db upgrade` run?"
    return f"the database refused ({type(error).__name__})"


if __name__ == "__main__":
    sys.exit(main())
