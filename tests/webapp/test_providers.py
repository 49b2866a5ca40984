"""What a file of outside providers may say: the examples can be read, and what is wrong is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webapp import providers
from webapp.openid import describes
from webapp.settings import WrongSetting

GOOD = """
[[provider]]
id = "x"
title = "X"
issuer = "https://x.example"
client_id = "c"
client_secret_file = "secret"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("s")
    path = folder / "providers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_examples_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    examples = re.findall(
        r"```toml\n(.*?)```", (ROOT / "webapp" / "providers.md").read_text("utf-8"), re.DOTALL
    )
    for name in ("siths.secret", "idporten.secret"):
        (tmp_path / name).write_text("a secret")
    (tmp_path / "helseid.key.json").write_text(json.dumps({"kty": "RSA", "d": "x"}))
    found = providers.read(written(tmp_path, "\n".join(examples)))
    assert list(found) == ["siths", "helseid", "idporten"]
    assert found["idporten"].audience == "person"
    assert found["siths"].mapping.places[0].unit_id == "vc_ekdalen"


def test_every_key_is_documented() -> None:
    text = (ROOT / "webapp" / "providers.md").read_text("utf-8")
    assert [key for key in providers.KEYS if f"`{key}`" not in text and key != "membership"] == []


def test_without_a_file_there_are_none() -> None:
    assert providers.read(None) == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("https://x", "http://x"), "issuer must begin with https://"),
        (('id = "x"', 'id = "X y"'), "id must be"),
        (('"secret"', '"gone"'), "there is no file"),
        (("client_secret_file", "client_key_file"), "private RSA key"),
        (("client_id", "klient_id"), "klient_id is no key"),
        (('client_id = "c"\n', ""), "client_id is missing"),
        (('title = "X"', 'title = "X"\nfor = "person"'), "identity_number"),
        (('title = "X"', 'title = "X"\nunknown = "perhaps"'), "unknown must be one of"),
        (('title = "X"', 'title = "X"\nalgorithm = "HS256"'), "algorithm must be one of"),
        (('title = "X"', 'title = "X"\nleeway_seconds = 4000'), "at most"),
        (('title = "X"', 'title = "X"\nscope = "profile"'), "scope must hold openid"),
        (('title = "X"', 'title = "X"\nacr = "high"'), "acr must be a list"),
        (("[[provider]]", "[[provider"), "cannot be read"),
        (("[[provider]]", "[[other]]"), "[[provider]] tables"),
        (("[[provider]]", GOOD + "[[provider]]"), "stands twice"),
    ],
)
def test_what_is_wrong_is_named_and_the_file_with_it(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(WrongSetting, match=re.escape(told)) as refused:
        providers.read(path)
    assert "providers.toml" in str(refused.value)


def test_an_https_issuer_whose_description_leads_to_http_is_not_believed() -> None:
    issuer = "https://login.example.se"
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    told: dict[str, object] = {"issuer": issuer, **{name: f"{issuer}/{name}" for name in names}}
    assert describes(told, issuer)
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        assert not describes(told | {name: "http://login.example.se/x"}, issuer)
    assert not describes(told, "https://other.example.se")
    assert not describes({"issuer": issuer}, issuer)
