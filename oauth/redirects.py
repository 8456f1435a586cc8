"""Redirects to clients: which addresses may be registered, how an answer is written into one, and what a page may post to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import DisallowedRedirect
from django.http import HttpResponse
from django.utils.translation import gettext as _

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Schemes that a browser runs or reads instead of handing them to an app.
DANGEROUS = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "view-source", "ftp", "ws", "wss"})
HTTP = frozenset({"http", "https"})
# An origin as browsers send it: "null", which any sandboxed frame can send, is none.
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")


def problem(uri: str) -> str:
    """Return why ``uri`` cannot be registered as a redirect address, or "" when it can (RFC 9700 2.1, RFC 8252 7)."""
    try:
        parts = urlsplit(uri)
        has_port = parts.port is not None
    except ValueError:
        return _("%(uri)s is not an address.") % {"uri": uri}
    scheme = parts.scheme.lower()
    if "#" in uri or "@" in parts.netloc or "*" in parts.netloc:
        return _("%(uri)s: leave out fragments, credentials and wildcards.") % {"uri": uri}
    if scheme in HTTP and not parts.hostname:
        return _("%(uri)s has no host.") % {"uri": uri}
    if scheme == "http" and parts.hostname not in LOOPBACK:
        return _("%(uri)s: use https; http is for the local machine only.") % {"uri": uri}
    # RFC 8252 7.1: a private scheme is a reversed domain name, so that no other app claims it by accident.
    if scheme not in HTTP and (scheme in DANGEROUS or "." not in scheme or has_port):
        return _("%(uri)s: use https, or a private scheme such as com.example.app.") % {"uri": uri}
    return ""


def origin_problem(given: str) -> str:
    """Return why ``given`` cannot be registered as an origin whose scripts may read answers, or "" when it can."""
    found = problem(given)
    if found or urlsplit(given).scheme.lower() not in HTTP:
        return found or _("%(uri)s is not an origin of web pages.") % {"uri": given}
    if not ORIGIN.fullmatch(given):
        return _("%(uri)s: an origin is a scheme and a host in lower case, and nothing behind them.") % {"uri": given}
    return ""


def with_parameters(uri: str, parameters: Iterable[tuple[str, str]], *, fragment: bool = False) -> str:
    """Return ``uri`` with ``parameters`` added to its query, or to its fragment."""
    parts = urlsplit(uri)
    given = list(parameters)
    names = {name for name, _value in given}
    # SECURITY: one value each: a registered address that has such a parameter already must not make it ambiguous.
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in names]
    old = parse_qsl(parts.fragment, keep_blank_values=True)
    if fragment:
        anchor = urlencode([*((n, v) for n, v in old if n not in names), *given])
    else:
        query, anchor = [*query, *given], urlencode(old)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), anchor))


def origin(uri: str) -> str:
    """Return what a Content Security Policy calls the place that ``uri`` leads to: its origin, or its private scheme."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in HTTP else f"{parts.scheme}:"


class RedirectToClient(HttpResponse):
    """A redirect to a registered address of a client. 303 after a form, so that no browser sends the form on (9700-5)."""

    def __init__(self, location: str, schemes: Iterable[str], *, status: int = 302) -> None:
        super().__init__(status=status)
        if urlsplit(location).scheme.lower() not in schemes:
            raise DisallowedRedirect("The scheme of this redirect is not registered for the app.")
        self["Location"] = location
        self["Cache-Control"] = "no-store"
        self["Referrer-Policy"] = "no-referrer"


def issuer() -> str:
    """Return the issuer: who stands behind codes and tokens (RFC 8414, RFC 9207)."""
    base: str = settings.BASE_URL
    return base


def resources() -> tuple[str, ...]:
    """Return the identifiers of the protected resources that tokens are for (RFC 8707, RFC 9728): the API, and the site."""
    base: str = settings.BASE_URL
    return (base + "/api/v1/", base + "/api/v1", base + "/", base)


def are_ours(named: Iterable[str]) -> bool:
    """Whether every ``resource`` of a request is this site. SECURITY: no token is made that is good for somebody else."""
    return set(named) <= set(resources())
