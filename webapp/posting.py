"""How mail leaves this installation: the server that the settings name, and the words of a letter.

Enters: settings. Leaves: what the heartbeat is handed, or None where no mail server is set: then nobody is told by mail, and nothing waits.
"""

from __future__ import annotations

from engine.actions.letters import Post, Told
from engine.mailing import Server
from webapp import mail_words
from webapp.settings import Settings


def post(settings: Settings) -> Post | None:
    """The mail server and the words; None where no mail is to be sent."""
    if settings.mail_host is None or settings.mail_from is None:
        return None
    server = Server(
        settings.mail_host,
        settings.mail_port,
        settings.mail_from,
        settings.mail_security,
        settings.mail_user,
        settings.mail_password,
        settings.mail_reply_to,
    )
    address = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")

    def words(told: Told) -> tuple[str, str]:
        return mail_words.letter(told, address)

    return Post(server, words, settings.mail_summary_hour)
