"""One run through the playground: what was asked for, and the tokens that came. Kept in the session, encrypted."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.http import HttpRequest
from django.urls import reverse

from accounts import secrets_at_rest

from . import client_app

KEY = "playground"
# A run is forgotten when its tokens have ended.
LONGEST = 60 * 60


@dataclass(slots=True)
class Run:
    """What the playground remembers. ``verifier`` is PKCE's; ``state`` and ``nonce`` tie the answers to this run."""

    scope: str
    acr_values: str = ""
    max_age: str = ""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    began: float = field(default_factory=time.time)
    access_token: str = ""
    refresh_token: str = ""
    id_token: str = ""
    # What a step-up challenge asked for, and where it came from.
    challenge: dict[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, str]:
        """The authorization request."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": client_app.CLIENT_ID,
            "redirect_uri": client_app.callback(),
            "scope": self.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return asked | {name: value for name in ("acr_values", "max_age") if (value := getattr(self, name))}

    @property
    def authorize_url(self) -> str:
        """Where the browser goes, as a path of this site."""
        return reverse("authorize") + "?" + urlencode(self.parameters)

    @property
    def wire(self) -> str:
        """The authorization request as it is sent, a parameter a line."""
        lines = "&\n  ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"GET {reverse('authorize')}?\n  {lines}"

    def keep(self, tokens: Any) -> None:
        """Take the tokens of a token response."""
        for name in ("access_token", "refresh_token", "id_token"):
            if isinstance(tokens.get(name), str):
                setattr(self, name, tokens[name])


def load(request: HttpRequest) -> Run | None:
    """Return the run of this session; None when there is none, or its hour is over."""
    try:
        found = Run(**json.loads(secrets_at_rest.decrypt(request.session.get(KEY, ""))))
    except (InvalidToken, ValueError, TypeError):
        return None
    return found if time.time() - found.began < LONGEST else None


def save(request: HttpRequest, run: Run) -> None:
    """Keep the run. SECURITY: encrypted, because a token in the session's row would be a token in the database."""
    request.session[KEY] = secrets_at_rest.encrypt(json.dumps(asdict(run)))


def forget(request: HttpRequest) -> None:
    """Forget the run."""
    request.session.pop(KEY, None)
