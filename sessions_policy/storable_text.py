"""Text that every database of ours can look up and store."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Whether ``text`` holds neither NUL, which PostgreSQL refuses, nor half a surrogate pair, which no encoding can write.

    JSON can spell both; a look-up with either would fail in the middle of a request.
    """
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
