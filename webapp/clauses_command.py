"""`samordna clauses`: where each requirement of the source documents is met, and what shows it.

Enters: arguments and the folders of the project. Leaves: lines or one JSON object on standard output, an exit code. It reads files
only; with --prove it plays scenarios in a database of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

PROJECT = Path(__file__).parent.parent


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: where each number is met, and by what."
)
@click.option("--prove", is_flag=True, help="First find the scenario that fails without each new place.")
@click.option(
    "--again", "pattern", metavar="TEXT", help="With --prove: also try places anew whose path has TEXT in it."
)
@click.pass_context
def clauses(context: click.Context, *, as_json: bool, prove: bool, pattern: str | None) -> None:
    """Say where each requirement is met, which are met nowhere, and which elements answer to none.

    Exits with 1 where a number is named that no document has, or a place has a number that nothing shows.
    """
    from engine.tracing import report
    from webapp.settings import Settings

    root = Settings.from_environment().processes.resolve()
    if prove:
        _prove(root, pattern)
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


def _prove(root: Path, pattern: str | None) -> None:
    """Try what is new, forget what is gone, and write down what was found."""
    from engine.tracing import places, proving, shown

    numbered = {one.where: one for one in places.of(root) if one.numbers}
    kept = {
        where: by
        for where, by in shown.read(root).items()
        if where in numbered and (root / by).is_file() and not (pattern and pattern in where)
    }
    new = [one for where, one in numbered.items() if where not in kept]
    shown.write(root, kept)
    for place, by in proving.prove(root, new, say=lambda line: click.echo(line, err=True)) if new else ():
        kept[place.where] = by
        shown.write(root, kept)  # at once: whoever stops it keeps what was found
