"""Changing one's sign-in methods: add and remove an authenticator app, make recovery codes, change the password.

R1.14 and the ruling on enrolment: whoever has a method proves one again before changing any, at most twenty minutes ago.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from sessions_policy import ending, gate, policy_book, proofs, step_up
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof
from sessions_policy.farewell import Why
from sessions_policy.gate import Asked
from sessions_policy.levels import ENROLLED_METHODS, Level, Method

from .. import notifications, pause, return_path, throttle, tokens
from ..devices import authenticator_app
from ..models import User
from .enrolment import Enrolling, show_codes
from .recovery_codes import codes_page, saved

FRESH = 20 * 60
SECRET_KEY = "enrolment"  # noqa: S105 - the name of a session value


def fresh_proof(user: User | AnonymousUser) -> Asked:
    """Return what a change of methods asks: the strongest that the person has, given within the last twenty minutes."""
    if not isinstance(user, User):
        return Asked()
    if not user.usable_methods() & ENROLLED_METHODS:
        # The first method: what the profile asks is what the enrolment is for, so a fresh first factor is all there can be.
        return Asked(level=Level.STANDARD, max_age=FRESH, enrolment=True)
    return Asked(level=policy_book.current().columns[Method.AUTHENTICATOR_APP], max_age=FRESH)


class MethodsView(View):
    """A page that changes methods: closed without a fresh proof."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask the gate first; it raises, and the middleware answers."""
        gate.enforce(request, fresh_proof(request.user))
        self.user = request.user  # type: ignore[assignment]
        return super().dispatch(request, *args, **kwargs)


# Open to all, because somebody whose profile needs High Assurance and who has no method comes here to get one. What it asks
# is a fresh proof: of the method, if there is one.
@method_decorator([open_to_all, sensitive_post_parameters()], name="dispatch")
class AddAuthenticatorView(MethodsView):
    """Adds an authenticator app to a running session's person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the key."""
        return self._enrolling(request).show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the code of the new app, raise this session, end the person's weaker ones, and show recovery codes."""
        user, device = self.user, self._enrolling(request).take()
        if isinstance(device, HttpResponse):
            return device
        del request.session[SECRET_KEY]
        proofs.record(request, Proof(Method.AUTHENTICATOR_APP.value, time.time(), str(user.pk), device.persistent_id))
        level = policy_book.current().columns[Method.AUTHENTICATOR_APP]
        ending.end_below(user, level, keep=request.session.session_key)
        next_url = reverse("security-recovery-codes") + "?" + request.GET.urlencode()
        if user.recovery_codes.filter(used_at=None).exists():
            return HttpResponseRedirect(_after(request))
        return show_codes(request, user, next_url, _after(request))

    def _enrolling(self, request: HttpRequest) -> Enrolling:
        found = Enrolling(request, self.user, request.session.get(SECRET_KEY, ""))
        if request.session.get(SECRET_KEY) != found.kept:
            request.session[SECRET_KEY] = found.kept
        found.page = {"step": "", "cancel_url": reverse("security")}
        found.next_path = _after(request)
        return found


class RemoveDeviceView(MethodsView):
    """Removes an authenticator app."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whether that is meant."""
        device = get_object_or_404(self.user.authenticators, pk=pk)
        return render(request, "accounts/remove_device.html", {"device": device})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove the device, what it proved here, and the person's other sessions, in which it may have been used."""
        device = get_object_or_404(self.user.authenticators, pk=pk)
        authenticator_app.remove(device)
        ending.end_others(self.user, keep=request.session.session_key, why=Why.METHODS)
        proofs.forget(request, methods=[Method.AUTHENTICATOR_APP.value])
        notifications.method_removed(request, self.user, device.name)
        messages.success(request, _("The authenticator app was removed, and your other sessions were ended."))
        return HttpResponseRedirect(reverse("security"))


@method_decorator(sensitive_post_parameters(), name="dispatch")
class RecoveryCodesView(MethodsView):
    """Makes new recovery codes in place of the older ones. They stand in for a method, so there has to be one first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Lead whoever has no method to set one up."""
        user = request.user
        if isinstance(user, User) and not user.usable_methods() & ENROLLED_METHODS:
            return HttpResponseRedirect(reverse("security-add-authenticator"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Offer to make them."""
        return codes_page(request, self.user, None, request.get_full_path())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make them, or go on once they were saved."""
        return saved(request, self.user, request.get_full_path()) or HttpResponseRedirect(_after(request))


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePasswordView(MethodsView):
    """Changes the password; every other session of the person ends, and so does a half-finished login."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return render(request, "accounts/change_password.html", {"form": PasswordChangeForm(self.user)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change it."""
        form = PasswordChangeForm(self.user, request.POST)
        ticket = throttle.take(throttle.PASSWORDS, throttle.name_subject(self.user.get_username()))
        if not ticket.allowed:
            return self._paused(request, ticket.retry_after)
        valid = form.is_valid()
        # SECURITY: a stolen session must not guess the password here without end. What else is wrong costs no try.
        if "old_password" not in form.errors:
            throttle.give_back(ticket)
        if not valid:
            return render(request, "accounts/change_password.html", {"form": form}, status=400)
        form.save()
        # Other sessions no longer fit the new auth hash; this one is given it, and a new key.
        update_session_auth_hash(request, form.user)
        ending.end_others(self.user, keep=request.session.session_key, why=Why.PASSWORD)
        tokens.end(self.user)
        notifications.password_changed(request, self.user)
        messages.success(request, _("Your password was changed, your other sessions and the access of your apps were ended."))
        return HttpResponseRedirect(reverse("security"))

    def _paused(self, request: HttpRequest, seconds: int) -> HttpResponse:
        form = PasswordChangeForm(self.user)
        locked = pause.until(seconds)
        response = render(request, "accounts/change_password.html", {"form": form, "locked": locked}, status=429)
        pause.announce(response, locked)
        return response


def _after(request: HttpRequest) -> str:
    """Return where to go after a change: what a step-up was on its way to, else the security page."""
    value = request.GET.get("next", "")
    return return_path.safe(request, step_up.read(request, value).path) if value else reverse("security")
