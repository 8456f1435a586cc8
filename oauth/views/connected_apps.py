"""The page on which people see the apps that they approved, and take the approval back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from ..models import Approval
from ..models.tokens import end_tokens
from ..scopes import described


class ConnectedAppsView(View):
    """What the person approved, since when, for what; one button each ends it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list."""
        approvals = Approval.objects.filter(user=request.user).select_related("application")  # type: ignore[misc]
        rows = [{"approval": each, "groups": described(each.scope.split())} for each in approvals]
        return render(request, "oauth/connected_apps.html", {"rows": rows})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take one approval back, with every token that came of it. Somebody else's is not there to take."""
        user: Any = request.user
        chosen = request.POST.get("approval", "")
        number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18 else 0
        approval = get_object_or_404(Approval.objects.select_related("application"), pk=number, user=user)
        with transaction.atomic():
            end_tokens(user=user, application=approval.application)
            approval.delete()
        messages.success(request, _("%(app)s has no access any more.") % {"app": approval.application.name})
        return HttpResponseRedirect(reverse("security-connected-apps"))
