"""The routines around a routine: who calls it, who links to it, and what they write that it may read.

Enters: the folder that holds the regions. Leaves: bundles and their findings, each read once. A part that others call, and a linked process
that runs within another's case, read names that those others write; alone they could not be judged. So too what a variant is based on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.definitions import files, region, routine
from engine.definitions.checks import known_names, model
from engine.definitions.checks.wording import near
from engine.definitions.files import Bundle
from engine.errors import BrokenDefinition, Finding

# What depends on the caller, and is told in the caller's bundle.
OF_THE_CALLER = frozenset({"uncaught-error"})

BASE = re.compile(r"([a-z][a-z0-9_]*)@([0-9a-f]{64})")
"""What `based_on` says: the process id of the routine that a variant was made from, and the hash of the version."""

Check = Callable[[Bundle, frozenset[str] | None], list[Finding]]


def callers(bundle: Bundle, among: Iterable[Bundle]) -> list[Bundle]:
    """Those that call it, directly or not."""
    others = [one for one in among if one.folder != bundle.folder]
    return [one for one in others if any(files.folder_of(path) == bundle.folder for path in one.files)]


def linking(bundle: Bundle, among: Iterable[Bundle]) -> list[Bundle]:
    """Those that start it from their running cases."""
    return [one for one in among if bundle.process_id in _linked(one)]


def written_by(bundle: Bundle) -> frozenset[str]:
    """The names of case data that it writes."""
    return known_names.of(_model(bundle))


@dataclass(frozen=True)
class Neighbours:
    """Every routine below `root` that can be read."""

    root: Path

    @cached_property
    def bundles(self) -> Mapping[str, Bundle]:
        """By folder, such as `vastmanland/sip`."""
        found: dict[str, Bundle] = {}
        for folder in sorted({path.parent for path in self.root.glob("*/*/*.bpmn")}):
            try:
                bundle = files.read_bundle(folder, self.root)
            except BrokenDefinition:
                continue  # told when that folder itself is checked
            found[bundle.folder] = bundle
        return found

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        return {folder: written_by(one) for folder, one in self.bundles.items()}

    def findings(self, folder: Path, check: Check) -> list[Finding]:
        """Those of one routine, judged among its neighbours; raises BrokenDefinition where it is no routine.

        `check` is the check of one bundle with the names of its neighbours.
        """
        bundle = files.read_bundle(folder, self.root)
        return [
            *self._among(bundle, check),
            *self._unknown_links(bundle),
            *self._base(bundle),
            *self._unknown_roles(bundle),
        ]

    def _unknown_roles(self, bundle: Bundle) -> list[Finding]:
        """A role that region.toml does not list is a task that nobody sees; a shared routine has no region to ask."""
        roles = self._roles(bundle.region)
        found = []
        for _, node in _model(bundle).nodes() if roles else ():
            for attribute in ("role", "on_behalf"):
                wanted = node.own.get(attribute, "")
                if wanted and wanted not in roles and node.path.startswith(f"{bundle.region}/"):
                    close = near(wanted, roles)
                    hint = f"Did you mean {close}?" if close else f"Known are: {', '.join(sorted(roles))}."
                    message = f"samordna:{attribute} {wanted[:60]} is no role of {bundle.region}/region.toml. {hint}"
                    found.append(model.error(node, "role", message))
        return found

    def _roles(self, name: str | None) -> frozenset[str]:
        path = self.root / (name or "") / "region.toml"
        if name is None or not path.is_file():
            return frozenset()
        try:
            return frozenset(region.read(path.read_bytes(), path=f"{name}/region.toml").roles)
        except BrokenDefinition:
            return frozenset()  # told when the region itself is checked

    def _unknown_links(self, bundle: Bundle) -> list[Finding]:
        """`linked` and `deviation` in routine.toml name routines that are there."""
        known = {one.process_id for one in self.bundles.values()}
        path = f"{bundle.folder}/routine.toml"
        message = "routine.toml names {!r:.80} as linked or for deviations, which is no routine here. Add it, or correct the name."
        named = [name for name in _named(bundle) if name not in known]
        return [Finding(path, 1, "error", "linked", name[:80], message.format(name)) for name in named]

    def _base(self, bundle: Bundle) -> list[Finding]:
        """`based_on` names a routine that is there; a warning where that has another version now, whose changes may be wanted here too."""
        told = _settings(bundle).based_on
        read, path = BASE.fullmatch(told), f"{bundle.folder}/routine.toml"
        base = next((one for one in self.bundles.values() if read and one.process_id == read[1]), None)
        if not told or (base is not None and read is not None and base.hash == read[2]):
            return []
        if read is None:
            message = f"based_on is {told[:80]!r}: write the process id, @ and the 64 hexadecimal digits of the version."
        elif base is None or base.folder == bundle.folder:
            message = f"based_on names {read[1][:60]!r}, which is no other routine here. Correct the name."
        else:
            message = f"{base.process_id} has changed since this variant was made from it. Take in what fits, then write {base.hash}."
            return [Finding(path, 1, "warning", "based-on", base.process_id, message)]
        return [Finding(path, 1, "error", "based-on", told[:80], message)]

    def around(self, bundle: Bundle) -> frozenset[str] | None:
        """The names of case data that those who call or start it write; None where nobody does."""
        drawn = self.bundles.values()
        others = [*callers(bundle, drawn), *linking(bundle, drawn)]
        return frozenset().union(*(self._names[one.folder] for one in others)) if others else None

    def _among(self, bundle: Bundle, check: Check) -> list[Finding]:
        above = callers(bundle, self.bundles.values())
        found = check(bundle, self.around(bundle))
        if not above:
            return found
        theirs = [finding for one in above for finding in check(one, None) if finding.rule in OF_THE_CALLER]
        mine = [finding for finding in theirs if files.folder_of(finding.path) == bundle.folder]
        return [*(finding for finding in found if finding.rule not in OF_THE_CALLER), *dict.fromkeys(mine)]


def _model(bundle: Bundle) -> model.Model:
    return model.read(bundle, conventions=True, operations=None)[0]


def _settings(bundle: Bundle) -> routine.Settings:
    try:
        return routine.read_settings(bundle)
    except BrokenDefinition:
        return routine.Settings("", {}, "", {})  # told by the rule on settings


def _linked(bundle: Bundle) -> tuple[str, ...]:
    return _settings(bundle).linked


def _named(bundle: Bundle) -> tuple[str, ...]:
    settings = _settings(bundle)
    return (*settings.linked, settings.deviation) if settings.deviation else settings.linked
