"""The login flow as a stage of the login: the last one, after every policy is satisfied (R8.1, ruling on login flows)."""

from __future__ import annotations

from django.urls import reverse

from accounts.pending import PendingLogin
from sessions_policy.decision import Decision, Outcome


class LoginFlowStage:
    """Runs the flow of the person's profile."""

    name = "login_flow"

    def handles(self, decision: Decision) -> bool:
        """Answers "run flow"."""
        return decision.outcome is Outcome.RUN_FLOW

    def url(self, pending: PendingLogin) -> str:
        """Return the page that shows the flow's screens."""
        return reverse("login-flow")
