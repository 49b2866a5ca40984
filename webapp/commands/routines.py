"""`samordna deploy`, `check`, `scenario` and `decide`: routines from files, before and when they are put to use.

Enters: a folder or a file. Leaves: findings, results and an exit code. Nothing but `deploy` writes to the database of the settings, and
that only drafts of what has a version already.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from engine import clock
from webapp.commands.connecting import connected

EXISTING = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", type=FOLDER)
def deploy(path: Path) -> None:
    """Check the routine in the folder PATH, or all routines below it, and let new cases use them.

    What has a version already, and has changed, becomes a draft, which a second person approves in the studio.
    """
    from engine.actions import deploy as deployment

    with connected() as engine:
        lines = list(deployment.deploy_path(engine, path, now=clock.now()))
    if not lines:
        raise click.ClickException(
            f"there is no routine in {path}: give a folder of regions, or a routine's folder"
        )
    for line in lines:
        click.echo(line)


@click.command()
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
        _fail(context, f"there is no routine, diagram, table or form in {path}")
    except OSError as error:
        _fail(context, f"{path} cannot be read: {error.strerror}")
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
    context.exit(1 if any(each.severity == "error" for each in findings) else 0)


@click.command()
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


@click.command()
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
    from webapp.commands import deciding

    model = deciding.model_in(path)
    try:
        inputs = deciding.inputs_in(given, model)
    except deciding.WrongInput as error:
        _fail(context, str(error))
    found = deciding.decided(path, model, decision, inputs, now=clock.now())
    click.echo(deciding.as_json(found) if as_json else "\n".join(deciding.lines(found)))
    for wrong in () if as_json else found.errors:
        click.echo(f"Error: {wrong}", err=True)
    context.exit(1 if found.errors else 0)


def _fail(context: click.Context, sentence: str) -> NoReturn:
    """Nothing could be looked at: exit code 2."""
    click.echo(f"Error: {sentence}", err=True)
    context.exit(2)
