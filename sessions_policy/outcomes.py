"""The words of an answer: outcomes, reasons, findings, and the decision itself. Pure: no Django, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .facts import Facts, Policy
from .levels import Level


class Outcome(StrEnum):
    """What a door has to do."""

    ALLOW = "allow"
    LOG_IN = "log_in"
    VERIFY = "verify"
    ENROL = "enrol"
    RUN_FLOW = "run_flow"
    DENY = "deny"


class Reason(StrEnum):
    """Why, as a stable code: used by pages, APIs, histories, docs and tests alike."""

    ALLOWED = "allowed"
    ACCOUNT_INACTIVE = "account.inactive"
    ACCOUNT_FROZEN = "account.frozen"
    ACCOUNT_LOCKED = "account.locked"
    HOURS_OUTSIDE = "hours.outside"
    NETWORK_OUTSIDE = "network.outside_ranges"
    NETWORK_CHANGED = "network.session_address_changed"
    NOT_SIGNED_IN = "login.no_first_factor"
    LOGIN_API_ONLY = "login.api_only"
    SESSION_IDLE = "session.idle"
    SESSION_OLD = "session.too_old"
    APP_BLOCKED = "app.blocked"
    APP_NOT_APPROVED = "app.not_approved"
    APP_GRANT = "app.grant_switched_off"
    GRANT_PROFILE = "grant.no_approval_step.profile"
    GRANT_APP = "grant.no_approval_step.app"
    GRANT_RESOURCE = "grant.no_approval_step.resource"
    GRANT_TWO_FACTOR = "grant.no_approval_step.two_factor"
    GRANT_RUN_AS = "grant.run_as_not_api_only"
    TWO_FACTOR_UI = "two_factor.ui"
    TWO_FACTOR_API = "two_factor.api"
    DEVICE_UNKNOWN = "activation.unknown_device"
    SECURITY_TOKEN = "activation.security_token"  # noqa: S105 - the name of a reason
    LEVEL_PROFILE = "level.profile"
    LEVEL_BRIDGE = "level.token_bridge"
    LEVEL_APP = "level.app"
    LEVEL_RESOURCE = "level.resource"
    LEVEL_ASKED = "level.asked"
    LEVEL_UNREACHABLE = "level.unreachable"
    RESOURCE_BLOCKED = "resource.blocked"
    PROOF_OLD_RESOURCE = "freshness.resource"
    PROOF_OLD_ASKED = "freshness.asked"
    RIGHT_MISSING = "right.missing"
    FLOW_UNFINISHED = "flow.unfinished"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A level that something asks for: ``source`` is the kind of policy, ``name`` which one, in words."""

    source: str
    name: str
    level: Level
    max_age: float | None = None
    block: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said. ``outcome`` is set only when the rule is the answer."""

    verdict: str
    outcome: Outcome | None = None
    reason: Reason | None = None
    requirement: Requirement | None = None
    methods: tuple[str, ...] = ()
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: the rule, the sentence that it enforces, and what it said."""

    rule: str
    sentence: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: what to do, why, at which level the session is, what was asked, which methods would satisfy it.

    ``policy`` and ``facts`` are what it was taken on, so that whoever has the answer can explain it and take it again.
    """

    outcome: Outcome
    reason: Reason
    level: Level
    requirement: Requirement | None = None
    methods: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    policy: Policy | None = field(default=None, compare=False, repr=False)
    facts: Facts | None = field(default=None, compare=False, repr=False)

    @property
    def allowed(self) -> bool:
        """Whether the door opens."""
        return self.outcome is Outcome.ALLOW
