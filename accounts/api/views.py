"""``/api/v1/``: session, me, reports. Cookie or bearer token; the default permission is the gate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy import gate, policy_book
from sessions_policy.api_schema import PAGES, documented
from sessions_policy.decision import required_level
from sessions_policy.facts import level_of, level_of_proof, own_proofs
from sessions_policy.levels import Level

from .. import report_numbers, reports
from ..models import User
from ..report_filters import FilterForm, Filters
from . import shapes

EXAMPLE_SESSION = {
    "user": "standard",
    "level": "standard",
    "level_required": "none",
    "proofs": [{"method": "password", "at": "2026-03-02T09:15:00+00:00", "level": "standard"}],
    "auth_time": 1772442900,
    "channel": "token",
    "grant": "authorization_code",
}


class SessionView(APIView):
    """Who calls, at which level, and how that came about."""

    # A token may ask about itself, whatever else it was approved for.
    required_scopes = ("openid", "profile", "api", "web", "full")

    @documented(shapes.CallerSessionShape, example=EXAMPLE_SESSION)
    def get(self, request: Request) -> Response:
        """Return the caller's session: level, what the profile requires, proofs, channel and grant."""
        facts, columns = gate.request_facts(request), policy_book.current().columns
        proofs, cap = own_proofs(facts.person, facts.proofs), facts.level_cap or max(Level)
        body: dict[str, Any] = {
            "user": request.user.get_username(),
            "level": level_of(columns, proofs, facts.level_cap).slug,
            "level_required": required_level(gate.request_policy(request), facts).slug,
            "proofs": [
                {"method": p.method, "at": _iso(p.at), "level": min(level_of_proof(columns, p), cap).slug} for p in proofs
            ],
            "auth_time": int(max((p.at for p in proofs), default=0)) or None,
            "channel": facts.channel.value,
            "grant": facts.grant or None,
        }
        return Response(body)


class MeView(APIView):
    """The caller."""

    required_scopes = ("openid", "profile", "api", "web", "full")

    @documented(shapes.PersonShape)
    def get(self, request: Request) -> Response:
        """Return name, address and profile of the caller."""
        user: User = request.user  # type: ignore[assignment]
        return Response(
            {
                "id": str(user.pk),
                "username": user.get_username(),
                "email": user.email,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "profile": user.profile.name,
            }
        )


class ReportsView(APIView):
    """The built-in reports: resource ``reports``, the step-up case for API clients."""

    policy_resource = "reports"

    @documented(shapes.ReportsShape, parameters=(*shapes.FILTERS, *PAGES))
    def get(self, request: Request) -> Response:
        """Return sign-ins and verifications, newest first; ``limit`` and ``offset`` page through both.

        ``numbers`` are those of the page, under the same filters: ``days`` (1, 7, 30, 90), ``profile``, ``method``,
        ``outcome``, ``user``. Without any the rows are of all times, and the numbers of thirty days.
        """
        user: User = request.user  # type: ignore[assignment]
        pages = LimitOffsetPagination()
        pages.default_limit, pages.max_limit = reports.PAGE, 200
        form = FilterForm(request.query_params, everybody=reports.sees_everybody(user))
        filters = Filters.of(form)
        if form.errors:
            raise ValidationError(form.errors.get_json_data())
        rows = reports.rows_for(user)
        sign_ins, verifications = rows.sign_ins, rows.verifications
        if filters.query or "days" in request.query_params:
            sign_ins, verifications = filters.of_history(sign_ins), filters.of_history(verifications)
        return Response(
            {
                "days": filters.days,
                "numbers": report_numbers.count(rows, filters).as_json(),
                "counts": reports.counts(sign_ins),
                "sign_ins": [reports.sign_in_row(r) for r in pages.paginate_queryset(sign_ins, request) or ()],
                "verifications": [reports.verification_row(r) for r in pages.paginate_queryset(verifications, request) or ()],
            }
        )


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="seconds")
