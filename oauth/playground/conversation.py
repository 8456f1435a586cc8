"""Real requests to the site's own endpoints, and what they look like on the wire."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

FORM = "application/x-www-form-urlencoded"
# Headers of the answer that have something to teach.
SHOWN = ("content-type", "www-authenticate", "location", "cache-control", "retry-after")
# What the inner request keeps of the outer one: where it comes from, so that networks and time limits hold as for anybody.
KEPT = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme")
SENT_OPENLY = 8


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as text. ``body`` is the answer's JSON, empty when it was none."""

    request: str
    response: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether the answer is not an error."""
        return self.status < 400


@lru_cache(maxsize=1)
def _site() -> BaseHandler:
    """Return the site with its middleware, without the signals around a request: this thread is in the middle of one."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def basic(client_id: str, secret: str) -> str:
    """Return the header by which a client authenticates (RFC 6749 2.3.1)."""
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


def send(
    outer: HttpRequest, method: str, name: str, *, form: Mapping[str, str] | None = None, authorization: str = ""
) -> Exchange:
    """Send a request to the endpoint ``name`` of this site, and return both sides of it.

    It goes through every middleware and view that a request from outside does, in this thread: a worker that waited for
    another one could wait for ever. SECURITY: endpoints are named in the code. No address comes from the person, so nothing
    else can be reached from here; and the person's cookies are not sent.
    """
    path, body = reverse(name), urlencode(form or {})
    address = urlsplit(settings.BASE_URL)
    environ: dict[str, Any] = {
        **{key: outer.META[key] for key in KEPT if key in outer.META},
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": address.netloc,
        "HTTP_ACCEPT": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": address.scheme,
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(body.encode()),
        "wsgi.errors": outer.META.get("wsgi.errors", BytesIO()),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}"]
    if form is not None:
        environ["CONTENT_TYPE"] = FORM
        lines.append(f"Content-Type: {FORM}")
    if authorization:
        environ["HTTP_AUTHORIZATION"] = authorization
        lines.append(f"Authorization: {hidden_authorization(authorization)}")
    if form is not None:
        lines += ["", "&\n".join(f"{key}={hidden(key, value)}" for key, value in form.items())]
    status, headers, text = _served(environ)
    return Exchange("\n".join(lines), _answer_text(status, headers, text), int(status[:3]), headers, _read(text))


def masked(value: str) -> str:
    """Return the beginning of a secret value, enough to tell it from others."""
    return value[:SENT_OPENLY] + "…" if len(value) > 2 * SENT_OPENLY else "…"


def hidden(name: str, value: str) -> str:
    """Return a form field as it is shown: what somebody could use is masked."""
    secret = name in ("code", "code_verifier", "refresh_token", "token", "assertion", "client_secret", "id_token_hint")
    return masked(value) if secret else value


def hidden_authorization(value: str) -> str:
    """Return an Authorization header as it is shown."""
    scheme, _space, credentials = value.partition(" ")
    return f"{scheme} {masked(credentials)}" if scheme == "Bearer" else f"{scheme} base64(client_id:client_secret)"


def _served(environ: dict[str, Any]) -> tuple[str, dict[str, str], str]:
    response: HttpResponseBase = _site().get_response(WSGIRequest(environ))
    text = b"".join(response).decode("utf-8", "replace")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return f"{response.status_code} {response.reason_phrase}", headers, text


def _answer_text(status: str, headers: Mapping[str, str], text: str) -> str:
    shown = [f"{name.title()}: {headers[name]}" for name in SHOWN if name in headers]
    found = _read(text)
    return "\n".join([f"HTTP/1.1 {status}", *shown, "", json.dumps(found, indent=2, ensure_ascii=False) if found else text])


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
