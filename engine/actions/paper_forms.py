"""Forms to print from a case: blank, or with what the case knows already (S3-054).

Enters: the ground of a case, its version, a kind, and the categories that the reader may see. Leaves: a form, blank or filled in; or an
issued paper like any other, kept with template, data and hash. What comes back signed is added to the case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, CategoryObject, may
from engine.actions import deliveries, paper_frames, papers
from engine.actions.ground import Ground
from engine.definitions import templates
from engine.definitions.files import folder_of
from engine.definitions.vocabulary import DEFAULT_CATEGORY
from engine.documents import Sheet
from engine.errors import NotFound
from engine.library import Loaded
from engine.records import cases, correspondence
from engine.records.correspondence import Setting

CONTENT: dict[str, dict[str, tuple[str, ...]]] = {
    "goal_activity_plan": {
        "needs": ("plan_needs", "prioritised_needs", "need_areas"),
        "strengths": ("strengths",), "wishes": ("wishes",), "goals": ("goals",), "participants": ("plan_participants", "attendance"),
        "coordinator": ("coordinator_name",), "coordinator_phone": ("coordinator_phone",), "overall_principal": ("overall_principal",),
        "follow_up_on": ("follow_up_on",), "follow_up_time": ("follow_up_time",), "follow_up_place": ("follow_up_place",),
        "follow_up_by": ("follow_up_by",),
        "held_on": ("meeting_starts_at", "acute_meeting_at"),
    },
    "consent": {
        "categories": ("consent_categories",), "units": ("consent_units",), "others": ("consent_others",), "limits": ("consent_limits",),
        "given_by": ("consent_given_by",), "given_as": ("consent_said_by",), "given_on": ("consent_given_on",), "form": ("consent_form",),
        "valid_until": ("consent_valid_until",),
    },
    "consent_matrix": {
        "scopes": ("consent_scopes",), "rows": ("consent_matrix",), "others": ("consent_representatives",), "limits": ("consent_limits",),
        "given_by": ("consent_given_by",), "given_as": ("consent_said_by",), "valid_until": ("consent_valid_until",),
    },
    "preparation": {
        "starts_at": ("meeting_starts_at", "acute_meeting_at"), "ends_at": ("meeting_ends_at",),
        "place": ("meeting_place", "acute_meeting_place"), "wants_help_with": ("wants_help_with",), "goal": ("long_term_goal_wish",),
    },
    "decline": {
        "informed_on": ("informed_on",), "declined_on": ("declined_on",), "given_by": ("declined_by",),
        "reason": ("decline_reason", "consent_no_reason"),
    },
    "need_notice": {
        "wanted": ("need_measures",), "need_today": ("needs_today",), "need_later": ("needs_ahead",),
        "wish": ("notice_owner_words", "request_words"), "agreed_on": ("notice_presented_on",),
    },
    "deviation_report": {
        "kind": ("kind",), "agreed": ("agreed",), "happened": ("happened",), "since": ("since",), "about_unit": ("about_unit",),
        "severity": ("severity",),
        "consequence": ("consequence",), "proposal": ("proposal",), "cause": ("deviation_cause",), "measure": ("deviation_measure",),
        "measure_on": ("deviation_measure_on",),
    },
}  # fmt: skip
"""Kind of form -> key of its content -> the names of case data that may fill it, the first that has a value."""

ABOUT_A_PERSON = frozenset(CONTENT) - {"deviation_report"}
COUNTRY = {"consent": "SE", "consent_matrix": "NO", "need_notice": "NO"}
"""Forms that the law of one country asks for, or for which the other has its own."""


def offered(ground: Ground, bundle_hash: str) -> list[str]:
    """The forms of the case's version: those about a person in a case about one, a deviation's in a case about another case."""
    about = {"deviation_report"} if ground.case.about_case_id else ABOUT_A_PERSON
    bundle = library.loaded(ground.tx, bundle_hash).bundle
    return [
        kind
        for kind in CONTENT
        if kind in about
        and COUNTRY.get(kind, ground.case.country) == ground.case.country
        and templates.find(bundle, kind, near=folder_of(""), region=ground.case.region_id)
    ]


def pdf(ground: Ground, bundle_hash: str, kind: str, visible: frozenset[str]) -> bytes:
    """The form; blank where nothing is visible, or nothing known. Raises NotFound, and NotSet where the template fails."""
    return sheet(ground, bundle_hash, kind, visible).pdf()


def sheet(ground: Ground, bundle_hash: str, kind: str, visible: frozenset[str]) -> Sheet:
    """What the form is set from. Raises NotFound."""
    loaded, template = _template(ground, bundle_hash, kind)
    content = _content(ground, loaded.routine.categories, kind, visible)
    around = _around(ground, loaded, kind, content, visible)
    told = papers.shown(around, content, loaded, ground.case.protection)
    made: dict[str, object] = json.loads(json.dumps(papers.plain(told, ground.zone)))
    return Sheet(templates.readable(loaded.bundle), template, made)


def issue(
    tx: Connection,
    actor: Actor,
    case_id: str,
    kind: str,
    title: str,
    visible: frozenset[str],
    *,
    now: datetime,
) -> str:
    """Keep the form, filled in with what the case knows and the actor may see, as a numbered paper; gives its id.

    Raises NotFound and NotAllowed.
    """
    ground = Ground(tx, cases.lock(tx, case_id), asking.acting(actor), now)
    bundle_hash = cases.main_instance(tx, case_id).bundle_hash
    if kind not in offered(ground, bundle_hash):
        raise NotFound
    asked = CategoryObject(ground.about, deliveries.CATEGORY)
    may(asking.face(actor, Act.CASE_NOTE, asked), Act.CASE_NOTE, asked).required()
    ground.acts(asking.acting(actor, ground.case.unit_id))
    loaded, template = _template(ground, bundle_hash, kind)
    known = loaded.routine.categories
    content = _content(ground, known, kind, visible)
    around = _around(ground, loaded, kind, content, visible)
    around["categories"] = {
        key: sorted({known.get(name, DEFAULT_CATEGORY) for name in names})
        for key, names in CONTENT[kind].items()
    }
    setting = Setting(loaded.bundle.hash, template, templates.own_hash(loaded.bundle, template), around)
    made, _ = correspondence.issue_document(
        tx, case_id=case_id, kind=kind, title=title, content=content, setting=setting, by=actor.id, now=now
    )
    return made


def _template(ground: Ground, bundle_hash: str, kind: str) -> tuple[Loaded, str]:
    loaded = library.loaded(ground.tx, bundle_hash)
    template = templates.find(loaded.bundle, kind, near="", region=ground.case.region_id)
    if template is None:
        raise NotFound
    return loaded, template


def _around(
    ground: Ground, loaded: Loaded, kind: str, content: dict[str, object], visible: frozenset[str]
) -> dict[str, object]:
    if kind == "consent" and visible:
        content |= {"kinds": ["plan_creation", "disclosure"]}
    draft = paper_frames.Draft(kind, "", content, loaded.bundle.process_id)
    around = paper_frames.frame(ground, loaded.routine, draft, content, paper_frames.Recipient((), visible))
    around |= {"left_out": False, "categories": {}, "blank": not content}
    if "identity" not in visible or kind == "deviation_report":
        around.pop("person", None)
    return around


def _content(
    ground: Ground, known: Mapping[str, str], kind: str, visible: frozenset[str]
) -> dict[str, object]:
    """Case data by the names of the form; nothing of a category that the reader may not see."""
    values, found = ground.values.get("", {}), dict[str, object]()
    for key, names in CONTENT[kind].items():
        for name in names:
            if name in found or values.get(name) in (None, "", []) or not visible:
                continue
            found[key] = templates.opened(
                {name: values[name]}, {name: [known.get(name, DEFAULT_CATEGORY)]}, known, visible
            ).get(name)
            break
    return {key: value for key, value in found.items() if value is not None}
