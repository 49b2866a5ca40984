"""What differs between two versions of a routine, in sentences for people who decide about it.

Enters: two sets of files by path. Leaves: changes in the order in which people read them: deadlines, roles, steps, conditions, tables,
forms, documents, settings. Every file that is not byte for byte the same gives at least one; one that only says the same in another way
gives a change that says so. One difference serves page, mail, log and command. Whether a case can move from the one to the other is for
`execution.likeness`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath

from engine import xml
from engine.definitions import files, toml
from engine.definitions.difference import drawing, forms, tables, texts
from engine.definitions.difference import values as v
from engine.definitions.difference.pairing import Pairing
from engine.definitions.difference.steps import Steps
from engine.definitions.difference.values import Change, Name, Span, Term, Text, Word, packed, unpacked
from engine.errors import BrokenDefinition

__all__ = ["Change", "Name", "Span", "Term", "Text", "Word", "between", "of_variant", "packed", "unpacked"]

Files = Mapping[str, bytes]
WHOLE = frozenset({"file-unread", "file-replaced", "passages-more", "drawn-otherwise", "written-otherwise"})
"""Sentences that say of a file that it is another, and not all of what it says."""
MOST_PASSAGES = 50
"""Of one document; whatever is beyond is told as a number."""


def between(old: Files, new: Files) -> tuple[Change, ...]:
    """Every change from the old files to the new ones; empty where all files are the same bytes."""
    named = _Names(old, new)
    found: list[Change] = []
    for path in sorted({*old, *new}):
        before, after = old.get(path), new.get(path)
        if before != after:
            found += [_whole(named.put_in(one), before, after) for one in _file(path, before, after, named)]
    return tuple(sorted(found, key=lambda one: v.SECTIONS.index(one.section)))


def of_variant(base: Files, variant: Files, base_folder: str, folder: str) -> tuple[Change, ...]:
    """What a routine says otherwise than the one it was made from: names of regions and folders are no difference."""
    return between(_as_variant(base, base_folder, folder), variant)


def _as_variant(base: Files, base_folder: str, folder: str) -> dict[str, bytes]:
    region, own = base_folder.split("/", 1)[0], folder.split("/", 1)[0]
    found: dict[str, bytes] = {}
    for path, data in base.items():
        in_own = files.folder_of(path) == base_folder
        moved = path.replace(base_folder, folder, 1) if in_own else path
        if moved == f"{folder}/{base_folder.rsplit('/', 1)[-1]}.bpmn":
            moved = f"{folder}/{folder.rsplit('/', 1)[-1]}.bpmn"
        if moved.startswith(f"{region}/"):
            moved = f"{own}/{moved.removeprefix(f'{region}/')}"
        drawn = moved.endswith((".bpmn", ".dmn"))
        old, new = (files.process_id_of(one).encode() for one in (base_folder, folder))
        text = data.replace(old, new).replace(f"{region}_".encode(), f"{own}_".encode()) if drawn else data
        found[moved] = text
    return found


NAMED = frozenset({"decision", "calledElement", "second_person"})
"""What a step says that is the id of a table, a routine or another step."""


class _Names:
    """What people call a form: the name of the step that asks it; and what they call what a step names by its id."""

    def __init__(self, old: Files, new: Files) -> None:
        self.drawings = [
            (path, data) for files_ in (new, old) for path, data in files_.items() if path.endswith(".bpmn")
        ]
        self.steps: dict[str, str] | None = None
        self.sides = {"before": old, "after": new}
        self.known: dict[str, dict[str, str]] = {}

    def put_in(self, change: Change) -> Change:
        """The change with names for ids, as far as its own side of the files has them."""
        told = dict(change.words)
        field = told.get("field")
        if not isinstance(field, Term) or field.key not in NAMED:
            return change
        for side in self.sides:
            if isinstance(word := told.get(side), Text):
                told[side] = Text(self._on(side).get(word.text, "") or word.text)
        if told.get("before") == told.get("after"):  # two that are called alike are told apart by their ids
            return change
        return replace(change, words=tuple(told.items()), of=v.fingerprint(change.words))

    def _on(self, side: str) -> dict[str, str]:
        if side not in self.known:
            parts = (
                part
                for path, data in self.sides[side].items()
                if path.endswith((".bpmn", ".dmn"))
                for part in _drawn(path, data)
            )
            self.known[side] = {part.id: part.name for part in parts if part.name}
        return self.known[side]

    def of_form(self, path: str) -> Name:
        """The new name, or the file's where no step asks it."""
        if self.steps is None:
            self.steps = {}
            for drawn, data in self.drawings:
                for part in _drawn(drawn, data):
                    self.steps.setdefault(part.id, part.name)
        stem = PurePosixPath(path).stem
        return Name(self.steps.get(stem) or stem)


def _drawn(path: str, data: bytes) -> list[drawing.Part]:
    try:
        return list(drawing.read(xml.read(data, path=path)).parts.values())
    except BrokenDefinition:
        return []


def _called(path: str, before: bytes | None, after: bytes | None, named: _Names) -> Name:
    """What people call the file: the step of a form, the process or the decision that is drawn in it, else its own name."""
    if path.endswith(".form"):
        return named.of_form(path)
    drawn = {".bpmn": "process", ".dmn": "decision"}.get(PurePosixPath(path).suffix)
    data = before if after is None else after
    if drawn is None or data is None:
        return _file_name(path)
    try:
        within = xml.read(data, path=path).iter(f"{{*}}{drawn}")
    except BrokenDefinition:
        return _file_name(path)
    title = next((str(one.get("name")) for one in within if one.get("name")), "")
    return Name(title) if title else _file_name(path)


