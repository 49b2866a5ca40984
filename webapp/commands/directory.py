"""The `samordna directory` and `samordna unit` commands: the same rules as the pages, for whoever runs the machine.

Enters: arguments. Leaves: lines on the terminal and an exit status; nothing is written where anything is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from engine import clock
from webapp.commands.connecting import in_transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.actions.directory_changes import Plan
    from engine.actions.directory_file import LineError

SHORT = 16  # digits of a fingerprint that are typed


@click.group()
def directory() -> None:
    """Regions, principals, units, people and who works where, as one CSV file."""


@directory.command("export")
@click.option("--region", required=True)
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="a file instead of the terminal"
)
def write_out(region: str, path: Path | None) -> None:
    """Write the region's directory as CSV."""
    from engine.actions import directory_file
    from engine.records import directory_book

    with in_transaction() as tx:
        _known(tx, region)
        told = directory_file.write(directory_book.load(tx, region))
    if path is None:
        click.echo(told, nl=False)
    else:
        path.write_text(told, encoding="utf-8", newline="")
        click.echo(f"{path}: {told.count(chr(10)) - 1} rows")


@directory.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True)
@click.option("--dry-run", is_flag=True, help="say what the file would change, and change nothing")
@click.option("--apply", "fingerprint", help="the digits that the dry run printed: apply exactly that")
def read_in(path: Path, region: str, *, dry_run: bool, fingerprint: str | None) -> None:
    """Read a CSV file: first with --dry-run, then with --apply and the digits that it printed."""
    from engine.actions import directory_file
    from engine.actions.directory_changes import Unfit
    from engine.errors import StaleCase

    if dry_run == bool(fingerprint):
        raise click.UsageError("say either --dry-run or --apply DIGITS")
    content, now = _text(path), clock.now()
    try:
        with in_transaction() as tx:
            _known(tx, region)
            shown = directory_file.show(tx, None, region, content, now=now)
            if fingerprint:
                typed = shown.fingerprint if shown.fingerprint[:SHORT] == fingerprint else ""
                directory_file.carry_out(tx, None, region, content, typed, now=now)
    except directory_file.Unreadable as error:
        _refuse(error.errors)
    except Unfit as error:
        _refuse(directory_file.line_errors(error.problems))
    except StaleCase:
        told = "the directory or the file is not what was shown: run --dry-run again"
        raise click.ClickException(told) from None
    if shown.plan.problems:
        _refuse(directory_file.line_errors(shown.plan.problems))
    _report(shown.plan)
    if dry_run:
        click.echo(f"To apply exactly this: --apply {shown.fingerprint[:SHORT]}")


@click.group()
def unit() -> None:
    """One unit of the directory."""


@unit.command("add")
@click.argument("unit_id")
@click.option("--region", required=True)
@click.option("--name", required=True)
@click.option("--type", "kind", required=True, help="a word such as health_centre")
@click.option("--principal", required=True)
@click.option("--parent", help="the unit above")
@click.option("--organisation", help="the organisation within the principal, such as a contracted provider")
@click.option("--phone")
def add_unit(unit_id: str, region: str, name: str, kind: str, **more: str | None) -> None:
    """Add a unit."""
    _change_unit(unit_id, region, {"name": name, "type": kind, **more}, new=True)


@unit.command("change")
@click.argument("unit_id")
@click.option("--region", required=True)
@click.option("--name")
@click.option("--type", "type")
@click.option("--parent", help="the unit above")
@click.option("--organisation")
@click.option("--phone")
def change_unit(unit_id: str, region: str, **fields: str | None) -> None:
    """Change what is said of a unit; what is not given stays."""
    _change_unit(unit_id, region, {name: value for name, value in fields.items() if value is not None})


@unit.command("close")
@click.argument("unit_id")
@click.option("--region", required=True)
@click.option("--on", "last_day", help="the last day, YYYY-MM-DD; today if not given")
@click.option("--to", "successor", help="the unit that takes over what is still open")
def close_unit(unit_id: str, region: str, last_day: str | None, successor: str | None) -> None:
    """Close a unit; what is open goes to the one that takes over."""
    try:
        day = date.fromisoformat(last_day) if last_day else clock.now().date()
    except ValueError:
        raise click.ClickException("--on is a day such as 2026-12-24") from None
    _change_unit(unit_id, region, {"valid_to": day, "successor": successor})


def _change_unit(unit_id: str, region: str, fields: dict[str, object], *, new: bool = False) -> None:
    from engine.actions import directory_changes, directory_file
    from engine.actions.directory_rules import Change
    from engine.records import directory_book
    from engine.records.directory_book import KINDS

    with in_transaction() as tx:
        _known(tx, region)
        known = directory_book.load(tx, region).get("unit", unit_id)
        if (known is None) != new:
            raise click.ClickException(
                f"there is {'a' if new else 'no'} unit {unit_id}{' already' if new else ''}"
            )
        row = {**(known or dict.fromkeys(KINDS["unit"].columns)), "id": unit_id, **fields}
        try:
            plan = directory_changes.change(tx, None, region, [Change("unit", row)], now=clock.now())
        except directory_changes.Unfit as error:
            _refuse(directory_file.line_errors(error.problems))
    _report(plan)


def _report(plan: Plan) -> None:
    for effect in plan.effects:
        key = " ".join(part for part in effect.change.key if part)
        what = ", ".join(effect.fields) if effect.how != "added" else ""
        line = f"line {effect.change.line}: " if effect.change.line else ""
        click.echo(f"{line}{effect.how} {effect.change.kind} {key}{': ' if what else ''}{what}")
    counts = {how: sum(one.how == how for one in plan.effects) for how in ("added", "changed", "ended")}
    click.echo(", ".join(f"{number} {how}" for how, number in counts.items()))


def _refuse(errors: Sequence[LineError]) -> NoReturn:
    for one in errors:
        where = ": ".join(part for part in (f"line {one.line}" if one.line else "", one.field) if part)
        click.echo(f"{where}: {one.message}{f' ({one.detail})' if one.detail else ''}", err=True)
    click.echo("Nothing was changed.", err=True)
    click.get_current_context().exit(1)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{path.name} is not UTF-8: save it as CSV UTF-8") from None


def _known(tx: Connection, region: str) -> None:
    from engine.records import directory as rows

    if rows.region(tx, region) is None:
        raise click.ClickException(f"there is no region {region}")
