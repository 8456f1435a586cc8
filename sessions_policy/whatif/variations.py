"""Other situations near the one that was asked about: what was not given, given one way and another; and small changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from .. import texts
from ..facts import Facts, LoginHours, Network, Proof, in_networks
from ..levels import APPROVAL_GRANTS, Channel, Grant, Method
from ..policy_book import PolicyBook
from .questions import Question
from .situations import Situation
from .walks import Walk

# TEST-NET-3 and -2 of RFC 5737: nobody's address.
ELSEWHERE = ("203.0.113.9", "198.51.100.9")
OLD = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Variation:
    """Another situation, and how it differs, in words that follow "if"."""

    words: str
    situation: Situation


def unknowns_of(question: Question, book: PolicyBook, situation: Situation) -> list[Variation]:
    """Return the situation with each input that was not given, given one way and another."""
    found: list[Variation] = []
    profile = book.policy_for(situation.at_door.profile_id).profile
    if not question.ip:
        found += _addresses(situation, (*book.trusted_networks, *profile.ip_ranges), elsewhere=True)
    if question.at is None and profile.login_hours is not None:
        found += _times(situation, profile.login_hours)
    if question.device_known is None and situation.signs_in:
        found.append(_with(situation, _("the browser is remembered"), device_known=True))
    if question.available is None and not question.user and situation.at_door.facts.person is not None:
        found.append(_with_methods(situation, _("they have an authenticator app"), Method.AUTHENTICATOR_APP))
    if question.methods is not None and situation.at_door.facts.proofs and not any(each.age for each in question.methods):
        aged = tuple(replace(proof, at=proof.at - OLD) for proof in situation.at_door.facts.proofs)
        found.append(_with(situation, _("it was proven a day ago"), proofs=aged))
    return found


def changes_of(book: PolicyBook, situation: Situation, walked: Walk) -> list[Variation]:
    """Return small changes of what is given, smallest first: one proof more, another address, another hour, a grant."""
    facts, profile = situation.at_door.facts, book.policy_for(situation.at_door.profile_id).profile
    found = list(_proofs(facts, situation, walked))
    found += _addresses(situation, (*book.trusted_networks, *profile.ip_ranges), elsewhere=walked.end.allowed)
    if profile.login_hours is not None:
        found += _times(situation, profile.login_hours)
    if situation.signs_in and not facts.device_known:
        found.append(_with(situation, _("the browser is remembered"), device_known=True))
    if facts.channel is Channel.API_LOGIN and not facts.device_known:
        found.append(_with(situation, _("the security token was given"), device_known=True))
    if facts.grant and facts.grant not in APPROVAL_GRANTS:
        words = _("the token came by the authorization code flow, with an approval step")
        found.append(_with(situation, words, grant=Grant.AUTHORIZATION_CODE.value))
    if facts.person is not None and not facts.flow_finished and profile.login_flow:
        found.append(_with(situation, _("the login flow was finished"), flow_finished=True))
    return found


def _proofs(facts: Facts, situation: Situation, walked: Walk) -> Iterator[Variation]:
    person = facts.person
    if person is None:
        return
    offered = dict.fromkeys(method for decision in walked.decisions for method in decision.methods)
    first = () if facts.proofs else (Proof(Method.PASSWORD.value, facts.now.timestamp(), person.id),)
    for method in dict.fromkeys((*offered, *sorted(person.methods or ()))):
        proof = Proof(method, facts.now.timestamp(), person.id)
        kept = tuple(each for each in facts.proofs if each.method != method)
        words = _("%(method)s was given just now") % {"method": texts.method_name(method)}
        added = _with(situation, words, proofs=(*first, *kept, proof))
        yield Variation(added.words, added.situation)


def _addresses(situation: Situation, networks: tuple[Network, ...], *, elsewhere: bool) -> list[Variation]:
    now = situation.at_door.facts.ip
    inside = [str(network[0]) for network in dict.fromkeys(networks) if not in_networks(now, (network,))]
    outside = [ip for ip in ELSEWHERE if ip != now and not in_networks(ip, networks)][:1] if elsewhere else []
    words = _("the address is %(ip)s")
    return [_with(situation, words % {"ip": ip}, ip=ip) for ip in (*inside, *outside)]


def _times(situation: Situation, hours: LoginHours) -> list[Variation]:
    now = situation.at_door.facts.now
    found = []
    for wanted, words in ((True, _("it is within the login hours")), (False, _("it is outside the login hours"))):
        moment = _next(now, hours, wanted=wanted)
        if hours.open_at(now) != wanted and moment is not None:
            found.append(_moved(situation, f"{words} ({moment:%A %H:%M})", moment))
    return found


def _next(now: datetime, hours: LoginHours, *, wanted: bool) -> datetime | None:
    """Return the next quarter of an hour at which the hours are open, or are not; None within a week."""
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    quarters = (start + timedelta(minutes=15 * n) for n in range(1, 7 * 24 * 4))
    return next((moment for moment in quarters if hours.open_at(moment) == wanted), None)


def _moved(situation: Situation, words: str, moment: datetime) -> Variation:
    """Return the same at another time: proofs and sessions keep their age."""
    facts = situation.at_door.facts
    by = moment.timestamp() - facts.now.timestamp()
    proofs = tuple(replace(proof, at=proof.at + by) for proof in facts.proofs)
    started = None if facts.session_started is None else facts.session_started + by
    seen = None if facts.session_seen is None else facts.session_seen + by
    return _with(situation, words, now=moment, proofs=proofs, session_started=started, session_seen=seen)


def _with_methods(situation: Situation, words: str, method: str) -> Variation:
    person = situation.at_door.facts.person
    if person is None:
        return Variation(words, situation)
    return _with(situation, words, person=replace(person, methods=(person.methods or frozenset()) | {str(method)}))


def _with(situation: Situation, words: str, **facts: object) -> Variation:
    changed = replace(situation.at_door.facts, **facts)  # type: ignore[arg-type] # the fields of Facts by name
    return Variation(words, replace(situation, at_door=replace(situation.at_door, facts=changed)))
