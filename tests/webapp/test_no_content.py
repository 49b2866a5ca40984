"""What people write stays in the case: in no line of the program's log, no address, no notice, no error page, no row that outlives it.

Every text that somebody writes is a word that occurs nowhere else; then everything that leaves the case is looked through for these
words, for the name and for the identity number.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine.records import entries, sealing
from engine.records import tables as t
from engine.records.database import reading
from engine.scenarios import finding
from engine.scenarios.running import play_file
from engine.scenarios.stage import stage
from tests.webapp.conftest import Begun
from tests.webapp.site import NUMBER, PERSON, PROCESSES, Site
from tests.webapp.test_routes import FORM, addresses
from webapp.logs import Line

TEXT = re.compile(r'"([^"\n]*)"')
HOLD_CONTENT = {
    "entries", "case_values", "engine_rows", "drafts", "kept_forms", "subjects", "consents", "withdrawals", "documents", "meetings",
    "dispatches", "cases", "tasks", "incidents", "moves", "participants", "named_readers", "withheld", "attachments",
    "attachment_contents", "messages", "files", "timers",
}  # fmt: skip
"""Tables of the case itself, which go when it goes; no other may hold a word of it."""
NUMBERS = (NUMBER, NUMBER.replace("-", ""), NUMBER[2:])
ADDRESSES = re.compile(r'(?:href|action|src|data-refresh|data-url)="([^"]*)"')
TITLES = re.compile(r"<title>(.*?)</title>", re.DOTALL)
SIP = PROCESSES / "vastmanland" / "sip"
REFUSALS = {400, 401, 403, 404, 405, 409, 413, 500, 503}


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the program says on standard error, as `samordna serve` does, and more of it."""
    stream, root = io.StringIO(), logging.getLogger()
    told = logging.StreamHandler(stream)
    told.setFormatter(Line())
    before = root.level
    root.addHandler(told)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(told)
    root.setLevel(before)


def planted(text: str) -> tuple[str, dict[str, str]]:
    """The scenario with a word of its own in place of every text that somebody writes; word -> text."""
    words: dict[str, str] = {}

    def plant(found: re.Match[str]) -> str:
        if " " not in found[1] or found[1] == "handed over":  # an id, or one of the answers to choose from
            return found[0]
        word = next((one for one, was in words.items() if was == found[1]), f"qz{len(words):03d}textzq")
        words[word] = found[1]
        return f'"{word}"'

    lines = [line if line.startswith("title") else TEXT.sub(plant, line) for line in text.splitlines()]
    return "\n".join(lines), words


def holding(engine: Engine, words: list[str]) -> dict[str, list[str]]:
    """table -> the words that stand in it."""
    found: dict[str, list[str]] = {}
    with reading(engine) as tx:
        for table in t.metadata.sorted_tables:
            text = "\n".join(str(tuple(row)) for row in tx.execute(select(table)))
            if hits := [word for word in words if word in text]:
                found[table.name] = hits
    return found


@pytest.mark.parametrize("name", ["hela_vagen", "avvikelse", "delvis_aterkallat"])
def test_a_whole_case_leaves_no_word_outside_itself(name: str, tmp_path: Path, said: io.StringIO) -> None:
    source = SIP / "scenarios" / f"{name}.toml"
    text, words = planted(source.read_text(encoding="utf-8"))
    path = tmp_path / source.name
    path.write_text(text, encoding="utf-8")
    with stage(PROCESSES, finding.needed(PROCESSES, [finding.Asked(SIP, ())])) as ready:
        played = play_file(ready, path, "vastmanland_sip")
        assert played.trouble == ()
        sealing.seal(ready.engine, now=datetime(2030, 1, 1, tzinfo=UTC))
        found = holding(ready.engine, [*words, *NUMBERS])
        exported = b"\n".join(sealing.export(ready.engine)).decode()
    assert found["entries"]
    assert {table: hits for table, hits in found.items() if table not in HOLD_CONTENT} == {}
    assert [word for word in (*words, *NUMBERS) if word in said.getvalue() or word in exported] == []


def walk(site: Site, names: tuple[str, ...], template: Path) -> Iterator[tuple[str, str, str]]:
    """(what is looked at, address, text) of every request: where it leads, the addresses in its page, and all of a refusal."""
    for name in names:
        for method, _, address in list(addresses(site)):
            answer = site.client(name).open(address, method=method, data=FORM if method == "POST" else None)
            text = answer.get_data().decode("utf-8", "replace")
            answer.close()
            yield (
                "address",
                address,
                f"{address} {answer.headers.get('Location', '')} {' '.join(ADDRESSES.findall(text))}",
            )
            yield "title", address, " ".join(TITLES.findall(text))
            if answer.status_code in REFUSALS:
                yield "refusal", address, text
        site.as_it_was(template)


def test_no_address_title_refusal_or_line_of_the_log_holds_a_word_of_the_case(
    begun: Begun, site: Site, said: io.StringIO
) -> None:
    words = [*site.planted, *PERSON.split(), *NUMBERS]
    looked_at = 0
    for what, address, text in walk(site, ("sara", "fatima", "hanna", "admin", "greta"), begun.template):
        looked_at += 1
        assert [word for word in words if word in text] == [], f"{what} {address}"
    assert looked_at > 500
    assert [word for word in words if word in said.getvalue()] == []


def test_what_goes_wrong_in_the_middle_of_a_case_says_nothing_of_it(
    site: Site, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"{PERSON} {NUMBER} {next(iter(site.planted))}")

    monkeypatch.setattr(entries, "of_case", broken)
    answer = site.client("sara").get(f"/cases/{site.case_id}/data")
    assert answer.status_code == 500
    assert "ValueError" in said.getvalue()
    for word in (*site.planted, *PERSON.split(), *NUMBERS):
        assert word not in answer.get_data(as_text=True)
        assert word not in said.getvalue()


def test_what_people_do_on_pages_leaves_no_word_in_a_row_that_outlives_the_case(site: Site) -> None:
    sara = site.client("sara")
    for page in ("", "/data", "/plan", "/consent", "/readers"):
        sara.get(f"/cases/{site.case_id}{page}")
    sara.post("/cases/search", data={"q": PERSON})
    sara.post("/start", data={"identity_number": NUMBER})
    sara.post(f"/cases/{site.case_id}/notes", data={"text": "qznotezq"})
    site.client("greta").post("/log/extract", data={"identity_number": NUMBER})
    found = holding(site.world.engine, [*site.planted, *PERSON.split(), *NUMBERS, "qznotezq"])
    assert {table: hits for table, hits in found.items() if table not in HOLD_CONTENT | {"sessions"}} == {}
    assert "qznotezq" in found["entries"]
