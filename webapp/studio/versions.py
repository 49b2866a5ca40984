"""The versions of a routine: one with its proof, two compared, a variant beside its base, and the ways back and out.

Enters: requests of those who answer for routines, or who keep the system running. Leaves: pages, and drafts: going back to an earlier
version and withdrawing a routine are published like every other change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.actions import draft_sources, publishing, routine_drafts
from engine.actions.publishing import Unready
from engine.definitions.difference import Change, unpacked
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.reads import compared, overview
from engine.records import directory, publications
from engine.records.database import writing
from engine.records.publications import Publication
from webapp import difference_words, words
from webapp.auth import actor
from webapp.pages import refusals
from webapp.pages.differences import version_name
from webapp.session import ZONE, house, now, reads, tx
from webapp.studio import changed_tables
from webapp.studio.changes import SIGNS
from webapp.studio.publish import OBSTACLES
from webapp.studio.routines import base_name, by_routine, sees_versions

pages = Blueprint("studio_versions", __name__, url_prefix="/studio")


@pages.get("/versions/<bundle_hash>")
@reads
def page(bundle_hash: str) -> str:
    """One version: who asked and approved, on what proof, what it changed, its files, and the way back to it."""
    sees_versions()
    loaded = library.loaded(tx(), bundle_hash)
    versions = _versions(loaded.bundle.process_id)
    one = next((each for each in versions if each.hash == bundle_hash), None)
    if one is None:
        raise NotFound
    place = versions.index(one)
    before = versions[place + 1] if place + 1 < len(versions) else None
    approved = publications.of_version(tx(), bundle_hash)
    changes = compared.between(tx(), before.hash, bundle_hash) if before else ()
    changed = shown(changes, _files(before.hash), _files(bundle_hash)) if before else []
    changes_it = may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id))
    awaits = any(each.status == "approved" and each.in_force_at is None for each in approved)
    return render_template(
        "studio/version.html", section="studio", title=loaded.routine.title, name=version_name(bundle_hash), now=one.is_current,
        running=one.running, cases_url=_cases_url(one), proofs=[_proof(each) for each in approved],
        installed=words.full_day(one.deployed_at.astimezone(ZONE).date()), changes=changed,
        changes_it=bool(changes_it), before=version_name(before.hash) if before else "",
        drawings=[path for path in loaded.bundle.paths(".bpmn") if path.startswith(f"{loaded.bundle.folder}/")],
        bundle_hash=bundle_hash, back_url=url_for("studio_routines.page", routine=one.process_id) + f"#{one.process_id}",
        return_url=url_for("studio_versions.go_back", bundle_hash=bundle_hash) if changes_it and not one.is_current and not awaits else "",
    )  # fmt: skip


@pages.post("/versions/<bundle_hash>/return")
def go_back(bundle_hash: str) -> AnyResponse:
    """A draft of the way back to that version; published like every other."""
    with writing(house().engine) as opened:
        process_id = library.loaded(opened, bundle_hash).bundle.process_id
        made = draft_sources.from_version(opened, actor(), process_id, bundle_hash, now=now())
    return redirect(url_for("studio_changes.page", draft_id=made.id))


@pages.get("/routines/<process_id>/compare")
@reads
def compare(process_id: str) -> str:
    """What differs between two of its versions."""
    sees_versions()
    versions = _versions(process_id)
    if not versions:
        raise NotFound
    hashes = [one.hash for one in versions]
    new = _chosen("new", hashes, hashes[0])
    old = _chosen("old", hashes, hashes[min(hashes.index(new) + 1, len(hashes) - 1)])
    changes = compared.between(tx(), old, new)
    return render_template(
        "studio/compare.html", section="studio", title=versions[0].title, old=old, new=new,
        choices=[(one, version_name(one)) for one in hashes], headline=_headline(changes, version_name(old)),
        changes=shown(changes, _files(old), _files(new)), as_text=difference_words.text(changes),
        action=url_for("studio_versions.compare", process_id=process_id), notes=[],
        back_url=url_for("studio_routines.page", routine=process_id) + f"#{process_id}",
    )  # fmt: skip


@pages.get("/routines/<process_id>/base")
@reads
def base(process_id: str) -> str:
    """What a variant says otherwise than the routine that it was made from."""
    sees_versions()
    versions = _versions(process_id)
    found = compared.to_base(tx(), versions[0].hash) if versions else None
    if found is None:
        raise NotFound
    own = versions[0].hash
    back = url_for("studio_routines.page", routine=process_id) + f"#{process_id}"
    return _beside_base(
        found,
        versions[0].title,
        library.loaded(tx(), own).bundle.folder,
        _files(own),
        back,
        gettext("Routines"),
    )


@pages.get("/drafts/<draft_id>/base")
@reads
def draft_base(draft_id: str) -> str:
    """The same of a draft as it stands now."""
    content = routine_drafts.read(tx(), actor(), draft_id)
    draft = content.draft
    found = compared.draft_to_base(tx(), draft.folder, content.files)
    if found is None:
        raise NotFound
    back = url_for("studio_changes.page", draft_id=draft_id)
    return _beside_base(
        found, draft.title or draft.process_id, draft.folder, content.files, back, gettext("Difference")
    )


def _beside_base(
    found: compared.BasedOn,
    title: str,
    folder: str,
    contents: Mapping[str, bytes],
    back_url: str,
    back_words: str,
) -> str:
    """`contents` are the variant's files, `found` what they say otherwise."""
    named = version_name(found.hash)
    notes = [
        gettext("Compared with %(title)s, %(version)s.", title=base_name(found), version=words.small(named))
    ]
    if found.newest is None:
        notes.append(gettext("That routine is withdrawn."))
    elif found.newest != found.hash:
        notes.append(
            gettext("It has a newer version: %(version)s.", version=words.small(version_name(found.newest)))
        )
    return render_template(
        "studio/compare.html", section="studio", title=title, choices=[], old="", new="",
        headline=_headline(found.changes, named),
        changes=shown(found.changes, _as_variant(found.hash, folder), contents),
        as_text=difference_words.text(found.changes), action="", notes=notes, back_url=back_url,
        back_words=back_words,
    )  # fmt: skip


