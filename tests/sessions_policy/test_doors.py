"""The marks on views, in both forms, and what the middleware makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.views.generic import View

from sessions_policy import doors
from sessions_policy.doors import (
    HighAssuranceRequiredMixin,
    OpenToAllMixin,
    ResourcePolicyMixin,
    high_assurance_required,
    mark_of,
    open_to_all,
    resource_policy,
    session_level_required,
)
from sessions_policy.levels import Level


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the page")


def fresh() -> Any:
    """Return a view that nobody has marked."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("the page")

    return view


def test_a_view_without_a_mark_is_closed() -> None:
    assert mark_of(page) == doors.CLOSED
    assert not mark_of(page).open


def test_marks_work_with_and_without_parentheses() -> None:
    assert mark_of(high_assurance_required(fresh())).asked.level is Level.HIGH_ASSURANCE
    assert mark_of(high_assurance_required(max_age=900)(fresh())).asked.max_age == 900
    assert mark_of(session_level_required("high_assurance")(fresh())).asked.level is Level.HIGH_ASSURANCE
    assert mark_of(resource_policy("reports")(fresh())).asked.resources == ("reports",)
    assert mark_of(open_to_all(fresh())).open
    assert mark_of(open_to_all(during_login=True)(fresh())).during_login


def test_marks_add_up() -> None:
    both = mark_of(high_assurance_required(resource_policy("reports")(fresh())))
    assert (both.asked.resources, both.asked.level) == (("reports",), Level.HIGH_ASSURANCE)


def test_mixins_mark_class_based_views() -> None:
    class Strict(HighAssuranceRequiredMixin, View):
        required_max_age = 60

    class Reports(ResourcePolicyMixin, View):
        policy_resource = "reports"

    class Open(OpenToAllMixin, View):
        pass

    assert mark_of(Strict.as_view()).asked.level is Level.HIGH_ASSURANCE
    assert mark_of(Strict.as_view()).asked.max_age == 60
    assert mark_of(Reports.as_view()).asked.resources == ("reports",)
    assert mark_of(Open.as_view()).open
    assert Open.as_view().login_required is False  # type: ignore[attr-defined]


def test_an_unknown_resource_fails_where_it_is_written() -> None:
    with pytest.raises(ImproperlyConfigured, match="reports"):
        resource_policy("report")
    with pytest.raises(ImproperlyConfigured):

        class Typo(ResourcePolicyMixin, View):
            policy_resource = "adminn"


def test_an_admin_view_has_the_resource_admin_and_its_own() -> None:
    view = fresh()
    view.model_admin = type("Admin", (), {"policy_resource": "reports"})()
    assert mark_of(view).asked.resources == ("admin", "reports")
    open_view = open_to_all(fresh())
    open_view.admin_site = object()
    assert not mark_of(open_view).open
