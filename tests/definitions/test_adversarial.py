"""Files that somebody will upload: each is refused with the place named, or accepted, and never holds anything up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.definitions import forms
from engine.definitions.checks import check_path
from engine.errors import BrokenDefinition, Finding
from tests import beside

CASES = beside.index("examples/adversarial")
FOLDER = beside.folder("examples/adversarial")
SECONDS = 2.0

pytestmark = pytest.mark.skipif(not CASES, reason=beside.MISSING)


def with_verdict(*verdicts):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["verdict"] in verdicts]


def errors(case):
    return [found for found in check_path(FOLDER / case["file"]) if found.severity == "error"]


@pytest.mark.parametrize("case", with_verdict("reject"))
def test_it_is_refused_at_the_named_place(case):
    found = errors(case)
    assert found
    if case["element"] is not None:
        assert case["element"] in {finding.element_id for finding in found}
    if case["line"] is not None:
        assert case["line"] in {
            finding.line for finding in found if case["element"] in {None, finding.element_id}
        }


@pytest.mark.parametrize("case", with_verdict("accept"))
def test_it_is_accepted(case):
    assert errors(case) == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_an_answer_comes_in_time_and_quotes_no_other_file(case):
    began = time.process_time()
    told = "\n".join(str(found) for found in check_path(FOLDER / case["file"]))
    assert time.process_time() - began < SECONDS
    assert "root:" not in told


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if case["category"] == "xml-entities"]
)
def test_entities_take_neither_memory_nor_time(case):
    """In a process of its own, with little memory above what the interpreter itself takes."""
    code = (
        "import resource, sys\n"
        "from engine.definitions.checks import check_path\n"
        "from pathlib import Path\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = check_path(Path(sys.argv[1]))\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "assert found and grown < 100_000, grown\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(FOLDER / case["file"])], check=True, timeout=20, cwd=beside.ROOT
    )


def test_nothing_that_the_files_try_to_write_is_written():
    for case in CASES:
        check_path(FOLDER / case["file"])
    assert not list(Path("/var/tmp").glob("adv_canary*"))


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == "form"]
)
def test_a_form_gives_a_form_or_findings_and_nothing_else(case):
    findings: tuple[Finding, ...] = ()
    try:
        forms.read((FOLDER / case["file"]).read_bytes(), case["file"])
    except BrokenDefinition as broken:
        findings = broken.findings
    assert findings or case["verdict"] != "reject"
    assert all(finding.message and finding.line for finding in findings)
