"""A real OpenID Connect provider on a port of its own, whose only person is `person`, and which misbehaves as it is told."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from http_receiver import Received, Receiver, status

CLIENT, SECRET = "honeyguide", "s3cret of ours"


class Provider(Receiver):
    """`claims` replaces claims of the token (None removes one), `key` is what tokens are signed with."""

    def __init__(self, **person: Any) -> None:
        super().__init__(self._answer)
        self.person = {"sub": "p-1", "email": "ada@example.com", "email_verified": True, "name": "Ada Byron"} | person
        self.known_key = self.key = rsa.generate_private_key(65537, 2048)
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.description: dict[str, Any] = {}
        self._asked: dict[str, dict[str, str]] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, address: str) -> dict[str, str]:
        """The person signs in at the address the browser was sent to; what the browser brings back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return {"code": code, "state": asked["state"]}

    def _answer(self, call: Received) -> bytes:
        match call.path:
            case "/.well-known/openid-configuration":
                return _json(
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/authorize",
                        "token_endpoint": f"{self.issuer}/token",
                        "jwks_uri": f"{self.issuer}/keys",
                        "userinfo_endpoint": f"{self.issuer}/userinfo",
                    }
                    | self.description
                )
            case "/keys":
                told = RSAAlgorithm.to_jwk(self.known_key.public_key(), as_dict=True)
                return _json({"keys": [told | {"kid": "k1", "use": "sig", "alg": "RS256"}]})
            case "/userinfo" if call.headers.get("authorization") == "Bearer at":
                return _json(self.userinfo or {})
            case "/token":
                return self._token(call)
        return status(404)

    def _token(self, call: Received) -> bytes:
        given = dict(parse_qsl(call.body.decode()))
        asked = self._asked.pop(given.get("code", ""), None)
        pair = base64.b64encode(b"honeyguide:s3cret%20of%20ours").decode()
        verifier = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).decode()
        if (
            asked is None
            or call.headers.get("authorization") != f"Basic {pair}"
            or verifier.rstrip("=") != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            return _json({"error": "invalid_grant", "error_description": "no such code"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (claims | self.person | self.claims).items() if value is not None}
        token = jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "k1"})
        return _json({"access_token": "at", "token_type": "Bearer", "id_token": token})


def _json(body: dict[str, Any], code: int = 200) -> bytes:
    return status(code, json.dumps(body).encode(), content_type="application/json")
