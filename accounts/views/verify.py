"""The challenge in a login."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from sessions_policy.decision import Decision
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof

from .. import histories, login, pending
from ..challenge import Purpose
from ..pending import PendingLogin
from ..stages import VerifyStage
from .challenge_page import Challenge

TEMPLATE = "accounts/verify.html"


@method_decorator([open_to_all, sensitive_post_parameters("code", "password")], name="dispatch")
class VerifyView(View):
    """Asks the owner of the pending login for a second factor."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the challenge."""
        found = self._challenge(request)
        return found if isinstance(found, HttpResponse) else found.show(TEMPLATE)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the code; go on with the login when it was right."""
        found, pending_login = self._challenge(request), pending.of(request)
        if isinstance(found, HttpResponse) or pending_login is None:
            return found if isinstance(found, HttpResponse) else HttpResponseRedirect(reverse("login"))
        answer = found.take(TEMPLATE)
        if not isinstance(answer, Proof):
            return answer
        pending_login.proofs += (answer,)
        return login.resume(request, pending_login)

    @staticmethod
    def _challenge(request: HttpRequest) -> Challenge | HttpResponse:
        pending_login = pending.of(request)
        if pending_login is None:
            return HttpResponseRedirect(reverse("login"))
        decision, _facts = login.decision_for(request, pending_login)
        if not VerifyStage().handles(decision):
            # The policy or the person's devices changed meanwhile, or this is a page from the back button.
            return login.resume(request, pending_login)
        return _challenge(request, pending_login, decision)


def show_at_once(request: HttpRequest, pending_login: PendingLogin, decision: Decision) -> HttpResponse:
    """Return the challenge page as the answer to the form before it; the page has its own address all the same."""
    address = reverse("login-verify")
    return _challenge(request, pending_login, decision, address).show(TEMPLATE, own_address=address)


def _challenge(request: HttpRequest, pending_login: PendingLogin, decision: Decision, address: str = "") -> Challenge:
    purpose = Purpose(
        attempt=pending_login.attempt,
        trigger=histories.triggered_by(decision),
        activity="login",
        message=decision.reason.value,
        reference=pending_login.reference,
        decision=decision,
    )
    return Challenge(request, pending_login.user, decision, purpose, pending_login.next, address)
