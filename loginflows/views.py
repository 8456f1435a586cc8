"""The page of a login flow: shows the screen that waits, takes its answer, and ends as the flow says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import select_template
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.views.decorators.debug import sensitive_post_parameters

from accounts import continuation, histories, login, pause, pending, secrets_at_rest
from accounts.devices import METHODS, authenticator_app
from accounts.models.histories import LoginStatus
from accounts.views.enrol import PendingView
from sessions_policy import texts as policy_texts
from sessions_policy.decision import Decision, Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.levels import Channel

from . import runs, texts
from .address_rules import is_allowed_location
from .definition import Flow
from .elements.enrol import SECRET
from .elements.kind import Ending
from .engine import End, Refusal, Screen, Submission, Turn
from .forms import screen_form, submission

logger = logging.getLogger(__name__)

REFUSED = {Refusal.STALE: HTTPStatus.CONFLICT, Refusal.UNREADABLE: HTTPStatus.BAD_REQUEST}
PROBLEMS = {"wrong": HTTPStatus.FORBIDDEN, "paused": HTTPStatus.TOO_MANY_REQUESTS}


# Open to all, because nobody is signed in yet: without a pending login it leads to the login page.
@method_decorator([open_to_all, sensitive_post_parameters()], name="dispatch")
class FlowView(PendingView):
    """The flow of the pending login. Nobody passes it but by finishing it: the decision asks for it until then (R8.3)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the screen that waits."""
        return self._take(request, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the answer, and lead to the next screen, so that a reload sends nothing again."""
        return self._take(request, submission(request.POST))

    def _take(self, request: HttpRequest, sent: Submission | None) -> HttpResponse:
        decision, _facts = login.decision_for(request, self.login)
        if decision.outcome is not Outcome.RUN_FLOW:
            # Another stage's turn, or the flow was lifted meanwhile.
            return login.resume(request, self.login)
        before = self.login.data.get(runs.KEY)
        try:
            turn, flow = runs.take(request, self.login, sent)
            if isinstance(turn.next, Screen):
                if self.login.data.get(runs.KEY) is not before:
                    pending.save(request, self.login)
                return self._screen(request, decision, turn, turn.next, flow, sent)
        except runs.RunBusy:
            return self._busy(request)
        except Exception:
            # Whatever an element does wrong, nobody gets in by it.
            logger.exception("Login flow failed, reference %s", self.login.reference)
            runs.fail(self.login)
            return self._log_out(request, decision, texts.BROKEN)
        return self._end(request, decision, turn.next)

    def _end(self, request: HttpRequest, decision: Decision, end: Any) -> HttpResponse:
        """Go on with the login, or end it, as the flow says (R8.8, R8.9)."""
        if not isinstance(end, End) or end.ending is not Ending.FINISH:
            return self._log_out(request, decision, getattr(end, "text", "") or texts.ending(getattr(end, "reason", "")))
        self.login.flow_finished = True
        if end.location.startswith("/"):
            self.login.next = end.location
        answer = login.resume(request, self.login)
        # SECURITY: asked again here, because the installation may have taken an address back since the flow was activated.
        leads_out = bool(_allowed(end.location)) and request.user.is_authenticated
        return HttpResponseRedirect(end.location) if leads_out else answer

    def _screen(
        self, request: HttpRequest, decision: Decision, turn: Turn, screen: Screen, flow: Flow, sent: Submission | None
    ) -> HttpResponse:
        # What is shown this once has no address of its own; everything else is led to.
        if sent is not None and turn.refusal is None and not turn.problems and "codes" not in screen.shown:
            return HttpResponseRedirect(request.path)
        kind = screen.element.kind
        context = {
            "element": screen.element,
            "part": select_template([f"loginflows/screens/{kind}.html", "loginflows/screens/plain.html"]).template.name,
            "form": screen_form(turn, screen, sent),
            "notice": texts.REFUSALS[turn.refusal] if turn.refusal else "",
            "buttons": [(each, texts.input_label(each)) for each in screen.inputs if each.is_button],
            "has_form": not screen.inputs or any(not each.is_button for each in screen.inputs),
            "run": turn.state.run,
            "step": screen.step,
            "steps": screen.steps,
            "why": policy_texts.for_person(decision),
            "code": decision.reason.value,
            "reference": self.login.reference,
            "username": self.login.user.get_username(),
            **screen.shown,
            **self._extra(screen.shown),
        }
        return self._rendered(request, context, turn, flow)

    def _extra(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if shown.get(SECRET):
            extra["enrolment"] = authenticator_app.begin_enrol(self.login.user, secrets_at_rest.decrypt(str(shown[SECRET])))
        if shown.get("method") in METHODS:
            extra["device"] = METHODS[str(shown["method"])].begin_verify(self.login.user)
        if shown.get("retry_after"):
            extra["locked"] = pause.until(int(shown["retry_after"]))
        return extra

    def _rendered(self, request: HttpRequest, context: dict[str, Any], turn: Turn, flow: Flow) -> HttpResponse:
        status = REFUSED[turn.refusal] if turn.refusal else HTTPStatus.OK
        if turn.problems:
            status = max(PROBLEMS.get(code, HTTPStatus.BAD_REQUEST) for code in turn.problems.values())
        response = render(request, "loginflows/screen.html", context, status=status)
        pause.announce(response, context.get("locked"))
        continuation.allow_form_action(response, self.login.next)
        return _allow_locations(response, flow)

    def _busy(self, request: HttpRequest) -> HttpResponse:
        """Answer when another request moves this run: nothing was done here, and nothing is lost."""
        context = {"why": texts.BUSY, "username": self.login.user.get_username()}
        response = render(request, "loginflows/busy.html", context, status=HTTPStatus.CONFLICT)
        response["Retry-After"] = "2"
        return response

    def _log_out(self, request: HttpRequest, decision: Decision, why: str | Promise) -> HttpResponse:
        """End the login without a session, and say why. The attempt stays in the login history."""
        histories.record_login(
            user=self.login.user,
            request=request,
            channel=Channel.BROWSER.value,
            method=", ".join(proof.method for proof in self.login.proofs),
            status=LoginStatus.REFUSED,
            reference=self.login.reference,
            decision=decision,
        )
        pending.abandon(request)
        context = {"why": why, "reference": self.login.reference}
        return render(request, "loginflows/ended.html", context, status=HTTPStatus.FORBIDDEN)


def _allowed(location: str) -> list[str]:
    """Return ``location`` if it is the address of another site that flows may lead to."""
    allowed = is_allowed_location(location, tuple(settings.LOGIN_FLOW_LOCATIONS))
    return [location] if location and not location.startswith("/") and allowed else []


def _allow_locations(response: HttpResponse, flow: Flow) -> HttpResponse:
    """Let the screen's forms end where the flow's own *finish at* leads: a browser holds redirects to the page's policy."""
    wanted = [element.text("location") for element in flow.all() if element.kind == "finish_at"]
    parts = [urlsplit(each) for location in wanted for each in _allowed(location)]
    origins = {f"{each.scheme}://{each.netloc}" for each in parts}
    if origins:
        policy = getattr(response, "_csp_update", None) or {"form-action": [SELF]}
        response._csp_update = {**policy, "form-action": [*policy["form-action"], *sorted(origins)]}  # type: ignore[attr-defined]
    return response
