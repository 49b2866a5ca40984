"""Settings: what the environment says, read once into one frozen object.

Enters: the environment. Leaves: `Settings`, or `WrongSetting` naming every variable that must be mended. Nothing
else in the product reads the environment, and no value of a secret is ever shown.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from webapp import mail_settings

PREFIX = "SAMORDNA_"
DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses"  # noqa: S105 - refused where it matters
DEVELOPMENT_LOOKUP_KEY = "development-only-lookup-key-that-production-refuses"
SECRET_LENGTH = 32
MOST_PROXIES = 9
PROCESSES = Path("processes")
HEADS = ".heads.txt"
_NO_FILE = frozenset({"sqlite:///", "sqlite:////", "sqlite:///:memory:"})
TRUE, FALSE = ("1", "true", "yes"), ("0", "false", "no", "")

# Read by the tests and by run.py, not by the product.
NOT_SETTINGS = {"SAMORDNA_SHARED", "SAMORDNA_TEST_DRAWINGS", "SAMORDNA_TEST_RUN", "SAMORDNA_TEST_SEED"}


class WrongSetting(ValueError):
    """The environment holds values that the product cannot start with; the operator must mend them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per variable: `port` is SAMORDNA_PORT."""

    environment: str = _setting("development", "development or production")
    database_url: str = _setting(
        "sqlite:///var/samordna.sqlite3", "sqlite:///path or postgresql://user@host/name", secret=True
    )
    secret_key: str = _setting(DEVELOPMENT_SECRET, "signs the sessions; at least 32 characters", secret=True)
    lookup_key: str = _setting(
        DEVELOPMENT_LOOKUP_KEY,
        "keys the hash by which a person's plan is found; never changed once there are cases",
        secret=True,
    )
    host: str = _setting("127.0.0.1", "address that the web server listens on")
    port: int = _setting(8000, "port that the web server listens on")
    threads: int = _setting(8, "requests that one web process answers at the same time")
    processes: Path = _setting(PROCESSES, "folder of routines that the demo loads")  # noqa: RUF009 - a path never changes
    log_heads: Path | None = _setting(  # noqa: RUF009 - a path never changes
        None,
        "file outside the database to which the heartbeat writes the heads of the sealed log; else one that bears the database's name",
    )
    providers: Path | None = _setting(  # noqa: RUF009 - a path never changes
        None, "TOML file of outside providers that people sign in with"
    )
    public_url: str | None = _setting(
        None, "address at which people reach the pages, such as https://samordna.example.se"
    )
    proxies: int = _setting(
        0, "how many proxies of the operator's own stand in front, whose X-Forwarded-For is believed"
    )
    mail_host: str | None = _setting(None, "mail server that people are told through; none: no mail is sent")
    mail_port: int = _setting(587, "port of the mail server")
    mail_security: str = _setting("starttls", "starttls, tls (from the first byte) or none")
    mail_user: str | None = _setting(None, "user name at the mail server, where it asks for one")
    mail_password: str | None = _setting(None, "password at the mail server", secret=True)
    mail_from: str | None = _setting(None, "address that mail comes from")
    mail_reply_to: str | None = _setting(None, "address that answers go to, where somebody reads them")
    mail_summary_hour: int = _setting(
        7, "hour of a working day, in the region's zone, from which daily summaries are sent"
    )
    debug: bool = _setting(False, "1 shows developers' error pages; refused in production")

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def heads(self) -> Path:
        """The file of heads: every database has its own, so that nobody's log is compared with another's."""
        if self.log_heads is not None:
            return self.log_heads
        from sqlalchemy import make_url  # noqa: PLC0415  few commands need the file, and it takes a while to import

        address = make_url(self.database_url)
        if address.get_backend_name() == "sqlite":
            return Path(address.database or "samordna").with_suffix(HEADS)
        name = "-".join(str(part) for part in (address.host, address.port, address.database) if part)
        return Path("var") / f"{re.sub(r'[^A-Za-z0-9.-]', '_', name)}{HEADS}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read every SAMORDNA_ variable.

        Raises WrongSetting with a sentence for each variable that is unknown, malformed or unsafe in production.
        """
        problems: list[str] = []
        names = {variable(each): each for each in dataclasses.fields(cls)}
        unknown = [
            name for name in environ if name.startswith(PREFIX) and name not in names.keys() | NOT_SETTINGS
        ]
        problems += [f"{name} is no setting; see the list in README.md" for name in sorted(unknown)]
        given: dict[str, Any] = {}
        for name, each in names.items():
            if name in environ:
                try:
                    given[each.name] = _READERS[str(each.type)](environ[name])
                except ValueError as error:
                    problems.append(f"{name} {error}")
        settings = cls(**given)
        problems += _problems(settings)
        if problems:
            raise WrongSetting(problems)
        return settings


