"""What each condition of a trace is called, for people who read traces."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONDITION_NAMES: dict[str, str | Promise] = {
    "person.known": _("who it is"),
    "person.api_only": _("permission “API only user”"),
    "channel.program": _("a program comes in, not a browser"),
    "account.active": _("account is active"),
    "account.frozen": _("account is not frozen"),
    "account.locked": _("account is not locked"),
    "profile.login_hours": _("the profile has login hours"),
    "moment.fenced": _("hours and ranges hold at this moment"),
    "time": _("time"),
    "profile.ip_ranges": _("the profile has IP ranges"),
    "session.address": _("address at which the session began"),
    "network": _("address"),
    "session.idle": _("time without activity"),
    "session.age": _("age of the session"),
    "proofs.first_factor": _("first factor"),
    "grant.given": _("grant"),
    "app.given": _("the app"),
    "app.open": _("the app is open"),
    "app.admits": _("the person is approved for the app"),
    "app.grants": _("grants of the app"),
    "app.ip_relaxation": _("the app leaves the IP ranges in force"),
    "grant.approval_for.profile": _("approval step, for the profile"),
    "grant.approval_for.app": _("approval step, for the app"),
    "grant.approval_for.resource": _("approval step, for the resource"),
    "grant.approval_for.request": _("approval step, for the request"),
    "grant.unapproved": _("the token had no approval step"),
    "login.unfinished": _("it is a login"),
    "login.direct": _("it is a direct login, not single sign-on"),
    "channel": _("how they come"),
    "two_factor.ui": _("two factors are demanded"),
    "two_factor.waived": _("the demand is not waived"),
    "two_factor.api": _("a code is demanded at API logins"),
    "person.authenticator": _("the person has an authenticator"),
    "proofs.second_factor": _("second factor"),
    "proofs.authenticator": _("authenticator code"),
    "device.asked": _("devices are asked about"),
    "device.known": _("the device is known"),
    "requirement.given": _("requirements"),
    "level.profile": _("level, for the profile"),
    "level.app": _("level, for the app"),
    "level.resource": _("level, for the resource"),
    "level.request": _("level, for the request"),
    "max_age.given": _("maximum ages"),
    "age.resource": _("age of the proof, for the resource"),
    "age.request": _("age of the proof, for the request"),
    "profile.login_flow": _("the profile has a login flow"),
    "flow.finished": _("the login flow has finished"),
}


def condition_name(name: str) -> str:
    """Return what the condition ``name`` is called; its code when nobody knows it any more."""
    return str(CONDITION_NAMES.get(name, name))
