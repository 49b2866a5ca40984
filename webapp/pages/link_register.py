"""The register of links as its administrators keep it: add, change, retire, and give a body its new name (S0-25, S0-28)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, SystemObject, may
from engine.actions import link_register
from engine.actions.link_register import Typed
from engine.definitions.knowledge import THEMES
from engine.errors import InvalidForm, NotFound
from engine.reads import directory_history
from engine.records import links
from webapp import once, words
from webapp.auth import actor
from webapp.pages import admin, directory_names, support
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("link_register", __name__, url_prefix="/admin/links")
FIELDS = ("name", "address", "theme", "publisher", "new_publisher", "diagnoses", "note")


@pages.get("/")
@reads
def page() -> str:
    """Every link of the region and of all, and the bodies behind them."""
    _opened()
    region = admin.mine().region_id
    found = [one for one in links.every(tx()) if one.region_id in (None, region)]
    bodies = [one for one in links.publishers(tx()).values() if one.region_id in (None, region)]
    return render_template(
        "admin/links/listing.html", rows=[_row(one) for one in found],
        publishers=[
            {
                "name": one.name, "earlier": words.listed(list(one.earlier)),
                "url": url_for("link_register.publisher", publisher_id=one.id) if link_register.may_keep(actor(), one.region_id) else "",
            }
            for one in bodies
        ],
        new_url=url_for("link_register.new"), **admin.frame("links"),
    )  # fmt: skip


@pages.get("/new")
@reads
def new() -> str:
    """An empty form."""
    _opened()
    return _form(None, {}, {})


@pages.post("/new")
@writes
def add() -> ResponseReturnValue:
    """A new link of the region, or of all where the person keeps those and says so."""
    _opened()
    if once.earlier() is not None:
        return redirect(url_for("link_register.page"))
    region = None if request.form.get("for_all") == "on" else admin.mine().region_id
    try:
        made = link_register.add(tx(), actor(), region, _typed(), now=now())
    except InvalidForm as error:
        return _form(None, request.form, _wrong(error)), 422
    once.made(made)
    flash(gettext("Saved."))
    return redirect(url_for("link_register.page"))


@pages.get("/<link_id>")
@reads
def change(link_id: str) -> str:
    """The form with what the register says."""
    link = _mine(link_id)
    known = {
        "name": link.name, "address": link.address, "theme": link.theme, "publisher": link.publisher_id,
        "diagnoses": "\n".join(link.diagnoses), "note": link.note or "",
    }  # fmt: skip
    return _form(link, known, {})


@pages.post("/<link_id>")
@writes
def save(link_id: str) -> ResponseReturnValue:
    """Change it to what was typed."""
    link = _mine(link_id)
    try:
        link_register.change(tx(), actor(), link_id, _typed(), now=now())
    except InvalidForm as error:
        return _form(link, request.form, _wrong(error)), 422
    flash(gettext("Saved."))
    return redirect(url_for("link_register.page"))


@pages.post("/<link_id>/retire")
@writes
def retire(link_id: str) -> ResponseReturnValue:
    """Offered no longer, or again."""
    if _mine(link_id).valid_to is None:
        link_register.retire(tx(), actor(), link_id, today(), now=now())
        flash(gettext("The link is retired."))
    else:
        link_register.restore(tx(), actor(), link_id, now=now())
        flash(gettext("The link is offered again."))
    return redirect(url_for("link_register.page"))


@pages.get("/publishers/<publisher_id>")
@reads
def publisher(publisher_id: str) -> str:
    """A body and what it was called before."""
    return _publisher(_body(publisher_id), "", "")


@pages.post("/publishers/<publisher_id>")
@writes
def rename(publisher_id: str) -> ResponseReturnValue:
    """It has another name."""
    body, typed = _body(publisher_id), request.form.get("name", "")
    try:
        link_register.rename(tx(), actor(), publisher_id, typed, now=now())
    except InvalidForm as error:
        return _publisher(body, typed, support.problem(error.errors[0].message)), 422
    flash(gettext("Saved."))
    return redirect(url_for("link_register.page"))


def _opened() -> None:
    may(actor(), Act.LINKS_KEEP, admin.mine()).required()


def _mine(link_id: str) -> links.Link:
    _opened()
    link = links.fetch(tx(), link_id)
    may(actor(), Act.LINKS_KEEP, SystemObject(link.region_id)).required()
    return link


def _body(publisher_id: str) -> links.Publisher:
    _opened()
    found = links.publishers(tx()).get(publisher_id)
    if found is None:
        raise NotFound
    may(actor(), Act.LINKS_KEEP, SystemObject(found.region_id)).required()
    return found


def _typed() -> Typed:
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    diagnoses = [" ".join(one.split()) for one in re.split(r"[\n;]", given["diagnoses"])]
    return Typed(
        " ".join(given["name"].split()), given["address"], given["theme"], given["publisher"], " ".join(given["new_publisher"].split()),
        tuple(dict.fromkeys(one for one in diagnoses if one)), given["note"],
    )  # fmt: skip


def _wrong(error: InvalidForm) -> dict[str, str]:
    return {one.path: support.problem(one.message) for one in error.errors}


def _row(one: links.Link) -> dict[str, object]:
    return {
        "name": one.name, "address": one.address, "publisher": one.publisher, "theme": support.theme(one.theme),
        "retired": words.full_day(one.valid_to) if one.valid_to else "", "shared": one.region_id is None,
        "url": url_for("link_register.change", link_id=one.id) if link_register.may_keep(actor(), one.region_id) else "",
    }  # fmt: skip


def _form(link: links.Link | None, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    region = admin.mine().region_id
    bodies = [one for one in links.publishers(tx()).values() if one.region_id in (None, region)]
    return render_template(
        "admin/links/form.html", link=link, typed=typed, wrong=wrong, errors=[{"href": name, "text": text} for name, text in wrong.items()],
        themes=[(key, support.theme(key)) for key in THEMES], publishers=[(one.id, one.name) for one in bodies],
        action=url_for("link_register.save", link_id=link.id) if link else url_for("link_register.add"),
        retire_url=url_for("link_register.retire", link_id=link.id) if link else "", may_share=link_register.may_keep(actor(), None),
        history=history(link.id) if link else [], back_url=url_for("link_register.page"), **admin.frame("links"),
    )  # fmt: skip


def _publisher(body: links.Publisher, typed: str, wrong: str) -> str:
    return render_template(
        "admin/links/publisher.html", body=body, name=typed or body.name, wrong=wrong, history=history(body.id),
        errors=[{"href": "name", "text": wrong}] if wrong else [], action=url_for("link_register.rename", publisher_id=body.id),
        back_url=url_for("link_register.page"), **admin.frame("links"),
    )  # fmt: skip


def history(row_id: str) -> list[dict[str, str]]:
    """Who changed it, and when."""
    rows = directory_history.of(tx(), row_id)
    people = directory_names.people((one.actor_id, one.acting_for_id) for one in rows)
    how = {
        "link_added": gettext("Added"), "link_changed": gettext("Changed"), "link_retired": gettext("Retired"),
        "link_restored": gettext("Offered again"), "publisher_added": gettext("Added"), "publisher_renamed": gettext("Given a new name"),
    }  # fmt: skip
    return [
        {
            "when": words.moment(one.at, now(), ZONE), "what": how.get(one.kind, one.kind),
            "by": people[one.actor_id, one.acting_for_id],
        }
        for one in rows
    ]  # fmt: skip
