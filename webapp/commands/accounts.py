"""`samordna user`: accounts, for whoever runs the machine.

Enters: a user name. Leaves: a sentence. A password that is made here is printed once and kept nowhere in the clear.
"""

from __future__ import annotations

import click

from engine import clock
from engine.errors import NotFound
from webapp.commands.connecting import connected, in_transaction


@click.group()
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

    with connected() as engine:
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

    with connected() as engine:
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

    with in_transaction() as tx:
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

    with in_transaction() as tx:
        person = directory.person_by_username(tx, username)
        if person is None:
            raise click.ClickException(f"there is no account {username}")
        sessions.end_all(tx, person.id, now=clock.now())
    click.echo(f"{username} is signed out everywhere")
