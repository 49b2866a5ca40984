"""The product as people meet it: Västmanland's own routines and made-up directory, the pages, and one case with words planted in it.

Three units are called: one that the person has consented to, for some categories; one without consent; and one whose consent was
taken back. Every text of every form holds a word that occurs nowhere else, so that whatever leaks is seen and named.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, select

from engine import library
from engine.actions import cases, deploy, draft_sources, live, routine_drafts, sessions
from engine.actions.demo import fill_if_empty
from engine.definitions.schema import Field, Form
from engine.records import attachments, correspondence, directory, disposals, facts, moves, retention
from engine.records import cases as case_rows
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.engines import connect
from tests.world import World
from webapp import create_app
from webapp.session import House
from webapp.settings import Settings

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
BEGUN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 9.00 in Sweden
NUMBER = "19430515-2383"
PERSON = "Qviktoria Zetterqvarn"
CONVENER, SUMMONED, CONSENTED, WITHDRAWN = (
    "vc_ekdalen",
    "bistandsenheten_norra",
    "socialpsykiatri",
    "hemsjukvard_malby",
)
CONSENTED_TO = ("coordination", "plan")
OPENED = frozenset({*CONSENTED_TO, "consent", "identity"})

NEEDS: list[dict[str, object]] = [
    {"area": "housing", "priority": place, "specialist_contact": "no", "social_contact": "yes", "uncertain": "no",
     "may_contact": "yes", "social_unit": unit}
    for place, unit in enumerate((SUMMONED, CONSENTED, WITHDRAWN), 1)
]  # fmt: skip
STEPS: tuple[tuple[str, dict[str, object]], ...] = (
    ("register_need", {
        "initiator": "staff", "requested_by_person": "no", "trigger": "needs_both", "noticed_on": date(2026, 3, 2), "urgency": "normal"}),
    ("clarify_eligibility", {
        "main_reason_compulsory_trial": "no", "open_compulsory_care": "no", "principals_needed": ["region", "municipality_social"],
        "housing": "ordinary", "lss_group": "none", "circumstances": ["other_principal_necessary", "coordination_need"]}),
    ("assess_need", {"basis": ["conversation"], "need_decision": "needed", "start_needed_on": date(2026, 3, 9)}),
    ("ask_for_consent", {
        "consent_answer": "yes", "consent_said_by": "person", "consent_given_on": date(2026, 3, 2), "consent_form": "oral",
        "consent_support": "none", "consent_categories": list(CONSENTED_TO), "consent_units": [{"unit": CONSENTED}, {"unit": WITHDRAWN}]}),
    ("prepare_meeting", {
        "need_areas": NEEDS, "health_centre": CONVENER, "social_reception": "mottagning_malby", "meeting_explained": True,
        "meeting_place_wish": "home", "questions_for_units": [{}],
        "invited_people": [{"kind": "related_person", "chosen_by_person": "yes", "consent": "yes", "suitable": "yes"}]}),
    ("write_initiative", {"initiative_consent_confirmed": True}),
)  # fmt: skip
WITHDRAWAL = {
    "partial_scope": "units", "partial_units": [{"unit": WITHDRAWN}], "partial_withdrawn_on": date(2026, 3, 2),
    "partial_withdrawal_form": "oral",
}  # fmt: skip


@dataclass
class Site:
    """Pages over a database, at an instant that only the test moves. `planted` is word -> category of what it was written in."""

    world: World
    app: Flask
    case_id: str = ""
    planted: dict[str, str] = field(default_factory=dict)

    def client(self, name: str = "") -> FlaskClient:
        """A browser, signed in as that person; '' is nobody."""
        client = self.app.test_client()
        if name:
            with writing(self.world.engine) as tx:
                holder = sessions.Holder("password", person_id=name)
                token, _ = sessions.begin(tx, holder, browser="", now=self.world.now)
            client.set_cookie("samordna", token)
        return client

    def keeps_all(self, name: str) -> None:
        """From now on that person administers every region of the installation."""
        with writing(self.world.engine) as tx:
            units = {one.region_id: one.id for one in directory.all_units(tx)}
            for region, unit in units.items():
                for role in ("administrator", "region_administrator"):
                    directory.put_membership(
                        tx, id=f"{name}-{role}-{region}", person_id=name, unit_id=unit, role=role, valid_from=self.world.now.date(),
                    )  # fmt: skip

    def as_it_was(self, template: Path) -> None:
        """The database anew, for the next of many requests; the pages stay, since their templates take long to read."""
        live.forget()
        for engine in (self.world.engine, self.app.extensions["samordna"].engine):
            engine.dispose()
        path = Path(str(self.world.engine.url.database))
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        shutil.copyfile(template, path)

    def begin(self) -> str:
        """A case that has come as far as three units being called, one of them no longer."""
        subject = cases.Subject(PERSON, NUMBER)
        case_id = self.world.start("sara", CONVENER, "vastmanland_sip", subject)
        for element, known in STEPS:
            task = self.world.task(case_id, element)
            self.world.hand_in("sara", task, **self.filled(self.form(case_id, element), known))
        process = "vastmanland_partial_withdrawal"
        self.world.do(
            cases.start_linked, "sara", case_id, process, self.filled(self._start_form(process), WITHDRAWAL)
        )
        self.world.do(cases.note, "sara", case_id, self._word("note", "situation"), "situation")
        self._issue(case_id)
        self._stop(case_id)
        self._ask_for_correction(case_id)
        self._keep_and_dispose(case_id)
        self._draft_a_routine()
        with reading(self.world.engine) as tx:
            kept = str([row.data for row in tx.execute(select(t.entries)) if row.data])
        self.planted = {word: of for word, of in self.planted.items() if word in kept or of == "plan"}
        self.case_id = case_id
        return case_id

    def _issue(self, case_id: str) -> None:
        """A plan, and a letter, as the routine would issue them later on."""
        activity = {
            "description": self._word("activity", "plan"),
            "principal": "municipality",
            "unit": CONSENTED,
            "state": "decided",
        }
        goals = [{"goal": self._word("goal", "plan"), "activities": [activity]}]
        with writing(self.world.engine) as tx:
            case_rows.write_values(tx, case_id, [("", "goals", "plan", goals)])
            for kind, content in (("plan", {"goals": goals}), ("closing_note", {"notes": goals[0]["goal"]})):
                correspondence.issue_document(
                    tx, case_id=case_id, kind=kind, title=kind, content=content, by="sara", now=self.world.now
                )

    def _stop(self, case_id: str) -> None:
        """A step that could not be taken; the administrator sees that it is there, and nothing of the case."""
        with writing(self.world.engine) as tx:
            facts.open_incident(
                tx, case_id=case_id, instance_id=None, key="", element_id="send_initiative", cause="operation",
                detail="to lacks a unit", step={"kind": "none"}, now=self.world.now,
            )  # fmt: skip

    def _ask_for_correction(self, case_id: str) -> None:
        """A correction that waits for somebody else than the administrator; no version is needed to see who may see it."""
        with writing(self.world.engine) as tx:
            main = case_rows.main_instance(tx, case_id)
            moves.insert(
                tx, case_id=case_id, instance_id=main.id, from_hash=main.bundle_hash, to_hash=main.bundle_hash, reason="a fault",
                who=facts.Who(actor_id="admin"), now=self.world.now,
            )  # fmt: skip

    def _keep_and_dispose(self, case_id: str) -> None:
        """A paper that somebody added; a hold on the case, and a proposal to dispose of it, which waits."""
        who = facts.Who(actor_id="sara", unit_id=CONVENER)
        with writing(self.world.engine) as tx:
            attachments.insert(
                tx, case_id, category="plan", name="papper.txt", kind="txt", content=self._word("paper", "plan").encode(),
                note=self._word("note", "plan"), who=who, now=self.world.now,
            )  # fmt: skip
            admin = facts.Who(actor_id="admin")
            retention.place(tx, case_id, "a supervision", None, who=admin, now=self.world.now)
            listed = [(case_id, date(2026, 3, 2), "a law")]
            disposals.insert(
                tx,
                "vastmanland",
                "region_vastmanland",
                "its time is over",
                listed,
                who=admin,
                now=self.world.now,
            )

    def _draft_a_routine(self) -> None:
        """A draft with one step, in which a text came too late and waits for the choice between it and what stood there."""
        karin, path = self.world.actor("karin"), "vastmanland/drafted/README.md"
        with writing(self.world.engine) as tx:
            draft = draft_sources.empty(tx, karin, "vastmanland/drafted", "Drafted", now=self.world.now)
            for text in (b"first", b"second"):
                routine_drafts.save_file(
                    tx, karin, draft.id, path, text, expected_revision=draft.revision, now=self.world.now
                )

    def filled(self, form: Form, known: Mapping[str, object]) -> dict[str, object]:
        """The answers given, and a planted word in every text that was not."""
        return {**known, **self._planted(tuple(form.top_level()), known, "")}

    def _planted(
        self, fields: tuple[Field, ...], known: Mapping[str, object], category: str
    ) -> dict[str, object]:
        found: dict[str, object] = {}
        for one in fields:
            inside, rows = category or one.category, known.get(one.key)
            if one.type == "dynamiclist" and isinstance(rows, list):
                found[one.key] = [{**row, **self._planted(one.children, row, inside)} for row in rows]
            elif one.type in ("textfield", "textarea") and one.key not in known and one.hide is None:
                found[one.key] = self._word(one.key, inside)
        return found

    def _word(self, key: str, category: str) -> str:
        word = f"qz{len(self.planted):03d}{key.replace('_', '')[:12]}zq"
        self.planted[word] = category
        return word

    def form(self, case_id: str, element: str) -> Form:
        with reading(self.world.engine) as tx:
            main = case_rows.main_instance(tx, case_id)
            return library.loaded(tx, main.bundle_hash).routine.forms[element]

    def _start_form(self, process_id: str) -> Form:
        with reading(self.world.engine) as tx:
            routine = library.current(tx, process_id).routine
            return routine.forms[routine.start_events()[0].id]


def fill(engine: Engine) -> None:
    """Put the routines in force and people in the directory."""
    list(deploy.deploy_path(engine, PROCESSES, now=BEGUN))
    list(fill_if_empty(engine, PROCESSES, now=BEGUN))


@contextmanager
def opened(url: str) -> Iterator[Site]:
    """The pages over that database."""
    live.forget()
    world = World(connect(url), BEGUN)
    with _lent(url, world) as app:
        yield Site(world, app)
    live.forget()
    world.engine.dispose()


_idle: list[Flask] = []
"""Apps that no site has now. Reading every address and template anew would be most of what a site costs."""


@contextmanager
def _lent(url: str, world: World) -> Iterator[Flask]:
    """An app over that database, at the instant of that world; it is left as it was found."""
    app = _idle.pop() if _idle else _made(url)
    config, extensions = dict(app.config), dict(app.extensions)
    app.extensions["samordna"] = House(connect(url), Settings(database_url=url), lambda: world.now)
    try:
        yield app
    finally:
        app.extensions["samordna"].engine.dispose()
        for held, found in ((app.config, config), (app.extensions, extensions)):
            held.clear()
            held.update(found)
        _idle.append(app)


def _made(url: str) -> Flask:
    app = create_app(Settings(database_url=url))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, SAMORDNA_PACE=False)
    app.jinja_env.bytecode_cache = (
        FileSystemBytecodeCache()
    )  # else each process would read every template anew
    return app


@contextmanager
def copied(template: Path, folder: Path, like: Site | None = None) -> Iterator[Site]:
    """A site of its own that begins as `template` is; what is known of the case there comes from `like`."""
    path = folder / "site.sqlite3"
    shutil.copyfile(template, path)
    with opened(f"sqlite:///{path}") as site:
        if like is not None:
            site.case_id, site.planted, site.world.now = like.case_id, like.planted, like.world.now
        yield site


def flat(data: Mapping[str, object], prefix: str = "") -> dict[str, Any]:
    """Answers as a browser posts them: `needs[0].area`."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                found |= flat(row, f"{name}[{index}].")
        elif isinstance(value, bool):
            found[name] = "on" if value else "off"
        else:
            found[name] = value
    return found
