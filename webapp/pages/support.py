"""What the pages of support share: their menu, and words for what links and courses are about."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from engine.access import Membership
from webapp.auth import actor


def frame(area: str) -> dict[str, object]:
    """What every page of support needs; `area` is routines, training, links or instructions."""
    region = next((one.region_id for one in actor().memberships), "")
    addresses = [
        ("routines", url_for("routines.page"), gettext("Routines")),
        ("training", url_for("training.page"), gettext("Training")),
        ("links", url_for("public_links.page", region_id=region) if region else "", gettext("Links")),
        ("instructions", url_for("instructions.page"), gettext("Local instructions")),
    ]
    shown = [
        {"url": url, "words": words, "current": area == key}
        for key, url, words in addresses
        if url and (key != "instructions" or list(actor().in_care()) or actor().leads)
    ]
    return {"section": "support", "support_tabs": shown}


def own_places() -> list[Membership]:
    """Where the person works as themself: what is read and learned is nobody else's."""
    return [one for one in actor().memberships if not one.lent]


def theme(key: str) -> str:
    """What a link is about."""
    return {
        "guidance": gettext("Guidance about coordinated plans"),
        "law": gettext("Laws and supervision"),
        "rights": gettext("Rights and support for the person"),
        "rare_diseases": gettext("Rare diseases"),
        "csd": gettext("Centres for rare diseases (CSD)"),
        "expert_team": gettext("Expert teams"),
        "ern": gettext("European reference networks (ERN)"),
        "course": gettext("Courses"),
    }.get(key, key)


def theme_note(key: str) -> str:
    """A line under the heading, where there is something to know."""
    return {
        "csd": gettext("Ask the centre of your own region first."),
        "ern": gettext("For information only. Nothing is sent or shared there from Samordna."),
    }.get(key, "")


def situation(key: str) -> str:
    """What a course is for."""
    return {
        "child": gettext("Children and young people"),
        "adult": gettext("Adults"),
        "older": gettext("Older people"),
        "discharge": gettext("Discharge from hospital"),
        "lss": gettext("Support and service to people with disabilities (LSS)"),
        "leading": gettext("Leading and coordinating"),
    }.get(key, key)


def problem(message: str) -> str:
    """What has to be mended in a form of these pages."""
    return {
        "missing": gettext("Fill this in"),
        "too-long": gettext("Too long"),
        "not-an-address": gettext("Write an address that begins with https://"),
        "not-ahead": gettext("Write a day that has been"),
        "too-early": gettext("Write a day that has been"),
    }.get(message, message)
