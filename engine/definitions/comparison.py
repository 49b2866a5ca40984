"""What differs between two versions of a routine, file by file and element by element, for people who decide about it.

Enters: two bundles. Leaves: differences that name the element as its file does, with what stood there before and stands there now. Says
nothing about whether a case can move from one to the other: that is for `execution.likeness`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine import xml
from engine.definitions import located_json, toml
from engine.definitions.files import Bundle, decides
from engine.errors import BrokenDefinition

LAYOUT, CONTENT = "layout", "content"
DRAWN = ("BPMNDiagram", "DMNDI")
OWNERS = frozenset({
    "process", "collaboration", "participant", "lane", "message", "error", "userTask", "serviceTask", "businessRuleTask", "subProcess",
    "callActivity", "startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent", "exclusiveGateway", "parallelGateway",
    "inclusiveGateway", "eventBasedGateway", "sequenceFlow", "textAnnotation", "group", "dataObject", "association",
    "decision", "inputData", "businessKnowledgeModel", "itemDefinition",
})  # fmt: skip
REPEATED = frozenset({"incoming", "outgoing", "flowNodeRef", "extensionElements"})
"""What only says again what the flows and lanes say, or only holds other things."""


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is the attribute, element or form property as the file names it (`timeDuration`, `input unit`, `rules`); `layout` where only
    the picture differs, `content` where a file is not looked into. `before` and `after` are as written, '' where there is nothing.
    """

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One element, field or table of one file; `element_id` is '' for the file as a whole. `kind` is `added`, `removed` or `changed`."""

    path: str
    kind: str
    element_id: str = ""
    name: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    says: Mapping[str, str]


_Parts = dict[str, _Part]


def compare(old: Bundle, new: Bundle) -> tuple[Difference, ...]:
    """What is new, gone or changed, by path; files that decide nothing (scenarios, the README) are left out."""
    found: list[Difference] = []
    for path in sorted(path for path in {*old.files, *new.files} if decides(path)):
        before, after = old.files.get(path), new.files.get(path)
        if before is None or after is None:
            found.append(Difference(path, "added" if before is None else "removed"))
        elif before != after:
            found += _within(path, before, after)
    return tuple(found)


def _within(path: str, before: bytes, after: bytes) -> list[Difference]:
    reader = {".bpmn": _drawn, ".dmn": _drawn, ".form": _form, ".toml": _settings}.get(
        PurePosixPath(path).suffix
    )
    if reader is None:
        return [Difference(path, "changed", changes=(Change(CONTENT),))]
    try:
        old, new = reader(before, path), reader(after, path)
    except BrokenDefinition:
        return [Difference(path, "changed", changes=(Change(CONTENT),))]
    found = [
        one for key in dict.fromkeys([*old, *new]) for one in _part(path, key, old.get(key), new.get(key))
    ]
    return found or [Difference(path, "changed", changes=(Change(LAYOUT),))]


def _part(path: str, key: str, old: _Part | None, new: _Part | None) -> Iterator[Difference]:
    if old is None or new is None:
        known = new or old
        yield Difference(path, "added" if old is None else "removed", key, known.name if known else "")
        return
    changes = tuple(
        Change(what, old.says.get(what, ""), new.says.get(what, ""))
        for what in dict.fromkeys([*old.says, *new.says])
        if old.says.get(what, "") != new.says.get(what, "")
    )
    if changes:
        yield Difference(path, "changed", key, new.name or old.name, changes)


# --- diagrams and tables ---------------------------------------------------------------------------------------------


def _drawn(data: bytes, path: str) -> _Parts:
    found: dict[str, tuple[str, dict[str, list[str]]]] = {}
    _look(xml.read(data, path=path), "", found)
    parts = {
        key: _Part(name, {what: "\n".join(texts) for what, texts in says.items()})
        for key, (name, says) in found.items()
    }
    return {key: _with_rules(part) for key, part in parts.items()}


def _look(element: xml.Element, owner: str, found: dict[str, tuple[str, dict[str, list[str]]]]) -> None:
    tag = xml.local(element)
    if tag in DRAWN:
        return
    own_id = element.get("id", "")
    if own_id and tag in OWNERS:
        owner = own_id
        found[owner] = (element.get("name", ""), {})
    says = found.setdefault(owner, ("", {}))[1]
    if tag == "rule":
        says.setdefault("rules", []).append(_rule(element))
        return
    for what, text in _said(element, tag, is_owner=owner == own_id):
        says.setdefault(what, []).append(text)
    for child in element:
        if xml.local(child) not in REPEATED:
            _look(child, owner, found)
        elif xml.local(child) == "extensionElements":
            for inside in child:
                _look(inside, owner, found)


def _said(element: xml.Element, tag: str, *, is_owner: bool) -> Iterator[tuple[str, str]]:
    """What one element says, by the name under which people know it."""
    if tag == "definitions":
        return
    if tag == "input" and element.get("name") is not None and element.get("value") is not None:
        yield f"input {element.get('name')}", str(element.get("value"))
        return
    for name, value in element.attrib.items():
        plain = str(name).rpartition("}")[2]
        if plain == "id":
            if not is_owner:
                yield f"{tag} id", str(value)
        elif plain != "type" or not str(name).startswith("{"):
            yield plain, str(value)
    text = (element.text or "").strip()
    if text:
        yield tag if tag != "text" else "expression", text


def _rule(rule: xml.Element) -> str:
    texts: dict[str, list[str]] = {"inputEntry": [], "outputEntry": []}
    for entry in rule:
        words = " ".join("".join(str(one) for one in entry.itertext()).split())
        texts.setdefault(xml.local(entry), []).append(words or "-")
    return f"{', '.join(texts['inputEntry'])} → {', '.join(texts['outputEntry'])}"


def _with_rules(part: _Part) -> _Part:
    """The rules of a table with their numbers, one a line."""
    if "rules" not in part.says:
        return part
    lines = enumerate(part.says["rules"].split("\n"), 1)
    return _Part(part.name, {**part.says, "rules": "\n".join(f"{number}: {line}" for number, line in lines)})


# --- forms and settings ----------------------------------------------------------------------------------------------


def _form(data: bytes, path: str) -> _Parts:
    document = located_json.read(data, path=path)
    found: _Parts = {}
    if isinstance(document, dict):
        found[""] = _Part("", _flat({key: value for key, value in document.items() if key != "components"}))
        _fields(document.get("components"), "", found)
    return found


def _fields(components: object, above: str, found: _Parts) -> None:
    for number, one in enumerate(components if isinstance(components, list) else []):
        if isinstance(one, dict):
            key = f"{above}{one.get('key') or one.get('path') or one.get('id') or number}"
            says = {
                name: value
                for name, value in one.items()
                if name not in ("components", "id", "layout", "key")
            }
            found[key] = _Part(str(one.get("label") or ""), _flat(says))
            _fields(one.get("components"), f"{key}.", found)


def _settings(data: bytes, path: str) -> _Parts:
    return {"": _Part("", _flat(toml.read(data, path=path)))}


def _flat(values: Mapping[str, object], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{name}.")
        elif isinstance(value, list):
            found[f"{above}{name}"] = "\n".join(
                json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else str(one)
                for one in value
            )
        else:
            found[f"{above}{name}"] = str(value)
    return found
