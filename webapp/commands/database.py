"""`samordna db`, `backup`, `restore` and `demo`: what is remembered, as a whole.

Enters: arguments and the settings. Leaves: tables, a file, or rows. A database that has rows is never filled over.
"""

from __future__ import annotations

from pathlib import Path

import click

from engine import clock
from webapp.commands.connecting import connected
from webapp.settings import Settings

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", type=NEW_FILE)
def backup(path: Path) -> None:
    """Copy everything remembered to the new file PATH, also while people are working.

    The file holds people's data in the clear, readable by you only: keep it as safe as the database.
    """
    from engine.records import backup as backups

    with connected() as engine:
        copied = backups.write(engine, path, now=clock.now())
    click.echo(f"{path}: {copied.total} rows of {len(copied.rows)} tables")


@click.command()
@click.argument("path", type=EXISTING_FILE)
def restore(path: Path) -> None:
    """Fill an empty database from the backup in PATH, of either kind of database, and compare the two."""
    from engine.records import backup as backups

    with connected() as engine:
        copied = backups.restore(engine, path)
    click.echo(f"Restored and compared: {copied.total} rows of {len(copied.rows)} tables")


@click.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Create the tables, or change them to what this version needs. Take a backup first."""
    from engine.records import database

    database.upgrade(Settings.from_environment().database_url)
    click.echo("The database is up to date")


@click.command()
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
    with connected() as engine:
        for line in demonstration.fill_if_empty(engine, settings.processes, now=clock.now()):
            click.echo(line)
    if history:
        _make_history(settings, seed=seed, cases=cases)


def _make_history(settings: Settings, *, seed: int, cases: int) -> None:
    from engine.records.fleeting import connect_fleeting
    from engine.scenarios import made_up

    engine = connect_fleeting(settings.database_url)
    try:
        for line in made_up.make(engine, settings.processes, until=clock.now(), seed=seed, cases=cases):
            click.echo(line)
    finally:
        engine.dispose()
