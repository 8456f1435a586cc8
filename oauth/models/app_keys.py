"""The certificates and public keys of apps, which prove their signed assertions. Several, so that they can rotate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy.models import PolicyModel
from sessions_policy.storable_text import is_storable

from .. import app_keys
from .connected_apps import ConnectedApp

# Each one is tried for an assertion that does not say which signed it.
MOST_KEYS = 10
WARNED_BEFORE = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=5)


class AppKey(PolicyModel):
    """One certificate or public key of one app. It is read when it is saved: its dates and its fingerprint are columns.

    A certificate works within its own dates. A bare key works until it is deleted. ``fingerprint`` is SHA-256 in hex, of the
    certificate or of the SubjectPublicKeyInfo.
    """

    application = models.ForeignKey(ConnectedApp, models.CASCADE, related_name="keys", verbose_name=_("app"))
    label = models.CharField(_("label"), max_length=100, help_text=_("Which key this is, for people: “CI runner, 2026”."))
    pem = models.TextField(_("certificate or public key"), help_text=_("X.509 certificate or RSA public key, in PEM."))
    kind = models.CharField(_("kind"), max_length=20, editable=False, choices=app_keys.Kind.choices)
    fingerprint = models.CharField(_("SHA-256 fingerprint"), max_length=64, editable=False)
    subject = models.CharField(_("subject"), max_length=300, blank=True, editable=False)
    not_before = models.DateTimeField(_("valid from"), null=True, editable=False)
    not_after = models.DateTimeField(_("valid until"), null=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("added by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("application__name", "not_after", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("application", "fingerprint"),
                name="one_key_of_an_app",
                violation_error_message=_("The app has this key."),
            )
        ]
        verbose_name = _("app certificate or key")
        verbose_name_plural = _("app certificates and keys")

    def __str__(self) -> str:
        return f"{self.application}: {self.label}"

    @classmethod
    def of(cls, client_id: str) -> list[AppKey]:
        """Return the keys of the app with ``client_id``, each with the app; none for an app that is not there. One query."""
        if not client_id or len(client_id) > 255 or not is_storable(client_id):
            return []
        return list(cls.objects.filter(application__client_id=client_id).select_related("application").order_by("pk"))

    def clean(self) -> None:
        """Read the PEM. Raises ValidationError, in words, for what no assertion could be checked with."""
        try:
            found = app_keys.read(self.pem)
        except app_keys.UnusableKey as problem:
            raise ValidationError({"pem": str(problem)}) from problem
        if self._state.adding and found.has_expired(timezone.now()):
            raise ValidationError({"pem": _("The certificate has expired. Upload its successor.")})
        if self._state.adding and self.application_id and self.application.keys.count() >= MOST_KEYS:
            raise ValidationError(_("An app has at most %(most)d keys. Delete one first.") % {"most": MOST_KEYS})
        self._describe(found)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with what the PEM says in the columns, and write a policy revision."""
        if not self.fingerprint:
            self._describe(app_keys.read(self.pem))
        super().save(*args, **kwargs)

    def policy_values(self) -> dict[str, Any]:
        """Return the fields as revisions keep them: not what changes by itself."""
        return {name: value for name, value in super().policy_values().items() if name != "last_used_at"}

    def works_at(self, now: datetime) -> bool:
        """Whether assertions are checked with the key at ``now``."""
        return (self.not_before is None or self.not_before <= now) and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.not_after is not None and self.not_after < now

    def expires_soon(self, now: datetime) -> bool:
        """Whether an administrator should see to its successor."""
        return self.not_after is not None and now <= self.not_after < now + WARNED_BEFORE

    def note_use(self) -> None:
        """Write down that it proved an assertion, at most every few minutes."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > NOTED_EVERY:
            AppKey.objects.filter(pk=self.pk).update(last_used_at=now)

    def _describe(self, found: app_keys.PublicKey) -> None:
        self.kind, self.fingerprint, self.subject = found.kind.value, found.fingerprint, found.subject[:300]
        self.not_before, self.not_after = found.not_before, found.not_after
