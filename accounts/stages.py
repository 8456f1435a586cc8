"""What may stand between a first factor and a session. ``settings.LOGIN_STAGES`` lists the stages by dotted path."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from sessions_policy.decision import Decision, Outcome
from sessions_policy.levels import Method

from .pending import PendingLogin


class Stage(Protocol):
    """A stage names itself, says which decisions it answers, and where its page is."""

    name: str

    def handles(self, decision: Decision) -> bool:
        """Whether this stage does what ``decision`` asks."""
        ...

    def url(self, pending: PendingLogin) -> str:
        """Return the path of the stage's page; every path below it is the stage's too."""
        ...


class VerifyStage:
    """Asks for a second factor."""

    name = "verify"

    def handles(self, decision: Decision) -> bool:
        """Answers "verify" where a method of the person is wanted."""
        return decision.outcome is Outcome.VERIFY and Method.ACTIVATION not in decision.methods

    def url(self, pending: PendingLogin) -> str:
        """Return the challenge page."""
        return reverse("login-verify")


class ActivateStage:
    """Has somebody in an unknown browser confirm their address."""

    name = "activate"

    def handles(self, decision: Decision) -> bool:
        """Answers "verify" where activation is what is wanted."""
        return decision.outcome is Outcome.VERIFY and Method.ACTIVATION in decision.methods

    def url(self, pending: PendingLogin) -> str:
        """Return the page that takes the code from the mail."""
        return reverse("login-activate")


class EnrolStage:
    """Has somebody without a method set one up."""

    name = "enrol"

    def handles(self, decision: Decision) -> bool:
        """Answers "enrol"."""
        return decision.outcome is Outcome.ENROL

    def url(self, pending: PendingLogin) -> str:
        """Return the page that sets up an authenticator app."""
        return reverse("login-enrol")


def stage_for(decision: Decision) -> Stage | None:
    """Return the first listed stage that handles ``decision``; None when there is none."""
    for path in settings.LOGIN_STAGES:
        stage: Stage = import_string(path)()
        if stage.handles(decision):
            return stage
    return None
