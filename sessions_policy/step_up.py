"""Where a step-up goes back to, and what it has to satisfy: a small signed value in the address of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core import signing
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .doors import mark_of
from .facts import AppRule
from .gate import Asked
from .levels import Level, SessionPolicy

SALT = "authsite.step-up"
MAX_AGE = 60 * 60


@dataclass(frozen=True, slots=True)
class Target:
    """A page of ours to go on to, and what it asks."""

    path: str
    asked: Asked
    reference: str = ""

    def signed(self) -> str:
        """Return the target as the value that the page's address and its form carry."""
        return signing.dumps({"path": self.path, "ref": self.reference, **_pack(self.asked)}, salt=SALT, compress=True)


def url_for(request: HttpRequest, asked: Asked, path: str | None = None, reference: str = "") -> str:
    """Return the address of the step-up page that leads back to ``path`` (by default the page of ``request``).

    ``reference`` names the refusal that was written down already, so that the page does not write another one.
    """
    target = Target(request.get_full_path() if path is None else path, asked, reference)
    return reverse("step-up") + "?" + urlencode({"next": target.signed()})


def read(request: HttpRequest, value: str) -> Target:
    """Return the target that ``value`` names: a signed one, or a plain path, which asks what its view's mark says.

    Whatever cannot be read leads home. SECURITY: a path that would leave the site is never followed.
    """
    try:
        data = signing.loads(value, salt=SALT, max_age=MAX_AGE)
        return Target(str(data["path"]), _unpack(data), str(data["ref"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return _plain(request, value)


def _plain(request: HttpRequest, value: str) -> Target:
    if not value.startswith("/") or not url_has_allowed_host_and_scheme(value, None, require_https=request.is_secure()):
        return Target("/", Asked())
    try:
        return Target(value, mark_of(resolve(urlsplit(value).path).func).asked)
    except Resolver404:
        return Target("/", Asked())


def _pack(asked: Asked) -> dict[str, Any]:
    app = None if asked.app is None else [asked.app.name, asked.app.action.value]
    values = {
        "r": list(asked.resources),
        "l": int(asked.level),
        "m": asked.max_age,
        "a": app,
        "al": int(asked.asked_level),
        "am": asked.asked_max_age,
        "s": asked.since,
        "e": asked.enrolment or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _unpack(data: dict[str, Any]) -> Asked:
    app = data.get("a")
    return Asked(
        resources=tuple(data.get("r", ())),
        level=Level(data.get("l", 0)),
        max_age=data.get("m"),
        app=None if app is None else AppRule(app[0], SessionPolicy(app[1])),
        asked_level=Level(data.get("al", 0)),
        asked_max_age=data.get("am"),
        since=data.get("s"),
        enrolment=bool(data.get("e")),
    )
