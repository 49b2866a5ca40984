"""Papers are added to a case, read, and removed again by whoever added them; in a task they come with what is handed in.

Enters: a file with the name that its sender gave it. Leaves: an attachment, or Unfit with the reason in a word. What a file is called
decides nothing: its content must be what the name says, and only a few kinds are taken. Twice the same is once.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import puremagic
from sqlalchemy import Connection

from engine import asking
from engine.access import CATEGORIES, Act, Actor, CategoryObject, may
from engine.actions import tasks, telling
from engine.actions.ground import Ground
from engine.definitions.schema import written
from engine.errors import AlreadyClaimed, AlreadyClosed, EngineError, NotAllowed, NotFound
from engine.records import attachments, cases
from engine.status import TO_DO

MOST_BYTES = 7_000_000
MOST_IN_CASE, MOST_BYTES_IN_CASE = 100, 70_000_000
LONGEST_NAME = 120
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "txt": "text/plain", "docx": DOCX}
"""What is taken, by the ending that it is kept under."""
ENDINGS = {"jpeg": "jpg", "text": "txt"} | {kind: kind for kind in KINDS}


class Unfit(EngineError):
    """The file cannot be taken. `why` is `empty`, `too-large`, `kind`, `other-content`, `macros`, `too-many` or `case-full`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody sent it."""

    name: str
    content: bytes


def add(
    tx: Connection, actor: Actor, case_id: str, sent: Sent, category: str, note: str = "", *, now: datetime
) -> attachments.Attachment:
    """Add the paper; the one that is there where the case holds the same. Raises NotAllowed, NotFound, Unfit."""
    case = cases.lock(tx, case_id)
    ground = Ground(tx, case, asking.acting(actor, case.unit_id), now)
    about = CategoryObject(ground.about, category)
    may(actor, Act.CASE_ATTACH, about).required()
    face = asking.face(actor, Act.CASE_ATTACH, about)
    kind = fit(sent)
    known = attachments.same(tx, case_id, category, hashlib.sha256(sent.content).hexdigest())
    if known is not None:
        return known
    _room(tx, case_id, sent)
    ground.acts(asking.acting(face, case.unit_id))
    added = attachments.insert(
        tx, case_id, category=category, name=clean_name(sent.name, kind), kind=kind, content=sent.content, note=note.strip() or None,
        who=ground.who, now=now,
    )  # fmt: skip
    telling.tell(ground, "paper_added", attachment=added.id, category=category)
    cases.change(tx, case_id)
    return added


def add_to_task(
    tx: Connection, actor: Actor, task_id: str, sent: Sent, category: str, *, now: datetime
) -> attachments.Attachment:
    """Add a paper to what the actor is handing in: theirs alone until they do, gone with the draft if they never do.

    Whoever may do the task may add what its form asks about (`categories_of`). Raises NotAllowed, AlreadyClosed, AlreadyClaimed, Unfit.
    """
    held = tasks.hold(tx, actor, task_id, now=now)
    if held.task.status not in TO_DO:
        raise AlreadyClosed(held.task.closed_at, held.task.closed_by, held.task.status)
    may(held.actor, Act.TASK_COMPLETE, held.about).required()
    if held.in_the_way:
        raise AlreadyClaimed(held.in_the_way, held.task.claimed_at or now)
    if category not in categories_of(held):
        raise NotAllowed("no-consent")
    kind, mine = fit(sent), attachments.with_draft(tx, task_id, actor.id)
    digest = hashlib.sha256(sent.content).hexdigest()
    known = next((one for one in mine if (one.hash, one.category) == (digest, category)), None)
    known = known or attachments.same(tx, held.task.case_id, category, digest)
    if known is not None:
        return known
    _room(tx, held.task.case_id, sent)
    added = attachments.insert(
        tx, held.task.case_id, category=category, name=clean_name(sent.name, kind), kind=kind, content=sent.content, note=None,
        who=held.ground.who, now=now,
    )  # fmt: skip
    attachments.put_with_draft(tx, added.id, task_id, actor.id)
    return added


def take_from_task(tx: Connection, actor: Actor, task_id: str, attachment_id: str) -> None:
    """The actor's own paper of a draft goes again, without a trace. NotFound where it is no such paper."""
    if attachments.draft_of(tx, attachment_id) != (task_id, actor.id):
        raise NotFound
    attachments.drop(tx, [attachment_id])


def categories_of(held: tasks.Held) -> frozenset[str]:
    """What papers of a task may be about: what its form asks for, and whatever the actor may add papers of anyway."""
    asked = frozenset(one.category for one in written(held.form.fields)) if held.form else frozenset()
    also = {
        one for one in CATEGORIES if may(held.actor, Act.CASE_ATTACH, CategoryObject(held.about.case, one))
    }
    return asked | frozenset(also)


