"""Which language a page is shown in (decision: the reader's own choice, else their region's, else what the browser asks for).

Enters: the request. Leaves: `sv`, `nb` or `en`. The choice is kept in the browser, in a cookie that says nothing but the language, so
that the sign-in page has it too. English is only ever chosen: no region speaks it, and it is the language of the sources.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, g, request
from flask_babel import get_locale, refresh

from engine.access import Actor
from engine.actions.ground import language_of
from engine.records import directory
from engine.records.database import reading
from webapp import auth
from webapp.session import house

LANGUAGES = {"sv": "Svenska", "nb": "Norsk bokmål", "en": "English"}
"""Each in its own words, as whoever looks for it reads it."""
COOKIE = "samordna-language"
FOR_A_YEAR = 365 * 24 * 3600
_ASKED_FOR = {"sv": "sv", "nb": "nb", "no": "nb", "nn": "nb"}  # what a browser asks for, and what it gets


def of_request() -> str:
    """The language of this request; Flask-Babel asks once and keeps it."""
    return own_choice() or g.get("language") or _of_region(auth.asking()) or _of_browser()


def own_choice() -> str:
    """What the reader has chosen, '' where they follow their region."""
    chosen = request.cookies.get(cookie_name(), "")
    return chosen if chosen in LANGUAGES else ""


def choose(answer: Response, language: str) -> None:
    """Keep the choice in this browser; '' follows the region again."""
    secure = house().settings.is_production
    if language in LANGUAGES:
        answer.set_cookie(
            cookie_name(), language, max_age=FOR_A_YEAR, httponly=True, secure=secure, samesite="Lax"
        )
    else:
        answer.delete_cookie(cookie_name(), secure=secure)


def cookie_name() -> str:
    """In production it belongs to this host alone, as the session's does."""
    return f"__Host-{COOKIE}" if house().settings.is_production else COOKIE


def follow(region_settings: Mapping[str, object]) -> None:
    """Whoever has no region of their own reads in the language of the case that they came for."""
    g.language = language_of(region_settings)
    refresh()


def now_in_use() -> str:
    """The language of the page, for its `lang`."""
    return str(get_locale() or "sv")


def _of_region(actor: Actor | None) -> str:
    region_id = next((one.region_id for one in actor.memberships), "") if actor else ""
    if not region_id:
        return ""
    if "tx" in g:
        found = directory.region(g.tx, region_id)
    else:
        with reading(house().engine) as tx:
            found = directory.region(tx, region_id)
    settings = found["settings"] if found else {}
    return language_of(settings) if isinstance(settings, Mapping) else ""


def _of_browser() -> str:
    return _ASKED_FOR.get(request.accept_languages.best_match(_ASKED_FOR) or "sv", "sv")
