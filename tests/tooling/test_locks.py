"""The lock files: they hold everything, with checksums, and name no place that only one machine knows."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def pins(name: str) -> dict[str, str]:
    """package -> version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", text))


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", each)[0].lower().replace("_", "-") for each in requirements}


def project() -> dict[str, list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        content = tomllib.load(file)
    return {
        "requirements.lock": content["project"]["dependencies"] + content["dependency-groups"]["setup"]
    } | {f"requirements-{group}.lock": content["dependency-groups"][group] for group in ("dev", "node")}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index-url|--extra-index-url|--find-links|\s/\w", text)


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_in_a_lock_has_checksums(name: str) -> None:
    entries = re.split(r"(?m)^(?=[a-z0-9-]+==)", (ROOT / name).read_text(encoding="utf-8"))[1:]
    assert len(entries) == len(pins(name))
    assert [each.splitlines()[0] for each in entries if "--hash=sha256:" not in each] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_the_project_asks_for(name: str) -> None:
    assert wanted(project()[name]) - pins(name).keys() == set()


def test_the_lock_for_development_holds_all_that_the_product_runs_on() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_front_end_is_pinned_exactly_and_comes_from_the_public_registry() -> None:
    frontend = ROOT / "webapp" / "frontend"
    package = json.loads((frontend / "package.json").read_text(encoding="utf-8"))
    asked = package["dependencies"] | package["devDependencies"]
    assert [each for each, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((frontend / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    public = "https://registry.npmjs.org/"
    assert [
        name for name, each in locked.items() if not each.get("resolved", public).startswith(public)
    ] == []
    assert [name for name, each in locked.items() if name and "integrity" not in each] == []
