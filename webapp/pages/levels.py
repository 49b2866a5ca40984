"""Levels of protection in words, and what each demands of whoever works with the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext

from engine.access import DEMANDS, LEVELS
from engine.actions import papers
from engine.records import directory
from engine.status import Protection
from webapp.auth import actor
from webapp.session import tx


def name(level: Protection) -> str:
    """What the authorities call the level."""
    return {
        Protection.NONE: gettext("No protected personal data"),
        Protection.CONFIDENTIALITY_MARK: gettext("Confidentiality mark"),
        Protection.PROTECTED_REGISTRATION: gettext("Protected population registration"),
        Protection.ASSUMED_IDENTITY: gettext("Assumed identity"),
        Protection.CONFIDENTIAL_ADDRESS: gettext("Confidential address (code 7)"),
        Protection.STRICTLY_CONFIDENTIAL_ADDRESS: gettext("Strictly confidential address (code 6)"),
    }[level]


def offered() -> list[tuple[Protection, str]]:
    """The levels of the country where the actor works, the mildest first, with their names."""
    region = next((one.region_id for one in actor().in_care()), "")
    known = directory.region(tx(), region)
    return [
        (level, name(level)) for level in LEVELS.get(str(known["country"]) if known else "", LEVELS["SE"])
    ]


def for_paper(content: Mapping[str, object], level: Protection, units: Collection[str]) -> dict[str, object]:
    """What of a paper's content may be printed at that level: without places, and where the level demands it without units."""
    return papers.for_level(content, DEMANDS[level], units)


def paper_note(level: Protection) -> str:
    """What whoever prints must know; '' on an open case."""
    if not DEMANDS[level].by_hand:
        return ""
    told = gettext(
        "Protected personal data: hand the paper over yourself. Addresses and places are left out, and units where the level demands it."
    )
    ways = {
        "SE": gettext(
            "If it must go by post, send it through the Tax Agency: in a closed envelope with name and identity number, inside another "
            "to the Agency's forwarding of post. Write no address anywhere."
        ),
        "NO": gettext(
            "If it must go by post, send it through the forwarding of the population register. Write no address anywhere."
        ),
    }
    country = next((key for key, levels in LEVELS.items() if level in levels), "")
    return f"{told} {ways[country]}" if country in ways else told


def demands(level: Protection) -> list[str]:
    """What the level means here, a sentence each."""
    asked = DEMANDS[level]
    told = {
        gettext("Only those named below see the case. Everybody else is told nothing, not even that it exists."): asked.named_readers_only,
        gettext("Addresses and places are not printed."): asked.hides_address,
        gettext("The unit's name is not printed, since it tells where the person lives."): asked.hides_unit,
        gettext("No letter, invitation or calendar entry goes by itself. A named person hands it over."): asked.by_hand,
        gettext("Every time somebody opens the case, or tries to, it is logged."): asked.logs_every_opening,
    }  # fmt: skip
    return [sentence for sentence, holds in told.items() if holds]
