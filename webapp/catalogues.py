"""Message catalogues, read straight from the .po files.

Enters: webapp/translations/<locale>/LC_MESSAGES/messages.po, as translators edit them. Leaves: translations for Flask-Babel. There is no
compiled file to forget: reading takes a few hundredths of a second, once per process and language.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

FOLDER = Path(__file__).parent / "translations"


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a locale, or of its language; nothing is translated where there is none (English is the source)."""
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        language = locale.split("_", maxsplit=1)[0]
        return translations(language) if language != locale else NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)


class PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel is published without types
    """Flask-Babel's domain over the catalogues above."""

    def get_translations(self) -> NullTranslations:
        return translations(str(get_locale() or "en"))


def install(babel: Babel) -> None:
    """Make an initialised Babel use the catalogues above; call within the app's set-up, after `Babel(app, ...)`."""
    babel.domain_instance = PoDomain()
