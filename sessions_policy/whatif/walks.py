"""The way that a person would go: after each challenge the proof is given, and the decision is asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from .. import texts
from ..decision import Decision, Outcome
from ..facts import Facts, Proof
from ..levels import Channel, Level, Method
from ..policy_book import PolicyBook
from ..recorded import Recorded, decide_recorded
from .situations import Situation

_MOST_FIRST = (Outcome.DENY, Outcome.ENROL, Outcome.VERIFY, Outcome.RUN_FLOW, Outcome.LOG_IN, Outcome.ALLOW)
# More screens than any set of policies asks for: a walk that is longer goes in circles.
LONGEST = 12


@dataclass(frozen=True, slots=True)
class Screen:
    """One page that the person sees: a stable name, and what it is in words. ``reason`` is why it comes."""

    name: str
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """The screens in their order, and the decision behind each that asked for something; the last one is how it ends."""

    screens: tuple[Screen, ...]
    decisions: tuple[Decision, ...]

    @property
    def end(self) -> Decision:
        """The decision that the way ended with."""
        return self.decisions[-1]

    @property
    def deciding(self) -> Decision:
        """The decision that the answer is about: of those on the way the one that asks for the most, the first of its kind."""
        return min(self.decisions, key=lambda each: _MOST_FIRST.index(each.outcome))


def walk(book: PolicyBook, situation: Situation) -> Walk:
    """Return the way through the login pages, where there is one, and through the door."""
    screens: list[Screen] = []
    decisions: list[Decision] = []
    door = situation.at_door
    if situation.signs_in:
        screens.append(Screen("login", _("Sign in")))
        login = replace(door, facts=_signing_in(door), resources=(), fixed=(), app=None)
        passed = _pass(book, login, screens, decisions)
        if passed is None:
            return Walk(tuple(screens), tuple(decisions))
        door = replace(door, facts=replace(passed.facts, at_login=False, asked_level=door.facts.asked_level))
        door = replace(door, facts=replace(door.facts, asked_max_age=situation.at_door.facts.asked_max_age))
    if _pass(book, door, screens, decisions) is not None:
        screens.append(Screen("target", _("What they asked for")))
    return Walk(tuple(screens), tuple(decisions))


def _signing_in(door: Recorded) -> Facts:
    """Return the facts of the login: a password unless something was given, and nothing that the target asks."""
    facts, person = door.facts, door.facts.person
    proofs = facts.proofs
    if not proofs and person is not None:
        proofs = (Proof(Method.PASSWORD.value, facts.now.timestamp(), person.id),)
    alone = replace(facts, asked_level=Level.NONE, asked_max_age=None, session_started=None, session_seen=None)
    return replace(alone, at_login=True, proofs=proofs)


def _pass(book: PolicyBook, at: Recorded, screens: list[Screen], decisions: list[Decision]) -> Recorded | None:
    """Go on from ``at`` until it opens, and return how it then is; None where the way ends."""
    for _n in range(LONGEST):
        decision = decide_recorded(book, at)
        decisions.append(decision)
        if decision.allowed:
            return at
        going_on = _after(at, decision, screens)
        if going_on is None:
            return None
        at = going_on
    return None


def _after(at: Recorded, decision: Decision, screens: list[Screen]) -> Recorded | None:
    """Return how it is after the screen that ``decision`` leads to; None where nothing on it leads on."""
    reason, facts = decision.reason.value, at.facts
    if facts.channel is not Channel.BROWSER:
        # A program is told; nothing is shown to anybody.
        return None
    if decision.outcome is Outcome.VERIFY and decision.methods:
        method = _usual(decision.methods)
        words = _("Confirm it is you: %(method)s") % {"method": texts.method_name(method)}
        activation = method == Method.ACTIVATION
        name = "activate" if activation else "verify" if facts.at_login else "step-up"
        screens.append(Screen(name, _("Confirm this browser by a code from an e-mail") if activation else words, reason))
        return _with_proof(at, method)
    if decision.outcome is Outcome.ENROL and decision.methods:
        method = _usual(decision.methods)
        screens.append(Screen("enrol", _("Set up: %(method)s") % {"method": texts.method_name(method)}, reason))
        screens.append(Screen("recovery-codes", _("Save your recovery codes")))
        return _with_proof(at, method, enrolled=True)
    if decision.outcome is Outcome.RUN_FLOW:
        flow = decision.policy.profile.login_flow if decision.policy else ""
        screens.append(Screen("flow", _("Login flow: %(name)s") % {"name": flow}, reason))
        return replace(at, facts=replace(facts, flow_finished=True))
    name = "login" if decision.outcome is Outcome.LOG_IN else "refused"
    screens.append(Screen(name, _("Sign in") if name == "login" else texts.for_person(decision), reason))
    return None


def _usual(methods: tuple[str, ...]) -> str:
    """Return the method that the page offers first."""
    return Method.AUTHENTICATOR_APP.value if Method.AUTHENTICATOR_APP in methods else methods[0]


def _with_proof(at: Recorded, method: str, *, enrolled: bool = False) -> Recorded:
    facts, person = at.facts, at.facts.person
    if person is None:
        return at
    kept = tuple(proof for proof in facts.proofs if proof.method != method)
    if enrolled:
        person = replace(person, methods=(person.methods or frozenset()) | {method})
    proof = Proof(method, facts.now.timestamp(), person.id)
    return replace(at, facts=replace(facts, person=person, proofs=(*kept, proof)))
