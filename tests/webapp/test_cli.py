"""The `samordna` command: what an operator reads, and the exit code that a script sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import clock
from engine.records import directory, tables
from engine.records.database import connect, reading, writing
from webapp import cli

ROOT = Path(__file__).resolve().parents[2]
ALONE = ["serve", "start", "heartbeat", "deploy", "check", "decide", "backup", "restore", "demo"]
COMMANDS = [*([each] for each in ALONE), ["user", "add"], ["db", "upgrade"]]

BROKEN = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="p" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="on" sourceRef="begin" targetRef="choose"/>
    <complexGateway id="choose"/>
  </process>
</definitions>
"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SAMORDNA_") and name != "SAMORDNA_TEST_RUN"]:
        monkeypatch.delenv(name)


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def empty_url(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", empty_database_url)
    return empty_database_url


def with_a_unit(url: str) -> Engine:
    engine = connect(url)
    with writing(engine) as tx:
        directory.put_region(tx, id="r", name="R", country="SE", zone="Europe/Stockholm", settings={})
        directory.put_principal(tx, id="p", region_id="r", name="P", kind="municipality")
        directory.put_unit(
            tx, id="u", principal_id="p", region_id="r", parent_id=None, name="U", kind="unit", phone=None
        )
    return engine


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: samordna {' '.join(command)}")
    assert len(shown.splitlines()[2].strip()) > 20


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_is_in_the_readme(command: list[str]) -> None:
    assert f"samordna {' '.join(command)}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_command_that_is_not_there_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["servr"]) == 2
    assert "servr" in capsys.readouterr().err


def test_a_wrong_setting_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMORDNA_PORT", "eighty")
    assert cli.main(["db", "upgrade"]) == 1
    assert capsys.readouterr().err == "Error: SAMORDNA_PORT must be a whole number\n"


def test_findings_are_one_line_each_and_an_error_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.bpmn"
    path.write_text(BROKEN)
    assert cli.main(["check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split(":")[1:2] == ["5"] and ": error " in line and " choose: " in line for line in lines)


def test_findings_are_given_as_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.bpmn"
    path.write_text(BROKEN)
    assert cli.main(["check", "--json", str(path)]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert {"path", "line", "severity", "rule", "element_id", "message", "about"} == set(findings[0])
    assert "choose" in {each["element_id"] for each in findings}


def test_where_nothing_can_be_read_the_exit_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(tmp_path / "none")]) == 2
    assert cli.main(["check", str(tmp_path)]) == 2
    assert "there is no routine" in capsys.readouterr().err


def test_check_starts_without_the_web() -> None:
    code = "import sys; from webapp import cli; cli.main(['check', 'nowhere']); sys.exit('waitress' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode
        == 0
    )


def test_upgrade_creates_the_tables_and_may_be_repeated(
    empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["db", "upgrade"]) == 0
    assert cli.main(["db", "upgrade"]) == 0
    assert capsys.readouterr().out == "The database is up to date\n" * 2
    engine = connect(empty_url)
    with reading(engine) as tx:
        assert directory.is_empty(tx)
    engine.dispose()


@pytest.mark.parametrize(
    "command", [["demo"], ["user", "add", "a", "--name", "A", "--unit", "u", "--password", "p" * 12]]
)
def test_a_database_without_tables_is_answered_with_what_to_do(
    empty_url: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(command) == 1
    said = capsys.readouterr().err
    assert "samordna db upgrade" in said
    assert "SELECT" not in said
    assert len(said.splitlines()) == 1


def test_a_database_that_does_not_answer_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", "postgresql://someone:secret-word@127.0.0.1:1/x")
    assert cli.main(["db", "upgrade"]) == 1
    said = capsys.readouterr().err
    assert "SAMORDNA_DATABASE_URL" in said
    assert "secret-word" not in said


def test_an_account_is_added_with_its_roles(url: str) -> None:
    engine = with_a_unit(url)
    roles = ["--role", "manager", "--role", "staff"]
    assert (
        cli.main(
            [
                "user",
                "add",
                "eva",
                "--name",
                "Eva Ek",
                "--unit",
                "u",
                *roles,
                "--password",
                "four dull grey stones",
            ]
        )
        == 0
    )
    with engine.connect() as tx:
        person = directory.person_by_username(tx, "eva")
        rows = tx.execute(tables.memberships.select()).all()
    engine.dispose()
    assert person is not None
    assert not person.is_demo
    assert {row.role for row in rows} == {"manager", "staff"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"--password": "short"}, "at least fifteen characters"),
        ({"--unit": "x"}, "there is no unit x"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(
    url: str, capsys: pytest.CaptureFixture[str], change: dict[str, str], sentence: str
) -> None:
    with_a_unit(url).dispose()
    options = {"--name": "Eva Ek", "--unit": "u", "--password": "four dull grey stones"} | change
    assert cli.main(["user", "add", "eva", *(each for pair in options.items() for each in pair)]) == 1
    assert sentence in capsys.readouterr().err


def test_an_account_is_never_overwritten(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with_a_unit(url).dispose()
    command = ["user", "add", "eva", "--name", "Eva Ek", "--unit", "u", "--password", "four dull grey stones"]
    assert cli.main(command) == 0
    assert cli.main(command) == 1
    assert "there is an account eva already" in capsys.readouterr().err


def test_a_backup_and_a_restore_say_how_much_they_copied(
    url: str,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_a_unit(url).dispose()
    path = tmp_path / "copy.zip"
    assert cli.main(["backup", str(path)]) == 0
    assert cli.main(["backup", str(path)]) == 1
    assert cli.main(["restore", str(path)]) == 1
    monkeypatch.setenv("SAMORDNA_DATABASE_URL", empty_database_url)
    assert cli.main(["restore", str(path)]) == 0
    said = capsys.readouterr()
    assert "3 rows of" in said.out
    assert "Restored and compared: 3 rows" in said.out
    assert "exists already" in said.err
    assert "already holds something" in said.err


def test_production_gets_no_demo_accounts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMORDNA_ENVIRONMENT", "production")
    monkeypatch.setenv("SAMORDNA_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("SAMORDNA_LOOKUP_KEY", "l" * 40)
    monkeypatch.setenv("SAMORDNA_PUBLIC_URL", "https://samordna.example")
    assert cli.main(["demo"]) == 1
    assert "production has no demo accounts" in capsys.readouterr().err


def test_a_server_does_not_start_on_a_database_without_tables(
    empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve"]) == 1
    assert "samordna db upgrade" in capsys.readouterr().err


def test_a_lost_password_is_replaced_by_one_that_is_shown_once_and_must_be_changed(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.actions import accounts

    engine = with_a_unit(url)
    command = ["user", "add", "eva", "--name", "Eva Ek", "--unit", "u", "--password", "four dull grey stones"]
    assert cli.main(command) == 0
    assert cli.main(["user", "password", "eva"]) == 0
    told = capsys.readouterr().out.split(" signs in once with ")[1].split()[0]
    entered = accounts.sign_in(engine, "eva", told, address="192.0.2.1", now=clock.now())
    assert entered
    assert entered.must_change
    engine.dispose()


@pytest.mark.parametrize(
    "command",
    [["password", "nobody"], ["sign-out", "nobody"], ["connect", "nobody", "https://x.example", "s"]],
)
def test_a_command_about_an_account_that_is_not_there_says_so(
    url: str, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with_a_unit(url).dispose()
    assert cli.main(["user", *command]) == 1
    assert "there is no account nobody" in capsys.readouterr().err


def test_an_account_is_connected_with_an_outside_identity_and_signed_out_everywhere(url: str) -> None:
    from engine.records import credentials

    engine = with_a_unit(url)
    command = ["user", "add", "eva", "--name", "Eva Ek", "--unit", "u", "--password", "four dull grey stones"]
    assert cli.main(command) == 0
    assert cli.main(["user", "connect", "eva", "https://x.example", "subject"]) == 0
    assert cli.main(["user", "sign-out", "eva"]) == 0
    with reading(engine) as tx:
        assert credentials.person_of_identity(tx, "https://x.example", "subject") == "eva"
    engine.dispose()
