"""The pages of those who build client apps: their apps, and for each what it is, what holds for it, and how to begin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sessions_policy import texts
from sessions_policy.levels import Level

from .. import app_words, metadata
from ..developers import snippets, verdicts, visible
from ..error_meanings import MEANINGS
from ..models import ConnectedApp
from ..playground import switch

ENDPOINTS = (
    "authorization",
    "token",
    "pushed_authorization_request",
    "revocation",
    "introspection",
    "userinfo",
    "end_session",
)


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """List the apps that the person may read about, and where everything is."""
    user: Any = request.user
    context = {
        "apps": list(visible.apps(request)),
        "manages": visible.manages(request),
        "could_manage": user.has_perm(visible.RIGHT),
        "playground": switch.is_on(),
        **_addresses(),
        "errors": MEANINGS,
    }
    return render(request, "developers/index.html", context)


@require_safe
def developer_app(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one app. SECURITY: its secret is kept as a checksum, and no page shows one."""
    app: ConnectedApp = get_object_or_404(visible.apps(request), pk=pk)
    user: Any = request.user
    manages = visible.manages(request)
    context = {
        "app": app,
        "rules": app_words.sentences(app),
        "rows": verdicts.rows(app, None if manages else [user.profile_id]),
        "groups": snippets.of(app),
        "manages": manages,
        "playground": switch.is_on(),
        **_addresses(),
    }
    return render(request, "developers/app.html", context)


def _addresses() -> dict[str, Any]:
    found = metadata.openid_configuration()
    return {
        "endpoints": [(name.replace("_", " "), found[f"{name}_endpoint"]) for name in ENDPOINTS],
        "levels": [(level.acr, texts.level_name(level)) for level in Level if level > Level.NONE],
    }
