"""Settings: defaults that work at once, and a production start that refuses what is unsafe."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from webapp.settings import Settings, WrongSetting, refuse_demo_accounts, variable

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SAMORDNA_ENVIRONMENT": "production",
    "SAMORDNA_SECRET_KEY": "s" * 40,
    "SAMORDNA_LOOKUP_KEY": "l" * 40,
    "SAMORDNA_PUBLIC_URL": "https://samordna.example.se",
}


def test_an_empty_environment_gives_a_development_start_on_this_machine_only() -> None:
    settings = Settings.from_environment({})
    assert (settings.environment, settings.host, settings.port) == ("development", "127.0.0.1", 8000)


def test_each_variable_ends_in_its_field_with_the_right_type() -> None:
    settings = Settings.from_environment(
        {"SAMORDNA_PORT": "9000", "SAMORDNA_PROCESSES": "/x", "SAMORDNA_DEBUG": "yes"}
    )
    assert (settings.port, settings.processes, settings.debug) == (9000, Path("/x"), True)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SAMORDNA_PORT", "http", "SAMORDNA_PORT must be a whole number"),
        ("SAMORDNA_PORT", "70000", "SAMORDNA_PORT must be between 1 and 65535"),
        ("SAMORDNA_PORT", "٣", "SAMORDNA_PORT must be a whole number"),
        ("SAMORDNA_PROXIES", "10", "SAMORDNA_PROXIES must be between 0 and 9"),
        *(
            (
                "SAMORDNA_PUBLIC_URL",
                value,
                "SAMORDNA_PUBLIC_URL must be an address without a path, such as https://samordna.example.se",
            )
            for value in (
                "samordna.example.se",
                "ftp://x",
                "https://",
                "https://x/y",
                "https://[",
                "https://x?y",
            )
        ),
        ("SAMORDNA_DEBUG", "maybe", "SAMORDNA_DEBUG must be 1 or 0"),
        ("SAMORDNA_HOST", "", "SAMORDNA_HOST is empty: give a value, or leave the variable out"),
        ("SAMORDNA_ENVIRONMENT", "staging", "SAMORDNA_ENVIRONMENT must be development or production"),
        (
            "SAMORDNA_DATABASE_URL",
            "mysql://x",
            "SAMORDNA_DATABASE_URL must begin with sqlite:/// or postgresql://",
        ),
        *(
            (
                "SAMORDNA_DATABASE_URL",
                value,
                "SAMORDNA_DATABASE_URL must name the file that all processes share: sqlite:///var/samordna.sqlite3",
            )
            for value in ("sqlite:///", "sqlite:////", "sqlite:///?cache=shared", "sqlite:///:memory:")
        ),
        (
            "SAMORDNA_DATABSE_URL",
            "sqlite:///x",
            "SAMORDNA_DATABSE_URL is no setting; see the list in README.md",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_to_mend(name: str, value: str, sentence: str) -> None:
    with pytest.raises(WrongSetting) as refusal:
        Settings.from_environment({name: value})
    assert refusal.value.problems == (sentence,)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(WrongSetting) as refusal:
        Settings.from_environment({"SAMORDNA_PORT": "x", "SAMORDNA_THREADS": "0"})
    assert len(refusal.value.problems) == 2


def test_production_starts_with_secrets_of_its_own() -> None:
    assert Settings.from_environment(SAFE).is_production


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SAMORDNA_SECRET_KEY": None}, "SAMORDNA_SECRET_KEY"),
        ({"SAMORDNA_SECRET_KEY": "short"}, "SAMORDNA_SECRET_KEY"),
        ({"SAMORDNA_LOOKUP_KEY": None}, "SAMORDNA_LOOKUP_KEY"),
        ({"SAMORDNA_LOOKUP_KEY": "s" * 40}, "must differ"),
        ({"SAMORDNA_LOOKUP_KEY": "short"}, "SAMORDNA_LOOKUP_KEY"),
        ({"SAMORDNA_DEBUG": "1"}, "SAMORDNA_DEBUG"),
        ({"SAMORDNA_PUBLIC_URL": None}, "SAMORDNA_PUBLIC_URL"),
        ({"SAMORDNA_PUBLIC_URL": "http://samordna.example.se"}, "SAMORDNA_PUBLIC_URL"),
    ],
)
def test_production_refuses_default_secrets_debug_and_an_address_without_https(
    change: dict[str, str | None], named: str
) -> None:
    environ = {name: value for name, value in (SAFE | change).items() if value is not None}
    with pytest.raises(WrongSetting, match=named) as refusal:
        Settings.from_environment(environ)
    assert len(refusal.value.problems) == 1


def test_production_refuses_a_database_with_demo_accounts() -> None:
    with pytest.raises(WrongSetting, match="demo accounts"):
        refuse_demo_accounts(Settings.from_environment(SAFE), lambda: True)
    refuse_demo_accounts(Settings.from_environment(SAFE), lambda: False)
    refuse_demo_accounts(Settings.from_environment({}), lambda: True)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    url = "postgresql://u:pass-word@h/d"
    shown = repr(Settings.from_environment(SAFE | {"SAMORDNA_DATABASE_URL": url}))
    assert not any(secret in shown for secret in ("ssss", "llll", "pass-word"))


def test_every_setting_is_explained_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [variable(each) for each in dataclasses.fields(Settings) if variable(each) not in readme]
    assert missing == []


@pytest.mark.parametrize(
    ("database", "heads"),
    [
        ("sqlite:///var/samordna.sqlite3", "var/samordna.heads.txt"),
        ("sqlite:////srv/other.db", "/srv/other.heads.txt"),
        ("postgresql://u:secret@db.example.se:5433/samordna", "var/db.example.se-5433-samordna.heads.txt"),
        ("postgresql+psycopg:///test", "var/test.heads.txt"),
    ],
)
def test_every_database_has_a_file_of_heads_of_its_own(database: str, heads: str) -> None:
    assert Settings(database_url=database).heads == Path(heads)
    assert Settings(database_url=database, log_heads=Path("elsewhere")).heads == Path("elsewhere")
