"""What an undoing, or doing again, was of: in a sentence, and the step at which the list goes on.

Enters: the files of a draft before and after. Leaves: words and an element's id. Nothing is undone here.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext, ngettext

from engine.definitions import difference, outline
from engine.definitions.diagram import read
from engine.errors import EngineError
from webapp import difference_words

Files = Mapping[str, bytes]


def said(before: Files, after: Files, way: str) -> str:
    """`Undone, no longer holds: ...`, of several changes the first, and how many more."""
    undoes = way == "undo"
    changes = difference.between(after, before) if undoes else difference.between(before, after)
    if not changes:
        return gettext("Undone.") if undoes else gettext("Done again.")
    what = difference_words.plain(changes[0])
    more = len(changes) - 1
    if more:
        what = f"{what} {ngettext('And one more change.', 'And %(num)s more changes.', more)}"
    if undoes:
        return gettext("Undone, no longer holds: %(what)s", what=what)
    return gettext("Done again: %(what)s", what=what)


def place(before: Files, after: Files, path: str, chosen: str) -> str:
    """The step that is otherwise now, that of a deadline too; where one went, the one before it; else the one that was chosen."""
    was, now = _steps(before, path), _steps(after, path)
    for one in difference.between(before, after):
        if one.path == path and one.element_id in now:
            return now[one.element_id] or one.element_id
    for step in (*(each for each in was if each not in now), chosen):
        if step in now:
            return step
        if step in was:
            return _before(was, step, now)
    return ""


def before(contents: Files, path: str, element_id: str) -> str:
    """The step that stands before another in the list; '' for none."""
    steps = _steps(contents, path)
    return _before(steps, element_id, steps) if element_id in steps else ""


def _before(steps: Mapping[str, str], element_id: str, there: Mapping[str, str]) -> str:
    order = list(steps)
    return next((one for one in reversed(order[: order.index(element_id)]) if one in there), "")


def _steps(contents: Files, path: str) -> dict[str, str]:
    """The steps of the drawing in the order of the list, each with the one it hangs on, '' for none; empty where it cannot be read."""
    try:
        processes = read(contents.get(path, b""), path).processes
    except EngineError:
        return {}
    return {
        step.element_id: process.nodes[step.element_id].attached_to
        for process in processes
        for step in outline.of(process)
        if step.kind not in ("branch", "goto")
    }
