"""What login flows say to people who run one. What administrators read is in ``element_texts`` and ``finding_texts``."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_policy import texts as policy_texts

from .element_texts import (
    choice_label,
    field_help,
    field_label,
    kind_name,
    subject_label,
    value_label,
)
from .elements.kind import Input
from .elements.verify import USE
from .engine import Refusal
from .finding_texts import FINDINGS, message, sentence

__all__ = [
    "BROKEN",
    "BUSY",
    "ENDINGS",
    "FINDINGS",
    "LABELS",
    "PROBLEMS",
    "REFUSALS",
    "choice_label",
    "ending",
    "field_help",
    "field_label",
    "input_label",
    "kind_name",
    "message",
    "sentence",
    "subject_label",
    "value_label",
]

REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.STALE: _(
        "What was sent does not answer this page: it was answered before, or belongs to another sign-in. Nothing was changed. "
        "Go on from here."
    ),
    Refusal.UNREADABLE: _("What was sent is not what this page asks for. Nothing was changed. Answer it here."),
}

PROBLEMS: dict[str, str | Promise] = {
    "not_accepted": _("Tick the box to accept the terms, or choose not to accept them."),
    "not_ticked": _("Tick the box to go on."),
    "missing": _("Fill this in."),
    "too_long": _("This is too long."),
    "no_date": _("Enter a date, such as 2026-01-31."),
    "no_address": _("Enter an e-mail address, such as name@example.org."),
    "wrong": _("That code is not right. Try again."),
    "malformed": _("That is not a code. Check it and try again."),
    "paused": _("Too many tries. Wait before you try again."),
    "not_made": _("Make the codes first."),
    "not_saved": _("Tick the box once you have saved the codes."),
}

LABELS: dict[str, str | Promise] = {
    "accept": _("I have read and accept these terms"),
    "decline": _("I do not accept: sign out"),
    "code": _("Code"),
    "passcode": _("Passcode"),
    "name": _("Name this device"),
    "restart": _("Start again with a new key"),
    "later": _("Not now"),
    "saved": _("I saved these codes"),
    "make": _("Make recovery codes"),
    "make_again": _("Make new codes"),
    "skip": _("Go on without"),
    "again": _("Send another code"),
    "method": _("How do you want to confirm?"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail address"),
}

ENDINGS: dict[str, str | Promise] = {
    "log_out": _("Your organisation's login flow ended here, without signing you in."),
    "declined": _("You did not accept the terms, so you were not signed in."),
    "too_many_sessions": _("You have as many running sessions as are allowed. Sign out somewhere else first."),
    "failed.failed": _("A step of your organisation's login flow did not succeed, so you were not signed in."),
    "failed.no_method": _("You have no method that this step asks for, so you were not signed in."),
    "failed.no_address": _("There is no e-mail address for your account, so you were not signed in."),
}
BROKEN = _("Your organisation's login flow has an error, so you were not signed in.")
BUSY = _("Another window is working on this step. Reload this page in a moment.")


def ending(reason: str) -> str:
    """Return why the login ended, where the flow itself says nothing."""
    return str(ENDINGS.get(reason, ENDINGS["log_out"]))


def input_label(asked: Input) -> str:
    """Return the label of an input: its own, or that of its name."""
    if asked.label and asked.label not in LABELS:
        return asked.label
    if asked.is_button and asked.name.startswith(USE):
        return str(_("Use another way: %(name)s") % {"name": policy_texts.method_name(asked.name.removeprefix(USE))})
    return str(LABELS.get(asked.label or asked.name, asked.name))
