"""Authenticator apps: django-otp devices whose secret is encrypted at rest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from .. import secrets_at_rest, totp

# In plain SQL, because every prompt and every code asks it: building the question costs Django five times what asking it does.
_CONFIRMED_OF_A_USER = """
    SELECT * FROM accounts_authenticatordevice WHERE user_id = %s AND confirmed ORDER BY created, id
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

    @classmethod
    def confirmed_of(cls, user: AbstractBaseUser) -> list[AuthenticatorDevice]:
        """Return the person's devices that a code can come from, oldest first."""
        return list(cls.objects.raw(_CONFIRMED_OF_A_USER, [user.pk]))

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
        """Consume ``token`` if it is right and its time step is newer than any accepted before.

        One conditional UPDATE decides, so that of two requests with the same code only one wins, on every database.
        """
        step = self.step_of(token)
        if step is None:
            return False
        fresh = type(self).objects.filter(pk=self.pk, last_step__lt=step)
        return bool(fresh.update(last_step=step, last_used=timezone.now()) == 1)
