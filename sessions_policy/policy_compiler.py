"""From the values of stored policies to one frozen book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

from . import modes
from . import resources as resource_registry
from .facts import AppRule, LoginHours, Network, Policy, ProfilePolicy, ResourceRule, TwoFactorDemand
from .levels import DEFAULT_COLUMNS, FIXED_COLUMNS, Level, Method, SessionPolicy
from .models import OrganisationSettings, PermissionSet
from .modes import Values
from .policy_tables import Tables

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
LoginFlows = Callable[[Tables], Mapping[int, str]]
# Name -> rule of each connected app. Set once by the application that owns apps.
Apps = Callable[[Tables], Mapping[str, AppRule]]
# Whether an app (by name) is open to somebody of a profile (by id), who may be a known user (by id).
Admits = Callable[[str, int, int | None], bool]


class HasProfile(Protocol):
    """What the book needs to know of a user."""

    pk: int
    profile_id: int


class HeldSet(NamedTuple):
    """A permission set that somebody holds, with what of it is in force."""

    name: str
    two_factor_ui: bool = False
    two_factor_api: bool = False
    waive_two_factor: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Organisation:
    """What holds for everybody. ``sample_allowed`` is how many of a hundred plain allows are written down."""

    two_factor_for_everyone: bool = False
    device_activation: bool = True
    lock_sessions_to_address: bool = False
    zone: tzinfo = UTC
    sample_allowed: int = 0


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All policies of one revision.

    ``report_only`` is the same book with what is only watched as on; None where nothing is.
    """

    revision: int
    columns: Mapping[str, Level]
    profiles: Mapping[int, ProfilePolicy]
    profile_two_factor: Mapping[int, TwoFactorDemand]
    resources: Mapping[str, ResourceRule]
    trusted_networks: tuple[Network, ...] = ()
    organisation: Organisation = Organisation()
    api_only_profiles: frozenset[int] = frozenset()
    # User id -> the permission sets that make them API-only. They are few, and every request asks: so no query does.
    api_only_sets: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    permission_sets: Mapping[int, HeldSet] = field(default_factory=dict)
    apps: Mapping[str, AppRule] = field(default_factory=dict)
    report_only: PolicyBook | None = None

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
            revision=self.revision,
            api_only=self.api_only(profile_id, user_id),
        )

    def api_only(self, profile_id: int | None, user_id: int | None) -> tuple[str, ...]:
        """Return what makes a person an API-only user, by name: their profile, their permission sets. No query."""
        own = (self.profiles[profile_id].name,) if profile_id in self.api_only_profiles and profile_id is not None else ()
        return own + (self.api_only_sets.get(user_id, ()) if user_id is not None else ())

    def two_factor_demand(self, user: HasProfile) -> TwoFactorDemand:
        """Return who demands two factors of ``user``: their profile and their permission sets. One query."""
        rows = PermissionSet.objects.raw(_SETS_OF_A_USER, [user.pk])
        return self.demand_of(user.profile_id, [_held_set(row.pk, _values_of(row)) for row in rows])

    def demand_of_sets(self, profile_id: int, sets: Iterable[int]) -> TwoFactorDemand:
        """Return who demands two factors of somebody of the profile in the permission sets with the ids ``sets``."""
        return self.demand_of(profile_id, [self.permission_sets[each] for each in sets if each in self.permission_sets])

    def demand_of(self, profile_id: int, held: Iterable[HeldSet]) -> TwoFactorDemand:
        """Return who demands two factors of a person of the profile who holds these permission sets, in order of name."""
        own, sets = self.profile_two_factor.get(profile_id, TwoFactorDemand()), list(held)
        return TwoFactorDemand(
            ui=own.ui + tuple(each.name for each in sets if each.two_factor_ui),
            api=own.api + tuple(each.name for each in sets if each.two_factor_api),
            organisation=self.organisation.two_factor_for_everyone,
            waived_by=tuple(each.name for each in sets if each.waive_two_factor),
            sets=tuple(each.id for each in sets),
        )


@dataclass(slots=True)
class _Sources:
    """What the applications above this one add to a book."""

    login_flows: LoginFlows = lambda _tables: {}
    apps: Apps = lambda _tables: {}
    admits: Admits = lambda _app, _profile, _user: True


_sources = _Sources()


def register_login_flows(source: LoginFlows) -> None:
    """Name the function that tells which profile has which login flow."""
    _sources.login_flows = source


def register_apps(source: Apps, admits: Admits) -> None:
    """Name the functions that tell which connected app has which rule, and whom it admits."""
    _sources.apps, _sources.admits = source, admits


def app_admits(app: str, profile_id: int, user_id: int | None) -> bool:
    """Whether ``app`` is open to somebody of the profile, or to a user, as things stand."""
    return _sources.admits(app, profile_id, user_id)


def compile_tables(revision: int, tables: Tables) -> PolicyBook:
    """Return the book of ``tables``."""
    book = _compile(revision, _in_force(tables))
    watched = any(modes.is_watched(kind, values) for kind, rows in tables.items() for values in rows.values())
    return replace(book, report_only=_compile(revision, _in_force(tables, with_report_only=True))) if watched else book


