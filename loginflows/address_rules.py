"""Which addresses a flow may name: those that it calls, and those that it leads to. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from .findings import Context


def problem_of(value: str, context: Context) -> tuple[str, dict[str, str | int]] | None:
    """Return what is wrong with the web address ``value`` of a call, as a code with its values; None when nothing is."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "url.unreadable", {}
    schemes = ("https", "http") if context.private_webhooks else ("https",)
    if parts.scheme not in schemes or not host or parts.username or parts.fragment or port == 0:
        return "url.unreadable", {}
    if not context.private_webhooks and _is_private(host):
        return "url.private", {"host": host}
    return None


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def is_allowed_location(location: str, allowed: tuple[str, ...]) -> bool:
    """Whether *finish at* may lead there: a path of this site, or an address that begins with one of ``allowed``.

    SECURITY: ``//host`` and a backslash are addresses of other sites to a browser; an allowed address has to end where a
    part ends.
    """
    if any(each.isspace() or each == "\\" or not each.isprintable() for each in location):
        return False
    if location.startswith("/"):
        return not location.startswith("//")
    ends = [prefix if prefix.endswith("/") else f"{prefix}/" for prefix in allowed]
    return location in allowed or any(location.startswith(each) for each in ends)
