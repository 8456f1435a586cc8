"""Keeps people who are no staff out of the administration before anything is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from .site import ONLY_STAFF


class StaffOnlyMiddleware:
    """Answers 403 to signed-in people who are no staff, at every address of the administration.

    The site itself refuses them too, but only after the session's level was enforced: they would be asked for a second factor
    just to be told no.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Raise PermissionDenied for whom the site of ``view`` is closed; nobody is sent to a login that would not help."""
        site = getattr(getattr(view, "model_admin", view), "admin_site", None)
        if site is not None and request.user.is_authenticated and not site.has_permission(request):
            raise PermissionDenied(ONLY_STAFF)
