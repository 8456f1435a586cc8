"""The reports page and its files: resource ``reports``; the files are an export too."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from sessions_policy import csv_download
from sessions_policy.doors import resource_policy

from .. import report_charts, report_numbers
from .. import reports as built_in
from ..models import User
from ..report_filters import FilterForm, Filters


@resource_policy("reports")
def reports(request: HttpRequest) -> HttpResponse:
    """Show sign-ins and verifications with their numbers: one's own, or everybody's to those who may."""
    user, form, filters = _asked(request)
    rows = built_in.rows_for(user)
    numbers = report_numbers.count(rows, filters)
    page = Paginator(filters.of_history(rows.sign_ins), built_in.PAGE).get_page(request.GET.get("page"))
    checks = Paginator(filters.of_history(rows.verifications), built_in.PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "everybody": "user" in form.fields,
        "query": filters.query,
        "sign_ins": [built_in.sign_in_row(row) for row in page],
        "verifications": [built_in.verification_row(row) for row in checks],
        "counts": [(report_charts.status_name(status), n) for status, n in numbers.by_status.most_common()],
        "lock_outs": numbers.lock_outs,
        "charts": report_charts.of(numbers),
        "files": [(kind, name) for kind, name in built_in.FILES.items() if rows.people is not None or "people" not in kind],
        "page_obj": page if page.paginator.num_pages >= checks.paginator.num_pages else checks,
    }
    return render(request, "reports.html", context)


@resource_policy("reports", "export")
def report_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send one of the reports as a CSV file, under the filters of the page."""
    user, _form, filters = _asked(request)
    found = built_in.file_of(kind, user, filters)
    if found is None:
        raise Http404
    return csv_download.download(kind, found.head, found.rows)


def _asked(request: HttpRequest) -> tuple[User, FilterForm, Filters]:
    user: Any = request.user
    form = FilterForm(request.GET, everybody=built_in.sees_everybody(user))
    return user, form, Filters.of(form)
