"""Every policy of the organisation as one frozen value, compiled from the database once per revision."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from ipaddress import ip_network
from types import MappingProxyType
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

from . import resources as resource_registry
from .facts import AppRule, LoginHours, Network, Policy, ProfilePolicy, ResourceRule, TwoFactorDemand
from .levels import DEFAULT_COLUMNS, FIXED_COLUMNS, Level, Method, SessionPolicy
from .models import MethodLevel, OrganisationSettings, PermissionSet, PolicyRevision, Profile, ResourcePolicy, TrustedNetwork

# A change is in force in every worker within this many seconds, at one small query per worker and period.
CHECK_EVERY = 1.0

# A user whose profile is not in the book is asked for the most.
UNKNOWN_PROFILE = ProfilePolicy("unknown", Level.HIGH_ASSURANCE)

ENROLABLE = frozenset({Method.AUTHENTICATOR_APP.value})

# In plain SQL, because every step of a login asks it: building the question costs Django five times what asking it does.
_SETS_OF_A_USER = """
    SELECT held.* FROM sessions_policy_permissionset AS held
    JOIN sessions_policy_permissionset_users AS grants ON grants.permissionset_id = held.id
    WHERE grants.user_id = %s ORDER BY held.name
"""

# Profile id -> name of the login flow that runs for it. Set once by the application that owns flows.
LoginFlows = Callable[[], Mapping[int, str]]
_login_flows: LoginFlows = dict


class HasProfile(Protocol):
    """What the book needs to know of a user."""

    pk: int
    profile_id: int


class HeldSet(NamedTuple):
    """A permission set that somebody holds."""

    name: str
    two_factor_ui: bool
    two_factor_api: bool
    waive_two_factor: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """What holds for everybody. The values here are those of a book that was compiled from nothing."""

    two_factor_for_everyone: bool = False
    device_activation: bool = True
    lock_sessions_to_address: bool = False
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All policies of one revision."""

    revision: int
    columns: Mapping[str, Level]
    profiles: Mapping[int, ProfilePolicy]
    profile_two_factor: Mapping[int, TwoFactorDemand]
    resources: Mapping[str, ResourceRule]
    trusted_networks: tuple[Network, ...] = ()
    api_only_profiles: frozenset[int] = frozenset()
    # User id -> the permission sets that make them API-only. They are few, and every request asks: so no query does.
    api_only_sets: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    organisation: Organisation = Organisation()

    def now(self) -> datetime:
        """Return the time in the organisation's zone, which login hours are in."""
        return timezone.now().astimezone(self.organisation.zone)

    def resource(self, key: str) -> ResourceRule:
        """Return the rule of the resource ``key``; raises ImproperlyConfigured for one that nobody declared."""
        return self.resources.get(key) or resource_registry.find(key).default_rule()

    def policy_for(
        self,
        profile_id: int | None,
        *,
        user_id: int | None = None,
        resources: tuple[ResourceRule, ...] = (),
        app: AppRule | None = None,
        two_factor: TwoFactorDemand | None = None,
    ) -> Policy:
        """Return what holds for a person of the profile; an unknown profile asks for the most.

        With ``user_id`` it is what holds for that person: the permission sets that make somebody API-only count as well.
        """
        return Policy(
            columns=self.columns,
            profile=self.profiles.get(profile_id or 0, UNKNOWN_PROFILE),
            two_factor=two_factor or TwoFactorDemand(),
            resources=resources,
            app=app,
            trusted_networks=self.trusted_networks,
            activation=self.organisation.device_activation,
            lock_session_to_ip=self.organisation.lock_sessions_to_address,
            enrolable=ENROLABLE,
            api_only=self.api_only(profile_id, user_id),
        )

    def api_only(self, profile_id: int | None, user_id: int | None) -> tuple[str, ...]:
        """Return what makes a person an API-only user, by name: their profile, their permission sets. No query."""
        own = (self.profiles[profile_id].name,) if profile_id in self.api_only_profiles and profile_id is not None else ()
        return own + (self.api_only_sets.get(user_id, ()) if user_id is not None else ())

    def two_factor_demand(self, user: HasProfile) -> TwoFactorDemand:
        """Return who demands two factors of ``user``: their profile and their permission sets. One query."""
        return self.demand_of(user.profile_id, PermissionSet.objects.raw(_SETS_OF_A_USER, [user.pk]))

    def demand_of(self, profile_id: int, held: Iterable[HeldSet | PermissionSet]) -> TwoFactorDemand:
        """Return who demands two factors of a person of the profile who holds these permission sets, in order of name."""
        own, sets = self.profile_two_factor.get(profile_id, TwoFactorDemand()), list(held)
        return TwoFactorDemand(
            ui=own.ui + tuple(each.name for each in sets if each.two_factor_ui),
            api=own.api + tuple(each.name for each in sets if each.two_factor_api),
            organisation=self.organisation.two_factor_for_everyone,
            waived_by=tuple(each.name for each in sets if each.waive_two_factor),
        )


