"""The policies of a connected app in words: what its page says, for administrators and for those who build the app."""

from __future__ import annotations

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions_policy.levels import APPROVAL_GRANTS, Grant, SessionPolicy

from . import app_policy
from .models import ConnectedApp
from .models.connected_apps import GRANTS

MINUTES_OF_AN_HOUR = 60
HOURS_OF_A_DAY = 24


def sentences(app: ConnectedApp) -> list[tuple[str, str]]:
    """Return each policy as a label and a sentence. The lists of approved people cost a query each."""
    return [
        (_("Who may use it"), who(app)),
        (_("How it gets tokens"), grants(app)),
        (_("What it may ask for"), scopes(app)),
        (_("What it asks of a session"), level(app)),
        (_("From where"), str(app.IpRelaxationChoice(app.relaxation()).label) + "."),
        (_("How long"), lifetimes(app)),
    ]


def who(app: ConnectedApp) -> str:
    """Return who may use the app."""
    if app.rule().action is SessionPolicy.BLOCK:
        return _("Nobody: the app is blocked, and its tokens have ended.")
    if app.permitted_users == app.PermittedUsers.SELF_AUTHORISE:
        return _("Everybody who approves it for themselves.")
    names = [str(each) for each in (*app.approved_profiles.all(), *app.approved_permission_sets.all())]
    if not names:
        return _("Nobody: no profile and no permission set is approved yet.")
    words = {"names": get_text_list(names, _("and"))}
    return _("People with the profile or permission set %(names)s, without an approval page.") % words


def grants(app: ConnectedApp) -> str:
    """Return the app's grants, and which of them end where High Assurance is required."""
    names = dict(GRANTS)
    listed = get_text_list([str(names.get(each, each)) for each in app.grant_types], _("and")) or _("By no grant")
    closed = [str(names[each]) for each in app.grant_types if each in names and each not in APPROVAL_GRANTS]
    if not closed:
        return listed + "."
    words = {"grants": listed, "closed": get_text_list(closed, _("and"))}
    return _("%(grants)s. Refused for people whose profile requires High Assurance: %(closed)s.") % words


def scopes(app: ConnectedApp) -> str:
    """Return what the app may ask people for."""
    known = settings.OAUTH2_PROVIDER["SCOPES"]
    return "; ".join(str(known.get(each, each)) for each in app.scopes) + "."


def level(app: ConnectedApp) -> str:
    """Return what the app asks of a browser session that approves it."""
    found = {
        SessionPolicy.ALLOW: _("No more than the person's profile asks."),
        SessionPolicy.RAISE: _(
            "High Assurance: people confirm with a second factor before they approve; other grants are refused."
        ),
        SessionPolicy.BLOCK: _("It is blocked."),
    }[app.rule().action]
    if app.require_pkce or app.is_public:
        found += " " + _("PKCE is required.")
    if Grant.JWT_BEARER.value in app.grant_types and app.require_jti:
        found += " " + _("Every assertion needs an id (jti) and works once.")
    return found


def lifetimes(app: ConnectedApp) -> str:
    """Return how long access and refresh tokens last."""
    site: int = settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"] // MINUTES_OF_AN_HOUR
    access = _("Access tokens: %(time)s.") % {"time": minutes(app.access_token_minutes or site)}
    return f"{access} {refreshing(app)}"


def refreshing(app: ConnectedApp) -> str:
    """Return how long refresh tokens last."""
    policy = app.RefreshPolicy
    if not app_policy.gives_refresh_tokens(app):
        return _("Refresh tokens: none.")
    words = {"time": hours(int(app_policy.hours_of(app).total_seconds()) // 3600)}
    return {
        policy.FIXED.value: _("Refresh tokens: %(time)s after the approval.") % words,
        policy.UNUSED.value: _("Refresh tokens: until they are not used for %(time)s, at most 90 days.") % words,
        policy.UNTIL_REVOKED.value: _("Refresh tokens: until somebody takes them back."),
    }.get(app.refresh_policy, _("Refresh tokens: none."))


def minutes(number: int) -> str:
    """Return a number of minutes in words."""
    if number % MINUTES_OF_AN_HOUR == 0:
        return hours(number // MINUTES_OF_AN_HOUR)
    return ngettext("%(n)d minute", "%(n)d minutes", number) % {"n": number}


def hours(number: int) -> str:
    """Return a number of hours in words, whole days as days."""
    if number % HOURS_OF_A_DAY == 0 and number:
        days = number // HOURS_OF_A_DAY
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}
