"""Links for everybody, by what they are about and by diagnosis; without sign-in (S0-25, S0-28, S1-36).

What is searched for is posted: which diagnosis somebody asks about stands in no address and in no log.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, request, url_for

from engine.definitions.knowledge import THEMES
from engine.records import links
from engine.records.collation import search_key
from webapp.pages import support
from webapp.pages.public_place import Place, drawn, place
from webapp.session import reads, today, tx

pages = Blueprint("public_links", __name__, url_prefix="/about/<region_id>")
LONGEST = 100


@pages.get("/links")
@reads
def page(region_id: str) -> str:
    """All that hold in the region, by theme."""
    return _shown(place(region_id), "")


@pages.post("/links")
@reads
def search(region_id: str) -> str:
    """Those that fit the words."""
    return _shown(place(region_id), request.form.get("q", "").strip()[:LONGEST])


def fits(one: links.Link, words: str) -> bool:
    """Whether every word stands in its name, note, diagnoses, or a name that its body has or had."""
    told = search_key(" ".join((one.name, one.note or "", one.publisher, *one.earlier, *one.diagnoses)))
    return all(word in told for word in search_key(words).split())


def row(one: links.Link, asked: str = "") -> dict[str, object]:
    """A link as it is shown: text, an address that was looked at when it was written down, and its host, which no name can hide."""
    diagnoses = sorted(one.diagnoses, key=lambda each: not (asked and search_key(asked) in search_key(each)))
    return {
        "name": one.name, "address": one.address, "host": urlsplit(one.address).hostname,
        "publisher": one.publisher, "note": one.note or "", "diagnoses": diagnoses,
        "formerly": next((name for name in one.earlier if asked and search_key(asked) in search_key(name)), ""),
    }  # fmt: skip


def _shown(at: Place, asked: str) -> str:
    found = [
        one
        for one in links.in_force(tx(), on=today())
        if one.region_id in (None, at.id) and one.country in (None, at.country)
    ]
    diagnoses = sorted({each for one in found for each in one.diagnoses}, key=search_key)
    hits = [one for one in found if fits(one, asked)]
    themes = [
        {
            "key": key,
            "title": support.theme(key),
            "note": support.theme_note(key),
            "links": [row(one, asked) for one in hits if one.theme == key],
        }
        for key in THEMES
    ]
    return drawn(
        at, "links.html", endpoint="public_links.page", asked=asked, count=len(hits), diagnoses=diagnoses,
        themes=[one for one in themes if one["links"]], action=url_for("public_links.search", region_id=at.id),
        all_url=url_for("public_links.page", region_id=at.id),
    )  # fmt: skip
