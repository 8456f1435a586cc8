"""Device activation in a login: a code by e-mail."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from sessions_policy import texts
from sessions_policy.decision import Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof
from sessions_policy.levels import Method

from .. import challenge, continuation, login, notifications, pause, pending, remembered_browsers, throttle
from ..challenge import Purpose
from ..devices import activation
from ..forms import ActivationForm
from ..models.histories import TriggeredBy
from .enrol import PendingView

STAGE = "activation"
TEMPLATE = "accounts/activate.html"


@method_decorator([open_to_all, sensitive_post_parameters("code")], name="dispatch")
class ActivateView(PendingView):
    """Sends a code to the owner of the pending login and takes it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the first code, and show the form."""
        if not self._is_asked(request):
            return login.resume(request, self.login)
        note = "" if self._kept() else self._send(request)
        return self._page(request, ActivationForm(), note=note)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send another code, or take one."""
        if not self._is_asked(request):
            return login.resume(request, self.login)
        if request.POST.get("action") == "send":
            return self._page(request, ActivationForm(), note=self._send(request))
        form = ActivationForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        answer = challenge.counted(
            request,
            self.login.user,
            Method.ACTIVATION.value,
            lambda: activation.finish_verify(self._kept(), form.cleaned_data["code"]),
            Purpose(
                self.login.attempt,
                TriggeredBy.DEVICE_ACTIVATION,
                "login",
                reference=self.login.reference,
                decision=self.decision,
            ),
        )
        if answer.proof is None:
            return self._refused(request, form, answer)
        return self._activated(request, answer.proof, remember=form.cleaned_data["remember"])

    def _activated(self, request: HttpRequest, proof: Proof, *, remember: bool) -> HttpResponse:
        self.login.proofs += (proof,)
        self.login.data.pop(STAGE, None)
        response = login.resume(request, self.login)
        if remember:
            remembered_browsers.remember(request, response, self.login.user)
        return response

    def _refused(self, request: HttpRequest, form: ActivationForm, answer: challenge.Answer) -> HttpResponse:
        if answer.retry_after:
            return self._page(request, ActivationForm(), status=429, locked=pause.until(answer.retry_after))
        form.add_error("code", answer.error)
        return self._page(request, form, status=403)

    def _is_asked(self, request: HttpRequest) -> bool:
        self.decision, _facts = login.decision_for(request, self.login)
        return self.decision.outcome is Outcome.VERIFY and Method.ACTIVATION in self.decision.methods

    def _kept(self) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = self.login.data.get(STAGE) or []
        return activation.alive(kept)

    def _send(self, request: HttpRequest) -> str:
        """Send a code if that may be done now, and return what to tell the person."""
        user, wait = self.login.user, activation.wait_before_next(self._kept())
        if wait:
            return _("A code is on its way. You can ask for another one in %(seconds)d seconds.") % {"seconds": wait}
        if not user.email:
            return _("There is no e-mail address for your account. Ask your administrator.")
        ticket = throttle.take(throttle.MAILED_CODES, user.pk)
        if not ticket.allowed:
            minutes = -(-ticket.retry_after // 60)
            return _("Too many codes were sent. You can ask for another one in %(minutes)d minutes.") % {"minutes": minutes}
        code, self.login.data[STAGE] = activation.new_code(self._kept())
        pending.save(request, self.login)
        notifications.activation_code(request, user, code)
        until = time.strftime("%H:%M UTC", time.gmtime(time.time() + activation.VALID_FOR))
        address = activation.masked_address(user)
        return _("We sent a code to %(address)s. It works until %(until)s.") % {"address": address, "until": until}

    def _page(
        self,
        request: HttpRequest,
        form: ActivationForm,
        *,
        note: str = "",
        status: int = 200,
        locked: pause.Pause | None = None,
    ) -> HttpResponse:
        context = {
            "form": form,
            "note": note,
            "locked": locked,
            "address": activation.masked_address(self.login.user),
            "why": texts.for_person(self.decision),
            "what_now": texts.what_now(self.decision),
            "code": self.decision.reason.value,
            "reference": self.login.reference,
            "username": self.login.user.get_username(),
        }
        response = render(request, TEMPLATE, context, status=status)
        pause.announce(response, locked)
        return continuation.allow_form_action(response, self.login.next)
