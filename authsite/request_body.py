"""Request bodies: read whole and bounded before Django sees them, sent in chunks or not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .content_security import HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Read and thrown away after a body that is too large, so that the sender gets to read the answer.
DRAINED = 8 * 1024 * 1024
PIECE = 64 * 1024


class BoundedBody:
    """WSGI middleware: gives Django bodies sent in chunks (RFC 9112 section 7.1), and refuses bodies over ``limit`` bytes.

    Django reads nothing from a request without ``Content-Length``, so the size of a body in chunks is found out here.
    """

    def __init__(self, application: WSGIApplication, limit: int) -> None:
        self.application = application
        self.limit = limit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the request, or answer 413 or 400."""
        length = environ.get("CONTENT_LENGTH") or ""
        if length:
            if int(length) > self.limit:
                return self._too_large(environ, start_response, int(length))
        elif environ.get("HTTP_TRANSFER_ENCODING") and environ.get("wsgi.input_terminated"):
            try:
                body = environ["wsgi.input"].read(self.limit + 1)
            except OSError:
                # What gunicorn raises for chunks that are not well-formed or that end too early.
                return _answer(environ, start_response, HTTPStatus.BAD_REQUEST, "The chunks of the body are broken.")
            if len(body) > self.limit:
                return self._too_large(environ, start_response, DRAINED)
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
        return self.application(environ, start_response)

    def _too_large(self, environ: WSGIEnvironment, start_response: StartResponse, announced: int) -> Iterable[bytes]:
        left = min(announced, DRAINED)
        while left > 0 and (piece := environ["wsgi.input"].read(min(PIECE, left))):
            left -= len(piece)
        text = f"The body of a request holds at most {self.limit} bytes here."
        return _answer(environ, start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)


def _answer(environ: WSGIEnvironment, start_response: StartResponse, status: HTTPStatus, text: str) -> list[bytes]:
    problem: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": text}
    body = json.dumps(problem).encode()
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", HEADER),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
