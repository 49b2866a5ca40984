"""Why what was handed in makes no routine and changes none, in the language of the page.

Enters: the sentence of a refusal, as the command line says it. Leaves: the same in the reader's language, '' for a sentence that nobody has
put into words here; `tests/webapp/test_uploading.py` holds that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext


def of(sentence: str) -> str:
    """The sentence for whoever reads the page."""
    found = ((pattern.fullmatch(sentence), said) for pattern, said in _SENTENCES)
    return next((said(*match.groups()) for match, said in found if match), "")


def _is(sentence: str, said: Callable[..., str]) -> tuple[re.Pattern[str], Callable[..., str]]:
    """That sentence; `*` stands for what it names."""
    return re.compile(re.escape(sentence).replace(r"\*", "(.+?)")), said


_SENTENCES = (
    _is(
        "Upload a zip of the routine's folder, or one file with the name it has there.",
        lambda: gettext("Upload a zip of the routine's folder, or one file with the name it has there."),
    ),
    _is(
        "A new routine begins with a drawing (.bpmn) or a zip of a folder with one.",
        lambda: gettext("A new routine begins with a drawing (.bpmn) or a zip of a folder with one."),
    ),
    _is(
        "The file is no zip archive that can be read. Pack the folder again.",
        lambda: gettext("The file is no zip archive that can be read. Pack the folder again."),
    ),
    _is(
        "The archive may hold at most * files of * MB together.",
        lambda files, size: gettext(
            "The archive may hold at most %(files)s files of %(size)s MB together. Pack only the routine's own folder.",
            files=files,
            size=size,
        ),
    ),
    _is(
        "A name in the archive leads out of the folder. Pack the folder again.",
        lambda: gettext("A name in the archive leads out of the folder. Pack the folder again."),
    ),
    _is(
        "A name in the archive is too long or holds signs that cannot be written.",
        lambda: gettext(
            "A file in the archive has a name that is too long or cannot be written. Give it another name and pack again."
        ),
    ),
    _is(
        "The archive holds no diagram. Pack the routine's whole folder.",
        lambda: gettext("The archive holds no diagram. Pack the routine's whole folder."),
    ),
    _is(
        "The archive holds several routines. Pack the folder of one.",
        lambda: gettext("The archive holds several routines. Pack the folder of one."),
    ),
    _is(
        "The archive holds another routine than '*'. Choose the routine that it is, or pack the right folder.",
        lambda _: gettext(
            "The archive holds another routine than the chosen one. Choose the routine that it is, or pack the right folder."
        ),
    ),
    _is(
        "The file is no BPMN 2.0 drawing: its outermost element is another.",
        lambda: gettext("The file is no BPMN 2.0 drawing: its outermost element is another."),
    ),
    _is(
        "The file is no DMN table: its outermost element is another.",
        lambda: gettext("The file is no decision table (DMN). Save the table anew as DMN."),
    ),
    _is(
        "The file is no picture of the kind that its name says. Save it anew as that kind.",
        lambda: gettext("The file is no picture of the kind that its name says. Save it anew as that kind."),
    ),
    _is(
        "The file is no SVG picture. Save it anew as SVG.",
        lambda: gettext("The file is no SVG picture. Save it anew as SVG."),
    ),
    _is(
        "There is a routine of that name already. Choose it in the list, or give another title.",
        lambda: gettext(
            "There is a routine of that name already. Choose it in the list, or give another title."
        ),
    ),
    _is("The routine needs a title. Write one.", lambda: gettext("The routine needs a title. Write one.")),
)
