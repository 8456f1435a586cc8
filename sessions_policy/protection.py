"""What a change takes away: one sentence for each protection that was in force before it and is not after it.

Read from the values of a policy before and after, as revisions keep them, so that a form, a deletion and a revert are all
asked alike. ``None`` stands for a policy that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from . import loosened, modes, resources, texts
from .levels import DEFAULT_COLUMNS, Category, Level, SessionPolicy, category_of
from .models import OrganisationSettings, Profile

Values = dict[str, Any]
Finder = Callable[[Values, Values], Iterator[str]]

# A network with fewer bits in its prefix is no network of an organisation: whoever is trusted there is nearly everybody.
WIDEST = {4: 8, 6: 16}
TIMES = ("idle_timeout", "absolute_timeout")


def taken_away(policy: str, before: Values | None, after: Values | None) -> list[str]:
    """Return what a change of the policy of that kind (``app.model``) takes away; nothing gives an empty list."""
    find = _FINDERS.get(policy)
    if find is None:
        return []
    # What is off or report-only protects nothing, and leaving "on" takes away like emptying the field does.
    old, new = (None if values is None else modes.in_force(policy, values) for values in (before, after))
    return list(find(old or {}, new or {}))


def register(policy: str, find: Finder) -> None:
    """Name the function that finds what changes of the kind ``policy`` take away."""
    _FINDERS[policy] = find


def of_person(person: str, old: Profile, new: Profile) -> Iterator[str]:
    """Yield what ``person`` is no longer asked for with the profile ``new`` in place of ``old``."""
    words = {"person": person, "old": old.name, "new": new.name}
    high = Level.HIGH_ASSURANCE.slug
    if old.required_level == high != new.required_level:
        yield _("%(new)s does not ask %(person)s for High Assurance at login, as %(old)s does.") % words
    if old.two_factor_ui and not new.two_factor_ui:
        yield _("%(new)s does not ask %(person)s for a second factor with the password, as %(old)s does.") % words
    if old.two_factor_api and not new.two_factor_api:
        yield _("%(new)s does not ask programs of %(person)s for an authenticator code, as %(old)s does.") % words
    if old.api_only and not new.api_only:
        yield _("%(new)s lets %(person)s sign in in a browser, which %(old)s leaves to people.") % words
    if loosened.networks(old.ip_ranges, new.ip_ranges):
        yield _("%(new)s lets %(person)s sign in from networks from which %(old)s does not.") % words
    if loosened.hours(old.login_hours or {}, new.login_hours or {}):
        yield _("%(new)s lets %(person)s sign in at hours at which %(old)s does not.") % words
    if old.enforce_every_request and not new.enforce_every_request:
        yield _("%(new)s does not end sessions of %(person)s outside its hours and networks, as %(old)s does.") % words


def _profile(before: Values, after: Values) -> Iterator[str]:
    if not after:
        # A profile that somebody has is not deleted.
        return
    name = {"name": after.get("name")}
    if _had(before, after, "required_level", Level.HIGH_ASSURANCE.slug):
        yield _("People with the profile %(name)s no longer need High Assurance to sign in.") % name
    yield from _two_factor(before, after, _("with the profile %(name)s") % name)
    if before.get("api_only") and not after.get("api_only"):
        yield _("People with the profile %(name)s may sign in in a browser; until now only their programs come in.") % name
    yield from _fences(before, after, name)
    if before and _lasts_longer(before, after):
        yield _("Sessions of people with the profile %(name)s last longer.") % name
    if _postpones(before, after):
        yield _("People with the profile %(name)s without a method may go on without one for longer.") % name


def _fences(before: Values, after: Values, name: dict[str, Any]) -> Iterator[str]:
    """Yield what a profile's networks and hours no longer keep out."""
    if loosened.networks(before.get("ip_ranges", ""), after.get("ip_ranges", "")):
        everywhere = _("People with the profile %(name)s may sign in from every network.")
        more = _("People with the profile %(name)s may sign in from networks from which they may not now.")
        yield (more if after.get("ip_ranges", "").split() else everywhere) % name
    if loosened.hours(before.get("login_hours") or {}, after.get("login_hours") or {}):
        always = _("People with the profile %(name)s may sign in at any hour.")
        longer = _("People with the profile %(name)s may sign in at hours at which they may not now.")
        yield (longer if after.get("login_hours") else always) % name
    if before.get("enforce_every_request") and not after.get("enforce_every_request"):
        yield _("Login hours and IP ranges of the profile %(name)s no longer end sessions that run.") % name


def _lasts_longer(before: Values, after: Values) -> bool:
    """Whether a time-out grew. An empty one of a profile is the organisation's."""
    general = OrganisationSettings.load()
    return any(
        loosened.limit(before.get(name) or getattr(general, name), after.get(name) or getattr(general, name)) for name in TIMES
    )


def _postpones(before: Values, after: Values) -> bool:
    """Whether who was asked for a method already may put it off to a later date."""
    asked = before.get("required_level") == Level.HIGH_ASSURANCE.slug or bool(before.get("two_factor_ui"))
    # Dates in ISO form stand in their order.
    return asked and str(after.get("grace_until") or "") > str(before.get("grace_until") or "")


