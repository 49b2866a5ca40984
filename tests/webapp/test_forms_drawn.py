"""Every form of the routines that come along is drawn whole, answered or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template
from flask_babel import Babel

from engine.definitions import forms
from engine.errors import FieldError, InvalidForm
from webapp import catalogues, formview, words
from webapp.assets import Assets

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / "processes").rglob("*.form"))
ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 17, 9, 42, tzinfo=UTC)


class Controls(HTMLParser):
    """What stands in a drawn form: names that are posted, ids, and what labels and descriptions point at."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.pointed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"input", "select", "textarea"}:
            self.names.add(given.get("name", ""))
        if "id" in given:
            self.ids.append(given["id"])
        self.pointed += [given["for"]] if "for" in given else []
        self.pointed += given.get("aria-describedby", "").split()


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask("webapp", root_path=str(ROOT / "webapp"))
    babel = Babel(made, locale_selector=lambda: "sv")
    made.jinja_env.globals["number_words"] = words.number_words
    made.jinja_env.globals["assets"] = Assets({}, lambda name: f"/{name}", "1")
    with made.app_context():
        catalogues.install(babel)
    return made


@pytest.fixture(autouse=True)
def swedish(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def drawn(path: Path, *, handed_in: bool) -> tuple[list[formview.DrawnField], Controls]:
    form = forms.read(path.read_bytes(), path.name)
    errors: tuple[FieldError, ...] = ()
    if handed_in:
        try:
            forms.clean(form, {}, now=NOW, zone=ZONE)
        except InvalidForm as error:
            errors = error.errors
    fields = formview.draw(form, {}, errors, now=NOW, zone=ZONE)
    page = Controls()
    page.feed(render_template("forms/body.html", parts=formview.sections(fields)))
    return fields, page


@pytest.mark.parametrize("path", FORMS, ids=[str(path.relative_to(ROOT / "processes")) for path in FORMS])
@pytest.mark.parametrize("handed_in", [False, True], ids=["empty", "handed-in"])
def test_every_form_is_drawn_whole(path: Path, *, handed_in: bool) -> None:
    fields, page = drawn(path, handed_in=handed_in)
    asked = {one.path for one in _leaves(fields)}
    assert asked <= page.names
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.pointed) <= set(page.ids), "a label or a description points nowhere"
    if handed_in:
        told = formview.summary(fields)
        assert {error["href"] for error in told} <= set(page.ids)
        assert all(re.search(r"[.?!]$", error["text"]) for error in told)


def _leaves(
    fields: list[formview.DrawnField] | tuple[formview.DrawnField, ...],
) -> Iterator[formview.DrawnField]:
    for one in fields:
        if one.kind in {"group", "dynamiclist"}:
            yield from _leaves(one.children)
            for row in one.rows:
                yield from _leaves(row.fields)
                yield from _leaves(row.lists)
        elif one.kind != "text":
            yield one
