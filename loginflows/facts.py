"""What a run is told of the world, read from the request and the database (R8.17, R8.20). Only what is asked for is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts import histories, remembered_browsers
from accounts.devices import recovery_code
from accounts.models import LoginRecord, User
from accounts.models.histories import LoginStatus
from accounts.pending import PendingLogin
from sessions_policy import gate, policy_book
from sessions_policy.client_address import client_address
from sessions_policy.facts import in_networks, level_of, own_proofs
from sessions_policy.levels import ENROLLED_METHODS, SSO_PREFIX, Method, category_of

from . import sessions
from .conditions import SUBJECTS, TRUSTED, UNTRUSTED, WEEKDAYS
from .inputs import Inputs
from .models import AcceptedTerms, FlowSecret, UserAttributeValue

# The first that is named in a browser's own words wins: Android calls itself Linux too, and an iPhone "like Mac OS X".
PLATFORM_WORDS = (
    ("android", ("android",)),
    ("ios", ("iphone", "ipad", "ipod")),
    ("windows", ("windows",)),
    ("macos", ("mac os", "macintosh")),
    ("linux", ("linux", "x11", "cros")),
)
# Subjects that no builder offers, but elements ask.
HAS_ENROLLED = "methods.has_enrolled"


def platform_of(user_agent: str) -> str:
    """Return the platform that a browser says it runs on."""
    words = user_agent.lower()
    return next((name for name, marks in PLATFORM_WORDS if any(mark in words for mark in marks)), "other")


def login_type(method: str) -> str:
    """Return the kind of a login by its first method."""
    if method.startswith(SSO_PREFIX):
        return "sso"
    return method if method in ("password", "passkey", "temporary_code") else "other"


class Facts(Mapping[str, Any]):
    """The value of each subject, read when it is asked for and then kept."""

    def __init__(self, request: HttpRequest, pending: PendingLogin) -> None:
        self.request = request
        self.pending = pending
        self.user: User = pending.user
        self.now = policy_book.current().now()
        self._known: dict[str, Any] = {}

    def __getitem__(self, subject: str) -> Any:
        if subject not in self._known:
            self._known[subject] = READERS[subject](self)
        return self._known[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(READERS)

    def __len__(self) -> int:
        return len(READERS)

    @cached_property
    def user_agent(self) -> str:
        """What the browser calls itself."""
        return histories.user_agent(self.request)

    @cached_property
    def ip(self) -> str:
        """Where the request comes from."""
        return client_address(self.request)

    @cached_property
    def usable(self) -> frozenset[str]:
        """The methods that the person could use now."""
        return self.user.usable_methods()

    @cached_property
    def last_login(self) -> datetime | None:
        """When the person signed in before, in the organisation's time zone."""
        logins = LoginRecord.objects.filter(user=self.user, status=LoginStatus.SUCCESS, channel="browser")
        at = logins.values_list("at", flat=True).order_by("-at").first()
        return at.astimezone(self.now.tzinfo) if at is not None else None

    @cached_property
    def policy(self) -> Any:
        """The policies that hold for the person."""
        return policy_book.current().policy_for(self.user.profile_id)

    @cached_property
    def own(self) -> tuple[Any, ...]:
        """The proofs that the person gave in this login."""
        person = gate.person_of(self.user)
        return own_proofs(person, self.pending.proofs)

    def is_first(self, since: Callable[[datetime], tuple[int, ...]]) -> bool:
        """Whether this is the first login of a span of time, which ``since`` names."""
        return self.last_login is None or since(self.last_login) != since(self.now)


def _first_method(facts: Facts) -> str:
    return facts.own[0].method if facts.own else ""


def _in_ranges(facts: Facts) -> bool:
    # R8.26: no range at all allows every address.
    ranges = facts.policy.profile.ip_ranges
    return not ranges or in_networks(facts.ip, ranges)


def _within_hours(facts: Facts) -> bool:
    hours = facts.policy.profile.login_hours
    return hours is None or hours.open_at(facts.now)


def _app(facts: Facts) -> str:
    if not settings.APP_OF_RETURN_PATH or not facts.pending.next:
        return ""
    return str(import_string(settings.APP_OF_RETURN_PATH)(facts.pending.next))