def _permission_set(before: Values, after: Values) -> Iterator[str]:
    name = {"name": after.get("name") or before.get("name")}
    people, now = before.get("users", []), after.get("users", [])
    if after or people:
        yield from _two_factor(before, after, _("in the permission set %(name)s") % name)
    gone = [each for each in people if each not in now]
    if gone and after and before.get("two_factor_ui") and after.get("two_factor_ui"):
        words = {**name, "people": _listed(gone)}
        yield _("The permission set %(name)s no longer asks these people for a second factor: %(people)s.") % words
    if gone and after and before.get("two_factor_api") and after.get("two_factor_api") and not after.get("two_factor_ui"):
        words = {**name, "people": _listed(gone)}
        yield _("Programs of these people are no longer asked for a code by the permission set %(name)s: %(people)s.") % words
    free = people if not after.get("api_only") else gone
    if before.get("api_only") and free:
        words = {**name, "people": _listed(free)}
        yield _("The permission set %(name)s no longer keeps these accounts out of browsers: %(people)s.") % words
    waived = before.get("users", []) if before.get("waive_two_factor") else []
    come = [each for each in now if each not in waived]
    if after.get("waive_two_factor") and not before.get("waive_two_factor"):
        yield _("People in the permission set %(name)s are waived from two-factor authentication.") % name
    elif after.get("waive_two_factor") and come:
        words = {**name, "people": _listed(come)}
        yield _("The permission set %(name)s waives two-factor authentication for: %(people)s.") % words


def _two_factor(before: Values, after: Values, who: str) -> Iterator[str]:
    if before.get("two_factor_ui") and not after.get("two_factor_ui"):
        yield _("People %(who)s are no longer asked for a second factor with their password.") % {"who": who}
    if before.get("two_factor_api") and not after.get("two_factor_api"):
        yield _("Programs of people %(who)s are no longer asked for an authenticator code.") % {"who": who}


def _method(before: Values, after: Values) -> Iterator[str]:
    method = after.get("method") or before.get("method", "")
    default = DEFAULT_COLUMNS.get(method, Level.STANDARD).slug
    old, new = before.get("level", default), after.get("level", default)
    words = {"method": texts.method_name(method)}
    if category_of(method) in (Category.SECOND_FACTOR, Category.BOTH):
        if (old, new) == (Level.HIGH_ASSURANCE.slug, Level.STANDARD.slug):
            yield _("%(method)s no longer gives High Assurance, though it is a second factor.") % words
    elif (old, new) == (Level.STANDARD.slug, Level.HIGH_ASSURANCE.slug):
        yield _("%(method)s alone gives High Assurance, without a second factor.") % words


def _resource(before: Values, after: Values) -> Iterator[str]:
    key = after.get("key") or before.get("key", "")
    known = next((each for each in resources.registered() if each.key == key), None)
    default = known.default.value if known else SessionPolicy.ALLOW.value
    old, new = before.get("action", default), after.get("action", default)
    label = str(known.label) if known else key
    if old != SessionPolicy.ALLOW and new == SessionPolicy.ALLOW:
        yield _("“%(resource)s” opens without a High Assurance session.") % {"resource": label}
    elif _asks_less_often(before.get("again_after_minutes"), after.get("again_after_minutes")) and new != SessionPolicy.BLOCK:
        yield _("“%(resource)s” asks for a fresh proof less often, or not at all.") % {"resource": label}


def _asks_less_often(old: int | None, new: int | None) -> bool:
    return old is not None and (new is None or new > old)


def _organisation(before: Values, after: Values) -> Iterator[str]:
    before = before or OrganisationSettings().policy_values()
    sentences = {
        "two_factor_for_everyone": _("Two-factor authentication is no longer asked of everybody."),
        "device_activation": _("Unknown browsers outside the trusted networks are no longer confirmed by e-mail."),
        "lock_sessions_to_address": _("Sessions go on at other addresses than the one at which they began."),
    }
    for name, sentence in sentences.items():
        if before.get(name) and not after.get(name):
            yield sentence
    if any(loosened.limit(before[name], after[name]) for name in TIMES if name in before and name in after):
        yield _("Sessions last longer, wherever a profile has no time-outs of its own.")


def _network(before: Values, after: Values) -> Iterator[str]:
    if not after or before.get("network") == after["network"]:
        return
    network = ip_network(after["network"])
    if network.prefixlen < WIDEST[network.version]:
        yield _("From %(network)s, which is a large part of all addresses, nobody's browser is confirmed by e-mail.") % {
            "network": network
        }


def _flow_assignment(before: Values, after: Values) -> Iterator[str]:
    if not before or (before.get("flow") == after.get("flow") and before.get("profile") == after.get("profile")):
        return
    name = Profile.objects.filter(pk=str(before.get("profile"))).values_list("name", flat=True).first() or "–"
    yield _("People with the profile %(name)s no longer go through the login flow that they have now.") % {"name": name}


def _had(before: Values, after: Values, name: str, value: str) -> bool:
    return bool(before.get(name) == value and after.get(name) != value)


def _listed(names: list[str]) -> str:
    return get_text_list(names, _("and"))


_FINDERS: dict[str, Finder] = {
    "sessions_policy.profile": _profile,
    "sessions_policy.permissionset": _permission_set,
    "sessions_policy.methodlevel": _method,
    "sessions_policy.resourcepolicy": _resource,
    "sessions_policy.organisationsettings": _organisation,
    "sessions_policy.trustednetwork": _network,
    "loginflows.flowassignment": _flow_assignment,
}
