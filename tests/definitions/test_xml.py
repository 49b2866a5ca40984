"""The one XML reader: any encoding, nothing fetched or expanded, and the line of what is wrong."""

from __future__ import annotations

import time

import pytest

from engine import xml
from engine.errors import BrokenDefinition
from engine.xml import Limits


def refusal(data, **more):
    with pytest.raises(BrokenDefinition) as caught:
        xml.read(data, path="a.bpmn", **more)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252", "us-ascii"],
)
def test_any_encoding_is_read(encoding):
    declared = encoding.removesuffix("-sig")
    if declared in {"utf-16-le", "utf-16-be"}:
        text, declared = "\ufeff", "utf-16"
    else:
        text = ""
    name = "Samordnad" if encoding == "us-ascii" else "Åtgärd på väg"
    text += f'<?xml version="1.0" encoding="{declared}"?>\n<a name="{name}"/>'
    assert xml.read(text.encode(encoding)).get("name") == name


def test_a_start_tag_over_several_lines_has_the_line_on_which_it_begins():
    root = xml.read(b'<?xml version="1.0"?>\n<a>\n <b\n  c="1"\n  d="2"/>\n <e/>\n</a>')
    assert [xml.line_of(element) for element in root.iter()] == [2, 3, 6]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<!DOCTYPE a><a/>", 1),
        (
            b'<?xml version="1.0"?>\n<!-- <!DOCTYPE no> -->\n<?x y?>\n<!DOCTYPE a [<!ENTITY e "x">]>\n<a>&e;</a>',
            4,
        ),
        (b'<?xml version="1.0"?>\r\n\r\n<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x"><a/>', 3),
        ('<?xml version="1.0" encoding="utf-16"?>\n<!DOCTYPE a><a/>'.encode("utf-16"), 2),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!DOCTYPE a><a/>', 2),
    ],
)
def test_a_doctype_is_refused_with_its_line(data, line):
    finding = refusal(data)
    assert (finding.rule, finding.line) == ("xml-doctype", line)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "not-xml"),
        (b" \n\t ", "not-xml"),
        (b"\x89PNG\r\n\x1a\n", "not-xml"),
        (b"PK\x03\x04", "not-xml"),
        (b"%PDF-1.7", "not-xml"),
        (b"hello", "not-xml"),
        (b"{}", "not-xml"),
        (b"<!-- only a comment -->", "xml-syntax"),
        (b"<a>", "xml-syntax"),
        (b"<a><b></a>", "xml-syntax"),
        (b"<a/><b/>", "xml-syntax"),
        (b"<a>&unknown;</a>", "xml-syntax"),
        (b"<a b='1' b='2'/>", "xml-syntax"),
        (b"<a>\x00</a>", "xml-syntax"),
        (b"<a>\xff</a>", "xml-syntax"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml-syntax"),
    ],
)
def test_what_is_no_xml_is_one_finding(data, rule):
    assert refusal(data).rule == rule


def test_the_line_of_a_fault_is_told():
    assert refusal(b"<a>\n<b>\n</a>").line == 3


def test_limits_hold_on_bytes_depth_and_elements():
    assert refusal(b"<a>" + b" " * 100 + b"</a>", limits=Limits(bytes=50)).rule == "file-too-large"
    assert refusal(b"<a>" * 9 + b"</a>" * 9, limits=Limits(depth=8)).rule == "too-deep"
    assert refusal(b"<a>" + b"<b/>" * 9 + b"</a>", limits=Limits(elements=9)).rule == "too-many-elements"
    assert xml.read(b"<a>" + b"<b/>" * 8 + b"</a>", limits=Limits(elements=9)) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 400_000,
        b"<a>" + b"<b/>" * 400_000 + b"</a>",
        b"<!--" * 400_000,
        b"<a " + b"b='1' " * 200_000 + b"/>",
    ],
)
def test_hostile_files_are_refused_in_time(data):
    began = time.process_time()
    assert refusal(data)
    assert time.process_time() - began < 2


def test_comments_and_instructions_are_dropped_and_their_text_joined():
    root = xml.read(b"<a>x <!-- no -->y<?no no?></a>")
    assert root.text == "x y"
    assert len(root) == 0


def test_nothing_is_included_from_other_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    root = xml.read(
        f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}" parse="text"/></a>'.encode()
    )
    assert "secret" not in "".join(str(text) for text in root.itertext())
