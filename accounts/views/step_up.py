"""Stepping up: a running session proves more, and goes on to what it was kept from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from sessions_policy import gate, page_names, proofs, responses, step_up, texts
from sessions_policy.decision import Decision, Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.facts import Proof
from sessions_policy.gate import AccessRefused
from sessions_policy.levels import Level
from sessions_policy.step_up import Target

from .. import continuation, histories, return_path
from ..challenge import Purpose
from ..models import User
from .challenge_page import Challenge

TEMPLATE = "accounts/step_up.html"


# Open to all, because the session may be below its own profile's level: that is what this page is for. Anonymous visitors are
# sent to the login page by the decision itself.
@method_decorator([open_to_all, sensitive_post_parameters("code", "password")], name="dispatch")
class StepUpView(View):
    """Says why more is asked, takes a proof, raises the session, and goes on. It raises in its POST only (R4.3)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show why, and the challenge."""
        return self._answer(request, request.GET.get("next", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the proof."""
        return self._answer(request, request.POST.get("next", "") or request.GET.get("next", ""))

    def _answer(self, request: HttpRequest, next_value: str) -> HttpResponse:
        target = step_up.read(request, next_value)
        try:
            gate.enforce(request, target.asked, reference=target.reference)
        except AccessRefused as refused:
            return self._refused(request, refused, replace(target, reference=refused.reference))
        return HttpResponseRedirect(return_path.safe(request, target.path))

    def _refused(self, request: HttpRequest, refused: AccessRefused, target: Target) -> HttpResponse:
        decision = refused.decision
        if decision.outcome is Outcome.LOG_IN:
            return responses.answer(request, refused)
        if decision.outcome is Outcome.ENROL:
            return self._enrol_first(request, refused, target)
        if decision.outcome is not Outcome.VERIFY:
            return responses.refusal_page(request, refused)
        user: User = request.user  # type: ignore[assignment]
        purpose = Purpose(
            # All tries of one prompt are one verification attempt.
            attempt=refused.reference,
            trigger=histories.triggered_by(decision),
            activity=_activity(decision),
            message=decision.reason.value,
            reference=refused.reference,
            decision=decision,
        )
        page = Challenge(request, user, decision, purpose, target.signed())
        context = {**_around(decision, target), "return_to": target.path}
        if request.method != "POST":
            return page.show(TEMPLATE, **context)
        answer = page.take(TEMPLATE, **context)
        if not isinstance(answer, Proof):
            return answer
        proofs.record(request, answer)
        return HttpResponseRedirect(return_path.safe(request, target.path))

    def _enrol_first(self, request: HttpRequest, refused: AccessRefused, target: Target) -> HttpResponse:
        context = {
            **_around(refused.decision, target),
            "enrol_url": reverse("security-add-authenticator") + "?" + urlencode({"next": target.signed()}),
            "why": texts.for_person(refused.decision, page_names.name_of(target.path)),
            "what_now": texts.what_now(refused.decision),
            "code": refused.decision.reason.value,
            "reference": refused.reference,
            "username": request.user.get_username(),
        }
        return continuation.allow_form_action(render(request, TEMPLATE, context), target.path)


def _around(decision: Decision, target: Target) -> dict[str, Any]:
    """Return what the page says around the challenge: what opens, the level now and after, for how long."""
    requirement, page = decision.requirement, page_names.name_of(target.path)
    wanted = requirement.level if requirement else Level.HIGH_ASSURANCE
    lasts = _("until you sign out, for every page that needs it")
    if requirement and requirement.max_age:
        minutes = int(requirement.max_age // 60)
        lasts = ngettext("for %(n)d minute on this page", "for %(n)d minutes on this page", minutes) % {"n": minutes}
    named = requirement.name if requirement and requirement.source in ("resource", "app") else ""
    return {
        "label": named or page,
        "why": texts.for_person(decision, page),
        "level_now": texts.level_name(decision.level),
        "level_wanted": texts.level_name(wanted),
        "lasts": lasts,
        "cancel_url": reverse("home"),
    }


def _activity(decision: Decision) -> str:
    """Return what the person was doing, as the history names it (R9.35)."""
    source = decision.requirement.source if decision.requirement else ""
    name = decision.requirement.name if decision.requirement else ""
    return {"resource": f"access {name}", "app": f"connected app {name}", "request": "connected app"}.get(source, "session")
