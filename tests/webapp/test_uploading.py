"""What a process owner uploads: where an archive's files belong, and what of it is refused."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.definitions import files
from engine.errors import BrokenDefinition
from webapp.pages import upload_words, uploading
from webapp.pages.uploading import unpacked
from webapp.studio import beginning

DIAGRAM = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="here_sip"/></bpmn:definitions>"""
CURRENT = files.bundle(
    {"here/sip/sip.bpmn": DIAGRAM, "here/sip/forms/a.form": b"{}", "shared/x/x.bpmn": b"<x/>"}, "here_sip"
)


def packed(contents: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for path, data in contents.items():
            archive.writestr(path, data)
    return made.getvalue()


@pytest.mark.parametrize("above", ["", "sip/", "here/sip/", "here_sip-12345678/here/sip/"])
def test_a_folder_packed_in_any_usual_way_is_put_where_the_routine_has_it(above: str) -> None:
    found = unpacked(CURRENT, "x.zip", packed({f"{above}sip.bpmn": DIAGRAM, f"{above}forms/b.form": b"[]"}))
    assert found == {"here/sip/sip.bpmn": DIAGRAM, "here/sip/forms/b.form": b"[]", "shared/x/x.bpmn": b"<x/>"}


def test_what_computers_add_to_archives_on_their_own_is_left_out() -> None:
    added = {"__MACOSX/sip/._sip.bpmn": b"x", "sip/.DS_Store": b"x", "sip/Thumbs.db": b"x"}
    assert set(unpacked(CURRENT, "x.zip", packed({"sip/sip.bpmn": DIAGRAM, **added}))) == {
        "here/sip/sip.bpmn",
        "shared/x/x.bpmn",
    }


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_was_damaged_on_the_way_is_refused(kind: int) -> None:
    damaged = bytearray(packed({"sip.bpmn": DIAGRAM * 50}, kind))
    damaged[60:90] = b"\xff" * 30
    with pytest.raises(BrokenDefinition, match="no zip archive that can be read"):
        unpacked(CURRENT, "x.zip", bytes(damaged))


def test_a_name_in_no_known_alphabet_is_refused() -> None:
    with pytest.raises(BrokenDefinition, match="no zip archive that can be read"):
        unpacked(CURRENT, "x.zip", packed({"aåa.bpmn": DIAGRAM}).replace("aåa".encode(), b"a\xff\xfea"))


@pytest.mark.parametrize("contents", [{}, {"README.md": b"x"}, {"elsewhere/x/y.md": b"x"}])
def test_an_archive_without_a_diagram_is_refused(contents: dict[str, bytes]) -> None:
    with pytest.raises(BrokenDefinition, match="holds no diagram"):
        unpacked(CURRENT, "x.zip", packed(contents))


@pytest.mark.parametrize(
    "path", ["../x.bpmn", "/etc/x.bpmn", "a\\x.bpmn", "a" * 300 + ".bpmn", "a\u202eb.bpmn"]
)
def test_a_name_that_leads_out_or_cannot_be_written_is_refused(path: str) -> None:
    with pytest.raises(BrokenDefinition, match="A name in the archive"):
        unpacked(CURRENT, "x.zip", packed({"sip.bpmn": DIAGRAM, path: b"x"}))


def test_an_archive_that_unpacks_to_far_more_than_it_weighs_is_refused() -> None:
    with pytest.raises(BrokenDefinition, match="at most"):
        unpacked(CURRENT, "x.zip", packed({f"{number}.bpmn": bytes(1_000_000) for number in range(21)}))


def test_the_folder_of_another_routine_is_refused_in_one_sentence() -> None:
    other = DIAGRAM.replace(b"here_sip", b"here_other")
    with pytest.raises(BrokenDefinition, match="another routine than 'here_sip'") as told:
        unpacked(CURRENT, "x.zip", packed({"other/other.bpmn": other}))
    assert len(told.value.findings) == 1


def refusals(module: str) -> Iterator[str]:
    """Every sentence of the module that refuses a file, with 8 for what is filled in."""
    for call in ast.walk(ast.parse(Path(module).read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_refused", "_wrong", "Finding"):
            match call.args[-1]:
                case ast.Constant(value=str(sentence)):
                    yield sentence
                case ast.JoinedStr(values=parts):
                    yield "".join(str(one.value) if isinstance(one, ast.Constant) else "8" for one in parts)


@pytest.mark.usefixtures("swedish")
def test_every_refusal_of_a_file_is_said_in_the_language_of_the_page() -> None:
    found = {*refusals(uploading.__file__), *refusals(beginning.__file__)} - {
        "The file is no 8: its outermost element is another."
    }
    found |= {
        f"The file is no {kind}: its outermost element is another." for _, kind in uploading.ROOTS.values()
    }
    assert len(found) > 10
    assert [one for one in found if upload_words.of(one) in ("", one)] == []
