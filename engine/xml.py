"""The one safe XML reader.

Enters: the bytes of a file in any XML encoding. Leaves: an lxml element, or BrokenDefinition with one finding
that says what is wrong and where. Nothing is ever fetched, included or expanded: a DOCTYPE is refused before
the parser sees it, comments and processing instructions are dropped, and size, depth and number of elements
are bounded. No message repeats file content.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from engine.errors import BrokenDefinition, Finding

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
SAMORDNA = "urn:samordna:bpmn:1"

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the class of its elements


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes, levels of nesting, number of elements."""

    bytes: int = 2_000_000
    depth: int = 100
    elements: int = 30_000


DEFAULT_LIMITS = Limits()

_BINARY = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"BM", "a BMP picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# What may stand before the root element (XML 1.0, production 22), a DOCTYPE excepted.
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_BROKEN_TAG = re.compile(r"<[A-Za-z_][^<>]*[\r\n]")  # a start tag over several lines
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def own(name: str) -> str:
    """The qualified name of one of Samordna's own attributes or elements."""
    return f"{{{SAMORDNA}}}{name}"


def bpmn(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def line_of(element: Element) -> int:
    """The line on which the element's start tag stands, 1 where lxml does not know."""
    line: Any = element.sourceline
    return int(line or 1)


def read(data: bytes, *, path: str = "", limits: Limits = DEFAULT_LIMITS) -> Element:
    """Parse `data`; raise BrokenDefinition, naming `path` and the line, for whatever is not a plain XML
    document.
    """
    if len(data) > limits.bytes:
        _refuse(
            path,
            1,
            "file-too-large",
            f"The file is larger than {limits.bytes // 1000} kB. Divide the drawing.",
        )
    _refuse_other_formats(data, path)
    _refuse_doctype(data, path)
    root = _parse(data, path, limits)
    # A second look, for encodings in which the prolog could not be read above (UTF-7, EBCDIC ...).
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse(path, 1, "xml-doctype", _DOCTYPE)
    if _BROKEN_TAG.search(_sniff(data)):
        _correct_lines(root, data)
    return root


_DOCTYPE = "A DOCTYPE or entity declaration is not allowed. Remove it and save the file again."


def _refuse(path: str, line: int, rule: str, message: str) -> NoReturn:
    raise BrokenDefinition((Finding(path, line, "error", rule, "", message),))


def _refuse_other_formats(data: bytes, path: str) -> None:
    for magic, name in _BINARY:
        if data.startswith(magic):
            _refuse(
                path, 1, "not-xml", f"This is a binary file ({name}), not an XML file. Choose another file."
            )
    text = _sniff(data)
    if not text.strip():
        _refuse(path, 1, "not-xml", "The file holds no XML element; it is empty. Save the drawing again.")
    if not text.lstrip().startswith("<"):
        kind = "a binary file" if _CONTROL.search(text[:1000]) else "text of another kind"
        _refuse(path, 1, "not-xml", f"The file holds no XML element; it is {kind}. Choose another file.")


def _sniff(data: bytes) -> str:
    """The file as text, well enough for finding ASCII signs in it (XML 1.0, appendix F)."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").lstrip("\ufeff")
    return data.decode("latin-1")


def _refuse_doctype(data: bytes, path: str) -> None:
    text = _sniff(data)
    at = 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    if text.startswith("<!DOCTYPE", at):
        _refuse(path, _line_at(text, at), "xml-doctype", _DOCTYPE)


def _line_at(text: str, at: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:at])) + 1


def _parse(data: bytes, path: str, limits: Limits) -> Element:
    try:
        walk = _walk(data)
        count = depth = 0
        for event, element in walk:
            if event == "end":
                depth -= 1
                continue
            count, depth = count + 1, depth + 1
            if depth > limits.depth:
                _refuse(
                    path,
                    line_of(element),
                    "too-deep",
                    f"Elements are nested more than {limits.depth} levels deep.",
                )
            if count > limits.elements:
                _refuse(
                    path,
                    line_of(element),
                    "too-many-elements",
                    f"The file has more than {limits.elements} elements. Divide the drawing.",
                )
        root = walk.root  # type: ignore[attr-defined]  # lxml-stubs do not know it
    except etree.XMLSyntaxError as error:
        _refuse(
            path, max(error.lineno or 1, 1), "xml-syntax", f"This is not well-formed XML: {_words(error)}."
        )
    except (LookupError, UnicodeError):
        _refuse(
            path,
            1,
            "xml-syntax",
            "The file is not written in the encoding that it declares. Save it as UTF-8.",
        )
    if not isinstance(root, Element):
        _refuse(path, 1, "not-xml", "The file holds no XML element.")
    return root


def _walk(data: bytes) -> Iterator[tuple[str, Element]]:
    walk: Iterator[tuple[str, Element]] = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return walk


def _words(error: etree.XMLSyntaxError) -> str:
    """libxml2's own words, which name tags and attributes but never quote text, without its trailing
    position.
    """
    text = str(error.msg or "unreadable").split("(<", 1)[0]
    return re.sub(r",? line \d+, column \d+$", "", text).strip().rstrip(".")[:300]


def _correct_lines(root: Element, data: bytes) -> None:
    """libxml2 gives the line on which a start tag ends; people look for the one on which it begins, which
    expat gives.
    """
    lines: list[int] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: lines.append(parser.CurrentLineNumber)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        return  # an encoding that expat does not know: the lines stay those of the tags' ends
    for element, line in zip(root.iter("*"), lines, strict=False):
        element.sourceline = line  # type: ignore[assignment]  # lxml-stubs give it no type
