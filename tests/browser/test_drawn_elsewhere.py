"""What the editor opens and saves means what it meant, with its layout and with what other programs have written in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, expect

from engine import xml
from engine.actions import draft_sources, routine_drafts
from engine.definitions import difference
from engine.errors import BrokenDefinition
from engine.records.database import reading, writing
from tests import beside
from tests.browser.conftest import Meet
from tests.webapp.site import PROCESSES, Site

EDITOR = (
    Path(__file__).parents[2] / "webapp/frontend/node_modules/bpmn-js/dist/bpmn-modeler.production.min.js"
)
SAVED = """async (text) => {
  const editor = new BpmnJS({ container: "#canvas" });
  try { await editor.importXML(text); return (await editor.saveXML({ format: true })).xml; } finally { editor.destroy(); }
}"""
OURS = (PROCESSES / "vastmanland/sip/sip.bpmn", PROCESSES / "shared/retention/retention.bpmn")
FOREIGN = (
    (b"<bpmn:process id=", b'<bpmn:process xmlns:other="urn:other" other:owner="A &amp; B" id='),
    (b"<bpmn:userTask ", b'<bpmn:userTask xmlns:other="urn:other" other:cost="12" '),
)


def legal() -> dict[str, bytes]:
    """Every example with a layout that has a meaning to keep, our own drawings, and one in which another program has written."""
    found = {path.name: path.read_bytes() for path in OURS}
    for folder in ("adversarial", "soundness"):
        for entry in beside.index(f"examples/{folder}"):
            path = (beside.folder(f"examples/{folder}") or Path()) / entry["file"]
            if path.suffix == ".bpmn" and entry.get("verdict") != "reject":
                found[path.name] = path.read_bytes()
    foreign = found["sip.bpmn"]
    for old, new in FOREIGN:
        assert old in foreign
        foreign = foreign.replace(old, new, 1)
    end = foreign.index(b"</bpmn:userTask>")
    kept = b'<bpmn:extensionElements xmlns:other="urn:other"><other:note lang="sv">Kvar</other:note></bpmn:extensionElements>'
    begun = foreign.rindex(b"<bpmn:userTask ", 0, end)
    opened = foreign.index(b">", begun) + 1
    at = foreign.find(b"</bpmn:documentation>", opened, end)
    place = at + len(b"</bpmn:documentation>") if at > 0 else opened
    assert b"extensionElements" not in foreign[begun:end]
    found["foreign.bpmn"] = foreign[:place] + kept + foreign[place:]
    return found


def readable(data: bytes) -> str | None:
    """The drawing as text, None where it has no layout to open."""
    try:
        root = xml.read(data)
    except BrokenDefinition:
        return None
    return (
        etree.tostring(root, encoding="unicode")
        if root.find(f".//{{{xml.BPMNDI}}}BPMNShape") is not None
        else None
    )


def test_a_drawing_that_is_opened_and_saved_keeps_its_meaning_its_layout_and_what_is_foreign(
    browser: Browser,
) -> None:
    if not EDITOR.exists():
        pytest.skip("the editor is not installed: npm ci in webapp/frontend")
    page = browser.new_page()
    page.set_content('<div id="canvas"></div>')
    page.add_script_tag(path=EDITOR)
    told = {}
    drawings = legal()
    for name, data in drawings.items():
        text = readable(data)
        if text is not None:
            saved = page.evaluate(SAVED, text).encode()
            changes = difference.between({name: data}, {name: saved})
            told[name] = [(one.says, one.element_id) for one in changes if one.says != "written-otherwise"]
    page.close()
    assert len(told) >= len(OURS) + 1
    assert {name: changes for name, changes in told.items() if changes} == {}
    altered = drawings["foreign.bpmn"].replace(b'other:cost="12"', b'other:cost="13"')
    assert difference.between({"x.bpmn": drawings["foreign.bpmn"]}, {"x.bpmn": altered}), (
        "the comparison sees what is foreign"
    )


def test_a_drawing_without_a_picture_gets_one_when_asked_for_and_means_the_same(
    meet: Meet, site: Site
) -> None:
    path = "vastmanland/raise_problem/raise_problem.bpmn"
    with writing(site.world.engine) as tx:
        owner = site.world.actor("karin")
        draft = draft_sources.from_version(tx, owner, "vastmanland_raise_problem", now=site.world.now)
        root = xml.read(routine_drafts.read(tx, owner, draft.id).files[path])
        for picture in root.findall(f"{{{xml.BPMNDI}}}BPMNDiagram"):
            root.remove(picture)
        undrawn = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        routine_drafts.save_file(tx, owner, draft.id, path, undrawn, expected_revision=1, now=site.world.now)
    karin = meet("karin")
    karin.go(f"/studio/drafts/{draft.id}/diagram?path={path}")
    karin.page.get_by_role("button", name="Rita en bild").click()
    expect(karin.page.locator(".djs-shape").first).to_be_visible()
    expect(karin.page.locator("[data-saved]")).to_contain_text("Sparat")
    with reading(site.world.engine) as tx:
        drawn = routine_drafts.read(tx, owner, draft.id).files[path]
    assert readable(drawn) is not None
    told = {one.says for one in difference.between({path: undrawn}, {path: drawn})}
    assert told == {"drawn-otherwise"}
    assert not karin.troubles