def variable(setting: dataclasses.Field[Any]) -> str:
    """The name of the environment variable behind a field of Settings."""
    return PREFIX + setting.name.upper()


def refuse_demo_accounts(settings: Settings, has_demo_accounts: Callable[[], bool]) -> None:
    """Raise WrongSetting in production if the database holds accounts whose passwords everybody knows."""
    if settings.is_production and has_demo_accounts():
        raise WrongSetting(
            [
                "The database holds demo accounts, whose passwords are known: give production a database of its own"
            ]
        )


def _problems(settings: Settings) -> list[str]:
    problems = []
    if settings.environment not in ("development", "production"):
        problems.append("SAMORDNA_ENVIRONMENT must be development or production")
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        problems.append("SAMORDNA_DATABASE_URL must begin with sqlite:/// or postgresql://")
    elif settings.database_url.split("?")[0] in _NO_FILE:
        problems.append(
            "SAMORDNA_DATABASE_URL must name the file that all processes share: sqlite:///var/samordna.sqlite3"
        )
    if not 0 < settings.port < 65536:
        problems.append("SAMORDNA_PORT must be between 1 and 65535")
    if settings.threads < 1:
        problems.append("SAMORDNA_THREADS must be at least 1")
    if not 0 <= settings.proxies <= MOST_PROXIES:
        problems.append(f"SAMORDNA_PROXIES must be between 0 and {MOST_PROXIES}")
    if settings.public_url is not None and not _is_address(settings.public_url):
        problems.append(
            "SAMORDNA_PUBLIC_URL must be an address without a path, such as https://samordna.example.se"
        )
    problems += mail_settings.problems(settings)
    return problems + (_unsafe(settings) if settings.is_production else [])


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and f"{parts.scheme}://{parts.netloc}" == text.rstrip("/")
        )
    except ValueError:
        return False


def _unsafe(settings: Settings) -> list[str]:
    problems = []
    for name, value, default in (
        ("SAMORDNA_SECRET_KEY", settings.secret_key, DEVELOPMENT_SECRET),
        ("SAMORDNA_LOOKUP_KEY", settings.lookup_key, DEVELOPMENT_LOOKUP_KEY),
    ):
        if value == default or len(value) < SECRET_LENGTH:
            problems.append(
                f"{name} must in production be a secret of your own, at least {SECRET_LENGTH} characters long: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' makes one"
            )
    if settings.secret_key == settings.lookup_key:
        problems.append(
            "SAMORDNA_SECRET_KEY and SAMORDNA_LOOKUP_KEY must differ: one can be changed, the other not"
        )
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        problems.append(
            "SAMORDNA_PUBLIC_URL must in production be the https:// address of the pages: letters and providers are given it"
        )
    if settings.debug:
        problems.append("SAMORDNA_DEBUG must be 0 in production: error pages would show people's data")
    return problems


def _whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("must be a whole number")
    return int(text)


def _switch(text: str) -> bool:
    if text.lower() not in TRUE + FALSE:
        raise ValueError("must be 1 or 0")
    return text.lower() in TRUE


def _text(text: str) -> str:
    if not text:
        raise ValueError("is empty: give a value, or leave the variable out")
    return text


# By annotation, which `from __future__ import annotations` keeps as text.
_READERS: dict[str, Callable[[str], Any]] = {
    "str": _text,
    "int": _whole_number,
    "bool": _switch,
    "Path": lambda text: Path(_text(text)),
    "Path | None": lambda text: Path(_text(text)),
    "str | None": _text,
}
