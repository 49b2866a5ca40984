"""A site at which people sign in with a provider that runs on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from tests.outside import provider
from tests.webapp.conftest import begun, empty_site, filled, site
from tests.webapp.site import NUMBER, Site
from tests.world import KEY
from webapp import openid, providers

__all__ = ["begun", "empty_site", "filled", "site"]

ACCOUNTS: dict[str, dict[str, object]] = {
    "hsa-sara": {"name": "Sara Sjölund", "employeeHsaId": "sara", "units": ["SE-EKDALEN"]},
    "hsa-new": {"name": "Nya Nyström", "employeeHsaId": "nya", "units": ["SE-EKDALEN", "SE-NORRA"]},
    "hsa-moved": {"name": "Nya Nyström", "employeeHsaId": "nya", "units": ["SE-NORRA"]},
    "nobody-here": {"name": "Någon Annan", "employeeHsaId": "nobody-here", "units": []},
    "citizen": {"pid": NUMBER.replace("-", "")},
    "stranger": {"pid": "191212121212"},
}
DECLARED = """
[[provider]]
id = "staff"
title = "Tjänstelegitimation"
issuer = "{issuer}"
client_id = "staff"
client_secret_file = "secret"
scope = "openid"
acr = ["high"]
user_name = "employeeHsaId"
unknown = "{unknown}"

[[provider.membership]]
claim = "units"
value = "SE-EKDALEN"
unit = "vc_ekdalen"

[[provider.membership]]
claim = "units"
value = "SE-NORRA"
unit = "bistandsenheten_norra"
roles = ["staff", "coordinator"]

[[provider]]
id = "person"
title = "E-legitimation"
issuer = "{issuer}"
client_id = "person"
client_key_file = "key.json"
scope = "openid"
for = "person"
identity_number = "pid"
userinfo = true
"""


@dataclass
class Outside:
    """The site, and the way to the provider and back. `names` are the files of the declaration."""

    site: Site
    folder: Path
    issuer: str

    def declare(self, unknown: str = "same-user-name") -> None:
        """Read the providers anew, as a start of the process does."""
        path = self.folder / "providers.toml"
        path.write_text(DECLARED.format(issuer=self.issuer, unknown=unknown), encoding="utf-8")
        self.site.app.extensions["samordna.providers"] = {
            name: openid.Client(one) for name, one in providers.read(path).items()
        }

    def there(self, client: FlaskClient, name: str = "staff", **asked: object) -> str:
        """Where the site sends the browser."""
        answer = client.get(f"/sign-in/with/{name}", query_string=asked)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return str(answer.location)

    def back(self, client: FlaskClient, address: str) -> TestResponse:
        """The browser comes back by that address."""
        return client.get(address.removeprefix("http://localhost"))

    def sign_in(
        self, client: FlaskClient, account: str, name: str = "staff", acr: str = "high", **asked: object
    ) -> TestResponse:
        """The whole way."""
        return self.back(client, provider.shown_who(self.there(client, name, **asked), account, acr))


@pytest.fixture(scope="session")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "ours", "use": "sig", "alg": "RS256"}, private=True)


@pytest.fixture(scope="session")
def issuer(key: RSAKey) -> Iterator[str]:
    """A provider that knows the accounts above."""
    common = {"grant_types": ["authorization_code"], "response_types": ["code"]}
    clients: list[dict[str, object]] = [
        {"client_id": "staff", "client_secret": "a secret of the tests' own", **common},
        {
            "client_id": "person",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "RS256",
            "jwks": {"keys": [key.as_dict(private=False)]},
            **common,
        },
    ]
    with provider.running(clients, ACCOUNTS) as address:
        yield address


@pytest.fixture
def outside(site: Site, tmp_path: Path, issuer: str, key: RSAKey) -> Outside:
    """A site that knows the provider, at the time that it is: a provider keeps its own."""
    site.world.now = datetime.now(UTC)
    (tmp_path / "secret").write_text("a secret of the tests' own\n")
    (tmp_path / "key.json").write_text(json.dumps(key.as_dict(private=True)))
    house = site.app.extensions["samordna"]  # the case there was begun with a key of the tests' own
    site.app.extensions["samordna"] = replace(house, settings=replace(house.settings, lookup_key=KEY))
    found = Outside(site, tmp_path, issuer)
    found.declare()
    return found