class _Shelf(threading.local):
    """The book of this thread, and when it was last compared with the database.

    Per thread, so that a thread never decides by a book that another one compiled inside an unfinished transaction.
    """

    book: PolicyBook | None = None
    newest: tuple[int, datetime | None] = (0, None)
    checked_at: float = 0.0


_shelf = _Shelf()


def current() -> PolicyBook:
    """Return the book in force: compiled again when a newer revision is seen, looked for at most once a second."""
    now = time.monotonic()
    if _shelf.book is not None and now - _shelf.checked_at < CHECK_EVERY:
        return _shelf.book
    # With its time, because SQLite gives the id of a revision that was rolled back to the next one.
    newest = PolicyRevision.objects.values_list("id", "at").order_by("-id").first() or (0, None)
    if _shelf.book is None or _shelf.newest != newest:
        _shelf.book, _shelf.newest = compile_book(newest[0]), newest
    _shelf.checked_at = now
    return _shelf.book


def refresh() -> None:
    """Make this thread look at the database at its next question."""
    _shelf.book = None


def register_login_flows(source: LoginFlows) -> None:
    """Name the function that tells which profile has which login flow."""
    global _login_flows  # noqa: PLW0603 - one registration, when the application starts
    _login_flows = source


def compile_book(revision: int) -> PolicyBook:
    """Return the book of what the database says now."""
    columns: dict[str, Level] = dict(DEFAULT_COLUMNS)
    columns.update({row.method: Level.from_slug(row.level) for row in MethodLevel.objects.all()})
    columns.update(FIXED_COLUMNS)
    flows = _login_flows()
    profiles = list(Profile.objects.all())
    settings = OrganisationSettings.load()
    return PolicyBook(
        revision=revision,
        columns=MappingProxyType(columns),
        profiles=MappingProxyType({p.pk: _profile_policy(p, settings, flows.get(p.pk, "")) for p in profiles}),
        profile_two_factor=MappingProxyType({p.pk: _demand_of(p) for p in profiles}),
        resources=MappingProxyType({row.key: _rule_of(row) for row in ResourcePolicy.objects.all()}),
        trusted_networks=tuple(ip_network(row.network) for row in TrustedNetwork.objects.all()),
        api_only_profiles=frozenset(p.pk for p in profiles if p.api_only),
        api_only_sets=MappingProxyType(_api_only_sets()),
        organisation=Organisation(
            settings.two_factor_for_everyone,
            settings.device_activation,
            settings.lock_sessions_to_address,
            ZoneInfo(settings.time_zone),
        ),
    )


def _profile_policy(profile: Profile, settings: OrganisationSettings, login_flow: str) -> ProfilePolicy:
    return ProfilePolicy(
        name=profile.name,
        required_level=Level.from_slug(profile.required_level),
        login_hours=LoginHours.parse(profile.login_hours) if profile.login_hours else None,
        ip_ranges=tuple(ip_network(line) for line in profile.ip_ranges.split()),
        enforce_every_request=profile.enforce_every_request,
        login_flow=login_flow,
        # R9.42, R4.21: the profile's own time-out, else the organisation's.
        idle_timeout=(profile.idle_timeout or settings.idle_timeout) * 60,
        absolute_timeout=(profile.absolute_timeout or settings.absolute_timeout) * 60,
        grace_until=profile.grace_until,
    )


def _demand_of(profile: Profile) -> TwoFactorDemand:
    return TwoFactorDemand(
        ui=(profile.name,) if profile.two_factor_ui else (), api=(profile.name,) if profile.two_factor_api else ()
    )


def _api_only_sets() -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for name, user_id in (
        PermissionSet.objects.filter(api_only=True, users__isnull=False).order_by("name").values_list("name", "users")
    ):
        found[user_id] = (*found.get(user_id, ()), name)
    return found


def _rule_of(row: ResourcePolicy) -> ResourceRule:
    label = next((str(each.label) for each in resource_registry.registered() if each.key == row.key), row.key)
    minutes = row.again_after_minutes
    return ResourceRule(row.key, label, SessionPolicy(row.action), None if minutes is None else minutes * 60)
