"""Pages that anybody may read before signing in: what a plan is, when and how it is made, which rights one has, whom to ask.

They show the installation's guidance and the region's own facts, and nothing of a case, a person or an account. The menu that they share
stands in `public_place.ENTRIES`; routines and forms have pages of their own (`public_routines`, `public_papers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions.ground import language_of
from engine.definitions.guidance import PARTS, Page
from engine.errors import NotFound
from engine.records import directory
from webapp import guides
from webapp.language import now_in_use
from webapp.pages.public_place import Place, drawn, group_names, groups, place
from webapp.session import reads, tx

pages = Blueprint("public", __name__, url_prefix="/about")


@pages.get("/")
@reads
def regions() -> ResponseReturnValue:
    """Where does one live? Those whose language the reader asks for stand first; a single one is gone to at once."""
    known = [found for one in directory.region_ids(tx()) if (found := directory.region(tx(), one))]
    if len(known) == 1:
        return redirect(url_for("public.overview", region_id=known[0]["id"]))
    rows = [
        {
            "url": url_for("public.overview", region_id=one["id"]),
            "name": one["name"],
            "language": _language(one),
        }
        for one in known
    ]
    rows.sort(key=lambda one: (one["language"] != now_in_use(), str(one["name"])))
    return render_template("public/regions.html", section="", regions=rows)


@pages.get("/<region_id>/")
@reads
def overview(region_id: str) -> str:
    """What there is to read, by what it is about, for everybody or for a target group."""
    at = place(region_id)
    chosen = [one for one in at.library.pages.values() if at.is_for(one.audience)]
    titles = _part_titles()
    parts = [
        {"key": part, "title": titles[part], "pages": [_line(at, one) for one in chosen if one.part == part]}
        for part in PARTS
    ]
    return drawn(
        at, "overview.html", endpoint="public.overview", groups=groups("public.overview", at),
        parts=[part for part in parts if part["pages"]], term=_first_term(at),
    )  # fmt: skip


@pages.get("/<region_id>/<page>")
@reads
def read(region_id: str, page: str) -> str:
    """One text, with the law that it rests on as it stands today."""
    at = place(region_id)
    shelf = at.library.pages
    if page not in shelf:
        raise NotFound
    here = shelf[page]
    beside = [one for one in shelf.values() if one.part == here.part and at.is_for(one.audience)]
    return drawn(
        at, "page.html", endpoint="", page=here, text=guides.shown(here, at.law), law=[at.law[one] for one in here.law if one in at.law],
        part=_part_titles()[here.part], beside=[_line(at, one) for one in beside if one.name != page], easy=here.media == "easy",
        groups=[words for key, words in group_names().items() if key in here.audience],
    )  # fmt: skip


@pages.get("/<region_id>/material")
@reads
def material(region_id: str) -> str:
    """Everything in one list with what it is: texts, easy texts, stories, checklists, forms to print (S1-31)."""
    at = place(region_id)
    kind, kinds = request.args.get("kind", ""), _kinds()
    rows = [
        {**_line(at, one), "kind": one.media} for one in at.library.pages.values() if at.is_for(one.audience)
    ]
    rows += [
        {
            "url": url_for("public_papers.blank", region_id=at.id, paper=one.kind),
            "title": one.title,
            "summary": one.about,
            "kind": "form",
        }
        for one in at.library.papers
        if at.is_for(one.audience)
    ]
    choices = [("", gettext("All kinds")), *kinds.items()]
    shown = [
        {
            "url": url_for("public.material", region_id=at.id, **_asked(at, key)),
            "words": words,
            "current": key == kind,
        }
        for key, words in choices
    ]
    return drawn(
        at, "material.html", endpoint="public.material", groups=groups("public.material", at), kinds=shown,
        rows=[{**one, "words": kinds[str(one["kind"])]} for one in rows if kind in ("", one["kind"])],
    )  # fmt: skip


@pages.get("/<region_id>/words")
@reads
def terms(region_id: str) -> str:
    """What words mean (S3-113)."""
    at = place(region_id)
    return drawn(at, "words.html", endpoint="public.terms", terms=at.library.terms)


@pages.get("/<region_id>/contacts")
@reads
def contacts(region_id: str) -> str:
    """Whom to ask in this region, from its `region.toml` (S1-32)."""
    at = place(region_id)
    told = at.settings.get("contacts")
    rows = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list | tuple) else []
    return drawn(
        at,
        "contacts.html",
        endpoint="public.contacts",
        contacts=rows,
        letterhead=at.settings.get("letterhead") or {},
    )


def _line(at: Place, page: Page) -> dict[str, object]:
    kind = "" if page.media == "text" else _kinds()[page.media]
    address = url_for("public.read", region_id=at.id, page=page.name, **at.kept)
    return {"url": address, "title": page.title, "summary": page.summary, "words": kind}


def _asked(at: Place, kind: str) -> dict[str, Any]:
    return at.kept | ({"kind": kind} if kind else {})


def _first_term(at: Place) -> object:
    """The word that everything here is about, for those who meet it for the first time (S1-01)."""
    return next(iter(at.library.terms), None)


def _part_titles() -> dict[str, str]:
    return {
        "plan": gettext("About the plan"),
        "rights": gettext("Your rights"),
        "you": gettext("For you"),
        "staff": gettext("For you who work with this"),
        "stories": gettext("How it can be"),
    }


def _kinds() -> dict[str, str]:
    return {
        "text": gettext("Texts"),
        "easy": gettext("Easy to read"),
        "story": gettext("Stories"),
        "checklist": gettext("Checklists"),
        "form": gettext("Forms to print"),
    }


def _language(region: Mapping[str, object]) -> str:
    settings = region["settings"]
    return language_of(settings) if isinstance(settings, Mapping) else "sv"
