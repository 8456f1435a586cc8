"""Whether tokens that live would work at the API: the one decision, asked for each group of them that differs in nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from sessions_policy.decision import decide
from sessions_policy.facts import AppRule, Facts, Person, Proof
from sessions_policy.levels import Channel, Level, Method
from sessions_policy.policy_book import PolicyBook

from . import usage
from .models import ConnectedApp

SOMEBODY = "somebody"


def judge(book: PolicyBook, **which: Any) -> Counter[tuple[str, bool]]:
    """Return how many live tokens there are of each grant, told apart by whether ``book`` and the apps let them work."""
    found: Counter[tuple[str, bool]] = Counter()
    apps = {app.pk: app for app in ConnectedApp.objects.all()}
    for tokens in usage.live(**which):
        for row in _grouped(tokens).annotate(n=Count("pk")):
            app = apps.get(row["application_id"])
            rule = None if app is None else _rule(app, approved=row["approved"])
            works = decide_about(book, row["user__profile_id"], rule, row["flow"])
            found[usage.grant_name(row["flow"]), works] += row["n"]
    return found


def decide_about(book: PolicyBook, profile_id: int | None, app: AppRule | None, flow: str) -> bool:
    """Whether a token that came by ``flow`` works for somebody of the profile, from one of its networks."""
    policy = book.policy_for(profile_id, app=app)
    ranges = policy.profile.ip_ranges
    facts = Facts(
        now=book.now(),
        channel=Channel.TOKEN,
        person=Person(SOMEBODY),
        proofs=(Proof(Method.PASSWORD.value, book.now().timestamp(), SOMEBODY),),
        ip=str(ranges[0][0]) if ranges else "",
        grant=flow,
        level_cap=Level.STANDARD,
    )
    return decide(policy, facts).allowed


def _rule(app: ConnectedApp, *, approved: bool) -> AppRule:
    rule = app.rule()
    if app.permitted_users == app.PermittedUsers.SELF_AUTHORISE:
        return rule
    return replace(rule, admits=approved)


def _grouped(tokens: QuerySet[Any]) -> QuerySet[Any]:
    approved = Q(pk__in=_approved(tokens))
    told: QuerySet[Any] = tokens.annotate(approved=ExpressionWrapper(approved, output_field=BooleanField()))
    grouped: QuerySet[Any] = told.values("application_id", "flow", "user__profile_id", "approved")
    return grouped


def _approved(tokens: QuerySet[Any]) -> QuerySet[Any]:
    """Return the keys of the tokens whose owners an administrator approved for their app, where that matters."""
    own_profile = Q(application__approved_profiles=F("user__profile_id"))
    own_set = Q(application__approved_permission_sets=F("user__permission_sets"))
    asking = tokens.filter(application__permitted_users=ConnectedApp.PermittedUsers.ADMIN_APPROVED)
    return asking.filter(own_profile | own_set).values("pk")
