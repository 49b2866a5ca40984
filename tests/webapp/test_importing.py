"""Drawings from anywhere become drafts as they are, or are refused with the place named; what is taken along is what was handed in."""

from __future__ import annotations

import io
import re
import time
import zipfile
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.errors import BrokenDefinition
from engine.records import routine_drafts as drafts
from engine.records import tables as t
from engine.records.database import reading
from tests import beside
from tests.webapp.site import PROCESSES, Site
from webapp.pages.uploading import begun

SECONDS = 2.0
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ADVERSARIAL = beside.index("examples/adversarial")
FILES = beside.folder("examples/adversarial") or Path()
REFUSED = 'class="callout" data-state="late"'
NO_DRAWING = {"wrong-file", "xml-entities", "encoding"}
"""Categories in which a refused file is none that can be read at all."""


def hand_in(site: Site, name: str, data: bytes, *, routine: str = "", title: str = "") -> TestResponse:
    """What Karin meets who hands in that file."""
    return site.client("karin").post(
        "/studio/new/files",
        data={"routine": routine, "title": title, "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def draft_of(answer: TestResponse) -> str:
    """The id of the draft that was made."""
    assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return answer.headers["Location"].split("/drafts/")[1].split("/")[0]


def contents(site: Site, draft_id: str) -> dict[str, bytes | None]:
    with reading(site.world.engine) as tx:
        return {path: held.content for path, held in drafts.held(tx, draft_id).items()}


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()


def drawing(inside: str, process_id: str = "p") -> bytes:
    """A drawing with that in its process."""
    return f'<definitions xmlns="{BPMN}" targetNamespace="x"><process id="{process_id}">{inside}</process></definitions>'.encode()


@pytest.mark.skipif(not ADVERSARIAL, reason=beside.MISSING)
def test_every_file_that_somebody_may_hand_in_is_a_draft_or_refused_in_words_and_in_time(
    empty_site: Site,
) -> None:
    client, wrong = empty_site.client("karin"), []
    for entry in ADVERSARIAL:
        path = FILES / entry["file"]
        name, data = path.with_suffix(path.suffix.replace("json", "form")).name, path.read_bytes()
        alone = name.endswith(".bpmn")
        sent = data if alone else zipped({"r/r.bpmn": drawing("<task id='t'/>"), f"r/{name}": data})
        began = time.process_time()
        answer = hand_in(empty_site, name if alone else "r.zip", sent, title=entry["id"])
        if answer.status_code == 302:
            page = client.get(answer.headers["Location"])
            told = page.get_data(as_text=True)
            held = contents(empty_site, draft_of(answer))
            ok = page.status_code == 200 and data in held.values() and "data-severity" in told
        else:
            told = answer.get_data(as_text=True)
            refused = entry["category"] in NO_DRAWING or "DOCTYPE" in told
            ok = answer.status_code == 422 and REFUSED in told and refused
        spent = time.process_time() - began
        if not ok or spent > SECONDS or "root:" in told:
            wrong.append((entry["id"], answer.status_code, round(spent, 2)))
    assert wrong == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY a "b">]>\n<definitions/>', "DOCTYPE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "ingen ritning i BPMN 2.0"),
        (b"<definitions xmlns='http://example.org/other'/>", "ingen ritning i BPMN 2.0"),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (drawing("<subProcess>" * 10_000 + "</subProcess>" * 10_000), ""),
        (drawing("<task/>" * 31_000), ""),
        (drawing("<task id='a'>"), ""),
    ],
    ids=["entities", "another root", "another language", "empty", "picture", "10 000 levels", "31 000 steps", "torn off"],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_with_its_line_at_once_and_nothing_is_kept(
    empty_site: Site, data: bytes, said: str
) -> None:
    began = time.process_time()
    answer = hand_in(empty_site, "r.bpmn", data)
    assert (answer.status_code, time.process_time() - began < SECONDS) == (422, True)
    told = answer.get_data(as_text=True)
    assert REFUSED in told
    assert "r.bpmn, rad 1" in told or "r.bpmn, rad 2" in told
    assert said in told
    assert not empty_site.world.rows(t.routine_drafts)


def test_a_drawing_that_is_too_large_to_be_read_is_refused_before_it_is_looked_into() -> None:
    with pytest.raises(BrokenDefinition, match="larger"):
        begun("vastmanland", "r.bpmn", "", drawing("x" * 50_000_000))


