"""The addresses of the site, and some whose views misbehave."""

from __future__ import annotations

from typing import Never

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from authsite.urls import handler400, handler403, handler404, handler500, urlpatterns
from sessions_policy.doors import open_to_all

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@open_to_all
def fail(request: HttpRequest) -> Never:
    raise RuntimeError("the secret reason")


@open_to_all
def forbid(request: HttpRequest) -> Never:
    raise PermissionDenied


@open_to_all
def suspect(request: HttpRequest) -> Never:
    raise SuspiciousOperation("the secret reason")


@open_to_all
def inline(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<!doctype html><title>Inline</title><main style="color:red"><script>window.ran = 1</script></main>')


urlpatterns = [
    *urlpatterns,
    path("fail", fail),
    path("oauth/fail", fail),
    path("api/forbid", forbid),
    path("forbid", forbid),
    path("suspect", suspect),
    path("inline", inline),
]
