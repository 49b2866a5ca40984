"""Where a public page stands: the region, its language, whom the reader asks for, and what every such page shows around its own.

Enters: a region's id from the address. Leaves: a Place, or NotFound. Everything here is the installation's or the region's own; nothing of
a case, a person or an account is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from engine.actions.ground import language_of
from engine.actions.paper_frames import law_on
from engine.definitions.guidance import GROUPS, Library
from engine.errors import NotFound
from engine.records import directory
from webapp import guides, language
from webapp.session import house, today, tx

ENTRIES = [
    ("public.overview", lazy_gettext("About the plan")),
    ("public_routines.page", lazy_gettext("The routine")),
    ("public_papers.page", lazy_gettext("Forms")),
    ("public.material", lazy_gettext("All material")),
    ("public_links.page", lazy_gettext("Links")),
    ("public.terms", lazy_gettext("Words")),
    ("public.contacts", lazy_gettext("Ask somebody")),
]
"""The menu of the public pages: endpoint of a page that takes `region_id`, and what it is called. A new public page is added here."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region as its public pages know it; `law` are the references of this day, `group` is a target group or ''."""

    id: str
    name: str
    country: str
    language: str
    settings: Mapping[str, object]
    law: Mapping[str, str]
    group: str

    @property
    def library(self) -> Library:
        """Its guidance."""
        return guides.library(house().settings.processes, self.id, self.language)

    def is_for(self, audience: tuple[str, ...]) -> bool:
        """Whether something for these groups is shown now; what names no group is for all (S1-30)."""
        return not self.group or not audience or self.group in audience

    @property
    def kept(self) -> dict[str, Any]:
        """What links keep of the address: the group that was chosen."""
        return {"for": self.group} if self.group else {}

    def role(self, key: str) -> str:
        """What the region calls a role, its key where it has no name for it."""
        roles = self.settings.get("roles")
        return str(roles.get(key, key)) if isinstance(roles, Mapping) else key


def place(region_id: str) -> Place:
    """The region of an address; whoever has not chosen a language reads in the region's. Raises NotFound."""
    found = directory.region(tx(), region_id)
    settings = found["settings"] if found else None
    if found is None or not isinstance(settings, Mapping):
        raise NotFound
    if not language.own_choice():
        language.follow(settings)
    group = request.args.get("for", "")
    law = {
        name: text.replace(" §", "\N{NO-BREAK SPACE}§") for name, text in law_on(settings, today()).items()
    }
    return Place(
        region_id, str(found["name"]), str(found["country"]), language_of(settings), settings, law, group if group in GROUPS else ""
    )  # fmt: skip


def group_names() -> dict[str, str]:
    """The target groups, as people call them."""
    return {
        "child": gettext("Children"),
        "young": gettext("Young people"),
        "adult": gettext("Adults"),
        "older": gettext("Older people"),
    }


def drawn(at: Place, template: str, *, endpoint: str, **shown: object) -> str:
    """A public page with its menu."""
    menu = [
        {"url": url_for(one, region_id=at.id, **at.kept), "words": words, "current": one == endpoint}
        for one, words in ENTRIES
    ]
    return render_template(
        f"public/{template}", section="", place=at, public_menu=menu, kept=at.kept, **shown
    )


def groups(endpoint: str, at: Place) -> list[dict[str, object]]:
    """The choice of a target group, as links."""
    found: list[dict[str, object]] = []
    for key, words in [("", gettext("Everybody")), *group_names().items()]:
        asked: dict[str, Any] = {"for": key} if key else {}
        address = url_for(endpoint, region_id=at.id, **asked)
        found.append({"url": address, "words": words, "current": key == at.group})
    return found
