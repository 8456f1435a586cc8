"""The secret of a confidential app: rotated with an overlap in which the old one works too, and kept as checksums only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret

from ..hashers import ClientSecretHasher

# An old secret that never ends would be a second secret that nobody remembers.
LONGEST_OVERLAP = timedelta(days=30)
# A use of the old secret is written down at most this often: it tells whether anybody still has to change.
NOTED_EVERY = timedelta(minutes=5)


class RotatingSecret(models.Model):
    """Two secrets at most: the one of today, and until its end the one before it."""

    secret_made_at = models.DateTimeField(_("secret made"), default=timezone.now, editable=False)
    previous_secret = models.CharField(max_length=255, blank=True, default="", editable=False)
    previous_secret_until = models.DateTimeField(_("old secret works until"), null=True, editable=False)
    previous_secret_used_at = models.DateTimeField(_("old secret last used"), null=True, editable=False)

    class Meta:
        abstract = True

    # The library's column, which the app brings along: a checksum of today's secret.
    client_secret: Any

    def previous_secret_works(self, now: datetime | None = None) -> bool:
        """Whether the secret of before the last rotation is still taken."""
        until = self.previous_secret_until
        return bool(self.previous_secret) and until is not None and (now or timezone.now()) < until

    def rotate_secret(self, overlap: timedelta) -> str:
        """Return a new secret, which is kept as a checksum when the app is saved; the old one works for ``overlap`` more.

        Raises ValueError for an overlap below nothing or above :data:`LONGEST_OVERLAP`.
        """
        if not timedelta() <= overlap <= LONGEST_OVERLAP:
            raise ValueError(overlap)
        now = timezone.now()
        self.previous_secret = self.client_secret if overlap else ""
        self.previous_secret_until = now + overlap if overlap else None
        self.previous_secret_used_at = None
        self.secret_made_at = now
        secret: str = generate_client_secret()
        self.client_secret = secret
        return secret

    def end_previous_secret(self) -> None:
        """Make the old secret worth nothing; the app has to be saved."""
        self.previous_secret, self.previous_secret_until = "", None

    def proves(self, secret: str) -> bool:
        """Whether ``secret`` is the app's, or the one before it within its overlap. In constant time."""
        verify = ClientSecretHasher().verify
        current = verify(secret, self.client_secret)
        previous = self.previous_secret_works() and verify(secret, self.previous_secret)
        if previous and not current:
            self._note_use_of_previous()
        return current or previous

    def _note_use_of_previous(self) -> None:
        now = timezone.now()
        if self.previous_secret_used_at is None or now - self.previous_secret_used_at > NOTED_EVERY:
            self.previous_secret_used_at = now
            type(self)._default_manager.filter(pk=self.pk).update(previous_secret_used_at=now)
