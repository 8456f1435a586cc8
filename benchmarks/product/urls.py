"""The page as everybody with a session sees it, the same page for High Assurance, and the whole site."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from authsite.urls import handler400, handler403, handler404, handler500
from benchmarks.page import page
from sessions_policy.doors import high_assurance_required

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@high_assurance_required
def assured_page(request: HttpRequest) -> HttpResponse:
    """Say who is signed in, to a session at High Assurance."""
    return page(request)


urlpatterns = [
    path("page/", page),
    path("assured/", assured_page),
    path("", include("authsite.urls")),
]
