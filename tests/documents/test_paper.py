"""A template and data become a tagged PDF; a template is code, and can neither hang nor fill the machine, nor read beside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.documents import NotSet, paper, pdf

HEAD = (
    '#set document(title: "T", date: none)\n#set text(lang: "sv")\n#let told = json(bytes(sys.inputs.data))\n'
)


def template(folder: Path, body: str) -> Path:
    (folder / "a.typ").write_text(HEAD + body, encoding="utf-8")
    return folder


def test_a_paper_is_a_tagged_pdf_in_its_language(tmp_path: Path) -> None:
    made = pdf(template(tmp_path, "= #told.name"), "a.typ", {"name": "Åsa Öberg"})
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/Lang(sv)" in made
    assert b"pdfuaid:part>1<" in made


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = template(tmp_path, "= #told.name")
    assert pdf(folder, "a.typ", {"name": "x"}) == pdf(folder, "a.typ", {"name": "x"})


def test_data_is_text_and_never_code(tmp_path: Path) -> None:
    folder = template(tmp_path, "#told.name")
    assert pdf(folder, "a.typ", {"name": '#panic("no") #read("/etc/passwd")'}).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "body",
    [
        "#panic()",
        '#read("/etc/passwd")',
        '#read("../secret.txt")',
        '#import "@preview/cetz:0.3.0"',
        "#told.missing",
        "#set document(title: none)\n x",
    ],
)
def test_a_template_that_is_wrong_or_reaches_out_is_told_with_its_place(tmp_path: Path, body: str) -> None:
    (tmp_path / "secret.txt").write_text("a secret")
    folder = tmp_path / "routine"
    folder.mkdir()
    with pytest.raises(NotSet) as told:
        pdf(template(folder, body), "a.typ", {"name": "x"})
    assert told.value.cause == "template"
    assert told.value.detail
    assert "a secret" not in told.value.detail


def test_a_template_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "SECONDS", 1)
    body = "#let f(n) = { let x = 0; while true { x += 1; if x < 0 { break } } }\n#for i in range(1000000000) { let a = range(20).sum() }"
    with pytest.raises(NotSet) as told:
        pdf(template(tmp_path, body), "a.typ", {})
    assert told.value.cause in ("limits", "time", "template")


def test_a_template_that_wants_all_memory_is_ended(tmp_path: Path) -> None:
    body = '#let s = "x" * 1000\n#for i in range(40) { s = s + s }\n#s.len()'
    with pytest.raises(NotSet) as told:
        pdf(template(tmp_path, body), "a.typ", {})
    assert told.value.cause in ("limits", "time")
