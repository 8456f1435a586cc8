"""Outcomes in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ..decision import Outcome

OUTCOME_NAMES: dict[str, str | Promise] = {
    Outcome.ALLOW: gettext_lazy("Let in"),
    Outcome.LOG_IN: gettext_lazy("Asked to sign in"),
    Outcome.VERIFY: gettext_lazy("Asked to verify"),
    Outcome.ENROL: gettext_lazy("Asked to set up a method"),
    Outcome.RUN_FLOW: gettext_lazy("Sent through the login flow"),
    Outcome.DENY: gettext_lazy("Refused"),
}
