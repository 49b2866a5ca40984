"""ROOM: how does it leave the house? A letter is handed to a mail server over SMTP (RFC 5321).

Enters: a letter with sender, address, subject and plain text, and the server to hand it to. Leaves: `Answer`, what the server said. Never
reads a database or a clock, knows nobody, and decides nothing: who is told what, and when it is tried again, is for `actions`.
"""

from __future__ import annotations

from engine.mailing.address import LONGEST, fits
from engine.mailing.letter import Letter, as_message
from engine.mailing.server import Answer, Line, Said, Server

__all__ = ["LONGEST", "Answer", "Letter", "Line", "Said", "Server", "as_message", "fits"]
