"""What-If and the live doors agree: on very many inputs as values, and on a sample of them by real requests."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from sessions_policy import policy_book, recorded
from sessions_policy.decision import decide
from sessions_policy.facts import Policy
from sessions_policy.levels import Channel
from sessions_policy.models import DecisionRecord, MethodLevel, OrganisationSettings, PermissionSet, ResourcePolicy
from sessions_policy.policy_compiler import HeldSet, Organisation, PolicyBook
from sessions_policy.recorded import Recorded
from sessions_policy.testing import LevelClient
from sessions_policy.whatif import Question, answer
from sessions_policy.whatif.situations import Situation
from sessions_policy.whatif.walks import walk
from tests.accounts.people import PASSWORD, Authenticator, give_authenticator, give_password, person, profile
from tests.oauth.world import app, token_request
from tests.sessions_policy.test_invariants import all_decisions

SAMPLE = 40
HERE, FAR = "127.0.0.1", "198.51.100.7"


def book_of(policy: Policy) -> PolicyBook:
    """Return a book under which profile 7 and the set 3 say what ``policy`` says."""
    demand = policy.two_factor
    sets = {3: HeldSet("Set", bool(demand.ui), bool(demand.api), bool(demand.waived_by), 3)}
    return PolicyBook(
        revision=1,
        columns=policy.columns,
        profiles={7: policy.profile},
        profile_two_factor={},
        resources={rule.key: rule for rule in policy.resources},
        organisation=Organisation(device_activation=policy.activation),
        permission_sets=sets,
        apps={} if policy.app is None else {policy.app.name: policy.app},
    )


def test_as_values_they_agree_on_every_state() -> None:
    """The live doors decide on a policy; What-If on a situation under a book. More than a hundred thousand states."""
    books: dict[int, PolicyBook] = {}
    asked = 0
    for policy, facts, live in all_decisions()[::3]:
        book = books.setdefault(id(policy), book_of(policy))
        at = Recorded(facts, 7, (3,), tuple(rule.key for rule in policy.resources), app=policy.app)
        found = recorded.decide_recorded(book, at)
        # Without activation in the live policy, an unknown browser is not asked about.
        if found.reason.value == "activation.unknown_device":
            continue
        assert (found.outcome, found.reason, found.level, found.methods) == (
            live.outcome,
            live.reason,
            live.level,
            live.methods,
        )
        asked += 1
    assert asked > 100_000


def test_a_walk_gives_the_same_answers_as_asking_again_with_each_proof() -> None:
    for policy, facts, live in all_decisions()[::997]:
        if facts.channel is not Channel.BROWSER:
            continue
        at = Recorded(facts, 7, (3,), tuple(rule.key for rule in policy.resources), app=policy.app)
        way = walk(book_of(policy), Situation(at))
        assert way.decisions[0].outcome == live.outcome
        for each in way.decisions:
            assert each.policy is not None and each.facts is not None
            again = decide(each.policy, each.facts)
            assert (again.outcome, again.reason) == (each.outcome, each.reason)
        assert way.end.allowed or way.end.outcome in ("deny", "log_in")


class Acme:
    """An organisation whose policies are drawn anew for each question."""

    def __init__(self) -> None:
        self.profile = profile("Standard User")
        self.bare = person("bare")
        self.armed = person("armed")
        self.phone: Authenticator = give_authenticator(self.armed)
        self.script = app("script", "password", redirect_uris="")

    def draw(self, dice: random.Random) -> None:
        """Set every policy to something."""
        MethodLevel.objects.all().delete()
        for method in ("password", "authenticator_app"):
            if dice.random() < 0.3:
                MethodLevel.objects.create(method=method, level=dice.choice(["standard", "high_assurance"]))
        ResourcePolicy.objects.all().delete()
        if dice.random() < 0.6:
            ResourcePolicy.objects.create(key="reports", action=dice.choice(["allow", "raise", "block"]))
        PermissionSet.objects.all().delete()
        for waiver in (False, True):
            if dice.random() < 0.3:
                held = PermissionSet.objects.create(
                    name=f"Set {waiver}", two_factor_ui=not waiver, two_factor_api=not waiver, waive_two_factor=waiver
                )
                held.users.set([self.bare, self.armed])
        OrganisationSettings(two_factor_for_everyone=dice.random() < 0.2, device_activation=dice.random() < 0.7).save()
        profile(
            "Standard User",
            required_level=dice.choice(["none", "none", "high_assurance"]),
            login_hours=dice.choice([{}, {}, {}, {"0": ["00:00", "00:01"]}]),
            ip_ranges=dice.choice(["", "", "127.0.0.0/8"]),
        )
        self.script.session_policy = dice.choice(["allow", "allow", "raise", "block"])
        self.script.save()
        policy_book.refresh()
        cache.clear()


STAGES = {"/login/verify/": "verify", "/login/enrol/": "enrol", "/login/activate/": "activate"}


def by_login(user: User, ip: str) -> str:
    """Sign in by real requests, and say where that led."""
    response = give_password(Client(REMOTE_ADDR=ip), user)
    if response.status_code == 403:
        return "refused " + DecisionRecord.objects.order_by("-id")[0].reason
    if response.status_code == 200:
        # A form is answered with the next one at once.
        return re.findall(r'data-page="([^"]+)"', response.content.decode())[0]
    return STAGES.get(response.headers["Location"], "target")


def sign_in_with_password(client: LevelClient, user: User) -> None:
    """Give the browser a session of ``user`` in which only the password was proven, whatever that gives."""
    moved = MethodLevel.objects.filter(method="password").first()
    client.login_at(user, level=moved.level if moved else "standard")


def by_page(user: User, ip: str) -> str:
    """Open the reports in a session of a password, and say where that led."""
    client = LevelClient(REMOTE_ADDR=ip)
    sign_in_with_password(client, user)
    response = client.get("/reports/")
    if response.status_code == 200:
        return "target"
    if response.status_code == 403:
        return "refused " + DecisionRecord.objects.order_by("-id")[0].reason
    return DecisionRecord.objects.order_by("-id")[0].outcome


def by_program(user: User, ip: str, script: Any) -> str:
    """Ask for a token with a password, and say what came."""
    answered = token_request(script, "password", Client(REMOTE_ADDR=ip), username=user.username, password=PASSWORD)
    if answered.status_code == 200:
        return "allow"
    record = DecisionRecord.objects.order_by("-id").first()
    assert record is not None
    return f"{record.outcome} {record.reason}"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_by_real_requests_they_agree(seed: int) -> None:
    dice, organisation = random.Random(seed), Acme()  # noqa: S311 - a sample that can be drawn again
    for _n in range(SAMPLE // 4):
        organisation.draw(dice)
        user, ip = dice.choice([organisation.bare, organisation.armed]), dice.choice([HERE, FAR])
        DecisionRecord.objects.all().delete()
        asked = {"user": user.username, "ip": ip, "device_known": "no"}
        found = answer(Question.read({**asked, "to": "login", "methods": "password"}), explore=False)
        second = found.walk.screens[1]
        said = f"refused {second.reason}" if second.name == "refused" else second.name
        assert by_login(user, ip) == said, asked

        DecisionRecord.objects.all().delete()
        program = answer(Question.read({**asked, "grant": "password", "app": "script"}), explore=False)
        live = by_program(user, ip, organisation.script)
        said = "allow" if program.decision.allowed else f"{program.decision.outcome} {program.decision.reason.value}"
        assert live == said, asked


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_in_running_sessions_they_agree(seed: int) -> None:
    dice, organisation = random.Random(100 + seed), Acme()  # noqa: S311 - the same
    for _n in range(SAMPLE // 4):
        organisation.draw(dice)
        user, ip = dice.choice([organisation.bare, organisation.armed]), dice.choice([HERE, FAR])
        DecisionRecord.objects.all().delete()
        question = {"user": user.username, "ip": ip, "session": "yes", "methods": "password", "to": "/reports/"}
        found = answer(Question.read(question), explore=False)
        first = found.walk.decisions[0]
        said = "target" if first.allowed else first.outcome.value
        live = by_page(user, ip)
        if live.startswith("refused"):
            assert live == f"refused {first.reason.value}", question
        else:
            assert live == said, question
