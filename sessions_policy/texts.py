"""One sentence for every reason: what the person reads, what they can do now, and what the administrator reads.

Placeholders: ``{name}`` is the policy that asks (a profile, a permission set, an app, a resource), ``{period}`` its period in
words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .decision import Decision, Outcome, Reason
from .levels import Level, Method


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one reason: for the person, what to do now, for the administrator."""

    person: str | Promise
    now: str | Promise
    administrator: str | Promise


LEVEL_NAMES: dict[Level, str | Promise] = {
    Level.NONE: _("None"),
    Level.STANDARD: _("Standard"),
    Level.HIGH_ASSURANCE: _("High Assurance"),
}

METHOD_NAMES: dict[str, str | Promise] = {
    Method.PASSWORD: _("Password"),
    Method.DELEGATED: _("Delegated authentication"),
    Method.AUTHENTICATOR_APP: _("Authenticator app"),
    Method.SECURITY_KEY: _("Security key"),
    Method.PASSKEY: _("Passkey"),
    Method.RECOVERY_CODE: _("Recovery code"),
    Method.TEMPORARY_CODE: _("Temporary code from an administrator"),
    Method.EMAIL_CODE: _("E-mail code"),
    Method.ACTIVATION: _("Device activation"),
    Method.TOKEN_BRIDGE: _("Token opened in the browser"),
    Method.LOGIN_FLOW: _("Login flow"),
    Method.CLIENT_ASSERTION: _("Signed assertion of an app"),
    Method.CLIENT_CREDENTIALS: _("Credentials of an app"),
}

_ASK_ADMINISTRATOR = _("Ask your administrator and give them the reference on this page.")
_CONFIRM = _("Confirm it is you to go on.")
_USE_APPROVAL = _("Use the web server flow (authorization code), where you approve the access in a browser.")

