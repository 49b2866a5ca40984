"""Every template of a bundle is set once with made-up data before any case may use it.

Enters: a bundle. Leaves: findings that name the template and the line; a template that cannot be set is an error. Sets nothing for
anybody: what it makes is thrown away.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from engine import documents, library
from engine.actions import paper_forms, papers
from engine.definitions import files, sample_papers, templates
from engine.definitions.files import Bundle
from engine.definitions.routine import Routine
from engine.errors import BrokenDefinition, Finding

LANGUAGES = (("sv", "SE", "Europe/Stockholm"), ("nb", "NO", "Europe/Oslo"))
AROUND: dict[str, object] = {
    "title": "",
    "reference": "X-0001",
    "issued_on": "2026-03-02",
    "routine": {"title": "Rutin"},
    "letterhead": {"name": "Regionen", "address": ["Gatan 1", "000 00 Orten"], "phone": "000-00 00 00", "web": "example.se"},
    "region": "",
    "sender": {"principal": "Provkommunen", "unit": "Provenheten", "unit_address": "Gatan 1\n000 00 Orten", "unit_phone": "0", "by": "P"},
    "to": ["Prov Provsson", "Gatan 2", "000 00 Orten"],
    "law": {},
    "words": {},
    "units": {"provenhet": sample_papers.UNIT},
    "people": {},
    "person": {"name": "Prov Provsson", "identity_number": "191212121212", "born_on": None},
    "logo": None,
    "version": 1,
}  # fmt: skip
_IMPORTED = re.compile(rb'(?:import|include)\s+"([^"]+)"')
_PLACE = re.compile(r"┌─ (?P<path>\S+):(?P<line>\d+):\d+")


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting of one template: `told` is all that it reads, as JSON."""

    template: str
    told: str


_SAID: dict[tuple[str, Trial], str] = {}
MOST_REMEMBERED = 4_000


def findings(bundle: Bundle) -> list[Finding]:
    """An error for each template that cannot be set in each of the languages, blank, with nothing, and with what the diagrams put in it."""
    readable = templates.readable(bundle)
    if not any(path.endswith(".typ") for path in readable):
        return []
    try:
        routine = library.keep(bundle.files, bundle.process_id).routine
    except BrokenDefinition:
        return []  # told by the checks
    trials = tuple(dict.fromkeys(_trials(bundle, routine)))
    said = _tried(readable, trials)
    return list(
        dict.fromkeys(_finding(one, bundle, what) for one, what in zip(trials, said, strict=True) if what)
    )


def picture(bundle: Bundle, path: str, language: str) -> bytes:
    """The first page of one template as PNG, with what the diagrams put in it, made up. Raises NotSet, BrokenDefinition."""
    routine = library.keep(bundle.files, bundle.process_id).routine
    trials = [one for one in _trials(bundle, routine) if one.template == path]
    wanted = [json.loads(one.told) for one in trials]
    told = next(
        (one for one in reversed(wanted) if one["language"] == language), wanted[-1] if wanted else {}
    )
    return documents.picture_of(templates.readable(bundle), path, told)


def _tried(readable: Mapping[str, bytes], trials: Sequence[Trial]) -> list[str]:
    """What is said of each. The same templates with the same data say the same, so what several routines share is tried once."""
    world = hashlib.sha256(repr(sorted(readable.items())).encode()).hexdigest()
    new = [one for one in trials if (world, one) not in _SAID]
    if new:
        if len(_SAID) > MOST_REMEMBERED:
            _SAID.clear()
            new = list(trials)
        said = documents.trial(readable, [(one.template, json.loads(one.told)) for one in new])
        _SAID.update(((world, one), what) for one, what in zip(new, said, strict=True))
    return [_SAID[world, one] for one in trials]


def _trials(bundle: Bundle, routine: Routine) -> Iterator[Trial]:
    whole = {path for path in bundle.files if PurePosixPath(path).suffix == ".typ"} - _parts(bundle)
    filled = _filled(bundle, routine)
    for path in sorted(whole):
        for language, country, zone in LANGUAGES:
            for content in ({}, *filled.get(path, [])):
                for blank in (False,) if content else (True, False):
                    told = AROUND | {
                        "language": language,
                        "country": country,
                        "kind": PurePosixPath(path).stem,
                        "blank": blank,
                    }
                    told |= {"content": content, "left_out": bool(content)}
                    yield Trial(path, json.dumps(papers.plain(told, ZoneInfo(zone)), sort_keys=True))


def _filled(bundle: Bundle, routine: Routine) -> Mapping[str, list[dict[str, object]]]:
    """By template, the contents that diagrams and printed forms put in it."""
    found: dict[str, list[dict[str, object]]] = {}
    for kind, path, content in sample_papers.issued(routine):
        template = templates.find(bundle, kind, near=files.folder_of(path), region=bundle.region or "")
        if template:
            found.setdefault(template, []).append(dict(content))
    answers = sample_papers.samples(routine)
    for kind, keys in paper_forms.CONTENT.items():
        template = templates.find(bundle, kind, near="", region=bundle.region or "")
        given = {
            key: next((answers[one] for one in names if one in answers), None) for key, names in keys.items()
        }
        if template and any(value is not None for value in given.values()):
            found.setdefault(template, []).append(given)
    return found


def _parts(bundle: Bundle) -> set[str]:
    """Templates that others import: they are tried with those."""
    found: set[str] = set()
    for path, data in bundle.files.items():
        if path.endswith(".typ"):
            for name in _IMPORTED.findall(data):
                read = name.decode("utf-8", "replace")
                found.add(
                    read.lstrip("/") if read.startswith("/") else str(PurePosixPath(path).parent / read)
                )
    return found


def _finding(trial: Trial, bundle: Bundle, said: str) -> Finding:
    """The place that Typst names, where it is a file of the bundle; else the template's first line."""
    place = next(
        (
            (path, int(one["line"]))
            for one in _PLACE.finditer(said)
            for path in bundle.files
            if path.endswith(".typ") and f"/{one['path']}".endswith(f"/{path}")
        ),
        (trial.template, 1),
    )
    told = json.loads(trial.told)
    what = said.splitlines()[0].removeprefix("error: ")[:200]
    how = (
        "blank" if told["blank"] else "with made-up answers" if told["content"] else "with nothing filled in"
    )
    sentence = (
        f"The paper {told['kind']} cannot be set in {told['language']}, {how}: {what}. Mend the template."
    )
    return Finding(*place, "error", "paper", told["kind"], sentence)