@pages.get("/routines/<process_id>/withdrawal")
@reads
def withdrawal(process_id: str) -> str:
    """What withdrawing means, and the form to ask for it."""
    current = library.current(tx(), process_id)
    may(actor(), Act.VERSION_UPLOAD, RoutineObject(current.routine.region)).required()
    running = sum(one.running for one in _versions(process_id))
    callers = [library.current(tx(), one).routine.title for one in publishing.callers(tx(), process_id)]
    return render_template(
        "studio/withdrawal.html", section="studio", title=current.routine.title, running=running, callers=callers,
        action=url_for("studio_versions.withdraw", process_id=process_id),
        back_url=url_for("studio_routines.page", routine=process_id) + f"#{process_id}",
    )  # fmt: skip


@pages.post("/routines/<process_id>/withdrawal")
def withdraw(process_id: str) -> AnyResponse:
    """Ask that no new cases of it begin; a second person decides."""
    try:
        with writing(house().engine) as opened:
            asked = publishing.ask_to_withdraw(
                opened, actor(), process_id, request.form.get("message", ""), now=now()
            )
            draft_id = publications.fetch(opened, asked).draft_id
        flash(gettext("A second person has to approve that it is withdrawn."))
        return redirect(url_for("studio_publishing.page", draft_id=draft_id))
    except Unready as error:
        flash(" ".join(OBSTACLES[one]() for one in error.obstacles if one in OBSTACLES), "late")
    except StaleCase:
        flash(OBSTACLES["other-waits"](), "late")
    except AlreadyClosed:
        flash(gettext("It has been decided meanwhile, or changed. Here is how it stands."), "late")
    except NotAllowed as error:
        if error.reason != "reason-needed":
            raise
        flash(refusals.sentence(error.reason), "late")
    return redirect(url_for("studio_versions.withdrawal", process_id=process_id))


