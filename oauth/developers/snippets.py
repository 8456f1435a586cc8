"""Programs to begin with, for each grant of an app, with its own identifiers filled in; never with a secret."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from sessions_policy.levels import Grant, Level

from ..models import ConnectedApp
from ..scopes import FULL
from ..usage import grant_name

LANGUAGES = {
    "curl": "curl",
    "requests": "Python (requests)",
    "authlib": "Python (Authlib)",
    "javascript": "JavaScript (fetch)",
}
# The grants, with the names of their files, and the languages that each is written in.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    Grant.AUTHORIZATION_CODE.value: ("authorization_code", ("curl", "requests", "authlib", "javascript")),
    Grant.REFRESH_TOKEN.value: ("refresh_token", ("curl", "requests", "javascript")),
    Grant.IMPLICIT.value: ("implicit", ("javascript",)),
    Grant.JWT_BEARER.value: ("jwt-bearer", ("curl", "requests")),
    Grant.PASSWORD.value: ("password", ("curl", "requests")),
    Grant.CLIENT_CREDENTIALS.value: ("client_credentials", ("curl", "authlib")),
}
STEP_UP = ("step_up", ("curl", "requests", "javascript"))


@dataclass(frozen=True, slots=True)
class Snippet:
    """One program in one language."""

    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Group:
    """One grant in its languages. ``key`` names the group on the page."""

    key: str
    title: str
    snippets: tuple[Snippet, ...]


def of(app: ConnectedApp) -> list[Group]:
    """Return the snippets for the app's grants, and for the step-up where a person can be sent through a browser."""
    context = _context(app)
    groups = [_group(FILES[grant], grant_name(grant), context) for grant in app.grant_types if grant in FILES]
    if Grant.AUTHORIZATION_CODE.value in app.grant_types:
        groups.append(_group(STEP_UP, str(_("Step-up: when a token is not enough")), context))
    return groups


def _group(files: tuple[str, tuple[str, ...]], title: str, context: dict[str, Any]) -> Group:
    key, languages = files
    snippets = tuple(
        Snippet(LANGUAGES[each], render_to_string(f"developers/snippets/{key}.{each}.txt", context).strip())
        for each in languages
    )
    return Group(key, title, snippets)


def _context(app: ConnectedApp) -> dict[str, Any]:
    base: str = settings.BASE_URL
    scope = " ".join(each for each in app.scopes if each != FULL)
    values = {
        "client_id": app.client_id,
        "redirect_uri": next(iter(app.redirect_uris.split()), ""),
        "scope": scope,
        "scope_in_query": quote(scope),
        "issuer": base,
        "session": base + reverse("api-session"),
        "reports": base + reverse("api-reports"),
        **{name: base + reverse(name) for name in ("authorize", "token", "introspect")},
    }
    # Plain text, which the page escapes as a whole. SECURITY: every value as a literal of its language. An address that an
    # app was registered with may hold quotes, and whoever copies the program runs it.
    return {
        "sh": {name: mark_safe(shlex.quote(value)) for name, value in values.items()},  # noqa: S308
        "js": {name: mark_safe(json.dumps(value)) for name, value in values.items()},  # noqa: S308
        "public": app.is_public,
        "high": Level.HIGH_ASSURANCE.acr,
    }
