"""A letter as it goes over the line (RFC 5322): plain text in UTF-8, one receiver, perhaps an entry for a calendar.

Enters: what it says. Leaves: a message. Its Message-ID is made of the letter's own id, so that a letter that had to be sent twice is the
same letter to whoever receives it. A line break in a header is refused, never folded away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from engine.mailing.address import fits


@dataclass(frozen=True, slots=True)
class Letter:
    """`id` is 32 hex digits, `written_at` aware; `calendar` the bytes of an iCalendar file with its method, `REQUEST` or `CANCEL`."""

    id: str
    to: str
    subject: str
    text: str
    written_at: datetime
    language: str = "sv"
    calendar: bytes | None = None
    calendar_method: str = "REQUEST"


def as_message(letter: Letter, sender: str, reply_to: str | None = None) -> EmailMessage:
    """The message. Raises ValueError where an address is none or a header would hold a line break."""
    for address in filter(None, (letter.to, sender, reply_to)):
        if not fits(address):
            raise ValueError("not a mail address")
    if any(not sign.isprintable() for sign in letter.subject + letter.id):
        raise ValueError("a line break in a header")
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = (
        letter.language
    )  # not before: setting the content drops every header that tells of it
    if letter.calendar is not None:
        told = {"method": letter.calendar_method, "charset": "utf-8"}
        message.add_attachment(
            letter.calendar, "text", "calendar", cte="base64", filename="meeting.ics", params=told
        )
    return message
