"""Ending one's own sessions, forgetting one's own browsers, and staying signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sessions_policy import ending
from sessions_policy.farewell import Why
from sessions_policy.models import UserSession
from sessions_policy.session_security import SessionSecurity

from ..models import RememberedBrowser, User


@require_POST
def end_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """End one session of the signed-in person, at once."""
    row = get_object_or_404(UserSession, user=request.user.pk, public_id=public_id)
    ending.end(UserSession.objects.filter(pk=row.pk), Why.OWNER)
    messages.success(request, _("The session was ended."))
    return HttpResponseRedirect(reverse("security"))


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of the signed-in person but this one."""
    user: User = request.user  # type: ignore[assignment]
    n = ending.end_others(user, keep=request.session.session_key)
    messages.success(request, ngettext("%(n)d other session was ended.", "%(n)d other sessions were ended.", n) % {"n": n})
    return HttpResponseRedirect(reverse("security"))


@require_POST
def forget_browser(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one remembered browser of the signed-in person: it is asked to activate again (R9.8)."""
    get_object_or_404(RememberedBrowser, pk=pk, user=request.user.pk).delete()
    messages.success(request, _("The browser was forgotten."))
    return HttpResponseRedirect(reverse("security"))


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Answer how many seconds the session has left; that the request came is what extends it."""
    return JsonResponse({"seconds_left": SessionSecurity.of(request).seconds_left()})
