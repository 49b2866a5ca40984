"""`samordna diff A B`: what differs between two versions of a routine, in the sentences that page, mail and log have too.

Enters: two of a routine's folder, a zip of one, or `<process>@<version>` in the database. Leaves: a sentence a line; nothing where nothing
differs. Only reads; a zip is never unpacked to disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import click

from engine.definitions import difference, files
from engine.errors import NotFound
from webapp.commands.connecting import connected

VERSION = re.compile(r"(?P<process>[a-z][a-z0-9_]*)@(?P<version>[0-9]{1,6}|[0-9a-f]{7,64})")
LANGUAGES = click.Choice(["sv", "nb", "en"])


@dataclass(frozen=True, slots=True)
class Side:
    """The files of one of the two, by path, and the routine's folder among them."""

    contents: dict[str, bytes]
    folder: str


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--language", type=LANGUAGES, default="sv", show_default=True, help="Of the sentences.")
@click.pass_context
def diff(context: click.Context, before: str, after: str, language: str) -> None:
    """Say in sentences what differs from A to B.

    Each is a routine's folder, a zip of one, or a version in the database: vastmanland_sip@3, or @ and the hash. Exits with 0 where nothing
    differs, 1 where something does.
    """
    from webapp import difference_words

    old, new = _alike(_side(before), _side(after))
    if old.folder != new.folder:
        found = difference.of_variant(old.contents, new.contents, old.folder, new.folder)
    else:
        found = difference.between(old.contents, new.contents)
    with difference_words.in_language(language):
        for one in found:
            click.echo(difference_words.plain(one))
        if not found:
            click.echo(difference_words.headline(found))
    context.exit(1 if found else 0)


def _alike(old: Side, new: Side) -> tuple[Side, Side]:
    """A folder may stand alone, without the routines that it calls: those are compared where both sides have them."""
    both = {files.folder_of(path) for path in old.contents} & {files.folder_of(path) for path in new.contents}

    def kept(side: Side) -> Side:
        folders = both | {side.folder}
        return Side(
            {path: data for path, data in side.contents.items() if files.folder_of(path) in folders},
            side.folder,
        )

    return kept(old), kept(new)


def _side(told: str) -> Side:
    named = VERSION.fullmatch(told)
    path = Path(told)
    if named is not None and not path.exists():
        return _of_database(named["process"], named["version"])
    if path.is_dir():
        folder = path.resolve()
        bundle = files.read_bundle(folder, folder.parent.parent)
        return Side(dict(bundle.files), bundle.folder)
    if path.is_file() and path.suffix == ".zip":
        return _of_zip(path)
    raise click.ClickException(
        f"{told} is no routine's folder, no zip of one, and no version such as vastmanland_sip@3"
    )


def _of_zip(path: Path) -> Side:
    from webapp.pages import uploading

    if path.stat().st_size > uploading.MOST_BYTES:
        raise click.ClickException(f"{path.name} is larger than {uploading.MOST_BYTES // 1_000_000} MB")
    contents = uploading.members(path.name, path.read_bytes())
    drawn = sorted((one for one in contents if one.endswith(".bpmn")), key=lambda one: (one.count("/"), one))
    settled = sorted(
        (one for one in contents if one.endswith("/routine.toml")), key=lambda one: one.count("/")
    )
    if not drawn:
        raise click.ClickException(f"{path.name} holds no diagram: pack the routine's whole folder")
    stem = path.stem.partition("-")[0]
    named = [one for one in settled if files.process_id_of(files.folder_of(one)) == stem]
    return Side(contents, files.folder_of((named or settled or drawn)[0]))


def _of_database(process_id: str, version: str) -> Side:
    from engine import library
    from engine.reads import overview
    from engine.records.database import reading

    with connected() as engine, reading(engine) as tx:
        hashes = [one.hash for one in overview.versions(tx) if one.process_id == process_id]
        oldest_first = [*reversed(hashes)]
        numbered = version.isdecimal() and 1 <= int(version) <= len(hashes)
        found = (
            [oldest_first[int(version) - 1]]
            if numbered
            else [one for one in hashes if one.startswith(version)]
        )
        if len(found) != 1:
            raise NotFound(f"there is no version {version} of {process_id}")
        bundle = library.loaded(tx, found[0]).bundle
        return Side(dict(bundle.files), bundle.folder)
