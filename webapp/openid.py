"""Signing in with an outside provider: OpenID Connect, authorization code flow with PKCE, state and nonce.

Enters: a declared provider, and what the browser brings back. Leaves: the address to send the browser to, or verified claims. Anything that
does not fit is a `NotVerified` or `NoAnswer`; nothing of what a provider said reaches a log. Calls the provider, so never from within a
transaction. (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207.)
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key

from engine.errors import EngineError
from webapp.providers import Provider

WAIT_SECONDS = 5
KNOWN_FOR = timedelta(hours=1)
KEYS_AGAIN_AFTER = timedelta(minutes=1)
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NoAnswer(EngineError):
    """The provider does not answer, or not with what OpenID Connect asks for: try again, or sign in another way."""


class NotVerified(EngineError):
    """What came back from the provider cannot be trusted; `cause` is a key (`state`, `nonce`, `code`, `token`, `level`, `subject`)."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Refused(EngineError):
    """The provider did not sign the person in: they broke off, or may not."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the session keeps until the browser comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass
class Client:
    """A provider, and what is known of it: read when first needed, and again after an hour or when a key is not among those known."""

    provider: Provider
    metadata: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    known_at: datetime | None = None
    keys_at: datetime | None = None

    def begin(self, back: str, *, again: bool, now: datetime) -> tuple[str, Begun]:
        """The address at the provider, and what to keep. `again`: the person must sign in anew there. Raises NoAnswer."""
        metadata = self._described(now)
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        asked = dict(self.provider.parameters)
        if self.provider.acr:
            asked["acr_values"] = " ".join(self.provider.acr)
        if again:
            asked |= {"max_age": "0", "prompt": "login"}
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                metadata["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier, **asked
            )  # fmt: skip
        return str(address), begun

    def finish(
        self,
        back: str,
        came: Mapping[str, str],
        begun: Begun,
        *,
        proved_since: datetime | None,
        now: datetime,
    ) -> Mapping[str, object]:
        """Verified claims. Raises NotVerified, Refused, NoAnswer."""
        if not secrets.compare_digest(came.get("state", "").encode(), begun.state.encode()):
            raise NotVerified("state")
        metadata = self._described(now)
        wants_issuer = metadata.get("authorization_response_iss_parameter_supported") is True
        if (wants_issuer or "iss" in came) and came.get("iss") != self.provider.issuer:
            raise NotVerified("state")
        if "error" in came or not came.get("code"):
            raise Refused
        with self._session(back) as session:
            token = self._exchanged(session, came["code"], begun.verifier)
            claims = self._verified(token, begun.nonce, now)
            if self.provider.asks_userinfo:
                claims |= self._userinfo(session, str(claims["sub"]))
        self._demanded(claims, proved_since)
        return claims

    def _session(self, back: str) -> OAuth2Session:
        key = self.provider.client_key
        method = "private_key_jwt" if key else "client_secret_basic"
        secret: object = import_key(json.loads(key)) if key else self.provider.client_secret
        session = OAuth2Session(
            self.provider.client_id, secret, scope=self.provider.scope, redirect_uri=back, code_challenge_method="S256",
            token_endpoint_auth_method=method, default_timeout=WAIT_SECONDS,
        )  # fmt: skip
        session.max_redirects = (
            0  # a code or a token goes where the provider's description says, and nowhere else
        )
        if key:
            kid = {"kid": json.loads(key)["kid"]} if "kid" in json.loads(key) else None
            session.register_client_auth_method(PrivateKeyJWT(self.metadata["token_endpoint"], headers=kid))
        return session

    def _exchanged(self, session: OAuth2Session, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            found = session.fetch_token(self.metadata["token_endpoint"], code=code, code_verifier=verifier)
        except (
            AuthlibBaseError
        ) as error:  # the provider's own no: a code that was used, is too old, or belongs to another
            raise NotVerified("code") from error
        except (requests.RequestException, ValueError) as error:
            raise NoAnswer from error
        if not isinstance(found.get("id_token"), str):
            raise NotVerified("token")
        return dict(found)

    def _verified(self, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, object]:
        params = {
            "nonce": nonce,
            "client_id": self.provider.client_id,
            "access_token": token.get("access_token"),
        }
        options = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
        }
        try:
            decoded = self._decoded(token["id_token"], now)
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=int(self.provider.leeway.total_seconds()))
        except JoseError as error:
            raise NotVerified("nonce" if "nonce" in str(error) else "token") from error
        except (AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise NotVerified("token") from error
        return dict(claims)

    def _decoded(self, text: str, now: datetime) -> jwt.Token:
        algorithms = [self.provider.algorithm]
        try:
            return jwt.decode(text, self._known_keys(now), algorithms=algorithms)
        except InvalidKeyIdError:  # the provider has changed its keys
            if self.keys_at is not None and now - self.keys_at < KEYS_AGAIN_AFTER:
                raise
            self.keys = None
            return jwt.decode(text, self._known_keys(now), algorithms=algorithms)

    def _userinfo(self, session: OAuth2Session, subject: str) -> dict[str, object]:
        told = _json(lambda: session.get(self.metadata["userinfo_endpoint"], allow_redirects=False))
        if told.get("sub") != subject:
            raise NotVerified("subject")
        return told

    def _demanded(self, claims: Mapping[str, object], proved_since: datetime | None) -> None:
        demand = dict(self.provider.demand) | ({"acr": self.provider.acr} if self.provider.acr else {})
        for claim, allowed in demand.items():
            if str(claims.get(claim)) not in allowed:
                raise NotVerified("level")
        if proved_since is not None:
            at = claims.get("auth_time")
            if not isinstance(at, int | float) or at < (proved_since - self.provider.leeway).timestamp():
                raise NotVerified("level")

    def _described(self, now: datetime) -> Mapping[str, Any]:
        if self.known_at is None or now - self.known_at > KNOWN_FOR:
            address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            told = _json(lambda: requests.get(address, timeout=WAIT_SECONDS, allow_redirects=False))
            if not describes(told, self.provider.issuer):
                raise NoAnswer
            self.metadata, self.known_at = told, now
        return self.metadata

    def _known_keys(self, now: datetime) -> KeySet:
        if self.keys is None or self.keys_at is None or now - self.keys_at > KNOWN_FOR:
            told: Any = _json(
                lambda: requests.get(self.metadata["jwks_uri"], timeout=WAIT_SECONDS, allow_redirects=False)
            )
            try:
                self.keys, self.keys_at = KeySet.import_key_set(told), now
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise NoAnswer from error
        return self.keys


def describes(told: Mapping[str, object], issuer: str) -> bool:
    """Whether it is that issuer's own description, with all that is needed, and every address in it as well protected on the way as the
    issuer's: what stands under an https issuer is not fetched, and no code or token sent, over http.
    """
    addresses = [
        value for key, value in told.items() if key.endswith(("_endpoint", "_uri")) and isinstance(value, str)
    ]
    scheme = urlsplit(issuer).scheme
    alike = all(urlsplit(one).scheme == scheme for one in addresses)
    return told.get("issuer") == issuer and alike and all(isinstance(told.get(key), str) for key in NEEDED)


def _json(ask: Callable[[], requests.Response]) -> dict[str, Any]:
    """What was answered, where it is an object. Raises NoAnswer."""
    try:
        answer = ask()
        told = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, AuthlibBaseError, ValueError) as error:
        raise NoAnswer from error
    if not isinstance(told, dict):
        raise NoAnswer
    return told
