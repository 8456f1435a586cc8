"""Reading JSON that comes from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .storable_text import is_storable


class BoundedJSONParser(JSONParser):
    """DRF's parser, which takes nesting too deep for it, and text that no database holds, for malformed JSON (400)."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the parsed body. Raises ParseError."""
        try:
            parsed: dict[str, Any] = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if not all(map(is_storable, _texts(parsed))):
            raise ParseError(_("The JSON holds a NUL character or half of a surrogate pair. Remove it and try again."))
        return parsed


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in ``value``, the names of its members included. What is nested too deeply was refused before."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
