"""People of the product: a profile, a password, and an authenticator app. Machines on this network need no activation."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from django.utils import timezone

from accounts.models import AuthenticatorDevice, User
from benchmarks.browser import Application, Browser, UnexpectedAnswer, expect
from benchmarks.operations import OPERATIONS as SHARED
from benchmarks.operations import PAGE, Arm, Login, Operation
from benchmarks.product.flows import RunFlow, ValidateFlow
from sessions_policy import policy_book
from sessions_policy.decision import Outcome, decide
from sessions_policy.facts import Facts, Policy, Proof, ResourceRule
from sessions_policy.facts import Person as PersonFacts
from sessions_policy.levels import Channel, Level, Method
from sessions_policy.models import Profile, TrustedNetwork

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people in a database that is thrown away
ASSURED_PAGE = "/assured/"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a password and an authenticator app."""

    name: str
    app: pyotp.TOTP
    # Whether the profile asks for High Assurance at login.
    assured: bool


def create_person(name: str, *, assured: bool | None = None) -> Person:
    """Make somebody. Those who sign in as a measured thing have to give both factors, the others come for a page."""
    assured = name.startswith("login") if assured is None else assured
    TrustedNetwork.objects.get_or_create(network="127.0.0.0/8", defaults={"name": "This machine"})
    level = Level.HIGH_ASSURANCE if assured else Level.NONE
    profile, _made = Profile.objects.get_or_create(name=level.slug, defaults={"required_level": level.slug})
    user = User.objects.create_user(name, password=PASSWORD, profile=profile)
    device = AuthenticatorDevice(user=user, name="Phone", confirmed=True)
    device.secret = pyotp.random_base32()
    device.save()
    policy_book.refresh()
    return Person(name, pyotp.TOTP(device.secret), assured)


def renew(person: Person) -> None:
    """Forget which codes were used, so that the code of now works again."""
    AuthenticatorDevice.objects.filter(user__username=person.name).update(last_step=0)


def sign_in(browser: Browser, person: Person) -> None:
    """Form, password, code where it is asked for, page."""
    expect(browser.get("/login/?next=" + PAGE))
    answer = browser.post("/login/", username=person.name, password=PASSWORD, next=PAGE)
    if person.assured:
        expect(answer)
        answer = browser.post("/login/verify/", code=person.app.at(timezone.now()))
    expect(browser.follow(answer), body=person.name)


class StepUp(Operation):
    """A Standard session is raised: the step-up's form, the code, and the page that it was kept from."""

    person: Person

    def prepare(self) -> None:
        """Take a new session at Standard, and a code that was not used."""
        self.browser = Browser(self.application)
        renew(self.person)
        sign_in(self.browser, self.person)
        self.address = expect(self.browser.get(ASSURED_PAGE), status=302).location
        self.browser.requests = self.browser.redirects = 0

    def run(self) -> None:
        """Raise the session."""
        expect(self.browser.get(self.address))
        code = self.person.app.at(timezone.now())
        answer = self.browser.post(self.address, code=code)
        expect(self.browser.follow(answer), body=self.person.name)


class UnknownName(Login):
    """A password for a name that nobody has, with the hash that Django prefers."""

    hasher = "django.contrib.auth.hashers.PBKDF2PasswordHasher"

    def prepare(self) -> None:
        """Take a new browser, on the form."""
        super().prepare()
        expect(self.browser.get("/login/"))

    def run(self) -> None:
        """Be refused."""
        expect(self.browser.post("/login/", username="nobody", password=PASSWORD), status=403)


class DecideAllow(Operation):
    """:func:`decide` alone, for a page of a Standard session: the answer of nearly every request."""

    repeats = 1000
    outcome = Outcome.ALLOW
    rules: tuple[ResourceRule, ...] = ()

    def __init__(self, arm: Arm, application: Application) -> None:
        super().__init__(arm, application)
        user = User.objects.get(username=self.person.name)
        book = policy_book.current()
        self.policy: Policy = book.policy_for(user.profile_id, resources=self.rules)
        now = book.now()
        self.facts = Facts(
            now=now,
            channel=Channel.BROWSER,
            person=PersonFacts(str(user.pk), methods=user.usable_methods()),
            proofs=(Proof(Method.PASSWORD.value, now.timestamp(), str(user.pk)),),
            ip="127.0.0.1",
            session_ip="127.0.0.1",
            session_started=now.timestamp(),
            session_seen=now.timestamp(),
        )

    def run(self) -> None:
        """Decide, again and again."""
        for _ in range(self.repeats):
            decision = decide(self.policy, self.facts)
        if decision.outcome is not self.outcome:
            raise UnexpectedAnswer(decision.outcome)


class DecideVerify(DecideAllow):
    """The same for a page that asks for High Assurance: "verify", with its trace."""

    outcome = Outcome.VERIFY
    rules = (ResourceRule.fixed(Level.HIGH_ASSURANCE),)


OPERATIONS = {
    **SHARED,
    "step_up": StepUp,
    "unknown_name": UnknownName,
    "decide_allow": DecideAllow,
    "decide_verify": DecideVerify,
    "validate_flow": ValidateFlow,
    "run_flow": RunFlow,
}
