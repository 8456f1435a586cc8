"""What login flows say: to people who run one, and to administrators who write one."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .engine import Refusal
from .validate import Finding

REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.STALE: _(
        "What was sent does not answer this page: it was answered before, or belongs to another sign-in. Nothing was changed. "
        "Go on from here."
    ),
    Refusal.UNREADABLE: _("What was sent is not what this page asks for. Nothing was changed. Answer it here."),
}

PROBLEMS: dict[str, str | Promise] = {
    "not_accepted": _("Tick the box to accept the terms, or choose not to accept them."),
}

LABELS: dict[str, str | Promise] = {
    "accept": _("I have read and accept these terms"),
    "decline": _("I do not accept: sign out"),
}

ENDINGS: dict[str, str | Promise] = {
    "log_out": _("Your organisation's login flow ended here, without signing you in."),
    "declined": _("You did not accept the terms, so you were not signed in."),
}
BROKEN = _("Your organisation's login flow has an error, so you were not signed in.")

FINDINGS: dict[str, str | Promise] = {
    "flow.shape": _('The definition must be an object with one member, "elements", which is a list.'),
    "flow.empty": _("The flow has no elements."),
    "flow.too_long": _("A flow has at most {most} elements."),
    "flow.no_end": _("Nothing follows this element: add a finish or a log_out."),
    "flow.no_finish": _("No path finishes: everybody would be signed out. Add a finish."),
    "element.shape": _("An element must be an object."),
    "element.id": _('An element needs an "id" of up to 40 lower-case letters, digits, - and _, beginning with a letter.'),
    "element.id_twice": _("Two elements have this id."),
    "element.kind": _("There is no kind {kind}. Write one of: {kinds}."),
    "element.unreachable": _("No path comes to this element."),
    "field.unknown": _("This kind of element has no {field}."),
    "field.missing": _("The {field} is missing."),
    "field.not_text": _("The {field} must be a text."),
    "field.empty": _("The {field} is empty."),
    "field.too_long": _("The {field} is longer than {most} characters."),
}


def sentence(finding: Finding) -> str:
    """Return ``finding`` in words, with its element in front."""
    said = str(FINDINGS[finding.code]).format(**finding.values)
    return f"{finding.element}: {said}" if finding.element else said