def shown(
    changes: Sequence[Change], old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> list[dict[str, object]]:
    """Each change as a sentence, numbered, with the section that it belongs to where a new one begins, and with the rows of a table that
    differ among the others.
    """
    made: list[dict[str, object]] = []
    tables = changed_tables.beside(changes, old, new)
    section = ""
    for number, one in enumerate(changes, start=1):
        head = difference_words.section(one.section) if one.section != section else ""
        section = one.section
        made.append(
            {"number": number, "kind": one.kind, "sign": SIGNS.get(one.kind, "~"), "head": head, "sentence": difference_words.page(one),
             "tables": tables.get(number - 1, [])}
        )  # fmt: skip
    return made


def _files(bundle_hash: str) -> Mapping[str, bytes]:
    return library.whole(tx(), bundle_hash)


def _as_variant(base_hash: str, folder: str) -> dict[str, bytes]:
    """The files of the base where those of the variant in `folder` stand."""
    base = library.loaded(tx(), base_hash).bundle
    return {path.replace(f"{base.folder}/", f"{folder}/", 1): data for path, data in base.files.items()}


def _headline(changes: Sequence[Change], old: str) -> str:
    if not changes:
        return gettext("Nothing differs from %(version)s.", version=words.small(old))
    if all(one.section == "layout" for one in changes):
        return gettext("The picture is drawn otherwise, the routine is the same.")
    return difference_words.headline(changes)


def _proof(one: Publication) -> dict[str, object]:
    """On what a publication rested, for people."""
    names = directory.names(tx(), [each for each in (one.asked_by, one.decided_by) if each])
    scenarios, changes = _kept(one.proof, "scenarios"), _kept(one.proof, "changes")
    return {
        "asked_by": names.get(one.asked_by, ""),
        "asked_at": words.small(words.moment(one.asked_at, now(), ZONE)),
        "message": one.message,
        "approved_by": names.get(one.decided_by or "", ""),
        "approved_at": words.moment(one.decided_at, now(), ZONE) if one.decided_at else "",
        "reason": one.reason,
        "valid_from": words.full_day(one.valid_from) if one.valid_from else "",
        "awaits": one.status == "approved" and one.in_force_at is None,
        "decided_url": url_for("studio_publishing.page", draft_id=one.draft_id),
        "called_off": _called_off(one),
        "warnings_stay": str(one.proof.get("warnings_stay") or ""),
        "scenarios": [str(each.get("title") or each.get("name") or "") for each in scenarios],
        "tried": _tried(len(scenarios)) if scenarios else "",
        "changes": [difference_words.page(unpacked(each)) for each in changes],
    }  # fmt: skip


def _called_off(one: Publication) -> str:
    """Who stopped it before its day, when and why; '' where nobody did."""
    if one.called_off_at is None or one.called_off_by is None:
        return ""
    name = directory.names(tx(), [one.called_off_by]).get(one.called_off_by, "")
    when = words.moment(one.called_off_at, now(), ZONE)
    return gettext(
        "Called off by %(name)s, %(when)s: %(why)s",
        name=name,
        when=words.small(when),
        why=one.called_off_why or "",
    )


def _tried(count: int) -> str:
    return ngettext(
        "One scenario went as it is written.", "All %(num)s scenarios went as they are written.", count
    )


def _kept(proof: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = proof.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _versions(process_id: str) -> list[overview.Version]:
    return by_routine(overview.versions(tx())).get(process_id, [])


def _chosen(name: str, hashes: Sequence[str], otherwise: str) -> str:
    given = request.args.get(name, "")
    return given if given in hashes else otherwise


def _cases_url(one: overview.Version) -> str:
    allowed = one.running and may(actor(), Act.ADMIN_VERSIONS, SystemObject(one.region_id))
    return url_for("technical.on_version", bundle_hash=one.hash) if allowed else ""
