"""Token responses in the form that clients of the reference system may ask for by ``format`` (R6.27)."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode
from xml.sax.saxutils import escape

JSON = "application/json"


def written(body: str, wanted: str) -> tuple[str, str]:
    """Return ``body``, a JSON object, in the format ``wanted``, and its content type. An unknown format is JSON.

    SECURITY: there is no form with a function call around it (JSONP): any page of the web could run it and read the token.
    """
    if wanted not in FORMATS:
        return body, JSON
    write, content_type = FORMATS[wanted]
    return write(json.loads(body)), content_type


def _form(fields: dict[str, object]) -> str:
    return urlencode(fields)


def _xml(fields: dict[str, object]) -> str:
    # The names are ours, and names of elements; the values are whatever a client sent.
    inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><OAuth>{inner}</OAuth>'


FORMATS: dict[str, tuple[Callable[[dict[str, object]], str], str]] = {
    "urlencoded": (_form, "application/x-www-form-urlencoded"),
    "xml": (_xml, "application/xml"),
}