def _in_force(tables: Tables, *, with_report_only: bool = False) -> Tables:
    return {
        kind: {
            key: found
            for key, values in rows.items()
            if (found := modes.in_force(kind, values, with_report_only=with_report_only)) is not None
        }
        for kind, rows in tables.items()
    }


def _compile(revision: int, tables: Tables) -> PolicyBook:
    columns: dict[str, Level] = dict(DEFAULT_COLUMNS)
    columns.update({row["method"]: Level.from_slug(row["level"]) for row in tables["sessions_policy.methodlevel"].values()})
    columns.update(FIXED_COLUMNS)
    settings = {**_DEFAULT_SETTINGS, **tables["sessions_policy.organisationsettings"].get("1", {})}
    profiles = {_id(key): row for key, row in tables["sessions_policy.profile"].items()}
    sets = {_id(key): _held_set(_id(key), row) for key, row in tables["sessions_policy.permissionset"].items()}
    flows = _sources.login_flows(tables)
    return PolicyBook(
        revision=revision,
        columns=MappingProxyType(columns),
        profiles=MappingProxyType({pk: _profile_policy(pk, row, settings, flows) for pk, row in profiles.items()}),
        profile_two_factor=MappingProxyType({pk: _demand_of(row) for pk, row in profiles.items()}),
        resources=MappingProxyType({r["key"]: _rule_of(r) for r in tables["sessions_policy.resourcepolicy"].values()}),
        trusted_networks=tuple(ip_network(row["network"]) for row in tables["sessions_policy.trustednetwork"].values()),
        organisation=Organisation(
            settings["two_factor_for_everyone"],
            settings["device_activation"],
            settings["lock_sessions_to_address"],
            ZoneInfo(settings["time_zone"]),
            settings["sample_allowed"],
        ),
        api_only_profiles=frozenset(pk for pk, row in profiles.items() if row.get("api_only")),
        api_only_sets=MappingProxyType(_api_only_sets(tables["sessions_policy.permissionset"])),
        permission_sets=MappingProxyType(sets),
        apps=MappingProxyType(dict(_sources.apps(tables))),
    )


_DEFAULT_SETTINGS: Values = {field.name: field.get_default() for field in OrganisationSettings._meta.concrete_fields}


# The id of a policy that was not saved yet; nobody has it.
NEW_ID = -1


def _id(key: str) -> int:
    return int(key) if key.isdigit() else NEW_ID


def _profile_policy(pk: int, row: Values, settings: Values, flows: Mapping[int, str]) -> ProfilePolicy:
    return ProfilePolicy(
        name=row["name"],
        required_level=Level.from_slug(row["required_level"]),
        login_hours=LoginHours.parse(row["login_hours"]) if row["login_hours"] else None,
        ip_ranges=tuple(ip_network(line) for line in row["ip_ranges"].split()),
        enforce_every_request=row["enforce_every_request"],
        login_flow=flows.get(pk, ""),
        # R9.42, R4.21: the profile's own time-out, else the organisation's.
        idle_timeout=(row["idle_timeout"] or settings["idle_timeout"]) * 60,
        absolute_timeout=(row["absolute_timeout"] or settings["absolute_timeout"]) * 60,
        grace_until=_date(row["grace_until"]),
        id=pk,
    )


def _date(value: Any) -> date | None:
    # Revisions keep dates as text.
    return date.fromisoformat(value) if isinstance(value, str) else value


def _demand_of(row: Values) -> TwoFactorDemand:
    ui, api = row["two_factor_ui"], row["two_factor_api"]
    return TwoFactorDemand(ui=(row["name"],) if ui else (), api=(row["name"],) if api else ())


def _values_of(row: PermissionSet) -> Values:
    names = ("name", "two_factor_ui", "two_factor_api", "two_factor_mode", "waive_two_factor")
    values = {name: getattr(row, name) for name in names}
    return modes.in_force("sessions_policy.permissionset", values) or values


def _held_set(pk: int, row: Values) -> HeldSet:
    return HeldSet(row["name"], row["two_factor_ui"], row["two_factor_api"], row["waive_two_factor"], pk)


def _api_only_sets(rows: Mapping[str, Values]) -> dict[int, tuple[str, ...]]:
    """Return who is in the permission sets that make people API-only: as things stand, whatever the book's revision."""
    names = {_id(key): row["name"] for key, row in rows.items() if row.get("api_only")}
    found: dict[int, tuple[str, ...]] = {}
    if names:
        held = PermissionSet.users.through._default_manager.filter(permissionset_id__in=names)
        for set_id, user_id in held.order_by("permissionset__name").values_list("permissionset_id", "user_id"):
            found[user_id] = (*found.get(user_id, ()), names[set_id])
    return found


def _rule_of(row: Values) -> ResourceRule:
    label = next((str(each.label) for each in resource_registry.registered() if each.key == row["key"]), row["key"])
    minutes = row["again_after_minutes"]
    return ResourceRule(row["key"], label, SessionPolicy(row["action"]), None if minutes is None else minutes * 60)
