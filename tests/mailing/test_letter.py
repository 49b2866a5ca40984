"""A letter carries one address, one subject and plain text, and nothing can put a second header into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.mailing import Letter, as_message, fits

LETTER = Letter(
    "a" * 32, "sara@example.se", "Du har 2 saker", "Åäö\n\n.\n", datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
)


@pytest.mark.parametrize(
    "address",
    [
        "sara@example.se\nBcc: all@example.se", "sara@example.se\r\nX: y", "a@b.se, c@d.se", "Sara <sara@example.se>", "sara",
        "@example.se", "sara@", "sara@localhost", "sa ra@example.se", "sara@exa mple.se", "sara@example..se", ".sara@example.se",
        '"a b"@example.se',
        "sara@-example.se", "å@example.se", "sara@example.se ", "a" * 65 + "@example.se", "a@" + "b" * 250 + ".se", "sara@example.se\x00",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_none(address: str) -> None:
    assert not fits(address)
    for letter, sender, answers in (
        (replace(LETTER, to=address), "us@example.se", None),
        (LETTER, address, None),
        (LETTER, "us@example.se", address),
    ):
        with pytest.raises(ValueError, match="address"):
            as_message(letter, sender, answers)


@pytest.mark.parametrize("subject", ["a\nBcc: all@example.se", "a\r\n\r\nbody", "a\x00", "a\u2028b"])
def test_a_line_break_in_a_subject_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        as_message(replace(LETTER, subject=subject), "us@example.se")


def test_a_letter_is_plain_text_that_no_machine_answers_and_that_is_known_again() -> None:
    message = as_message(LETTER, "us@example.se", "help@example.se")
    assert message["Message-ID"] == f"<{'a' * 32}@example.se>"
    assert (message["From"], message["To"], message["Reply-To"]) == ("us@example.se", "sara@example.se", "help@example.se")  # fmt: skip
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message["Content-Language"] == "sv"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert as_message(LETTER, "us@example.se", "help@example.se").as_bytes() == message.as_bytes()
