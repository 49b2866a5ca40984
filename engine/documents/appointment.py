"""A meeting as an entry for somebody's calendar: iCalendar REQUEST, and CANCEL when it is not to be (RFC 5545, RFC 5546).

Enters: when and where, and how often it was moved. Leaves: the bytes of an `.ics` file. It says nothing of whom the meeting is about: a
calendar is read by colleagues, by telephones and by their makers. Times are in UTC, so that no rules of a time zone need to go along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONG = timedelta(hours=1)
"""How long a meeting is taken to be where nobody said when it ends."""
NOWHERE = "invalid:nomail"
"""The address of somebody who is not reached by mail: nothing is sent from a calendar either."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """`uid` is the same for a meeting wherever it is moved, `sequence` rises with each move; `attendee` is the reader's own unit, never
    another's. Instants are aware.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    summary: str
    place: str = ""
    organizer: str = ""
    organizer_mail: str = ""
    attendee: str = ""
    cancelled: bool = False


def calendar_file(one: Appointment) -> bytes:
    """The file, lines folded at 75 octets and ended by CR LF."""
    mail = f"mailto:{one.organizer_mail}" if one.organizer_mail else NOWHERE
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Samordna//Samordna//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if one.cancelled else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{_instant(one.stamped_at)}",
        f"DTSTART:{_instant(one.starts_at)}",
        f"DTEND:{_instant(one.ends_at or one.starts_at + LONG)}",
        f"SUMMARY:{_text(one.summary)}",
        *([f"LOCATION:{_text(one.place)}"] if one.place else []),
        f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        f'ORGANIZER;CN="{_name(one.organizer)}":{mail}',
        f'ATTENDEE;CN="{_name(one.attendee)}";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:{NOWHERE}',
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise TypeError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """RFC 5545, 3.3.11: backslash, semicolon, comma and line breaks are escaped."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _name(value: str) -> str:
    """In a parameter, 3.2: no quotation mark and no control character may stand."""
    return "".join(sign for sign in value.replace('"', "'") if sign.isprintable())


def _folded(line: str) -> str:
    """3.1: no line longer than 75 octets, and no letter cut in two."""
    parts: list[str] = []
    part = ""
    for sign in line:
        if len((part + sign).encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