HOSTILE = drawing(
    "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='gone'/>"
    "<userTask id='a' name='&lt;script&gt;alert(1)&lt;/script&gt;'/><userTask id='\u0430' name='Be om s\u0430mtycke'/>"
    "<callActivity id='c' calledElement='nowhere'/><boundaryEvent id='b' attachedToRef='missing'/>"
    "<scriptTask id='x' scriptFormat='python'><script>open('/tmp/x','w')</script></scriptTask>"
    "<extensionElements><other:kept xmlns:other='urn:other' other:as='is'>1</other:kept></extensionElements>",
    "vastmanland_hostile",
).replace(
    b"</definitions>",
    b"<d:BPMNDiagram xmlns:d='http://www.omg.org/spec/BPMN/20100524/DI'><d:BPMNPlane bpmnElement='none'>"
    b"<d:BPMNShape bpmnElement='a'/><d:BPMNShape bpmnElement='a'/></d:BPMNPlane></d:BPMNDiagram></definitions>",
)


def test_a_drawing_with_everything_wrong_is_kept_and_every_page_of_its_draft_shows_it_as_text(
    empty_site: Site,
) -> None:
    draft = draft_of(hand_in(empty_site, "any name.bpmn", HOSTILE))
    assert contents(empty_site, draft)["vastmanland/hostile/hostile.bpmn"] == HOSTILE
    client = empty_site.client("karin")
    shown = {}
    for page in ("", "list", "findings", "changes", "publish", "parts", "play", "export", "export/print"):
        answer = client.get(f"/studio/drafts/{draft}/{page}".removesuffix("/"), follow_redirects=True)
        shown[page] = (answer.status_code, "<script>alert" in answer.get_data(as_text=True))
    assert set(shown.values()) == {(200, False)}, shown
    found = client.get(f"/studio/drafts/{draft}/findings").get_data(as_text=True)
    assert {"missing", "nowhere"} <= set(re.findall(r"[a-z]+", found))


def test_what_is_handed_in_comes_back_byte_for_byte_as_a_file_and_as_a_folder(empty_site: Site) -> None:
    with_mark = b"\xef\xbb\xbf" + HOSTILE.replace(b"><", b">\r\n<")
    handed_in = {
        "deep/hostile/main.bpmn": with_mark,
        "deep/hostile/forms/a.form": b'{"odd": 1}',
        "deep/hostile/README.md": b"# hej",
    }
    draft = draft_of(hand_in(empty_site, "x.zip", zipped(handed_in)))
    client, own = empty_site.client("karin"), "vastmanland/hostile"
    path = f"{own}/hostile.bpmn"
    alone = client.get(f"/studio/drafts/{draft}/export/file", query_string={"path": path})
    assert alone.data == with_mark
    assert alone.headers["Content-Disposition"] == "attachment; filename=hostile.bpmn"
    assert "sandbox" in alone.headers["Content-Security-Policy"]
    packed = client.get(f"/studio/drafts/{draft}/export.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        taken = {name: archive.read(name) for name in archive.namelist()}
    assert taken == {
        path: with_mark, f"{own}/forms/a.form": b'{"odd": 1}', f"{own}/README.md": b"# hej", f"{own}/routine.toml": b'title = "hostile"\n',
    }  # fmt: skip
    again = draft_of(hand_in(empty_site, "again.zip", packed))
    assert contents(empty_site, again) == taken


def test_a_version_that_is_taken_along_and_handed_in_again_is_the_same_in_every_file(
    empty_site: Site,
) -> None:
    client = empty_site.client("karin")
    (row,) = empty_site.world.rows(t.routines, process_id="vastmanland_sip")
    packed = client.get(f"/admin/versions/{row.bundle_hash}.zip").data
    draft = draft_of(hand_in(empty_site, "sip.zip", packed, routine="vastmanland_sip"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        own = {name: archive.read(name) for name in archive.namelist() if name.startswith("vastmanland/sip/")}
    assert {path: data for path, data in contents(empty_site, draft).items() if path in own} == own
    path = {"path": "vastmanland/sip/sip.bpmn"}
    whole = client.get(f"/studio/versions/{row.bundle_hash}/file", query_string=path)
    assert whole.data == (PROCESSES / path["path"]).read_bytes()
    assert (
        client.get(f"/studio/versions/{row.bundle_hash}/file", query_string={"path": "../x"}).status_code
        == 404
    )


def test_a_drawing_of_the_routine_under_any_name_takes_the_place_of_its_own(empty_site: Site) -> None:
    data = (
        (PROCESSES / "vastmanland/sip/sip.bpmn").read_bytes().replace(b"Bed\xc3\xb6m behovet", b"Se efter", 1)
    )
    draft = draft_of(hand_in(empty_site, "ritning (2).bpmn", data, routine="vastmanland_sip"))
    assert contents(empty_site, draft)["vastmanland/sip/sip.bpmn"] == data


def test_a_new_routine_does_not_take_the_name_of_one_that_is_there(empty_site: Site) -> None:
    answer = hand_in(empty_site, "sip.bpmn", drawing("", "vastmanland_sip"))
    assert answer.status_code == 422
    assert "Det finns redan en rutin med det namnet." in answer.get_data(as_text=True)
