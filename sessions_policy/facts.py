"""What the decision is taken on: frozen values that cross the border into it. Pure: no Django, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from .levels import Category, Channel, IpRelaxation, Level, Method, SessionPolicy, category_of

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that somebody has proven.

    ``at`` is seconds since the epoch, ``owner`` the id of the person whose proof it is, ``detail`` the device or the
    provider. ``level`` is set only where a rule gave this proof a level of its own (R3.8, *Raise level*); it then stands
    in place of the method's column.
    """

    method: str
    at: float
    owner: str
    detail: str = ""
    level: Level | None = None

    @property
    def category(self) -> Category:
        """The category of the proof's method."""
        return category_of(self.method)


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands at the door. ``methods`` are those that they could use now; None means nobody looked, and counts as none."""

    id: str
    active: bool = True
    frozen: bool = False
    locked: bool = False
    methods: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one attempt. ``now`` is aware, in the organisation's time zone.

    ``session_started`` and ``session_seen`` (seconds since the epoch) are when a running session began and was last used;
    ``at_login`` is true while a login is not finished, and ``enrolment_postponed`` when the person put an enrolment off in it;
    ``device_known`` when the browser is remembered or, for an API
    login, the security token was right; ``level_cap`` is the most that the proofs may count for (a token's granted acr);
    ``asked_level`` and ``asked_max_age`` (seconds) are what the request itself asks (RFC 9470).
    """

    now: datetime
    channel: Channel
    person: Person | None = None
    proofs: tuple[Proof, ...] = ()
    at_login: bool = False
    ip: str = ""
    session_ip: str = ""
    session_started: float | None = None
    session_seen: float | None = None
    enrolment_postponed: bool = False
    device_known: bool = False
    grant: str = ""
    level_cap: Level | None = None
    asked_level: Level = Level.NONE
    asked_max_age: float | None = None
    flow_finished: bool = False


@dataclass(frozen=True, slots=True)
class LoginHours:
    """When a profile may sign in: for each weekday (Monday is 0) the minutes from midnight, start included, end not."""

    days: Mapping[int, tuple[int, int]]

    @classmethod
    def parse(cls, value: Mapping[str, Iterable[str]]) -> LoginHours:
        """Return the hours that ``{"0": ["08:00", "18:00"], …}`` means; raises ValueError for what means none.

        ``24:00`` is the end of a day.
        """
        days = {}
        for day, times in value.items():
            start, end = (_minutes(each) for each in times)
            if int(day) not in range(7) or start >= end:
                raise ValueError(day)
            days[int(day)] = (start, end)
        return cls(days)

    def open_at(self, moment: datetime) -> bool:
        """Whether ``moment`` (in the organisation's zone) lies inside; a day that is not named is closed."""
        start, end = self.days.get(moment.weekday(), (0, 0))
        return start <= moment.hour * 60 + moment.minute < end


def _minutes(time: str) -> int:
    hours, _colon, minutes = time.partition(":")
    found = int(hours) * 60 + int(minutes)
    if not 0 <= found <= 24 * 60 or not 0 <= int(minutes) < 60:
        raise ValueError(time)
    return found


@dataclass(frozen=True, slots=True)
class ProfilePolicy:
    """What one profile asks. ``ip_ranges`` and ``login_hours`` left empty ask nothing.

    ``idle_timeout`` and ``absolute_timeout`` are in seconds, None for no end; before ``grace_until`` people without a method
    may put their enrolment off. ``id`` is 0 for a profile that nobody knows.
    """

    name: str
    required_level: Level = Level.NONE
    login_hours: LoginHours | None = None
    ip_ranges: tuple[Network, ...] = ()
    enforce_every_request: bool = False
    login_flow: str = ""
    idle_timeout: int | None = None
    absolute_timeout: int | None = None
    grace_until: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class TwoFactorDemand:
    """Who demands two factors of this person, by name of the source (profile, permission set, organisation).

    ``sets`` are the ids of the permission sets that the person is in, so that the demand can be made up again under others.
    """

    ui: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    organisation: bool = False
    waived_by: tuple[str, ...] = ()
    sets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """What one resource does with a session below ``level``. ``max_age`` is in seconds: raise again after so long."""

    key: str
    label: str
    action: SessionPolicy = SessionPolicy.ALLOW
    max_age: int | None = None
    level: Level = Level.HIGH_ASSURANCE

    @classmethod
    def fixed(cls, level: Level, max_age: int | None = None) -> ResourceRule:
        """Return the rule of a view whose own code names its level; no administrator changes it."""
        return cls("", "", SessionPolicy.RAISE, max_age, level)


@dataclass(frozen=True, slots=True)
class AppRule:
    """What one connected app asks: its session policy (blocked closes the app for everyone), and whose and which use it takes.

    ``admits`` is false for a person whom no administrator approved for an app that asks for that (R6.21). ``grants`` are the
    flows that the app may use, None for all of them.
    """

    name: str
    action: SessionPolicy = SessionPolicy.ALLOW
    ip_relaxation: IpRelaxation = IpRelaxation.ENFORCE
    grants: frozenset[str] | None = None
    admits: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """Every policy that holds for one attempt. ``revision`` is that of the book that it is from.

    ``api_only`` names what makes the person an API-only user (profile, permission sets); nothing where they are none.
    """

    columns: Mapping[str, Level]
    profile: ProfilePolicy
    two_factor: TwoFactorDemand = field(default_factory=TwoFactorDemand)
    resources: tuple[ResourceRule, ...] = ()
    app: AppRule | None = None
    trusted_networks: tuple[Network, ...] = ()
    activation: bool = False
    lock_session_to_ip: bool = False
    enrolable: frozenset[str] = frozenset()
    revision: int = 0
    first_enrolment: bool = False
    api_only: tuple[str, ...] = ()

    def for_first_enrolment(self) -> Policy:
        """Return this policy without the profile's level: nobody can have it before they have a method.

        SECURITY: and with a bridged session worth nothing. Who holds a token has proven nothing of the person, and whoever
        adds the first method owns the account.
        """
        columns = {**self.columns, Method.TOKEN_BRIDGE.value: Level.NONE}
        profile = replace(self.profile, required_level=Level.NONE)
        return replace(self, columns=columns, profile=profile, first_enrolment=True)


def level_of_proof(columns: Mapping[str, Level], proof: Proof) -> Level:
    """Return what one proof gives: its own level where a rule gave it one, else its column; unknown methods give nothing."""
    return columns.get(proof.method, Level.NONE) if proof.level is None else proof.level


def own_proofs(person: Person | None, proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Return the proofs that ``person`` gave; somebody else's count for nothing."""
    return tuple(proof for proof in proofs if person is not None and proof.owner == person.id)


def level_of(columns: Mapping[str, Level], proofs: Iterable[Proof], cap: Level | None = None) -> Level:
    """Derive the level of a session from its proofs (R3.6): the highest column among them, ``NONE`` without a first factor."""
    given = tuple(proofs)
    if not any(proof.category.is_first for proof in given):
        return Level.NONE
    level = max(level_of_proof(columns, proof) for proof in given)
    return level if cap is None else min(level, cap)


def in_networks(address: str, networks: Iterable[Network]) -> bool:
    """Whether ``address`` lies in one of ``networks``; an unreadable address lies in none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return any((mapped or ip) in network for network in networks)
