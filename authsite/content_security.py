"""The Content Security Policy: nothing but what this site serves itself, and no code or style inside a page."""

from __future__ import annotations

from wsgiref.headers import Headers

from csp.constants import NONE, SELF

DIRECTIVES = {
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

HEADER = "; ".join(f"{name} {' '.join(sources)}" for name, sources in DIRECTIVES.items())


def add_to_static_file(headers: Headers, path: str, url: str) -> None:
    """Give a static file the header too: an SVG opened by itself is a document like any other."""
    headers["Content-Security-Policy"] = HEADER
