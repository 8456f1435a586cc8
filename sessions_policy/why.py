"""What there is to say about each reason code: the same on the page that errors point to and in ``docs/why``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .decision import RULES, Reason
from .texts import TEXTS

_SENTENCES = {rule.__name__: rule.__doc__ or "" for rule in RULES}

# The rule that gives each reason, and where an administrator changes what it asks.
_ACCOUNT = _("Users: the account's own page (active, frozen).")
_PROFILE = _("Profiles: the profile's page.")
_APP = _("Connected apps: the session policy on the app's page.")
_RESOURCE = _("Resource policies: the line of the resource.")
_LEVELS = _("Session levels: the two columns of sign-in methods.")
_TWO_FACTOR = _("Profiles and permission sets: the two-factor permissions, and the waiver.")
_API_ONLY = _("Profiles and permission sets: the permission “API only user”.")
_TIMES = _("Organisation settings, or the profile's own page: the two time-outs.")
_NOWHERE = _("Nowhere: it is what a session is.")
_CLIENT = _("Nowhere: the client app asks for it in its request.")

_ABOUT: dict[Reason, tuple[str, str | Promise]] = {
    Reason.ALLOWED: ("", _NOWHERE),
    Reason.ACCOUNT_INACTIVE: ("account_is_usable", _ACCOUNT),
    Reason.ACCOUNT_FROZEN: ("account_is_usable", _ACCOUNT),
    Reason.ACCOUNT_LOCKED: ("account_is_usable", _("Help desk: unlock. The lock also ends by itself.")),
    Reason.HOURS_OUTSIDE: ("within_login_hours", _PROFILE),
    Reason.NETWORK_OUTSIDE: ("from_an_allowed_network", _PROFILE),
    Reason.NETWORK_CHANGED: ("from_an_allowed_network", _("Organisation settings: lock sessions to their address.")),
    Reason.NOT_SIGNED_IN: ("first_factor_was_proven", _NOWHERE),
    Reason.LOGIN_API_ONLY: ("api_only_users_use_no_browser", _API_ONLY),
    Reason.SESSION_IDLE: ("first_factor_was_proven", _TIMES),
    Reason.SESSION_OLD: ("first_factor_was_proven", _TIMES),
    Reason.APP_BLOCKED: ("app_is_open_to_this_use", _APP),
    Reason.APP_NOT_APPROVED: ("app_is_open_to_this_use", _("Connected apps: who may use the app, on the app's page.")),
    Reason.APP_GRANT: ("app_is_open_to_this_use", _("Connected apps: the grants, on the app's page.")),
    Reason.GRANT_PROFILE: ("grant_has_an_approval_step", _PROFILE),
    Reason.GRANT_APP: ("grant_has_an_approval_step", _APP),
    Reason.GRANT_RESOURCE: ("grant_has_an_approval_step", _RESOURCE),
    Reason.GRANT_TWO_FACTOR: ("two_factors_at_login", _TWO_FACTOR),
    Reason.GRANT_RUN_AS: ("apps_run_as_api_only_users", _API_ONLY),
    Reason.TWO_FACTOR_UI: ("two_factors_at_login", _TWO_FACTOR),
    Reason.TWO_FACTOR_API: ("two_factors_at_login", _TWO_FACTOR),
    Reason.DEVICE_UNKNOWN: (
        "device_is_known",
        _("Organisation settings: activation. Trusted networks: not asked."),
    ),
    Reason.SECURITY_TOKEN: ("device_is_known", _("Trusted networks: from where programs need no security token.")),
    Reason.LEVEL_PROFILE: ("level_is_enough", _PROFILE),
    Reason.LEVEL_BRIDGE: ("level_is_enough", _PROFILE),
    Reason.LEVEL_APP: ("level_is_enough", _APP),
    Reason.LEVEL_RESOURCE: ("level_is_enough", _RESOURCE),
    Reason.LEVEL_ASKED: ("level_is_enough", _CLIENT),
    Reason.LEVEL_UNREACHABLE: ("level_is_enough", _LEVELS),
    Reason.RESOURCE_BLOCKED: ("level_is_enough", _RESOURCE),
    Reason.PROOF_OLD_RESOURCE: ("proof_is_fresh", _RESOURCE),
    Reason.PROOF_OLD_ASKED: ("proof_is_fresh", _CLIENT),
    Reason.RIGHT_MISSING: ("", _("Users and groups: the person's permissions. No session policy is involved.")),
    Reason.FLOW_UNFINISHED: ("login_flow_is_finished", _("Login flows: which profile has which flow.")),
}


@dataclass(frozen=True, slots=True)
class WhyPage:
    """What a reason means: for the person, for administrators, the rule behind it, and where it is changed."""

    code: str
    person: str
    what_now: str
    administrator: str
    rule: str
    sentence: str
    change: str


def page_of(code: str) -> WhyPage | None:
    """Return what there is to say about the reason ``code``; None when there is no such reason."""
    try:
        reason = Reason(code)
    except ValueError:
        return None
    found, (rule, change) = TEXTS[reason], _ABOUT[reason]
    example = {"name": _("(its name)"), "period": _("N minutes")}
    return WhyPage(
        code=reason.value,
        person=str(found.person).format(**example),
        what_now=str(found.now).format(**example),
        administrator=str(found.administrator).format(**example),
        rule=rule,
        sentence=_SENTENCES.get(rule, ""),
        change=str(change),
    )


def markdown(page: WhyPage) -> str:
    """Return the page as Markdown, for ``docs/why``."""
    rows = [
        ("What the person is told", page.person),
        ("What they can do", page.what_now),
        ("What administrators are told", page.administrator),
        ("The rule", f"{page.sentence} (`{page.rule}` in `sessions_policy/decision.py`)" if page.rule else ""),
        ("Where it is changed", page.change),
    ]
    parts = [f"# `{page.code}`", *(f"**{title}**\n\n{text}" for title, text in rows if text)]
    return "\n\n".join(parts) + f"\n\nServed at `/docs/why/{page.code}/`, where errors and prompts point to.\n"
