"""A real mail server on this machine, which a test starts, stops and teaches to be difficult."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.controller import Controller

from engine.mailing import Server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@dataclass
class MailServer:
    """What arrived, in order. `refusing`: address -> answer to RCPT; `answer` to what was sent; `breaks_off`: it takes the letter and
    hangs up without a word.
    """

    port: int = field(default_factory=free_port)
    arrived: list[EmailMessage] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    answer: str = "250 taken"
    breaks_off: bool = False
    _controller: Controller | None = None

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, "samordna@example.se", "none", patience_seconds=5)

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def to(self, person: str) -> list[EmailMessage]:
        return [one for one in self.arrived if one["To"] == f"{person}@testland.example"]

    async def handle_RCPT(  # noqa: N802 - as the server calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=POLICY)
            assert isinstance(message, EmailMessage)
            self.arrived.append(message)
        if self.breaks_off:
            self.breaks_off = False
            server.transport.abort()
        return self.answer


def text_of(message: EmailMessage) -> str:
    """The words of a letter."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
