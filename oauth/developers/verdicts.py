"""What the policies of today mean for each grant of an app: the one decision, asked about somebody of each profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sessions_policy import policy_book, texts
from sessions_policy.decision import Decision, Outcome, decide
from sessions_policy.facts import AppRule, Facts, Person, Proof
from sessions_policy.levels import Channel, Grant, Level, Method
from sessions_policy.policy_book import PolicyBook

from ..models import ConnectedApp
from ..usage import grant_name

SOMEBODY = "somebody"
# Here the person sits in front of a browser; at the token endpoint nobody can be asked for anything.
IN_A_BROWSER = frozenset({Grant.AUTHORIZATION_CODE.value, Grant.IMPLICIT.value})
FIRST_PROOF = {Grant.JWT_BEARER.value: Method.CLIENT_ASSERTION.value}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a grant gives somebody: ``answer`` in a few words, ``why`` as a sentence where there is something to say."""

    grant: str
    name: str
    answer: str
    works: bool
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts for people of one profile."""

    profile: str
    level: Level
    level_name: str
    verdicts: tuple[Verdict, ...]


def rows(app: ConnectedApp, profiles: Iterable[int] | None = None) -> list[Row]:
    """Return a row for each profile of today, or for ``profiles`` (ids) alone. One query at most."""
    book, rule = policy_book.current(), app.rule()
    admitted = _admitted(app)
    wanted = book.profiles if profiles is None else [each for each in profiles if each in book.profiles]
    return [
        _row(book, profile, replace(rule, admits=admitted is None or profile in admitted), app.grant_types)
        for profile in sorted(wanted, key=lambda each: book.profiles[each].name)
    ]


def _admitted(app: ConnectedApp) -> set[int] | None:
    if app.permitted_users == app.PermittedUsers.SELF_AUTHORISE:
        return None
    return set(app.approved_profiles.values_list("pk", flat=True))


def _row(book: PolicyBook, profile_id: int, rule: AppRule, grants: Iterable[str]) -> Row:
    profile = book.profiles[profile_id]
    verdicts = tuple(_verdict(grant, _decide(book, profile_id, rule, grant)) for grant in grants)
    return Row(profile.name, profile.required_level, texts.level_name(profile.required_level), verdicts)


def _decide(book: PolicyBook, profile_id: int, rule: AppRule, grant: str) -> Decision:
    policy = book.policy_for(profile_id, app=rule)
    if grant == Grant.CLIENT_CREDENTIALS.value and not policy.api_only:
        # Whom an app runs as holds that right, if not by the profile then by a permission set: no app is saved without.
        policy = replace(policy, api_only=(SOMEBODY,))
    ranges, now = policy.profile.ip_ranges, book.now()
    browser = grant in IN_A_BROWSER
    proof = Proof(FIRST_PROOF.get(grant, Method.PASSWORD.value), now.timestamp(), SOMEBODY)
    facts = Facts(
        now=now,
        channel=Channel.BROWSER if browser else Channel.GRANT,
        person=Person(SOMEBODY, methods=frozenset({Method.AUTHENTICATOR_APP.value})),
        proofs=(proof,),
        ip=str(ranges[0][0]) if ranges else "",
        grant="" if browser else grant,
        level_cap=None if browser else Level.STANDARD,
        device_known=True,
        flow_finished=True,
    )
    return decide(policy, facts)


def _verdict(grant: str, decision: Decision) -> Verdict:
    name, reason = grant_name(grant), decision.reason.value
    if decision.allowed:
        return Verdict(grant, name, _("token"), works=True)
    if decision.outcome in (Outcome.VERIFY, Outcome.ENROL):
        return Verdict(grant, name, _("second factor, then token"), works=True, why=texts.for_person(decision), reason=reason)
    why = f"{texts.for_person(decision)} {texts.what_now(decision)}"
    return Verdict(grant, name, _("refused"), works=False, why=why, reason=reason)
