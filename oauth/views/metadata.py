"""The metadata documents and the pages that explain errors. Public, the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_policy.doors import open_to_all

from .. import metadata, signing_keys
from ..error_meanings import MEANINGS, REFERENCE_SYSTEM

# Seconds for which clients may keep a document. Keys are kept as long after a rotation.
KEPT = 3600


def document(make: Callable[[], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that serves what ``make`` returns, to scripts of any site too: it is public."""

    @open_to_all(during_login=True)
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={KEPT}"}
        return JsonResponse(make(), headers=headers)

    return view


authorization_server = document(metadata.authorization_server)
openid_configuration = document(metadata.openid_configuration)
protected_site = document(metadata.protected_site)
protected_api = document(metadata.protected_api)
jwks = document(signing_keys.key_set)


@open_to_all(during_login=True)
@require_safe
def why_oauth(request: HttpRequest, code: str) -> HttpResponse:
    """Explain an OAuth error code, for developers of client apps: what ``error_uri`` points to."""
    if code not in MEANINGS:
        raise Http404(code)
    meaning, what_now = MEANINGS[code]
    context = {"code": code, "meaning": meaning, "what_now": what_now, "elsewhere": REFERENCE_SYSTEM.get(code, ())}
    return render(request, "oauth/why.html", context)
