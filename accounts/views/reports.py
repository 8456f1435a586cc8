"""The reports page: resource ``reports``."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_policy.doors import resource_policy

from .. import reports as built_in
from ..models import User


@resource_policy("reports")
def reports(request: HttpRequest) -> HttpResponse:
    """Show sign-ins and verifications: one's own, or everybody's to those who may."""
    user: User = request.user  # type: ignore[assignment]
    sign_ins = built_in.sign_ins(user)
    page = Paginator(sign_ins, built_in.PAGE).get_page(request.GET.get("page"))
    checks = Paginator(built_in.verifications(user), built_in.PAGE).get_page(request.GET.get("page"))
    context = {
        "sign_ins": [built_in.sign_in_row(row) for row in page],
        "verifications": [built_in.verification_row(row) for row in checks],
        "counts": built_in.counts(sign_ins),
        "page_obj": page if page.paginator.num_pages >= checks.paginator.num_pages else checks,
    }
    return render(request, "reports.html", context)
