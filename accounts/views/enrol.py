"""Setting up an authenticator app in the middle of a login, and keeping the recovery codes that follow."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from sessions_policy import texts
from sessions_policy.decision import Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof
from sessions_policy.levels import Method

from .. import continuation, histories, login, pending
from ..pending import PendingLogin
from .enrolment import Enrolling, show_codes
from .recovery_codes import codes_page, saved

STAGE = "enrol"


class PendingView(View):
    """A page that belongs to a pending login; without one it leads to the login page."""

    login: PendingLogin

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the pending login first."""
        login = pending.of(request)
        if login is None:
            return HttpResponseRedirect(reverse("login"))
        self.login = login
        return super().dispatch(request, *args, **kwargs)


@method_decorator([open_to_all, sensitive_post_parameters()], name="dispatch")
class EnrolView(PendingView):
    """The first authenticator app of somebody whose login needs one. Closed to everybody who has a method."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the key."""
        found = self._enrolling(request)
        return found if isinstance(found, HttpResponse) else found.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the code of the new app. It is this login's verification as well, and it alone (ruling on enrolment)."""
        found = self._enrolling(request)
        if isinstance(found, HttpResponse):
            return found
        if request.POST.get("action") == "later" and self.grace is not None:
            self.login.data["enrolment_postponed"] = True
            return login.resume(request, self.login)
        device = found.take()
        if isinstance(device, HttpResponse):
            return device
        proof = Proof(Method.AUTHENTICATOR_APP.value, time.time(), self.login.user_id, device.persistent_id)
        self.login.proofs += (proof,)
        self.login.data = {**self.login.data, STAGE: None, "recovery_codes": "due"}
        self.login.stage_url = reverse("login-recovery-codes")
        pending.save(request, self.login)
        return show_codes(request, self.login.user, reverse("login-recovery-codes"), self.login.next)

    def _enrolling(self, request: HttpRequest) -> Enrolling | HttpResponse:
        decision, _facts = login.decision_for(request, self.login)
        if decision.outcome is not Outcome.ENROL:
            return login.resume(request, self.login)
        self.grace = login.grace_for(self.login)
        found = Enrolling(request, self.login.user, self.login.data.get(STAGE) or "")
        found.next_path, found.trigger = self.login.next, histories.triggered_by(decision)
        found.page |= {
            "why": texts.for_person(decision),
            "what_now": texts.what_now(decision),
            "code": decision.reason.value,
            "reference": self.login.reference,
            "step": _("Step 2 of 3"),
            "cancel_url": "",
            "grace": self.grace,
        }
        if self.login.data.get(STAGE) != found.kept:
            self.login.data[STAGE] = found.kept
            pending.save(request, self.login)
        return found


@method_decorator([open_to_all, sensitive_post_parameters()], name="dispatch")
class LoginRecoveryCodesView(PendingView):
    """The recovery codes of somebody who has just set up their first method."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Offer to make the codes: what was shown before cannot be shown again."""
        if self.login.data.get("recovery_codes") != "due":
            return login.resume(request, self.login)
        return continuation.allow_form_action(codes_page(request, self.login.user, None, request.path), self.login.next)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make codes, or go on once they were saved."""
        if self.login.data.get("recovery_codes") != "due":
            return login.resume(request, self.login)
        answer = saved(request, self.login.user, request.path)
        if answer is not None:
            return continuation.allow_form_action(answer, self.login.next)
        self.login.data["recovery_codes"] = "saved"
        return login.resume(request, self.login)
