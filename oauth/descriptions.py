"""Descriptions of errors, in the characters that headers and OAuth answers may hold."""

from __future__ import annotations

import unicodedata


def ascii_words(text: str) -> str:
    """Return ``text`` in the characters that an ``error_description`` may hold (RFC 6749 appendix A.8)."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.replace('"', "'").replace("\\", "/") if c.isprintable())
