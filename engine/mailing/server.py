"""A mail server, and one conversation with it over the standard library's `smtplib`.

Enters: how the server is reached, and letters. Leaves: `Answer` for each: taken, refused for good (5xx), or not
now. Whatever else goes wrong, from a name that does not resolve to a wrong password, is the server's being away: it says nothing about the
letter. The line is opened with the first letter and closed at the end; TLS is checked against the system's certificates.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from engine.mailing.letter import Letter, as_message

SECURITY = ("starttls", "tls", "none")
PATIENCE_SECONDS = 20.0
GONE = frozenset({501, 510, 511, 513, 515, 521, 550, 551, 553, 556})
"""Answers to RCPT that say that there is no such address; others that begin with 5 speak of the letter."""


class Said(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    NOT_NOW = "not_now"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is the server's (RFC 5321, 4.2), None where it gave none; `word` names the kind of failure, never the server's text, which may
    repeat an address.
    """

    said: Said
    code: int | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """How a mail server is reached, and in whose name. `security`: `starttls`, `tls` from the first byte, or `none`."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    reply_to: str | None = None
    patience_seconds: float = PATIENCE_SECONDS

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A conversation, opened when there is something to say."""
        opened = Line(self)
        try:
            yield opened
        finally:
            opened.close()


class Line:
    """One conversation; after a failure the next letter begins another."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> Answer:
        """Hand over one letter. Raises ValueError where it cannot be a letter at all."""
        message = as_message(letter, self._server.sender, self._server.reply_to)
        try:
            if self._smtp is None:
                self._smtp = self._opened()
            self._smtp.send_message(message, self._server.sender, [letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((int(code) for code, _ in refused.recipients.values()), 0)
            return self._after(code, Said.NO_SUCH_ADDRESS if code in GONE else Said.REFUSED, "address")
        except smtplib.SMTPDataError as refused:
            return self._after(refused.smtp_code, Said.REFUSED, "letter")
        except smtplib.SMTPResponseException as refused:  # HELO, AUTH, MAIL: about us
            self.close()
            return Answer(Said.AWAY, refused.smtp_code, _word(refused))
        except (smtplib.SMTPException, OSError, ssl.SSLError, EOFError) as broken:
            self.close()
            return Answer(Said.AWAY, None, _word(broken))
        return Answer(Said.TAKEN)

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _after(self, code: int, if_for_good: Said, word: str) -> Answer:
        if not 500 <= code < 600:
            return Answer(Said.NOT_NOW, code, word)
        return Answer(if_for_good, code, word)

    def _opened(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        here = server.sender.rpartition("@")[
            2
        ]  # who greets; else the name of this machine is looked up, which may take long
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, here, timeout=server.patience_seconds, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, here, timeout=server.patience_seconds)
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp


def _word(error: BaseException) -> str:
    """The kind of failure, for the health page: what to look at, without a word of what the server said."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return "sign_in"
        case smtplib.SMTPSenderRefused():
            return "sender"
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return "security"
        case TimeoutError():
            return "silent"
        case smtplib.SMTPServerDisconnected():
            return "broke_off"
    return "unreachable"
