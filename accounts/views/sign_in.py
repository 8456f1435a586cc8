"""Signing in with a password, and signing out."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import View

from sessions_policy import farewell, page_names
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof
from sessions_policy.farewell import Farewell, Why
from sessions_policy.levels import Channel, Method

from .. import continuation, histories, login, pause, pending, return_path, throttle
from ..forms import LoginForm
from ..models import User
from ..models.histories import LoginStatus
from ..stages import VerifyStage
from . import verify

FORGOT_AFTER = 3
# Why somebody has to sign in again.
NOTICES = {
    Why.AGE: _lazy("You were signed out because your session reached its longest age."),
    Why.ADMINISTRATOR: _lazy("You were signed out: an administrator ended your session."),
    Why.PASSWORD: _lazy("You were signed out because your password was changed."),
    Why.METHODS: _lazy("You were signed out because your sign-in methods were changed."),
    Why.OWNER: _lazy("You were signed out from another session of yours."),
    Why.LIMIT: _lazy("You were signed out: you signed in elsewhere, and your organisation limits how many sessions you have."),
    Why.LOGIN: _lazy("That page expired. Enter your password again."),
}


def notice_of(found: Farewell | None, next_path: str) -> str:
    """Return why somebody has to sign in again, and where that leads; "" for who comes by themselves."""
    if found is None:
        return ""
    if found.why is Why.IDLE:
        words = ngettext(
            "You were signed out after %(n)d minute without activity.",
            "You were signed out after %(n)d minutes without activity.",
            found.minutes,
        )
        said = words % {"n": found.minutes}
    else:
        said = str(NOTICES[found.why])
    page = page_names.name_of(next_path) if next_path else ""
    return said + " " + _("We will take you back to %(page)s.") % {"page": page} if page else said


@method_decorator([open_to_all(during_login=True), sensitive_post_parameters("password")], name="dispatch")
class LoginView(View):
    """The login page. Showing it reads and writes nothing in the database for a visitor without a session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form; or where the visitor already is: in the middle of a login, or signed in."""
        kept = pending.of(request)
        if kept is not None:
            return HttpResponseRedirect(kept.stage_url)
        next_path = request.GET.get("next", "")
        if request.user.is_authenticated:
            return render(request, "accounts/signed_in.html", {"next": return_path.safe(request, next_path)})
        found = farewell.read(request) or farewell.of_ended(request)
        name = (found.username if found else "") or request.GET.get("login_hint", "")
        form = LoginForm(initial={"username": name[:150]})
        return self._page(request, form, next_path, notice=notice_of(found, return_path.safe(request, next_path)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the name and the password. Unknown names cost the same time and tries as known ones."""
        form, next_path = LoginForm(request.POST), request.POST.get("next", "")
        if not form.is_valid():
            return self._page(request, form, next_path, status=400)
        username = form.cleaned_data["username"]
        ticket = throttle.take(throttle.PASSWORDS, throttle.name_subject(username))
        if not ticket.allowed:
            self._write(request, username, LoginStatus.TOO_MANY_ATTEMPTS)
            return self._locked(request, form, next_path, ticket.retry_after)
        user = authenticate(request, username=username, password=form.cleaned_data["password"])
        if not isinstance(user, User):
            self._write(request, username, LoginStatus.INVALID_PASSWORD)
            if ticket.was_the_last:
                return self._locked(request, form, next_path, throttle.PASSWORDS.pause)
            form.add_error(None, _("Your username or password is not correct."))
            tried = throttle.PASSWORDS.tries - ticket.left
            return self._page(request, form, next_path, status=403, forgot=tried >= FORGOT_AFTER)
        throttle.give_back(ticket)
        proof = Proof(Method.PASSWORD.value, time.time(), str(user.pk))
        response = login.begin(request, user, proof, next_path, pages={VerifyStage.name: verify.show_at_once})
        farewell.forget(response)
        return response

    def _locked(self, request: HttpRequest, form: LoginForm, next_path: str, seconds: int) -> HttpResponse:
        locked = pause.until(seconds)
        response = self._page(request, form, next_path, status=429, locked=locked)
        pause.announce(response, locked)
        return response

    @staticmethod
    def _page(request: HttpRequest, form: LoginForm, next_path: str, *, status: int = 200, **context: Any) -> HttpResponse:
        context = {"form": form, "next": next_path, **context}
        response = render(request, "accounts/login.html", context, status=status)
        return continuation.allow_form_action(response, next_path)

    @staticmethod
    def _write(request: HttpRequest, username: str, status: str) -> None:
        user = User.objects.filter(username=username).first()
        histories.record_login(
            user=user, request=request, channel=Channel.BROWSER.value, method=Method.PASSWORD.value, status=status
        )


@open_to_all(during_login=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, or the half-finished login, and go home."""
    pending.abandon(request)
    return HttpResponseRedirect(return_path.safe(request, "/"))
