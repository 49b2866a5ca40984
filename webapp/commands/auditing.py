"""`samordna audit`: verifying the log, handing it out, letting go of what is old.

Enters: arguments and the settings. Leaves: an exit code (0 untouched, 1 not what was sealed, 2 could not be looked at) and sentences that
name rows by number, never what they are about.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine import clock
from webapp.commands.connecting import connected

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The log of who read and did what."""


@audit.command()
@click.option(
    "--head",
    type=EXISTING_FILE,
    metavar="FILE",
    help="The heads kept outside the database; without them a cut tail or a chain computed anew cannot be seen.",
)
@click.pass_context
def verify(context: click.Context, head: Path | None) -> None:
    """Say whether the log is what was sealed, and name what was changed, taken away or put in.

    Exits with 0 if all is as it was sealed, 1 if not, 2 if it could not be looked at.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from engine.records import heads, verifying

    try:
        with connected() as engine:
            told = verifying.verify(engine, heads.read(head) if head else None, now=clock.now())
    except (heads.UnreadableHeads, SQLAlchemyError, ValueError) as error:
        reason = error if isinstance(error, heads.UnreadableHeads) else type(error).__name__
        click.echo(f"Error: the log could not be verified: {reason}", err=True)
        context.exit(2)
    for one in told.findings:
        click.echo(f"{one.kind}: {one.where}: {one.sentence}")
    click.echo(
        f"{told.rows} rows, {told.seals} seals ({told.pruned} of rows no longer kept), {told.unsealed} rows not yet sealed: "
        + ("NOT as they were sealed" if told.findings else "as they were sealed")
    )
    if head is None:
        click.echo("Without --head a cut tail or a chain computed anew cannot be seen.")
    context.exit(1 if told.findings else 0)


@audit.command()
@click.argument("path", type=NEW_FILE)
def export(path: Path) -> None:
    """Write the log to the new file PATH as lines of JSON, readable by you only.

    `python3 audit/verify.py PATH HEADS` verifies it anywhere, without Samordna.
    """
    from engine.actions import sealing

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, connected() as engine:
        lines = sum(file.write(line + b"\n") and 1 for line in sealing.export(engine, now=clock.now()))
    click.echo(f"{path}: {lines} lines")


@audit.command()
@click.option("--years", type=int, required=True, help="How long rows are kept; at least five.")
def prune(years: int) -> None:
    """Let go of rows that were sealed more than that many years ago; their seals stay, so that the chain still verifies."""
    from engine.actions import sealing

    with connected() as engine:
        number = sealing.prune(engine, years, now=clock.now())
    click.echo(f"Rows up to seal {number} are gone" if number else "No row is that old")