TEXTS: dict[Reason, Texts] = {
    Reason.ALLOWED: Texts(_("You may go on."), "", _("Nothing asked for more than was proven.")),
    Reason.ACCOUNT_INACTIVE: Texts(_("This account is not active."), _ASK_ADMINISTRATOR, _("The account is switched off.")),
    Reason.ACCOUNT_FROZEN: Texts(_("This account is frozen."), _ASK_ADMINISTRATOR, _("The account is frozen.")),
    Reason.ACCOUNT_LOCKED: Texts(
        _("There were too many wrong tries for this account."),
        _("Wait an hour and try again, or ask your administrator."),
        _("The account is locked after too many wrong tries."),
    ),
    Reason.HOURS_OUTSIDE: Texts(
        _("People with the profile {name} cannot sign in at this hour."),
        _("Come back during your login hours, or ask your administrator."),
        _("Outside the login hours of the profile {name}."),
    ),
    Reason.NETWORK_OUTSIDE: Texts(
        _("People with the profile {name} cannot sign in from this network."),
        _("Connect from a network of your organisation, or ask your administrator."),
        _("The address lies outside the IP ranges of the profile {name}."),
    ),
    Reason.NETWORK_CHANGED: Texts(
        _("Your session began at another network address."),
        _("Sign out and sign in again from here."),
        _("Sessions are locked to the address at which they began, and the address changed."),
    ),
    Reason.NOT_SIGNED_IN: Texts(
        _("You are not signed in."), _("Sign in to go on."), _("No first factor was proven by this person.")
    ),
    Reason.LOGIN_API_ONLY: Texts(
        _("This account is for programs only, so it has no pages to sign in to ({name})."),
        _("Sign in with an account of your own. Programs use this one at the API, with a token."),
        _("{name} grants the permission “API only user”, so no browser session is opened or kept."),
    ),
    Reason.SESSION_IDLE: Texts(
        _("You were signed out because nothing happened for a while."),
        _("Sign in to go on."),
        _("The session was idle for longer than the profile or the organisation allows."),
    ),
    Reason.SESSION_OLD: Texts(
        _("You were signed out because your session reached its longest age."),
        _("Sign in to go on."),
        _("The session is older than the profile or the organisation allows."),
    ),
    Reason.APP_BLOCKED: Texts(
        _("The app {name} is closed."), _ASK_ADMINISTRATOR, _("The session policy of the app {name} is set to block.")
    ),
    Reason.APP_NOT_APPROVED: Texts(
        _("Only people whom an administrator approved may use the app {name}."),
        _("Ask your administrator to approve your profile for this app."),
        _("The app {name} is for users whom an administrator approved, and neither profile nor permission set is."),
    ),
    Reason.APP_GRANT: Texts(
        _("The app {name} may not use this grant."),
        _("Use a grant that the app has, or ask an administrator to switch this one on."),
        _("The grant is switched off for the app {name}, so tokens that came by it are refused as well."),
    ),
    Reason.GRANT_PROFILE: Texts(
        _("The profile {name} requires High Assurance, and this grant has no user approval step, so it is blocked."),
        _USE_APPROVAL,
        _("The profile {name} requires High Assurance; only flows with a user approval step work."),
    ),
    Reason.GRANT_APP: Texts(
        _("The app {name} requires High Assurance, and this grant has no user approval step, so it is blocked."),
        _USE_APPROVAL,
        _("The app {name} requires High Assurance; only flows with a user approval step work."),
    ),
    Reason.GRANT_RESOURCE: Texts(
        _("{name} requires High Assurance, which a token without a user approval step can never have."),
        _USE_APPROVAL,
        _("The resource {name} requires High Assurance; tokens of flows without a user approval step are refused."),
    ),
    Reason.GRANT_TWO_FACTOR: Texts(
        _("Your organisation asks for a second factor at every login ({name}), and nobody approved this token in a browser."),
        _USE_APPROVAL,
        _("Two factors are demanded by {name}; a token of a flow without a user approval step opens no browser session."),
    ),
    Reason.GRANT_RUN_AS: Texts(
        _("The user whom the app {name} runs as lacks the permission “API only user”."),
        _("Ask an administrator to grant it to that user, by their profile or by a permission set."),
        _("The app {name} has client credentials, and the user it runs as is not an API-only user."),
    ),
    Reason.TWO_FACTOR_UI: Texts(
        _("Your organisation asks for a second factor at every login ({name})."),
        _CONFIRM,
        _("Two-factor authentication for user interface logins is demanded by {name}."),
    ),
    Reason.TWO_FACTOR_API: Texts(
        _("Your organisation asks for your authenticator code at every API login ({name})."),
        _("Give the current 6-digit code, appended to the password, in place of the security token."),
        _("Two-factor authentication for API logins is demanded by {name}."),
    ),
    Reason.DEVICE_UNKNOWN: Texts(
        _("We do not know this browser yet."),
        _CONFIRM,
        _("An unknown browser outside the trusted networks, and no second factor was given."),
    ),
    Reason.SECURITY_TOKEN: Texts(
        _("From this network a program needs your security token."),
        _("Append your security token, or your current authenticator code, to the password."),
        _("An API login outside the trusted networks without the security token."),
    ),
    Reason.LEVEL_PROFILE: Texts(
        _("Your profile {name} needs a High Assurance session."),
        _CONFIRM,
        _("The profile {name} requires High Assurance at login."),
    ),
    Reason.LEVEL_BRIDGE: Texts(
        _(
            "This session was opened from an app's token. A token does not carry High Assurance into the browser, and your "
            "profile {name} needs it, so you are asked once more."
        ),
        _CONFIRM,
        _("A session opened from a token starts at Standard, and the profile {name} requires High Assurance."),
    ),
    Reason.LEVEL_APP: Texts(
        _("The app {name} needs a High Assurance session."),
        _CONFIRM,
        _("The session policy of the app {name} requires High Assurance."),
    ),
    Reason.LEVEL_RESOURCE: Texts(
        _("{name} needs a High Assurance session."), _CONFIRM, _("The resource {name} requires High Assurance.")
    ),
    Reason.LEVEL_ASKED: Texts(
        _("The app that sent you here asks for a stronger session."),
        _CONFIRM,
        _("The authorization request asked for a level (acr_values)."),
    ),
    Reason.LEVEL_UNREACHABLE: Texts(
        _("Your organisation's sign-in settings ask for more than any sign-in method that you can use gives."),
        _ASK_ADMINISTRATOR,
        _("In Session Settings no method that this person could use stands in the High Assurance column, which {name} needs."),
    ),
    Reason.RESOURCE_BLOCKED: Texts(
        _("{name} is open to High Assurance sessions only, and this cannot be unlocked from here."),
        _("Sign out and sign in again with your second factor, or ask your administrator."),
        _("The resource {name} is set to block sessions below High Assurance."),
    ),
    Reason.PROOF_OLD_RESOURCE: Texts(
        _("{name} asks you to confirm again after {period}."),
        _CONFIRM,
        _("The resource {name} requires a proof that is at most {period} old."),
    ),
    Reason.PROOF_OLD_ASKED: Texts(
        _("The app that sent you here asks you to confirm again."),
        _CONFIRM,
        _("The authorization request asked for a newer proof (max_age or prompt)."),
    ),
    Reason.RIGHT_MISSING: Texts(
        _("You do not have the right to do this."),
        _ASK_ADMINISTRATOR,
        _("The person lacks the permission for the page. No session policy is the cause, and none would grant it."),
    ),
    Reason.FLOW_UNFINISHED: Texts(
        _("Your organisation has something for you to read or do before you go on."),
        _("Follow the steps on the next page."),
        _("The login flow of the profile has not finished."),
    ),
}


