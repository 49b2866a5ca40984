"""What stands on every page: menu, account, links, the number of tasks.

Enters: the request's actor. Leaves: names for `base.html`. Nothing here that the next click would refuse: an entry is shown only to those
who may use it.
"""

from __future__ import annotations

from flask import Flask, Response, g, get_flashed_messages, session, url_for

from engine.access import Actor
from engine.access.actor import Role
from engine.definitions.guidance import Term
from engine.reads import plans_ahead, worklist
from webapp import auth, guides, language, once, words
from webapp.assets import Assets
from webapp.pages.directory_names import unit_names
from webapp.session import house, today


def install(app: Flask, built: Assets) -> None:
    """Hand the frame to every template."""
    app.jinja_env.globals["number_words"] = words.number_words
    app.jinja_env.globals["once_key"] = once.key
    app.jinja_env.globals["plan_word"] = plan_word

    @app.context_processor
    def frame() -> dict[str, object]:
        actor = auth.asking()
        found: dict[str, object] = {
            "assets": built,
            "lang": language.now_in_use(),
            "keys_on": session.get("keys", "on") == "on",
            "links": links(actor),
        }
        found["flashes"] = [
            {"text": text, "state": "done" if state == "message" else state} for state, text in _flashed()
        ]
        found["actor"] = None
        if actor is not None:
            units = unit_names(one.unit_id for one in actor.memberships) if "tx" in g else {}
            found["actor"] = {
                "name": actor.name,
                "unit": words.listed(list(units.values())),
                "initials": words.initials(actor.name),
            }
            if "tx" in g and list(actor.in_care()):
                found["plans_url"] = url_for("followed.page") if plans_ahead.holds_any(g.tx, actor) else ""
                found["todo_count"] = worklist.counts(g.tx, actor, today=today())["all"]
        return found

    @app.after_request
    def never_kept(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-store"
        return response


def plan_word() -> Term | None:
    """What the word means that everything here is about, in the language of the page; None in one that has no list of words (S1-01)."""
    return next(iter(guides.library(house().settings.processes, "", language.now_in_use()).terms), None)


def _flashed() -> list[tuple[str, str]]:
    return [(str(one[0]), str(one[1])) for one in get_flashed_messages(with_categories=True)]


def links(actor: Actor | None) -> dict[str, str]:
    """The addresses of the menu; those a person may not use are empty."""
    may_lead = bool(actor and actor.leads)
    may_run = bool(
        actor and any({Role.ADMINISTRATOR, Role.PROCESS_OWNER} & set(one.roles) for one in actor.memberships)
    )
    may_change = bool(
        actor and (actor.holds(Role.PROCESS_OWNER, None) or actor.holds(Role.REGION_ADMINISTRATOR, None))
    )
    may_audit = bool(actor and actor.holds(Role.AUDITOR, None))
    region = next((one.region_id for one in actor.memberships), "") if actor else ""
    return {
        "todo": url_for("worklist.page"),
        "cases": url_for("cases.page"),
        "start": url_for("start.page") if actor and list(actor.in_care()) else "",
        "support": url_for("routines.page") if actor and actor.memberships else "",
        "about": url_for("public.overview", region_id=region) if region else url_for("public.regions"),
        "help": url_for("statements.help_page"),
        "accessibility": url_for("statements.accessibility"),
        "privacy": url_for("statements.privacy"),
        "absences": url_for("absences.page"),
        "account": url_for("account.page"),
        "sign_out": url_for("signin.sign_out"),
        "manager": url_for("board.page") if may_lead else "",
        "admin": url_for("admin.page") if may_run else "",
        "studio": url_for("studio_routines.page") if may_change else "",
        "log": url_for("logbook.page") if may_audit else "",
        "figures": url_for("figures.page")
        if actor and (may_lead or actor.holds(Role.GOVERNANCE, None))
        else "",
    }
