"""Nothing is shown that the next click would refuse: from every page a person reaches, every link, form and address that its script calls.

For each kind of person the pages are walked from the start page. No link may answer 401, 403, 404 or fail, and no form may be
refused: what it says of missing answers is fine. The public pages are the same for whoever reads them, and are walked once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html

from tests.webapp import kinds
from tests.webapp.site import Site
from tests.webapp.test_matrix import peopled
from tests.webapp.test_routes import FORM

__all__ = ["peopled"]

CALLED = ("data-src", "data-places", "data-refresh", "data-autosave")
PUBLIC = "/about/"
LEAVES = ("/static/", "/sign-out", "#", "http", "mailto:", "tel:", "data:")
REFUSED = frozenset({401, 403, 404, 405})
PEOPLE = [
    *(kinds.named("staff", relation) for relation in kinds.RELATIONS),
    *(kinds.named(role, "own") for role in kinds.ROLES if role != "staff"),
]


def links(page: html.HtmlElement) -> Iterator[str]:
    """Addresses of this site that the page leads to by GET, or that its script calls."""
    for one in page.iter("a"):
        yield one.get("href", "")
    for name in CALLED:
        for one in page.xpath(f"//*[@{name}]"):
            if name not in ("data-refresh", "data-autosave"):
                yield one.get(name)
    for one in page.iter("form"):
        if one.get("method", "get").lower() == "get":
            yield one.get("action", "")


def forms(page: html.HtmlElement) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, answers) of what the page posts, by its buttons and by its script; the first of what is offered is chosen."""
    for one in page.iter("form"):
        if one.get("method", "get").lower() == "post":
            answers = dict(_answers(one))
            for address in (one.get("action", ""), one.get("data-refresh"), one.get("data-autosave")):
                if address is not None:
                    yield address, answers


def _answers(form: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for field in form.xpath(".//input[@name] | .//textarea[@name]"):
        if field.get("type") != "radio":
            yield field.get("name"), field.get("value") or FORM.get(field.get("name"), "")
    for field in reversed(form.xpath(".//input[@type='radio'][@name]")):
        yield field.get("name"), field.get("value", "")
    for field in form.xpath(".//select[@name]"):
        yield (
            field.get("name"),
            next((one.get("value") for one in field.iter("option") if one.get("value")), ""),
        )


@pytest.fixture(scope="module")
def walked() -> set[str]:
    """Public pages that somebody has been to."""
    return set()


@pytest.mark.parametrize("person", PEOPLE)
def test_no_link_or_form_that_is_shown_is_refused(
    peopled: tuple[Site, Path], walked: set[str], person: str
) -> None:
    site, template = peopled
    site.as_it_was(template)
    client = site.client(person)
    ahead, seen, refused = ["/tasks"], {"/tasks"}, list[str]()
    posts: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
    while ahead:
        address = ahead.pop()
        answer = client.get(address, follow_redirects=True)
        if answer.status_code in REFUSED or answer.status_code >= 500:
            refused.append(f"GET {address}: {answer.status_code}")
        elif "text/html" in answer.headers["Content-Type"]:
            page = html.fromstring(answer.get_data(as_text=True))
            found = {
                one.split("#")[0] if one[:1] in "/?#" else urljoin(answer.request.path, one)
                for one in links(page)
                if not one.startswith(LEAVES)
            }
            new = found - seen - walked - {""}
            seen |= new
            walked |= {one for one in new if one.startswith(PUBLIC)}
            ahead += sorted(new)
            for action, answers in forms(page):
                posts.setdefault((action or address, answers.get("_do", "")), (address, answers))
        answer.close()
    for (action, _), (where, answers) in posts.items():
        if action.startswith(LEAVES):
            continue
        answer = client.post(action, data=answers)
        if answer.status_code in REFUSED or answer.status_code >= 500:
            refused.append(f"POST {action} from {where}: {answer.status_code}")
        if answer.status_code < 400:
            site.as_it_was(template)
            client = site.client(person)
        answer.close()
    assert refused == [], "\n".join(refused)
    assert len(seen) > 3
