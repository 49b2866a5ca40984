"""Where signing in leads: only to a page of this site."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.auth import safe_target


@pytest.fixture
def site_only() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/tasks", "worklist.page")
    return app


@pytest.mark.parametrize(
    "target",
    ["", None, "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)", "tasks",
     "/\t/evil.example", "/a\r\nSet-Cookie: a=b", "//[", "http://[", "/\x00", "/\u202e"],
)  # fmt: skip
def test_an_address_elsewhere_leads_to_the_worklist(site_only: Flask, target: str | None) -> None:
    with site_only.test_request_context():
        assert safe_target(target) == "/tasks"


@pytest.mark.parametrize("target", ["/cases/1?events=all", "/cases?x=Å", "/tasks/1#steps"])
def test_an_address_of_this_site_is_gone_back_to(site_only: Flask, target: str) -> None:
    with site_only.test_request_context():
        assert safe_target(target) == target
