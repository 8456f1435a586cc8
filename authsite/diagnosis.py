"""What ``manage.py doctor`` looks at: each check says what is wrong and what to do, and repeats no secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import checks, mail
from django.db import connection
from django.utils import timezone

from accounts.models import User
from oauth.models.signing_keys import SigningKey
from sessions_policy import safety
from sessions_policy.models import UserSession

from . import health

# A lost authenticator must not close the administration: somebody else has to be there.
FEWEST_ADMINISTRATORS = 2
MOST_DRIFT = timedelta(seconds=5)
# Codes of an authenticator change every thirty seconds; sessions that ended so long ago were to be removed by a nightly job.
LONGEST_WITHOUT_CLEANUP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is wrong, and what to do."""

    what: str
    now: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """One check and its complaints; none where all is well."""

    name: str
    complaints: tuple[Complaint, ...]


Check = Callable[[], Iterator[Complaint]]


def examine() -> list[Examined]:
    """Run every check. One that breaks is a complaint of its own, and keeps none of the others from running."""
    return [Examined(name, tuple(_complaints(check))) for name, check in CHECKS.items()]


def _complaints(check: Check) -> list[Complaint]:
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 - each part has errors of its own; all of them mean that it is not well
        # SECURITY: the message of a driver may hold an address with its password; the kind of error does not.
        return [Complaint(f"It could not be examined ({type(error).__name__}).", "The log of the site says more.")]


def _settings() -> Iterator[Complaint]:
    """Django's checks and ours; those of a deployment where neither DEMO nor DEBUG loosens anything."""
    deployed = not (settings.DEMO or settings.DEBUG)
    for message in checks.run_checks(include_deployment_checks=deployed):
        if message.level >= checks.WARNING and not message.is_silenced():
            yield Complaint(f"{message.id}: {message.msg}", message.hint or "")


def _database() -> Iterator[Complaint]:
    yield from _of_health("database", "Look at DATABASE_URL, and whether the server runs.")


def _migrations() -> Iterator[Complaint]:
    try:
        health.Migrations()()
    except health.NotReady as missing:
        yield Complaint(str(missing) + ".", "")


def _cache() -> Iterator[Complaint]:
    yield from _of_health("cache", "Look at REDIS_URL, and whether the server runs.")


def _of_health(name: str, now: str) -> Iterator[Complaint]:
    try:
        health.CHECKS[name]()
    except Exception as error:  # noqa: BLE001 - see _complaints
        yield Complaint(f"It does not answer ({type(error).__name__}).", now)


def _mail() -> Iterator[Complaint]:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        if not settings.DEMO:
            yield Complaint("Mail is written to files and reaches nobody.", "Set EMAIL_URL.")
        return
    mailer = mail.get_connection()
    try:
        mailer.open()
    except OSError as error:
        yield Complaint(f"The mail server cannot be reached ({type(error).__name__}).", "Look at EMAIL_URL.")
    finally:
        mailer.close()


def _signing_keys() -> Iterator[Complaint]:
    active = SigningKey.objects.filter(state=SigningKey.State.ACTIVE).first()
    if active is None:
        yield Complaint(
            "No key signs ID tokens yet.", "The first request for one makes it; or run manage.py oauth_rotate_keys."
        )
    elif not active.private_key_encrypted:
        yield Complaint("The key that signs ID tokens has lost its private half.", "Run manage.py oauth_rotate_keys.")


def _clock() -> Iterator[Complaint]:
    drift = abs(_database_time() - timezone.now())
    if drift > MOST_DRIFT:
        words = f"This machine and the database differ by {drift.total_seconds():.0f} s."
        yield Complaint(words, "Keep both clocks by NTP: codes are refused by a wrong one.")


def _database_time() -> datetime:
    statement = "SELECT strftime('%s', 'now')" if connection.vendor == "sqlite" else "SELECT extract(epoch FROM now())"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return datetime.fromtimestamp(float(cursor.fetchone()[0]), UTC)


def _administrators() -> Iterator[Complaint]:
    count = User.objects.filter(is_superuser=True, is_staff=True, is_active=True, is_frozen=False).count()
    if count < FEWEST_ADMINISTRATORS:
        who = "No administrator" if count == 0 else "One administrator only"
        now = "Make another with manage.py createsuperuser, and keep their recovery codes in a safe place."
        yield Complaint(f"{who} could sign in.", now)
    elif safety.refusal_of_all(safety.Administrator(None, "")) is not None:
        yield Complaint("No administrator can prove what their profile asks.", "See manage.py mfa_status and mfa_temp_code.")


def _profiles() -> Iterator[Complaint]:
    for name, decision in safety.unreachable_profiles(safety.Administrator(None, "")).items():
        yield Complaint(f"Nobody of {name} can sign in ({decision.reason.value}).", "Ask What-If with the profile.")


def _cleanup() -> Iterator[Complaint]:
    if UserSession.objects.filter(expire_date__lt=timezone.now() - LONGEST_WITHOUT_CLEANUP).exists():
        words = f"Sessions that ended more than {LONGEST_WITHOUT_CLEANUP.days} days ago are still kept."
        yield Complaint(words, "Run manage.py cleanup every night.")


CHECKS: dict[str, Check] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "mail": _mail,
    "signing_keys": _signing_keys,
    "clock": _clock,
    "administrators": _administrators,
    "profiles": _profiles,
    "cleanup": _cleanup,
}