def _days_since(facts: Facts, moment: datetime | None) -> int | None:
    return None if moment is None else (facts.now.date() - moment.astimezone(facts.now.tzinfo).date()).days


READERS: dict[str, Callable[[Facts], Any]] = {
    "login.type": lambda facts: login_type(_first_method(facts)),
    "login.method": _first_method,
    "login.ip": lambda facts: facts.ip,
    # R8.25: where no network is trusted, none is.
    "login.network": lambda facts: TRUSTED if in_networks(facts.ip, facts.policy.trusted_networks) else UNTRUSTED,
    "login.in_profile_ranges": _in_ranges,
    "login.user_agent": lambda facts: facts.user_agent,
    "login.platform": lambda facts: platform_of(facts.user_agent),
    "login.app": _app,
    "login.session_level": lambda facts: level_of(facts.policy.columns, facts.own).slug,
    "login.second_factor": lambda facts: any(category_of(proof.method).is_second for proof in facts.own),
    "login.first_ever": lambda facts: facts.last_login is None,
    "login.first_today": lambda facts: facts.is_first(lambda at: (at.year, at.month, at.day)),
    "login.first_this_month": lambda facts: facts.is_first(lambda at: (at.year, at.month)),
    "login.first_this_year": lambda facts: facts.is_first(lambda at: (at.year,)),
    "login.days_since_last": lambda facts: _days_since(facts, facts.last_login),
    "user.id": lambda facts: str(facts.user.pk),
    "user.username": lambda facts: facts.user.get_username(),
    "user.email": lambda facts: facts.user.email,
    "user.first_name": lambda facts: facts.user.first_name,
    "user.last_name": lambda facts: facts.user.last_name,
    "user.is_staff": lambda facts: facts.user.is_staff,
    "user.days_since_joined": lambda facts: _days_since(facts, facts.user.date_joined),
    "profile.name": lambda facts: facts.policy.profile.name,
    "profile.required_level": lambda facts: facts.policy.profile.required_level.slug,
    "time.weekday": lambda facts: WEEKDAYS[facts.now.weekday()],
    "time.hour": lambda facts: facts.now.hour,
    "time.date": lambda facts: facts.now.date().isoformat(),
    "time.within_login_hours": _within_hours,
    "device.remembered": lambda facts: remembered_browsers.is_known(facts.request, facts.user),
    "sessions.count": lambda facts: sessions.running(facts.user, facts.policy.profile, facts.now).count(),
    "methods.has_authenticator": lambda facts: Method.AUTHENTICATOR_APP.value in facts.usable,
    "methods.has_recovery_codes": lambda facts: Method.RECOVERY_CODE.value in facts.usable,
    "methods.has_second_factor": lambda facts: any(category_of(method).is_second for method in facts.usable),
    "methods.recovery_codes_left": lambda facts: recovery_code.remaining(facts.user),
    HAS_ENROLLED: lambda facts: bool(facts.usable & ENROLLED_METHODS),
}
assert set(SUBJECTS) <= set(READERS)


class _Attributes(Mapping[str, str]):
    """The person's attributes, read once when one is asked for."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def _values(self) -> dict[str, str]:
        rows = UserAttributeValue.objects.filter(user=self.user)
        return dict(rows.values_list("attribute__name", "value"))

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def inputs_of(request: HttpRequest, pending: PendingLogin, kinds: frozenset[str]) -> Inputs:
    """Return the inputs of a run in ``pending``. ``kinds`` are those of its flow: what no element asks is not read."""
    facts = Facts(request, pending)
    asks_methods = kinds & {"verify", "choose_method", "enrol", "recovery_codes"}
    accepted = AcceptedTerms.objects.filter(user=pending.user).exclude(document="") if "terms" in kinds else ()
    secrets = FlowSecret.objects.filter(user=pending.user).values_list("name", flat=True) if "totp_check" in kinds else ()
    return Inputs(
        values=facts,
        now=facts.now.timestamp(),
        methods=facts.usable if asks_methods else frozenset(),
        attributes=_Attributes(pending.user),
        accepted=frozenset(f"{row.document}@{row.terms_version}" for row in accepted),
        kept_secrets=frozenset(secrets),
    )