# What asks is the authorization request of an app, whose name only its page knows.
OF_AN_APP: dict[Reason, str | Promise] = {
    Reason.LEVEL_ASKED: _("The app {name} asks for a stronger session."),
    Reason.PROOF_OLD_ASKED: _("The app {name} asks you to confirm again."),
}


def for_person(decision: Decision, page: str = "") -> str:
    """Return why, in one sentence for the person. ``page`` is what the page or app that asks is called, where known."""
    if decision.reason is Reason.LEVEL_RESOURCE and not (_name(decision) or page):
        return str(_("This page needs a High Assurance session."))
    text = OF_AN_APP.get(decision.reason) if page else None
    if text is not None:
        return str(text).format(name=page)
    return _filled(TEXTS[decision.reason].person, decision, page)


def what_now(decision: Decision) -> str:
    """Return what the person can do now."""
    if decision.outcome is Outcome.ENROL:
        return str(_("Set up an authenticator app to go on."))
    return _filled(TEXTS[decision.reason].now, decision)


def for_administrator(decision: Decision) -> str:
    """Return why, in one sentence for administrators."""
    return _filled(TEXTS[decision.reason].administrator, decision, str(_("this page")))


def method_name(method: str) -> str:
    """Return the name of a method in words; a provider's own name for SSO."""
    return str(METHOD_NAMES.get(method, method.removeprefix("sso:")))


def level_name(level: Level) -> str:
    """Return the name of a level in words."""
    return str(LEVEL_NAMES[level])


def _name(decision: Decision) -> str:
    return decision.requirement.name if decision.requirement else ""


def _filled(text: str | Promise, decision: Decision, page: str = "") -> str:
    age = decision.requirement.max_age if decision.requirement else None
    minutes = int(age or 0) // 60
    period = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return str(text).format(name=_name(decision) or page or _("This page"), period=period)


def about(code: str, name: str = "…") -> str:
    """Return the administrator's sentence about a reason code alone, not about one decision; the code where it is unknown."""
    try:
        found = TEXTS[Reason(code)].administrator
    except ValueError:
        return code
    return str(found).format(name=name, period="…")
