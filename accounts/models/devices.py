"""Authenticator apps: django-otp devices whose secret is encrypted at rest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from sessions_policy import statements
from sessions_policy.statements import Statement

from .. import secrets_at_rest, totp

# In plain SQL, because every code passes here: building the statement costs Django several times what running it does.
_CONSUME = """
    UPDATE accounts_authenticatordevice SET last_step = %s, last_used = %s WHERE id = %s AND confirmed AND last_step < %s
"""


class AuthenticatorDevice(Device):  # type: ignore[misc] # django-otp has no types
    """One authenticator app of one person (RFC 6238: SHA-1, six digits, 30 seconds).

    A code is accepted with one time step of tolerance, and each time step once: ``last_step`` is the newest step that was
    accepted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticators")
    secret_encrypted = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)
    created = models.DateTimeField(_("added"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("created", "id")
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    @property
    def secret(self) -> str:
        """The base32 secret, decrypted."""
        return secrets_at_rest.decrypt(self.secret_encrypted)

    @secret.setter
    def secret(self, value: str) -> None:
        self.secret_encrypted = secrets_at_rest.encrypt(value)

    def step_of(self, code: str) -> int | None:
        """Return the time step that ``code`` (six digits) belongs to, within one step of now; None when it fits none."""
        return totp.step_of(self.secret, code)

    def verify_token(self, token: str) -> bool:
        """Consume ``token`` if it is right and its time step is newer than any accepted before."""
        step = self.step_of(token)
        return step is not None and statements.run(self.consume(step)) == (1,)

    def consume(self, step: int) -> Statement:
        """Return what makes ``step`` the newest that was accepted, and touches no row if it is not newer.

        One conditional UPDATE decides, so that of two requests with the same code only one wins, on every database.
        """
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        return Statement(_CONSUME, (step, now, self.pk, step))
