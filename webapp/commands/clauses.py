"""`samordna clauses`: where each requirement of the source documents is met, and what shows it.

Enters: arguments and the folders of the project. Leaves: lines or one JSON object on standard output, an exit code. It reads files
only; with --prove it plays scenarios in a database of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

PROJECT = Path(__file__).parents[2]


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: where each number is met, and by what."
)
@click.option("--prove", is_flag=True, help="First find the scenario that fails without each new place.")
@click.option(
    "--only", metavar="TEXT", default="", help="With --prove: only places whose path has TEXT in it."
)
@click.option("--again", is_flag=True, help="With --prove: also places that were tried before.")
@click.pass_context
def clauses(context: click.Context, *, as_json: bool, prove: bool, only: str, again: bool) -> None:
    """Say where each requirement is met, which are met nowhere, and which elements answer to none.

    Exits with 1 where a number is named that no document has.
    """
    from engine.tracing import report
    from webapp.settings import Settings

    root = Settings.from_environment().processes.resolve()
    if prove:
        for line in _proved(root, only=only, again=again):
            click.echo(line, err=True)
    try:
        found = report.of(PROJECT, root)
    except FileNotFoundError:
        raise click.ClickException(f"there are no requirements in {root}: add clauses.toml") from None
    if as_json:
        click.echo(json.dumps(found.as_json, ensure_ascii=False, indent=1))
    else:
        for line in report.lines(found):
            click.echo(line)
    context.exit(1 if found.unknown else 0)


def _proved(root: Path, *, only: str, again: bool) -> Iterator[str]:
    """Try what is new, forget what is gone, and write each finding down at once: whoever stops it keeps what was found."""
    from engine.tracing import places, proving, shown

    numbered = {one.where: one for one in places.of(root) if one.requirements}
    kept = {
        where: by
        for where, by in shown.read(root).items()
        if where in numbered and (root / by).is_file() and not (again and only in where)
    }
    shown.write(root, kept)
    new = [one for where, one in numbered.items() if where not in kept and only in where]
    for place, by in proving.prove(root, new) if new else ():
        if by:  # read again: another process may prove other places meanwhile
            shown.write(root, {**shown.read(root), place.where: by})
        yield f"{place.where}: {by or 'no scenario fails without it'}"
