"""A small world for the policy's tests: words for policies and facts, so that a test reads as a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sessions_policy.decision import Decision, decide
from sessions_policy.facts import AppRule, Facts, Person, Policy, ProfilePolicy, Proof, ResourceRule, TwoFactorDemand
from sessions_policy.levels import DEFAULT_COLUMNS, FIXED_COLUMNS, Channel, Level, SessionPolicy

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
SARA = "7"
STANDARD, HIGH = Level.STANDARD, Level.HIGH_ASSURANCE
APP = "authenticator_app"
ENROLABLE = frozenset({APP})

NO_PROFILE_POLICY = ProfilePolicy("Standard User")
HIGH_PROFILE = ProfilePolicy("Assured User", HIGH)
UI_PERMISSION = TwoFactorDemand(ui=("Strict",))
API_PERMISSION = TwoFactorDemand(ui=("Strict",), api=("Strict",))


def proof(method: str, *, ago: float = 0, owner: str = SARA, level: Level | None = None) -> Proof:
    """Return a proof by ``method``, given ``ago`` seconds before noon."""
    return Proof(method, NOON.timestamp() - ago, owner, level=level)


def policy(profile: ProfilePolicy = NO_PROFILE_POLICY, **changes: Any) -> Policy:
    """Return a policy; ``columns`` are the methods that were moved."""
    moved = changes.pop("columns", {})
    changes.setdefault("enrolable", ENROLABLE)
    return Policy(columns={**DEFAULT_COLUMNS, **moved, **FIXED_COLUMNS}, profile=profile, **changes)


def sara(*methods: str, **changes: Any) -> Person:
    """Return Sara, who could use ``methods``."""
    return Person(SARA, methods=frozenset(methods or ("password", APP)), **changes)


def browser(*given: str | Proof, person: Person | None = None, **changes: Any) -> Facts:
    """Return the facts of a running browser session of Sara with the proofs ``given``."""
    proofs = tuple(each if isinstance(each, Proof) else proof(each) for each in given)
    changes.setdefault("channel", Channel.BROWSER)
    return Facts(now=NOON, person=person or sara(), proofs=proofs, **changes)


def login(*given: str | Proof, **changes: Any) -> Facts:
    """Return the facts of a browser login of Sara that is not finished."""
    return browser(*given, at_login=True, **changes)


def resource(action: str, *, max_age: int | None = None) -> tuple[ResourceRule, ...]:
    """Return the resource "Reports" with ``action``."""
    return (ResourceRule("reports", "Reports", SessionPolicy(action), max_age),)


def app(action: str, **values: Any) -> AppRule:
    """Return the connected app "Vault" with ``action``."""
    return AppRule("Vault", SessionPolicy(action), **values)


def said(decision: Decision) -> str:
    """Return a decision as the words of the tables: ``allow standard``, ``verify level.profile`` …"""
    if decision.allowed:
        return f"allow {decision.level.slug}"
    return f"{decision.outcome.value} {decision.reason.value}"


def answer(with_policy: Policy, facts: Facts) -> str:
    """Decide, and say what came out."""
    return said(decide(with_policy, facts))