def _room(tx: Connection, case_id: str, sent: Sent) -> None:
    number, size = attachments.there(tx, case_id)
    if number >= MOST_IN_CASE or size + len(sent.content) > MOST_BYTES_IN_CASE:
        raise Unfit("too-many" if number >= MOST_IN_CASE else "case-full")


def remove(tx: Connection, actor: Actor, attachment_id: str, because: str, *, now: datetime) -> None:
    """The content goes, the row stays with the reason: only whoever added it, while the case runs.

    Raises NotFound, NotAllowed, AlreadyClosed where it was removed before.
    """
    case = cases.lock(tx, attachments.fetch(tx, attachment_id).case_id)
    one = attachments.fetch(tx, attachment_id)
    if attachments.draft_of(tx, attachment_id) is not None:
        raise NotFound  # it is not the case's yet
    ground = Ground(tx, case, asking.acting(actor, one.unit_id or case.unit_id), now)
    if not may(actor, Act.CASE_SEE_CONTENT, CategoryObject(ground.about, one.category)):
        raise NotFound
    if not may_remove(actor, ground, one):
        over = may(actor, Act.CASE_ATTACH, CategoryObject(ground.about, one.category))
        raise NotAllowed("another-person" if over else over.reason)
    if one.removed_at is not None:
        raise AlreadyClosed(one.removed_at, one.removed_by, "removed")
    if not because.strip():
        raise NotAllowed("reason-needed")
    attachments.remove(tx, attachment_id, because.strip(), who=ground.who, now=now)
    telling.tell(ground, "paper_removed", attachment=one.id, category=one.category)
    cases.change(tx, case.id)


def may_remove(actor: Actor, ground: Ground, one: attachments.Attachment) -> bool:
    """Whether the actor added it, or substitutes for whoever did, and may still add papers."""
    about = CategoryObject(ground.about, one.category)
    mine = (face for face in actor.each_face() if face.is_person(one.acting_for_id or one.actor_id))
    return any(may(face, Act.CASE_ATTACH, about) for face in mine)


# --- what a file is -------------------------------------------------------------------------------------------------------


def fit(sent: Sent) -> str:
    """The key of KINDS that the file is, by its name and its content both. Raises Unfit."""
    if not sent.content:
        raise Unfit("empty")
    if len(sent.content) > MOST_BYTES:
        raise Unfit("too-large")
    kind = ENDINGS.get(PurePosixPath(sent.name.replace("\\", "/")).suffix.lower().removeprefix("."))
    if kind is None:
        raise Unfit("kind")
    if not (_is_text(sent.content) if kind == "txt" else _is(kind, sent.content)):
        raise Unfit("other-content")
    return kind


def clean_name(name: str, kind: str) -> str:
    """A name that means nothing to any computer: no folders, no control characters, no leading dot, with the ending of its kind."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rpartition(".")[0] if "." in last else last
    told = "".join(one if one.isalnum() or one in " -_(),." else "_" for one in stem if one.isprintable())
    told = re.sub(r"[\s.]*\.[\s.]*", "_", re.sub(r"\s+", " ", told)).strip(" ._-")
    return f"{told[:LONGEST_NAME] or 'papper'}.{kind}"


def _is(kind: str, content: bytes) -> bool:
    if kind == "docx":
        return _is_docx(content)
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return False
    return bool(found) and found[0].mime_type == KINDS[kind]


def _is_docx(content: bytes) -> bool:
    """A word-processing document of the open kind, whole, without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(
                one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                for one in archive.infolist()
            ):
                return False  # the others are unpacked whole however little is asked for, and no word processor writes them
            names = {one.lower() for one in archive.namelist()}
            types = archive.open("[Content_Types].xml").read(1_000_000)
    except (
        zipfile.BadZipFile,
        KeyError,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ):
        return False
    if (
        any(one.endswith((".bin", ".exe", ".dll", ".js", ".vbs")) for one in names)
        or b"macroEnabled" in types
    ):
        raise Unfit("macros")
    return "word/document.xml" in names and b"wordprocessingml.document.main" in types


def _is_text(content: bytes) -> bool:
    """Text that people can read, as UTF-8: no control characters but those between lines, nothing that a program takes for its own."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(one) == "Cc" and one not in "\t\n\r\f" for one in text):
        return False
    return not re.match(r"\s*(<[!?a-z]|#!|%PDF|%!)", text, re.IGNORECASE)
