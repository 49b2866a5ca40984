"""An answer that fails through nobody's fault shows what was written, and sends it once more when asked to."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path

import pytest

from engine.records import database
from engine.records import tables as t
from tests.webapp.conftest import Begun
from tests.webapp.site import Site, copied
from tests.webapp.test_once import key, text

HIDDEN = re.compile(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', re.DOTALL)
WRITTEN = "Ringde hem.\n<Hon> & jag talade länge."


@pytest.fixture
def impatient(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site with the case, which does not wait for a lock."""
    monkeypatch.setattr(database, "WAIT_FOR_LOCK_SECONDS", 0)
    with copied(begun.template, tmp_path, begun.like) as site:
        yield site


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Somebody else writes in the database and does not come to an end."""
    with closing(sqlite3.connect(str(site.world.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_answers_with_what_was_written_and_the_button_sends_it_again_once(
    impatient: Site,
) -> None:
    sara, address = impatient.client("sara"), f"/cases/{impatient.case_id}/notes"
    form = {"_once": key(text(sara.get(f"/cases/{impatient.case_id}/data"))), "text": WRITTEN}
    with locked(impatient):
        answer = sara.post(address, data=form)
    assert answer.status_code == 503
    page = text(answer)
    assert "Det du skrev finns kvar" in page
    assert "Ringde hem.\n&lt;Hon&gt; &amp; jag talade länge.</blockquote>" in page
    fields = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    assert fields == form
    assert f'action="{address}"' in page
    for _ in range(2):
        assert sara.post(address, data=fields).status_code == 302
    assert [row.data for row in impatient.world.rows(t.entries, source="note")][1:] == [{"note": WRITTEN}]


def test_it_works_for_the_form_of_a_task_and_of_a_correction_too(impatient: Site) -> None:
    task = next(one for one in impatient.world.rows(t.tasks) if one.element_id == "assess_need")
    open_task = next(one for one in impatient.world.open(impatient.case_id) if one.unit_id == "vc_ekdalen")
    sara = impatient.client("sara")
    for address in (f"/handed-in/{task.id}/correct", f"/tasks/{open_task.id}"):
        with locked(impatient):
            answer = sara.post(
                address, data={"need_reason": WRITTEN, "_reason": "Hörde fel.", "_hand_in": "1"}
            )
        assert answer.status_code == 503
        fields = {name: unescape(value) for name, value in HIDDEN.findall(text(answer))}
        assert fields == {"need_reason": WRITTEN, "_reason": "Hörde fel.", "_hand_in": "1"}


def test_a_password_is_never_shown_or_sent_again(impatient: Site) -> None:
    nobody = impatient.client()
    with locked(impatient):
        answer = nobody.post("/sign-in", data={"user_name": "sara", "password": "a secret of hers"})
    assert answer.status_code >= 400
    assert "a secret of hers" not in text(answer)
    assert HIDDEN.findall(text(answer)) == []
