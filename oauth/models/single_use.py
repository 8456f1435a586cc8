"""Things that work once. Each is claimed by one conditional statement, so that of two requests with it only one wins."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .connected_apps import ConnectedApp
from .tokens import AccessToken

# Seconds that a ticket lives.
TICKET_LIFE = 60


def checksum(value: str) -> str:
    """Return the SHA-256 of ``value`` in hex: how random values are kept and looked up."""
    return hashlib.sha256(value.encode()).hexdigest()


class JwtReplay(models.Model):
    """The id (jti) of an assertion that was used, as a checksum; kept until the assertion would have expired anyway."""

    application = models.ForeignKey(ConnectedApp, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("application", "digest"), name="jti_once")]

    def __str__(self) -> str:
        return f"jti {self.pk}"

    @classmethod
    def claim(cls, application: ConnectedApp, jti: str, expires: datetime) -> bool:
        """Whether ``jti`` is seen for the first time. The unique constraint decides, also between parallel requests."""
        try:
            with transaction.atomic():
                cls.objects.create(application=application, digest=checksum(jti), expires=expires)
        except IntegrityError:
            return False
        return True


class BridgeTicket(models.Model):
    """A ticket that opens a browser session once, within a minute; only its checksum is kept."""

    digest = models.CharField(max_length=64, unique=True)
    access_token = models.ForeignKey(AccessToken, models.CASCADE, related_name="+", verbose_name=_("access token"))
    target = models.CharField(max_length=2000)
    expires = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket {self.pk}"

    @classmethod
    def keep(cls, ticket: str, access_token: AccessToken, target: str) -> None:
        """Keep a new ``ticket`` that leads to ``target``, a path of this site."""
        expires = timezone.now() + timedelta(seconds=TICKET_LIFE)
        cls.objects.create(digest=checksum(ticket), access_token=access_token, target=target, expires=expires)

    @classmethod
    def _usable(cls, ticket: str) -> models.QuerySet[BridgeTicket]:
        return cls.objects.filter(digest=checksum(ticket), used_at=None, expires__gt=timezone.now())

    @classmethod
    def alive(cls, ticket: str) -> BridgeTicket | None:
        """Return the ticket when it would work now, with its user; None otherwise. Nothing is claimed."""
        return cls._usable(ticket).select_related("access_token__user").first()

    @classmethod
    def claim(cls, ticket: str) -> BridgeTicket | None:
        """Return the ticket when it is alive and this is its first use; None otherwise."""
        if not cls._usable(ticket).update(used_at=timezone.now()):
            return None
        return cls.objects.select_related("access_token__user", "access_token__application").get(digest=checksum(ticket))
