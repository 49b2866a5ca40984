"""Papers that people add to a case: what is taken, for whom, and what is left when one is removed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from engine.actions import attaching, drafts
from engine.actions.attaching import Sent, Unfit, clean_name
from engine.errors import AlreadyClosed, NotAllowed, NotFound
from engine.records import attachments
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import World

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    + b"\x00" * 20
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 20 + b"\xff\xd9"
HTML = b"<!doctype html><script>alert(1)</script>"
TYPES = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'


def packed(*names: str, types: bytes = TYPES, how: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with those members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), types, how)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x", how)
    return held.getvalue()


DOCX = packed("word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("Plan.PDF", PDF, "pdf"),
        ("bild.png", PNG, "png"),
        ("foto.JPEG", JPEG, "jpg"),
        ("brev.txt", "Åsa skrev.\r\n".encode(), "txt"),
        ("brev.docx", DOCX, "docx"),
    ],
)
def test_a_file_whose_content_is_what_its_name_says_is_taken(name: str, content: bytes, kind: str) -> None:
    assert attaching.fit(Sent(name, content)) == kind


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tom.pdf", b"", "empty"),
        ("stor.txt", b"a" * (attaching.MOST_BYTES + 1), "too-large"),
        ("program.exe", b"MZ" + b"\x00" * 100, "kind"),
        ("sida.html", HTML, "kind"),
        ("bild.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        ("utan_ending", PDF, "kind"),
        ("plan.pdf.exe", PDF, "kind"),
        ("plan.pdf", b"MZ" + b"\x00" * 100, "other-content"),
        ("plan.pdf", PNG, "other-content"),
        ("bild.png", JPEG, "other-content"),
        ("bild.jpg", HTML, "other-content"),
        ("brev.txt", HTML, "other-content"),
        ("brev.txt", PDF, "other-content"),
        ("brev.txt", b"#!/bin/sh\n", "other-content"),
        ("brev.txt", b"a\x00b", "other-content"),
        ("brev.txt", b"\xff\xfe\x00", "other-content"),
        ("brev.docx", packed("xl/workbook.xml"), "other-content"),
        ("brev.docx", b"PK\x03\x04" + b"\x00" * 30, "other-content"),
        ("brev.docx", DOCX[:60], "other-content"),
        (
            "brev.docx",
            packed("word/document.xml", types=TYPES + bytes(50_000_000), how=zipfile.ZIP_LZMA),
            "other-content",
        ),
        ("brev.docx", packed("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("brev.docx", packed("word/document.xml", types=TYPES + b"macroEnabled"), "macros"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_any_other_file_is_refused_with_the_reason(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Unfit) as refused:
        attaching.fit(Sent(name, content))
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("läkarintyg 2026.pdf", "läkarintyg 2026.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\brev\\plan.PDF", "plan.pdf"),
        (".hemlig.pdf", "hemlig.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_bSet-Cookie_ x.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("plan.exe.pdf", "plan_exe.pdf"),
        ("....pdf", "papper.pdf"),
        ("x" * 300 + ".pdf", "x" * attaching.LONGEST_NAME + ".pdf"),
    ],
)
def test_the_name_of_a_file_means_nothing_to_a_computer(given: str, kept: str) -> None:
    assert clean_name(given, "pdf") == kept


def added(
    world: World, case: str, name: str = "sara", content: bytes = PDF, category: str = "situation"
) -> str:
    one = world.do(attaching.add, name, case, Sent("plan.pdf", content), category)
    return str(one.id)


def test_a_paper_is_kept_with_its_hash_and_told_of_without_its_name(world: World) -> None:
    case = world.start()
    paper = added(world, case)
    with reading(world.engine) as tx:
        one = attachments.fetch(tx, paper)
        assert attachments.content(tx, paper) == PDF
    assert (one.name, one.kind, one.size, one.actor_id, one.unit_id) == (
        "plan.pdf",
        "pdf",
        len(PDF),
        "sara",
        "vc",
    )
    (fact,) = world.facts(case, "paper_added")
    assert fact.data["attachment"] == paper
    assert "plan.pdf" not in str(fact.data)
    assert [row.act for row in world.rows(t.log, case_id=case)][-1] == "paper_added"


def test_the_same_paper_sent_twice_is_once(world: World) -> None:
    case = world.start()
    assert added(world, case) == added(world, case)
    assert len(world.rows(t.attachments)) == 1
    added(world, case, category="health")
    assert len(world.rows(t.attachments)) == 2


def test_nobody_adds_papers_to_what_they_may_not_read(world: World) -> None:
    case = world.summoned("bistand")
    for name in ("maria", "admin"):
        with pytest.raises(NotAllowed):
            added(world, case, name)


def test_only_whoever_added_a_paper_removes_it_with_a_reason_and_the_row_stays(world: World) -> None:
    case = world.start()
    paper = added(world, case)
    with pytest.raises(NotAllowed):
        world.do(attaching.remove, "petra", paper, "fel papper")
    with pytest.raises(NotFound):
        world.do(attaching.remove, "maria", paper, "fel papper")
    with pytest.raises(NotAllowed):
        world.do(attaching.remove, "sara", paper, " ")
    world.do(attaching.remove, "sara", paper, "fel papper")
    (row,) = world.rows(t.attachments)
    assert (row.removed_by, row.removed_because, row.hash) == ("sara", "fel papper", row.hash)
    assert world.rows(t.attachment_contents) == []
    with reading(world.engine) as tx, pytest.raises(NotFound):
        attachments.content(tx, paper)
    with pytest.raises(AlreadyClosed):
        world.do(attaching.remove, "sara", paper, "igen")


def test_a_case_holds_only_so_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.start()
    monkeypatch.setattr(attaching, "MOST_IN_CASE", 2)
    added(world, case)
    added(world, case, content=PDF + b"\n")
    with pytest.raises(Unfit, match="too-many"):
        added(world, case, content=PDF + b"\n\n")
    monkeypatch.setattr(attaching, "MOST_IN_CASE", 9)
    monkeypatch.setattr(attaching, "MOST_BYTES_IN_CASE", len(PDF) * 2 + 1)
    with pytest.raises(Unfit, match="case-full"):
        added(world, case, content=PDF + b"\n\n")


def in_task(world: World, case: str, name: str = "sara") -> attachments.Attachment:
    task = world.task(case, "register")
    sent = attaching.Sent("intyg.txt", b"ett intyg")
    return world.do(attaching.add_to_task, name, task.id, sent, "coordination")


def take_away(world: World, name: str, case: str, paper: str) -> None:
    actor, task = world.actor(name), world.task(case, "register")
    with writing(world.engine) as tx:
        attaching.take_from_task(tx, actor, task.id, paper)


def of_case(world: World, case: str) -> list[str]:
    with reading(world.engine) as tx:
        return [one.id for one in attachments.of_case(tx, case)]


def test_a_paper_in_a_task_is_its_writers_alone_until_the_task_is_handed_in(world: World) -> None:
    case = world.start()
    paper = in_task(world, case)
    assert in_task(world, case).id == paper.id
    assert of_case(world, case) == []
    with pytest.raises(NotFound):
        take_away(world, "petra", case, paper.id)
    with pytest.raises(NotFound):
        world.do(attaching.remove, "sara", paper.id, "fel")
    world.complete("sara", case, "register", called_units=[], consent=False)
    assert of_case(world, case) == [paper.id]
    assert [row.data["attachment"] for row in world.facts(case, "paper_added")] == [paper.id]


def test_a_paper_in_a_task_goes_when_it_is_taken_away_or_the_task_is_closed_otherwise(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    take_away(world, "sara", case, in_task(world, case).id)
    assert world.rows(t.attachments) == []
    in_task(world, case)
    with writing(world.engine) as tx:
        tx.execute(
            t.tasks.update().where(t.tasks.c.id == task.id).values(status="cancelled", closed_at=world.now)
        )
    drafts.purge(world.engine, now=world.now + timedelta(days=29))
    assert len(world.rows(t.attachments)) == 1
    drafts.purge(world.engine, now=world.now + timedelta(days=31))
    assert [world.rows(one) for one in (t.attachments, t.attachment_contents, t.task_attachments)] == [
        [],
        [],
        [],
    ]


def test_only_whoever_may_do_the_task_adds_to_it_and_only_what_it_asks_about(world: World) -> None:
    case = world.start()
    task = world.task(case, "register").id
    sent = attaching.Sent("intyg.txt", b"ett intyg")
    with pytest.raises(NotAllowed):
        world.do(attaching.add_to_task, "maria", task, sent, "coordination")
    with pytest.raises(NotAllowed):
        world.do(attaching.add_to_task, "sara", task, sent, "nothing")
    with pytest.raises(attaching.Unfit):
        world.do(attaching.add_to_task, "sara", task, attaching.Sent("x.exe", b"MZ"), "coordination")
