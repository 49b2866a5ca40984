"""What a file of a routine and a place in it are called on the page.

Enters: the bytes of a file, its path and an id in it. Leaves: words: the name that its author gave it, the row, column or field. Ids
are only told where nobody has given a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from flask_babel import gettext

from engine.definitions.editing import places


def short_name(path: str) -> str:
    """The file's name without folder and ending."""
    return PurePosixPath(path).stem


def called(data: bytes, path: str) -> str:
    """The name that people know the file by; its own without folder, ending and underscores where it has none."""
    return places.title(data, path) or short_name(path).replace("_", " ")


def routine(held: Mapping[str, bytes], folder: str) -> str:
    """The routine or part whose folder it is; the folder's own name where it has none."""
    path = f"{folder}/routine.toml"
    return places.title(held[path], path) if path in held else short_name(folder).replace("_", " ")


def place(data: bytes, path: str, element_id: str) -> str:
    """The row, column or field that the id stands for, and the file it is in."""
    found = places.place(data, path, element_id) if element_id else None
    if found is None:
        return f"{called(data, path)} ({element_id})" if element_id else called(data, path)
    inside = found.inside or called(data, path)
    if found.field:
        return gettext("%(form)s, the field “%(field)s”", form=inside, field=found.field)
    if found.row and found.column:
        return gettext(
            "%(table)s, row %(row)s, the column “%(column)s”",
            table=inside,
            row=found.row,
            column=found.column,
        )
    if found.row:
        return gettext("%(table)s, row %(row)s", table=inside, row=found.row)
    return (
        gettext("%(table)s, the column “%(column)s”", table=inside, column=found.column)
        if found.column
        else inside
    )
