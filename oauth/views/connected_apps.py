"""The page on which people see the apps that hold something of theirs, and end it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from .. import approvals, connections


class ConnectedAppsView(View):
    """What each app may do, since when, when it was last used, at which level; one button each ends it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list."""
        return render(request, "oauth/connected_apps.html", {"connections": connections.of(request.user)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """End one connection: its approval, and every token. Somebody else's is not there to end."""
        user: Any = request.user
        chosen = request.POST.get("connection", "")
        found = next((each for each in connections.of(user) if each.key == chosen), None)
        if found is None:
            raise Http404
        approvals.remove(request, found.app)
        name = found.app.name if found.app is not None else _("Programs with your password")
        messages.success(request, _("%(app)s has no access any more.") % {"app": name})
        return HttpResponseRedirect(reverse("security-connected-apps"))
