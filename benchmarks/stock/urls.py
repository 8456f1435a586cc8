"""A guarded page, the library's endpoints, and one API view."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.page import page


class SessionView(APIView):
    """Says who calls."""

    permission_classes = (TokenHasScope,)
    required_scopes = ("api",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the caller's name."""
        return Response({"user": request.user.get_username()})


urlpatterns = [
    path("page/", login_required(page)),
    path("oauth/", include("oauth2_provider.urls")),
    path("api/v1/session/", SessionView.as_view()),
]
