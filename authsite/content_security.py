"""The Content Security Policy: nothing but what this site serves itself, and no code or style inside a page."""

from __future__ import annotations

from wsgiref.headers import Headers

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

DIRECTIVES: dict[str, list[str]] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

HEADER: str = "; ".join(f"{name} {' '.join(sources)}" for name, sources in DIRECTIVES.items())


# What a response carries that wants another policy than the usual one.
CHANGES = ("_csp_update", "_csp_replace", "_csp_config", "_csp_exempt")


class ContentSecurityMiddleware(CSPMiddleware):
    """django-csp, which puts the policy together for each response; nearly all of ours have the same, which is ready here."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the policy: the ready one unless the response asks for a change of it."""
        if any(hasattr(response, name) for name in CHANGES):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", HEADER)
        return response


def add_to_static_file(headers: Headers, path: str, url: str) -> None:
    """Give a static file the header too: an SVG opened by itself is a document like any other."""
    headers["Content-Security-Policy"] = HEADER
