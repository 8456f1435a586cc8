"""Stands before every view and refuses what no field of ours can hold: text with NUL characters.

PostgreSQL stores no NUL, so a look-up with one fails in the middle of a request. One refusal here, with a clear sentence, is
worth more than a check at every look-up. Broken encodings need none: Django reads them as replacement characters.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

NUL = "\x00"


class UnreadableInputMiddleware:
    """Answers 400 to NUL in the address, in its parameters, in form fields and in Basic credentials; drops such cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on with what can be read.

        Raises BadRequest, which the error page of the channel answers.
        """
        # A quoted cookie may spell any character. Nobody gets such a cookie from us, and a refusal would lock its browser out.
        for name in [name for name, value in request.COOKIES.items() if NUL in name or NUL in value]:
            del request.COOKIES[name]
        if any(NUL in text for text in _texts(request)):
            raise BadRequest(_("The request holds a NUL character, which no field here can hold. Remove it and try again."))
        return self.get_response(request)


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield _basic_credentials(request.META.get("HTTP_AUTHORIZATION", ""))
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from values


def _basic_credentials(header: str) -> str:
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(encoded).decode("latin-1")
    except binascii.Error:
        return ""
