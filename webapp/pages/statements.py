"""Pages that tell: help, accessibility with a way to complain, how information is protected."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext

from webapp import words
from webapp.session import reads

pages = Blueprint("statements", __name__)
PUBLISHED = date(2026, 11, 22)


@pages.get("/help")
@reads
def help_page() -> str:
    """How the product is used."""
    return render_template("help.html", section="")


@pages.get("/accessibility")
@reads
def accessibility() -> str:
    """The accessibility statement (DOS-lagen 2018:1937)."""
    statement = {
        "organisation": gettext("The principal that runs Samordna"),
        "published": words.full_day(PUBLISHED),
        "reviewed": words.full_day(PUBLISHED),
        "email": "",
        "phone": "",
        "authority": {
            "name": "Myndigheten för digital förvaltning (Digg)",
            "url": "https://www.digg.se/tdosanmalan",
        },
    }
    return render_template("accessibility.html", section="", statement=statement, complain_url="")


@pages.get("/privacy")
@reads
def privacy() -> str:
    """How information is protected."""
    return render_template("privacy.html", section="")
