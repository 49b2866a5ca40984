"""What is wrong with the settings of mail.

Enters: settings. Leaves: a sentence for each variable that must be mended; nothing of a password. Addresses are looked at here, so that
none can carry a second header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.mailing import fits

if TYPE_CHECKING:
    from webapp.settings import Settings

SECURITY = ("starttls", "tls", "none")
HERE = ("localhost", "127.0.0.1", "::1")


def problems(settings: Settings) -> list[str]:
    """Every problem; none where no mail server is set and nothing else is said."""
    found = []
    if not 0 < settings.mail_port < 65536:
        found.append("SAMORDNA_MAIL_PORT must be between 1 and 65535")
    if not 0 <= settings.mail_summary_hour <= 23:
        found.append("SAMORDNA_MAIL_SUMMARY_HOUR must be between 0 and 23")
    if settings.mail_security not in SECURITY:
        found.append("SAMORDNA_MAIL_SECURITY must be starttls, tls or none")
    for name, value in (
        ("SAMORDNA_MAIL_FROM", settings.mail_from),
        ("SAMORDNA_MAIL_REPLY_TO", settings.mail_reply_to),
    ):
        if value is not None and not fits(value):
            found.append(f"{name} must be one mail address, such as samordna@example.se")
    if (settings.mail_user is None) != (settings.mail_password is None):
        found.append("SAMORDNA_MAIL_USER and SAMORDNA_MAIL_PASSWORD go together")
    return found + (_incomplete(settings) if settings.mail_host is not None else [])


def _incomplete(settings: Settings) -> list[str]:
    found = []
    if settings.mail_from is None:
        found.append("SAMORDNA_MAIL_FROM must be set where SAMORDNA_MAIL_HOST is")
    if settings.mail_security == "none" and settings.mail_host not in HERE and settings.is_production:
        found.append(
            "SAMORDNA_MAIL_SECURITY must in production be starttls or tls for a mail server on another machine"
        )
    if settings.mail_security == "none" and settings.mail_user is not None and settings.mail_host not in HERE:
        found.append("SAMORDNA_MAIL_SECURITY must be starttls or tls where SAMORDNA_MAIL_PASSWORD is sent")
    return found
