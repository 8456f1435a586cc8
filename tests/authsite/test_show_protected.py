"""``manage.py show_protected``: every address has a rule, and one without is found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import pytest
from django.core.management.base import CommandError
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.views import APIView

from authsite.addresses import rule_of
from sessions_policy.doors import high_assurance_required, open_to_all, resource_policy
from sessions_policy.permissions import HasSessionLevel
from tests.authsite.demo_organisation import manage


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def another_page() -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    return view


class BareView(APIView):
    permission_classes = ()


class PublicView(APIView):
    permission_classes = (AllowAny,)


class OwnPermission(BasePermission):
    pass


class OwnView(APIView):
    permission_classes = (OwnPermission,)


class GuardedView(APIView):
    permission_classes = (HasSessionLevel,)
    policy_resource = "reports"
    required_session_level = "high_assurance"


class ByMethodView(GuardedView):
    policy_resource: ClassVar = {"get": "reports", "post": ("admin", "reports")}


def test_every_address_of_this_site_has_a_rule() -> None:
    rows = json.loads(manage("show_protected", "--json"))
    assert {row["kind"] for row in rows} <= {"open", "session", "api", "own"}
    by_path = {row["path"]: row for row in rows}
    assert by_path["/reports/"]["resources"] == ["reports"]
    assert by_path["/admin/"]["resources"] == ["admin"]
    assert by_path["/api/v1/reports/"] == {
        "path": "/api/v1/reports/",
        "name": "api-reports",
        "view": "accounts.api.views.ReportsView",
        "kind": "api",
        "resources": ["reports"],
        "level": "none",
        "max_age": None,
        "permissions": by_path["/api/v1/reports/"]["permissions"],
        "during_login": False,
    }


def test_people_read_a_line_for_each() -> None:
    text = manage("show_protected")
    assert any(line.split("  ")[0] == "/login/flow/" and line.endswith("open to all") for line in text.splitlines())
    assert "/admin/" in text
    assert "/admin/" not in manage("show_protected", "--without-admin")
    assert "/reports/" not in manage("show_protected", "--open")


def test_the_rules_in_words() -> None:
    assert rule_of(page).in_words() == "signed in"
    assert rule_of(resource_policy("reports")(another_page())).in_words() == "signed in; resource reports"
    assert rule_of(open_to_all(another_page())).in_words() == "open to all"
    strong = high_assurance_required(max_age=900)(another_page())
    assert rule_of(strong).in_words() == "signed in; level high_assurance, proven within 900 s"
    assert rule_of(OwnView.as_view()).in_words() == "its own: OwnPermission"
    guarded = rule_of(GuardedView.as_view())
    assert guarded.in_words() == "signed in, or a token; resource reports; level high_assurance"
    assert rule_of(ByMethodView.as_view()).resources == ("reports", "admin")


@pytest.mark.parametrize("view", [BareView, PublicView])
def test_an_api_view_without_a_permission_is_found(
    settings: Any, view: type[APIView], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = ModuleType("bare_urls")
    urls.urlpatterns = [path("bare/", view.as_view()), path("page/", page)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bare_urls", urls)
    settings.ROOT_URLCONF = "bare_urls"
    clear_url_caches()
    with pytest.raises(CommandError, match="Nothing stands before: /bare/") as found:
        manage("show_protected")
    assert found.value.returncode == 1


def test_an_api_view_that_is_marked_open_has_a_rule() -> None:
    assert rule_of(open_to_all(PublicView.as_view())).kind == "open"


def test_without_the_middleware_nothing_stands_before_pages(settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SessionLevelMiddleware" not in name]
    assert rule_of(page).in_words() == "NO RULE"
