"""Log lines: ids and causes, never what somebody wrote."""

from __future__ import annotations

import logging

import pytest

from webapp.logs import Line


def written(**extra: object) -> str:
    record = logging.makeLogRecord(
        {"name": "samordna.x", "levelname": "INFO", "msg": "task closed", "created": 0.0} | extra
    )
    return Line().format(record)


def test_a_line_says_when_in_utc_what_and_of_which_case() -> None:
    assert (
        written(case_id="c1", action="complete")
        == "1970-01-01T00:00:00Z INFO samordna.x task closed action=complete case_id=c1"
    )


@pytest.mark.parametrize("name", ["data", "name_of_person", "form"])
def test_what_is_not_known_to_be_harmless_is_left_out(name: str) -> None:
    assert "Eva Ek" not in written(**{name: "Eva Ek"})


def test_a_failure_is_told_by_kind_and_place_and_never_in_its_own_words() -> None:
    try:
        try:
            int("19430515-2383")
        except ValueError as error:
            raise KeyError("Eva Ek") from error
    except KeyError as error:
        told = written(exc_info=(KeyError, error, error.__traceback__))
    assert "builtins.ValueError at" in told
    assert "builtins.KeyError at" in told
    assert "test_logs.py:" in told
    assert "Eva Ek" not in told
    assert "19430515" not in told
