"""What a change of a connected app takes away: the sentences that ask for a reason and a tick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from sessions_policy.levels import Grant, IpRelaxation, SessionPolicy

from .models import ConnectedApp
from .models.connected_apps import GRANTS

Values = dict[str, Any]

# RFC 9700 2.1.2 and 2.4 advise against both: one shows tokens to the browser, the other passwords to the app.
RISKY_GRANTS = (Grant.IMPLICIT.value, Grant.PASSWORD.value)
_STRICTNESS = (SessionPolicy.ALLOW.value, SessionPolicy.RAISE.value, SessionPolicy.BLOCK.value)
_ADMIN_APPROVED = ConnectedApp.PermittedUsers.ADMIN_APPROVED.value
_ENFORCE = IpRelaxation.ENFORCE.value


def taken_away(before: Values, after: Values) -> Iterator[str]:
    """Yield a sentence for each protection that the change of an app takes away. A new app has none but by its grants."""
    if not after:
        return
    name = {"name": after.get("name")}
    names = dict(GRANTS)
    for grant in RISKY_GRANTS:
        if grant in after.get("grant_types", []) and grant not in before.get("grant_types", []):
            yield _("The app %(name)s may use the grant “%(grant)s”, which current practice advises against (RFC 9700).") % {
                **name,
                "grant": names[grant],
            }
    if before:
        yield from _loosened(before, after, name)


def _loosened(before: Values, after: Values, name: Values) -> Iterator[str]:
    old, new = (_strictness(each.get("session_policy")) for each in (before, after))
    if new < old and old == _STRICTNESS.index(SessionPolicy.BLOCK.value):
        yield _("The app %(name)s is open again.") % name
    elif new < old:
        yield _("The app %(name)s no longer needs a High Assurance session.") % name
    wider = [scope for scope in after.get("scopes", []) if scope not in before.get("scopes", [])]
    if wider:
        yield _("The app %(name)s may ask for more: %(scopes)s.") % {**name, "scopes": _listed(wider)}
    yield from _people(before, after, name)
    if before.get("ip_relaxation") == _ENFORCE != after.get("ip_relaxation"):
        yield _("Tokens of the app %(name)s may be used outside the networks of people's profiles.") % name
    forever = ConnectedApp.RefreshPolicy.UNTIL_REVOKED.value
    if before.get("refresh_policy") != forever == after.get("refresh_policy"):
        yield _("Refresh tokens of the app %(name)s no longer end by themselves.") % name
    for field, sentence in (
        ("require_pkce", _("The app %(name)s no longer has to use PKCE.")),
        ("require_jti", _("An assertion of the app %(name)s may be used more than once.")),
    ):
        if before.get(field) and not after.get(field):
            yield sentence % name


def _people(before: Values, after: Values, name: Values) -> Iterator[str]:
    # Where "permitted_users" did not change, a revision may not name it.
    if before.get("permitted_users", _ADMIN_APPROVED) != _ADMIN_APPROVED:
        return
    if after.get("permitted_users", _ADMIN_APPROVED) != _ADMIN_APPROVED:
        yield _("Everybody may approve the app %(name)s for themselves.") % name
        return
    come = [
        each
        for field in ("approved_profiles", "approved_permission_sets")
        for each in after.get(field, [])
        if field in before and each not in before[field]
    ]
    if come:
        yield _("More people may use the app %(name)s without an approval page: %(names)s.") % {**name, "names": _listed(come)}


def _strictness(policy: Any) -> int:
    """Return where ``policy`` stands; what is unknown closes the app, like in the decision."""
    return _STRICTNESS.index(policy) if policy in _STRICTNESS else len(_STRICTNESS) - 1


def _listed(names: list[str]) -> str:
    return get_text_list(names, _("and"))
