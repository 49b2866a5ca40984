"""The message catalogues are whole: every sentence of the interface has its words in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po

WEBAPP = Path(__file__).parents[2] / "webapp"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
LANGUAGES = sorted(path.name for path in (WEBAPP / "translations").iterdir())


def used() -> set[tuple[str | None, object]]:
    """Every message of code and templates, as (context, message)."""
    found: set[tuple[str | None, object]] = set()
    code = [path for path in WEBAPP.rglob("*.py") if "frontend" not in path.parts]
    for path in [*code, *(WEBAPP / "templates").rglob("*.html")]:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        for _line, message, _comments, context in extract_from_file(method, str(path), keywords=KEYWORDS):
            alone = isinstance(message, tuple) and len(message) == 1
            found.add((context, message[0] if alone else message))
    return found


def catalogue(language: str) -> dict[tuple[str | None, object], Message]:
    with (WEBAPP / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {
            (one.context, one.id): one for one in read_po(file, locale=language, abort_invalid=True) if one.id
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = [message for message in used() if message not in known or not all(_forms(known[message]))]
    assert not missing, f"translate these in webapp/translations/{language}: {sorted(missing, key=str)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_left_over(language: str) -> None:
    assert not sorted(set(catalogue(language)) - used(), key=str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_fills_in_the_same_values(language: str) -> None:
    for (_context, ident), message in catalogue(language).items():
        names = _names(ident[-1] if isinstance(ident, tuple) else str(ident))
        for text in _forms(message):
            if _context != "time pattern":
                assert _names(text) <= names, text
                assert isinstance(ident, tuple) or _names(text) == names, text


def _forms(message: Message) -> list[str]:
    return (
        [str(one) for one in message.string]
        if isinstance(message.string, list | tuple)
        else [str(message.string)]
    )


def _names(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))
