"""The `samordna` command: where each process is put together.

Enters: arguments and the environment. Leaves: an exit code, and sentences for the operator: what went wrong and what to do,
never a traceback and never anyone's data. The commands are in `webapp.commands`; here are those that run until stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.metadata import version

import click
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from engine.errors import BrokenDefinition, EngineError
from webapp.commands import accounts, database, directory, routines
from webapp.commands.auditing import audit
from webapp.commands.clauses import clauses
from webapp.commands.differing import diff
from webapp.commands.figures import figures
from webapp.settings import Settings, WrongSetting

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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
    context.invoke(database.upgrade)
    context.invoke(routines.deploy, path=Settings.from_environment().processes)
    context.invoke(database.demo)
    context.invoke(serve, with_heartbeat=True)


for command in (
    routines.deploy,
    routines.check,
    routines.scenario,
    routines.decide,
    clauses,
    diff,
    accounts.user,
):
    cli.add_command(command)
for command in (
    database.db,
    database.demo,
    database.backup,
    database.restore,
    audit,
    figures,
    directory.directory,
    directory.unit,
):
    cli.add_command(command)


def _told(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _without_data(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and its values."""
    if isinstance(error, OperationalError | ProgrammingError):
        reason = str(error.orig).strip().splitlines()[0]
        return f"the database cannot be used ({reason}). Is SAMORDNA_DATABASE_URL right, has `samordna db upgrade` run?"
    return f"the database refused ({type(error).__name__})"


if __name__ == "__main__":
    sys.exit(main())