def _file(path: str, before: bytes | None, after: bytes | None, named: _Names) -> list[Change]:
    section, name = _section(path), _called(path, before, after, named)
    kind = {".bpmn": "drawing", ".dmn": "table", ".form": "form", ".typ": "document"}.get(
        PurePosixPath(path).suffix, "file"
    )
    if _is_scenario(path):
        kind, name = "scenario", _scenario_name(path, before if after is None else after)
    if before is None or after is None:
        how = "added" if before is None else "removed"
        return [v.said(section, how, (path, ""), f"{kind}-{how}", name=name)]
    try:
        found = list(_within(path, before, after, name))
    except BrokenDefinition:
        return [v.said(section, "changed", (path, ""), "file-unread", name=Name(path))]
    return found or [v.said(v.LAYOUT, "changed", (path, ""), "written-otherwise", name=name)]


def _whole(one: Change, before: bytes | None, after: bytes | None) -> Change:
    """With the very content, where the sentence does not tell it: who has read that a file came has read that file and no later one."""
    return replace(one, of=v.fingerprint(after)) if one.says in WHOLE or before is None else one


def _within(path: str, before: bytes, after: bytes, name: Name) -> Iterator[Change]:
    match PurePosixPath(path).suffix:
        case ".bpmn" | ".dmn" as suffix:
            old, new = (drawing.read(xml.read(one, path=path)) for one in (before, after))
            found = list(
                Steps(Pairing(path, old, new)).changes()
                if suffix == ".bpmn"
                else tables.changes(path, old, new)
            )
            yield from found
            if old.picture != new.picture and not found:
                yield v.said(v.LAYOUT, "changed", (path, ""), "drawn-otherwise", name=name)
        case ".form":
            yield from forms.changes(path, before, after, name)
        case ".toml" if files.decides(path):
            yield from _settings(path, before, after)
        case ".toml" if _is_scenario(path):
            yield from _scenario(path, before, after)
        case ".typ" | ".md" | ".toml":
            yield from _texts(path, before, after, name)
        case _:
            yield v.said(_section(path), "changed", (path, ""), "file-replaced", name=Name(path))


def _settings(path: str, before: bytes, after: bytes) -> Iterator[Change]:
    old, new = (forms.flat(toml.read(one, path=path)) for one in (before, after))
    for what in dict.fromkeys([*old, *new]):
        if old.get(what) != new.get(what):
            term = Term("field", what)
            was, now = old.get(what), new.get(what)
            words: dict[str, Word] = {"field": term}
            words |= {"before": Text(was)} if was is not None else {}
            words |= {"after": Text(now)} if now is not None else {}
            how = "added" if was is None else "removed" if now is None else "changed"
            yield v.said(v.SETTING, how, (path, what), f"setting-{how}", **words)


def _scenario(path: str, before: bytes, after: bytes) -> Iterator[Change]:
    """The values that are others: days, answers, steps."""
    old, new = (forms.flat(_numbered(toml.read(one, path=path))) for one in (before, after))
    others = [what for what in dict.fromkeys([*old, *new]) if old.get(what) != new.get(what)]
    name = _scenario_name(path, after)
    for what in others[:MOST_PASSAGES]:
        was, now = old.get(what), new.get(what)
        words: dict[str, Word] = {"name": name}
        words |= {"before": Text(was.strip('"'))} if was is not None else {}
        words |= {"after": Text(now.strip('"'))} if now is not None else {}
        how = "added" if was is None else "removed" if now is None else "changed"
        yield v.said(v.SETTING, how, (path, what), f"scenario-passage-{how}", **words)
    if len(others) > MOST_PASSAGES:
        more = str(len(others) - MOST_PASSAGES)
        yield v.said(v.SETTING, "changed", (path, ""), "passages-more", name=name, number=more)


def _numbered(scenario: Mapping[str, object]) -> dict[str, object]:
    """With its steps by their numbers."""
    steps = scenario.get("step")
    if not isinstance(steps, list):
        return dict(scenario)
    return {**scenario, "step": {str(number): one for number, one in enumerate(steps, 1)}}


def _texts(path: str, before: bytes, after: bytes, name: Name) -> Iterator[Change]:
    section = _section(path)
    was, now = (one.decode("utf-8-sig", errors="replace") for one in (before, after))
    found = [pair for pair in texts.passages(was, now) if pair[0] != pair[1]]
    for old, new in found[:MOST_PASSAGES]:
        words: dict[str, Word] = {"name": name}
        how = "changed" if old and new else "added" if new else "removed"
        words |= {"before": Text(old)} if old else {}
        words |= {"after": Text(new)} if new else {}
        yield v.said(section, how, (path, ""), f"passage-{how}", **words)
    if len(found) > MOST_PASSAGES:
        more = str(len(found) - MOST_PASSAGES)
        yield v.said(section, "changed", (path, ""), "passages-more", name=name, number=more)


def _is_scenario(path: str) -> bool:
    return "scenarios" in PurePosixPath(path).parts


def _scenario_name(path: str, data: bytes | None) -> Name:
    """What the scenario shows; the file's name where it cannot be read."""
    with suppress(BrokenDefinition):
        title = toml.read(data or b"", path=path).get("title")
        if isinstance(title, str) and title.strip():
            return Name(title.strip())
    return _file_name(path)


def _section(path: str) -> str:
    if not files.decides(path):
        return v.SETTING
    sections = {".bpmn": v.STEP, ".dmn": v.TABLE, ".form": v.FORM, ".toml": v.SETTING, ".md": v.SETTING}
    return sections.get(PurePosixPath(path).suffix, v.DOCUMENT)


def _file_name(path: str) -> Name:
    """A file as people say it: `delivery_sheet` is the delivery sheet."""
    return Name(PurePosixPath(path).stem.replace("_", " "))
