"""The page of a login flow: shows the screen that waits, takes its answer, and ends as the flow says."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.functional import Promise

from accounts import continuation, histories, login, pending
from accounts.models.histories import LoginStatus
from accounts.views.enrol import PendingView
from sessions_policy import texts as policy_texts
from sessions_policy.decision import Decision, Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.levels import Channel

from . import runs, texts
from .elements.kind import Ending
from .engine import Refusal, Screen, Submission, Turn
from .forms import screen_form, submission

logger = logging.getLogger(__name__)

STATUS = {None: HTTPStatus.OK, Refusal.STALE: HTTPStatus.CONFLICT, Refusal.UNREADABLE: HTTPStatus.BAD_REQUEST}


# Open to all, because nobody is signed in yet: without a pending login it leads to the login page.
@method_decorator(open_to_all, name="dispatch")
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
        try:
            turn = runs.take(request, self.login, sent)
            answer = self._answer(request, decision, turn, sent)
        except Exception:
            # Whatever an element does wrong, nobody gets in by it.
            logger.exception("Login flow failed, reference %s", self.login.reference)
            return self._end(request, decision, texts.BROKEN)
        return answer or login.resume(request, self.login)

    def _answer(self, request: HttpRequest, decision: Decision, turn: Turn, sent: Submission | None) -> HttpResponse | None:
        """Return the page, or None when the flow finished and the login goes on."""
        if isinstance(turn.next, Screen):
            pending.save(request, self.login)
            if sent is not None and turn.refusal is None and not turn.problems:
                return HttpResponseRedirect(request.path)
            return self._show(request, decision, turn, turn.next)
        if turn.next.ending is Ending.FINISH:
            self.login.flow_finished = True
            return None
        return self._end(request, decision, turn.next.text or texts.ENDINGS[turn.next.reason])

    def _show(self, request: HttpRequest, decision: Decision, turn: Turn, screen: Screen) -> HttpResponse:
        context = {
            "element": screen.element,
            "form": screen_form(turn, screen),
            "notice": texts.REFUSALS[turn.refusal] if turn.refusal else "",
            "buttons": [(each, texts.LABELS[each.name]) for each in screen.inputs if each.is_button],
            "run": turn.state.run,
            "step": screen.step,
            "steps": screen.steps,
            "why": policy_texts.for_person(decision),
            "code": decision.reason.value,
            "reference": self.login.reference,
            "username": self.login.user.get_username(),
        }
        status = HTTPStatus.BAD_REQUEST if turn.problems else STATUS[turn.refusal]
        response = render(request, "loginflows/screen.html", context, status=status)
        return continuation.allow_form_action(response, self.login.next)

    def _end(self, request: HttpRequest, decision: Decision, why: str | Promise) -> HttpResponse:
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
