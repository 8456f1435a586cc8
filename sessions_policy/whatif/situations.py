"""From a question to the facts and requirements that a door would have: the situation that is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from rest_framework.views import APIView

from .. import doors, gate, permissions, policy_book
from ..facts import AppRule, Facts, Person, Proof, ResourceRule
from ..gate import Asked
from ..levels import APPROVAL_GRANTS, Channel, Grant, Level, Method
from ..policy_book import PolicyBook
from ..recorded import Recorded
from . import drafts
from .questions import DRAFT, LIVE, LOGIN, REPORT_ONLY, REVISION, BadQuestion, Question

SOMEBODY = "somebody"


@dataclass(frozen=True, slots=True)
class Situation:
    """What What-If decides on: the door that the question is about, and whether a login comes before it.

    ``signs_in`` is true where nobody is signed in yet and the way leads through the login pages.
    """

    at_door: Recorded
    signs_in: bool = False


def book_of(question: Question) -> PolicyBook:
    """Return the policies that the question asks about. Raises BadQuestion for a revision or a draft that does not exist."""
    if question.policies == LIVE:
        return policy_book.current()
    if question.policies == REPORT_ONLY:
        return policy_book.with_report_only(policy_book.current())
    if question.policies.startswith(DRAFT):
        return drafts.book_of(question.policies.removeprefix(DRAFT))
    number = int(question.policies.removeprefix(REVISION))
    if number > policy_book.current().revision:
        raise BadQuestion("policies", _("There is no revision %(number)d.") % {"number": number})
    return policy_book.at(number)


def situation_of(question: Question, book: PolicyBook) -> Situation:
    """Return the situation that the question describes. Raises BadQuestion for names that do not exist."""
    user, profile_id = _who(question, book)
    person = _person(question, user, profile_id)
    channel = _channel(question)
    asked = _target(question)
    now = _moment(question.at, book)
    browser = channel is Channel.BROWSER
    signed_in = question.session if question.session is not None else not browser
    proofs = () if person is None else _proofs(question, person, now, channel)
    facts = Facts(
        now=now,
        channel=channel,
        person=person,
        proofs=proofs,
        # A program logs in where it asks; a browser does on the login pages, which come first.
        at_login=channel is Channel.API_LOGIN,
        ip=question.ip,
        session_started=None if question.session_age is None else now.timestamp() - question.session_age,
        session_seen=None if question.idle is None else now.timestamp() - question.idle,
        device_known=bool(question.device_known),
        grant=_grant(question, channel),
        level_cap=Level.STANDARD if channel in (Channel.TOKEN, Channel.GRANT, Channel.BRIDGE) else None,
        asked_level=Level.from_slug(question.level),
        asked_max_age=question.max_age,
    )
    sets = _sets(user) if channel in (Channel.BROWSER, Channel.API_LOGIN, Channel.BRIDGE) else ()
    recorded = Recorded(
        facts=facts,
        profile_id=profile_id,
        sets=sets,
        resources=asked.resources,
        fixed=() if asked.level is Level.NONE else (ResourceRule.fixed(asked.level, asked.max_age),),
        app=_app(question, book, profile_id, user),
        revision=book.revision,
    )
    return Situation(recorded, signs_in=browser and not signed_in and person is not None)


def _who(question: Question, book: PolicyBook) -> tuple[Any, int]:
    user: Any = None
    if question.user:
        user = get_user_model()._default_manager.filter(username=question.user).first()
        if user is None:
            raise BadQuestion("user", _("There is nobody with the username “%(name)s”.") % {"name": question.user})
    if not question.profile:
        return user, user.profile_id if user is not None else 0
    for pk, profile in book.profiles.items():
        if profile.name == question.profile:
            return user, pk
    raise BadQuestion("profile", _("There is no profile “%(name)s”.") % {"name": question.profile})


def _person(question: Question, user: Any, profile_id: int) -> Person | None:
    if user is None and not profile_id:
        return None
    person = Person(SOMEBODY) if user is None else gate.person_of(user)
    if person is None:
        return None
    if question.available is not None:
        return replace(person, methods=frozenset(question.available))
    return replace(person, methods=frozenset({Method.PASSWORD.value}) if user is None else user.usable_methods())


def _channel(question: Question) -> Channel:
    if question.channel:
        return Channel(question.channel)
    if not question.grant or question.grant in (Grant.AUTHORIZATION_CODE, Grant.IMPLICIT):
        # The approval of these is given in a browser.
        return Channel.BROWSER
    return Channel.API_LOGIN if question.grant in (Grant.PASSWORD, Grant.API_LOGIN) else Channel.GRANT


def _grant(question: Question, channel: Channel) -> str:
    if channel is Channel.BROWSER:
        return ""
    return question.grant or (Grant.API_LOGIN.value if channel is Channel.API_LOGIN else Grant.AUTHORIZATION_CODE.value)


def _proofs(question: Question, person: Person, now: datetime, channel: Channel) -> tuple[Proof, ...]:
    given = question.methods
    if given is None:
        method = _proven_by(channel, _grant(question, channel))
        return (Proof(method, now.timestamp(), person.id),)
    return tuple(Proof(each.method, now.timestamp() - each.age, person.id) for each in given)


def _proven_by(channel: Channel, grant: str) -> str:
    """Return what somebody who comes by ``grant`` has proven at least."""
    if channel is Channel.BROWSER or grant in APPROVAL_GRANTS or grant in (Grant.PASSWORD, Grant.API_LOGIN):
        return Method.PASSWORD.value
    return Method.CLIENT_ASSERTION.value if grant == Grant.JWT_BEARER else Method.CLIENT_CREDENTIALS.value


def _moment(at: datetime | None, book: PolicyBook) -> datetime:
    if at is None:
        return book.now()
    return at.replace(tzinfo=book.organisation.zone) if at.tzinfo is None else at.astimezone(book.organisation.zone)


def _sets(user: Any) -> tuple[int, ...]:
    return () if user is None else tuple(user.permission_sets.order_by("name").values_list("pk", flat=True))


def _app(question: Question, book: PolicyBook, profile_id: int, user: Any) -> AppRule | None:
    if not question.app:
        return None
    if question.app not in book.apps:
        raise BadQuestion("app", _("There is no connected app “%(name)s”.") % {"name": question.app})
    admits = policy_book.app_admits(question.app, profile_id, None if user is None else user.pk)
    return replace(book.apps[question.app], admits=admits)


def _target(question: Question) -> Asked:
    """Return what stands before the target. Raises BadQuestion for an unknown page, or one that is open to all."""
    if question.to in ("", LOGIN):
        return Asked()
    if not question.to.startswith("/"):
        return Asked(resources=(question.to,))
    try:
        view: Any = resolve(urlsplit(question.to).path).func
    except Resolver404 as error:
        raise BadQuestion("to", _("There is no page at %(path)s.") % {"path": question.to}) from error
    mark = doors.mark_of(view)
    if mark.open:
        raise BadQuestion("to", _("%(path)s is open to everybody: no policy is asked there.") % {"path": question.to})
    return _asked_by_api(view.cls) if issubclass(getattr(view, "cls", object), APIView) else mark.asked


def _asked_by_api(view: Any) -> Asked:
    wanted = getattr(view, "policy_resource", ())
    if isinstance(wanted, dict):
        # The rule depends on the method; reading is what is asked about.
        wanted = wanted.get("get") or wanted.get("list") or ()
        return Asked(resources=(wanted,) if isinstance(wanted, str) else tuple(wanted))
    return permissions.asked_by(view)
