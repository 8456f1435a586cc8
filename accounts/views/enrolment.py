"""The page that sets up an authenticator app, for a login and for the security page alike."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sessions_policy.levels import Method

from .. import challenge, continuation, notifications, secrets_at_rest
from ..challenge import Purpose
from ..devices import authenticator_app, recovery_code
from ..devices.result import Result
from ..forms import EnrolForm
from ..models import AuthenticatorDevice, User
from ..models.histories import TriggeredBy
from .recovery_codes import codes_page


class Enrolling:
    """One enrolment.

    ``kept`` is the secret in encrypted form, which the caller keeps between requests: it stays the same after a wrong code
    and changes only when the person starts again.
    """

    def __init__(self, request: HttpRequest, user: User, kept: str) -> None:
        self.request = request
        self.user = user
        restart = request.method == "POST" and request.POST.get("action") == "restart"
        begun = secrets_at_rest.decrypt(kept) if kept and not restart else ""
        self.restarted = restart
        self.enrolment = authenticator_app.begin_enrol(user, begun)
        self.kept = kept if begun else secrets_at_rest.encrypt(self.enrolment.secret)
        self.page: dict[str, Any] = {}
        self.trigger: str = TriggeredBy.PERSON
        # Where the person goes on to in the end.
        self.next_path = ""

    def show(self, form: EnrolForm | None = None, status: int = 200) -> HttpResponse:
        """Show the key and the form."""
        enrolment = self.enrolment
        context = {
            "form": form or EnrolForm(),
            "qr_svg": enrolment.qr_svg,
            "secret_groups": enrolment.secret_groups,
            "uri": enrolment.uri,
            "account": enrolment.account,
            "issuer": enrolment.issuer,
            **self.page,
        }
        response = render(self.request, "accounts/enrol.html", context, status=status)
        return continuation.allow_form_action(response, self.next_path)

    def take(self) -> AuthenticatorDevice | HttpResponse:
        """Make the device when the code is right; else the page with its error."""
        if self.restarted:
            return self.show()
        form = EnrolForm(self.request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        made: list[AuthenticatorDevice] = []
        method = Method.AUTHENTICATOR_APP.value
        answer = challenge.counted(self.request, self.user, method, lambda: self._try(form, made), self._purpose())
        if made:
            notifications.method_added(self.request, self.user, made[0].name)
            return made[0]
        if answer.retry_after:
            return self._pause(form, answer.retry_after)
        form.add_error("code", answer.error)
        return self.show(form, status=403)

    def _try(self, form: EnrolForm, made: list[AuthenticatorDevice]) -> Result:
        code, name = form.cleaned_data["code"], form.cleaned_data["name"]
        device = authenticator_app.finish_enrol(self.user, self.enrolment.secret, code, name)
        if device is None:
            return Result(_("That code is not right. Wait for the next code and try again."))
        made.append(device)
        return Result(detail=device.persistent_id)

    def _purpose(self) -> Purpose:
        """Return what the history says: all tries with one key are one verification attempt."""
        attempt = hashlib.sha256(self.kept.encode()).hexdigest()[:16]
        return Purpose(attempt, self.trigger, "set up authenticator app", reference=self.page.get("reference", ""))

    def _pause(self, form: EnrolForm, seconds: int) -> HttpResponse:
        minutes = -(-seconds // 60)
        form.add_error("code", _("Too many tries. Try again in %(minutes)d minutes.") % {"minutes": minutes})
        response = self.show(form, status=429)
        response["Retry-After"] = str(seconds)
        return response


def show_codes(request: HttpRequest, user: User, form_action: str, next_path: str = "") -> HttpResponse:
    """Make the ten recovery codes and show them, this once."""
    codes = recovery_code.generate(user)
    notifications.recovery_codes_made(request, user)
    return continuation.allow_form_action(codes_page(request, user, codes, form_action), next_path)
