"""Login history and verification history: every attempt, with its reason. Append-only; no code and no token in any row.

``inputs`` is what the decision of that moment was taken on, by which it can be taken again (``sessions_policy.recorded``).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginStatus(models.TextChoices):
    """How a login ended (R9.37)."""

    SUCCESS = "success", _("Success")
    INVALID_PASSWORD = "invalid_password", _("Invalid password")
    TOO_MANY_ATTEMPTS = "too_many_attempts", _("Too many wrong tries")
    TWO_FACTOR_REQUIRED = "two_factor_required", _("Two-factor required")
    SECURITY_TOKEN_REQUIRED = "security_token_required", _("API security token required")
    REFUSED = "refused", _("Refused by policy")
    INVALID_GRANT = "invalid_grant", _("Invalid grant")


class VerificationStatus(models.TextChoices):
    """How one try of a verification ended (R9.30, R9.34)."""

    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED_INVALID_CODE = "failed_invalid_code", _("Invalid code")
    FAILED_INVALID_PASSWORD = "failed_invalid_password", _("Invalid password")
    FAILED_TOO_MANY_ATTEMPTS = "failed_too_many_attempts", _("Too many wrong tries")
    REFUSED = "refused", _("Refused by policy")


class TriggeredBy(models.TextChoices):
    """What asked for a verification (R9.33)."""

    PROFILE_POLICY = "profile_policy", _("Profile policy")
    TWO_FACTOR = "two_factor_authentication", _("Two-factor authentication")
    HIGH_ASSURANCE = "high_assurance", _("High assurance")
    DEVICE_ACTIVATION = "device_activation", _("Device activation")
    PERSON = "person", _("The person")
    ADMINISTRATOR = "administrator", _("An administrator")


class LoginRecord(models.Model):
    """One login, successful or not. ``user`` is null where no account of that name exists."""

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="login_records", verbose_name=_("user")
    )
    channel = models.CharField(_("channel"), max_length=20)
    method = models.CharField(_("method"), max_length=100)
    status = models.CharField(_("status"), max_length=30, choices=LoginStatus)
    application = models.CharField(_("application"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=20, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser or program"), max_length=300, blank=True)
    reference = models.CharField(_("reference"), max_length=9, blank=True)
    inputs = models.JSONField(_("inputs of the decision"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        verbose_name = _("login")
        verbose_name_plural = _("login history")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status}"


class VerificationRecord(models.Model):
    """One try of one verification. Tries of the same verification share ``attempt``."""

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="verification_records", verbose_name=_("user")
    )
    attempt = models.CharField(_("verification attempt"), max_length=22, db_index=True)
    method = models.CharField(_("method"), max_length=100)
    status = models.CharField(_("status"), max_length=30, choices=VerificationStatus)
    triggered_by = models.CharField(_("triggered by"), max_length=30, choices=TriggeredBy)
    activity = models.CharField(_("activity"), max_length=100)
    message = models.CharField(_("activity message"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    reference = models.CharField(_("reference"), max_length=9, blank=True)
    inputs = models.JSONField(_("inputs of the decision"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        verbose_name = _("verification")
        verbose_name_plural = _("verification history")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.method} {self.status}"
