"""What is measured of tokens, the same for both arms. An arm is a module like ``product/tokens.py``."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.test import Client

from .statements import Statements

CALLBACK = "https://client.example/cb"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class App:
    """An app as its developer knows it; ``secret`` is "" for a public one."""

    client_id: str
    secret: str


class Tokens:
    """One person, one app of each kind, and the requests that they make."""

    def __init__(self, arm: Any) -> None:
        self.arm = arm
        self.browser: Client = arm.signed_in("token-owner")
        self.client = Client()
        self.apps = {kind: arm.app(kind, confidential=kind == "confidential") for kind in ("public", "confidential")}
        self.kept: dict[str, dict[str, str]] = {}

    def measure(self, operation: str, times: int) -> dict[str, float]:
        """Return the CPU seconds of one ``operation``, and the fewest statements that one took."""
        spent, statements = 0.0, []
        for _ in range(times):
            run = getattr(self, operation)()
            with Statements(connection) as seen:
                start = time.process_time()
                answer = run()
                spent += time.process_time() - start
            assert answer.status_code == 200, (operation, answer.content[:300])
            statements.append(len(seen.seen))
        return {"cpu": spent / times, "sql": min(statements)}

    def page(self) -> Any:
        """A guarded page in a running session."""
        return lambda: self.browser.get("/page/")

    def code(self) -> Any:
        """The exchange of a code with a verifier, by a public app."""
        fields = {**self._of("public"), "grant_type": "authorization_code", "redirect_uri": CALLBACK}
        fields |= {"code": self._code("public"), "code_verifier": VERIFIER}
        return lambda: self._token(fields)

    def refresh(self) -> Any:
        """A refresh with rotation, by a public app."""
        return self._refresh("public")

    def refresh_confidential(self) -> Any:
        """A refresh with rotation, by an app with a secret."""
        return self._refresh("confidential")

    def introspection(self) -> Any:
        """A look at an access token."""
        token = self._tokens("confidential")["access_token"]
        return lambda: self.arm.introspection(self.client, self.apps["confidential"], token)

    def resource(self) -> Any:
        """A call of the API with a bearer token."""
        headers = {"Authorization": f"Bearer {self._tokens('public')['access_token']}"}
        return lambda: self.client.get("/api/v1/session/", headers=headers)

    def _refresh(self, kind: str) -> Any:
        fields = {**self._of(kind), "grant_type": "refresh_token", "refresh_token": self._tokens(kind)["refresh_token"]}

        def run() -> Any:
            answer = self._token(fields)
            self.kept[kind] = answer.json()
            return answer

        return run

    def _tokens(self, kind: str) -> dict[str, str]:
        if kind not in self.kept:
            fields = {**self._of(kind), "grant_type": "authorization_code", "redirect_uri": CALLBACK}
            answer = self._token({**fields, "code": self._code(kind), "code_verifier": VERIFIER})
            assert answer.status_code == 200, answer.content
            self.kept[kind] = answer.json()
        return self.kept[kind]

    def _code(self, kind: str) -> str:
        asked = {"response_type": "code", "client_id": self.apps[kind].client_id, "redirect_uri": CALLBACK}
        asked |= {"scope": self.arm.SCOPE, "code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "s"}
        answer = self.browser.get("/oauth/authorize/", asked)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def _of(self, kind: str) -> dict[str, str]:
        known = self.apps[kind]
        return {"client_id": known.client_id, **({"client_secret": known.secret} if known.secret else {})}

    def _token(self, fields: dict[str, str]) -> Any:
        return self.client.post("/oauth/token/", fields)
