"""``/metrics``: numbers for Prometheus, in its text format 0.0.4. No name and no address of a person is in a label.

What happens is counted over the last hour, from the histories: the same from every process and machine, at a cost that does
not grow with their length, and unharmed by ``manage.py cleanup``, after which a counter would seem to begin anew.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import report_numbers
from accounts.models import AuthenticatorDevice, LoginRecord, User, VerificationRecord
from oauth.models import AccessToken
from oauth.models.signing_keys import SigningKey
from sessions_policy import policy_book
from sessions_policy.decision import Outcome
from sessions_policy.doors import open_to_all
from sessions_policy.models import DecisionRecord, UserSession

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
HOUR = timedelta(hours=1)
Sample = tuple[dict[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge: its name without the prefix, what it says, and where its samples come from."""

    name: str
    help: str
    samples: Callable[[datetime], Iterable[Sample]]

    def lines(self, now: datetime) -> Iterator[str]:
        """Yield the metric in the text format."""
        name = f"authsite_{self.name}"
        yield f"# HELP {name} {self.help}"
        yield f"# TYPE {name} gauge"
        for labels, value in self.samples(now):
            pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{name}{{{pairs}}} {value:g}" if pairs else f"{name} {value:g}"


@open_to_all(during_login=True)
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the numbers to who may have them, else 403."""
    if not is_admitted(request):
        words = "Ask from the machine itself, or set METRICS_TOKEN and send it as a bearer token.\n"
        return HttpResponse(
            words, content_type="text/plain", status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"}
        )
    now = timezone.now()
    text = "".join(f"{line}\n" for metric in METRICS for line in metric.lines(now))
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def is_admitted(request: HttpRequest) -> bool:
    """Whether the caller may read: with the token where one is set, else from this machine.

    SECURITY: behind a proxy on the same machine everybody comes from the loopback address, so a request that was handed on
    is none from this machine, whatever TRUSTED_PROXIES says.
    """
    if settings.METRICS_TOKEN:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    try:
        is_local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_local and not any(request.META.get(name) for name in FORWARDED)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _counted(rows: QuerySet[Any], **labels: str) -> Iterator[Sample]:
    """Yield how many of ``rows`` there are for each value of the columns that ``labels`` name. One statement."""
    for row in rows.order_by().values(*labels.values()).annotate(n=Count("pk")).order_by(*labels.values()):
        yield {label: str(row[column]) for label, column in labels.items()}, row["n"]


def _decisions(now: datetime) -> Iterator[Sample]:
    return _counted(DecisionRecord.objects.filter(at__gt=now - HOUR), verdict="outcome", code="reason", mode="mode")


def _blocked(now: datetime) -> Iterator[Sample]:
    rows = DecisionRecord.objects.filter(at__gt=now - HOUR, outcome=Outcome.DENY, channel__in=report_numbers.PROGRAMS)
    return _counted(rows, grant="grant", code="reason")


def _sign_ins(now: datetime) -> Iterator[Sample]:
    rows = LoginRecord.objects.filter(at__gt=now - HOUR)
    return _counted(rows, channel="channel", method="method", result="status", level="level")


def _challenges(now: datetime) -> Iterator[Sample]:
    return _counted(VerificationRecord.objects.filter(at__gt=now - HOUR), method="method", result="status")


def _sessions(now: datetime) -> Iterator[Sample]:
    return _counted(UserSession.objects.filter(user__isnull=False, expire_date__gt=now), level="level")


def _tokens(now: datetime) -> Iterator[Sample]:
    return _counted(AccessToken.objects.filter(created__gt=now - HOUR), grant="flow")


def _enrolled(now: datetime) -> Iterator[Sample]:
    people = AuthenticatorDevice.objects.filter(confirmed=True, user__is_active=True).values("user").distinct()
    yield {"method": "authenticator_app"}, people.count()


def _bare(now: datetime) -> Iterator[Sample]:
    yield {}, report_numbers.without_method(User.objects.all()).count()


def _locked(now: datetime) -> Iterator[Sample]:
    yield {}, report_numbers.locked_now()


def _revision(now: datetime) -> Iterator[Sample]:
    yield {}, policy_book.current().revision


def _key_age(now: datetime) -> Iterator[Sample]:
    made = SigningKey.objects.filter(state=SigningKey.State.ACTIVE).values_list("created_at", flat=True).first()
    if made is not None:
        yield {}, (now - made).total_seconds()


METRICS: tuple[Metric, ...] = (
    Metric("decisions_last_hour", "Prompts and refusals of the last hour, by verdict, reason code and mode.", _decisions),
    Metric("grants_blocked_last_hour", "Refusals of grants and tokens in the last hour.", _blocked),
    Metric("sign_ins_last_hour", "Sign-ins that were tried in the last hour.", _sign_ins),
    Metric("challenges_last_hour", "Verifications of the last hour, by method and result.", _challenges),
    Metric("tokens_issued_last_hour", "Access tokens issued in the last hour that are still kept, by grant.", _tokens),
    Metric("sessions", "Running sessions of people, by level.", _sessions),
    Metric("locked_names", "Accounts and names that are refused now, after too many wrong tries.", _locked),
    Metric("enrolled_users", "People who have the method.", _enrolled),
    Metric("users_without_method", "People who could sign in and have no method beside their password.", _bare),
    Metric("policy_revision", "The policy revision in force in the process that answered.", _revision),
    Metric("signing_key_age_seconds", "The age of the key that signs ID tokens.", _key_age),
)
