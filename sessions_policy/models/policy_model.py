"""The base of everything that an administrator sets, and the record of every change to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import serializers
from django.db import models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from ..levels import Mode

JSON_TYPES = (bool, int, str, dict, list, type(None))


class PolicyMode(models.TextChoices):
    """Off, only watched, or in force."""

    ON = Mode.ON.value, _("On")
    REPORT_ONLY = Mode.REPORT_ONLY.value, _("Report-only: nobody notices; what it would have done is written down")
    OFF = Mode.OFF.value, _("Off")


def mode_field(label: Any) -> models.CharField[Any, Any]:
    """Return the field that says whether a policy, or a part of it, is in force (:mod:`sessions_policy.modes`)."""
    return models.CharField(label, max_length=12, choices=PolicyMode, default=PolicyMode.ON)


class PolicyRevision(models.Model):
    """One change of one policy. Its id is the revision that workers follow: a higher one means "compile again".

    Append-only, written in the transaction of the change. ``before`` is null for a new policy, ``after`` for a deleted one.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    policy = models.CharField(_("policy"), max_length=100)
    object_key = models.CharField(_("object"), max_length=200)
    object_id = models.CharField(max_length=40, blank=True, editable=False)
    author_level = models.CharField(_("author's session level"), max_length=20, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("policy revision")
        verbose_name_plural = _("policy revisions")

    def __str__(self) -> str:
        return f"{self.id}: {self.policy} {self.object_key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, and let those know that ``POLICY_LISTENERS`` names. What is rolled back again they undo with it."""
        super().save(*args, **kwargs)
        for path in settings.POLICY_LISTENERS:
            import_string(path)(self)


class PolicyModel(models.Model):
    """A policy: saving or deleting it writes a revision in the same transaction.

    ``author``, ``author_level`` (a level's slug) and ``reason`` may be set on the instance before it is saved; they go into
    the revision.
    """

    author: Any = None
    author_level: str = ""
    reason: str = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and write the revision."""
        with transaction.atomic():
            before = self._stored_values()
            super().save(*args, **kwargs)
            self._write_revision(before, self.policy_values())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and write the revision."""
        with transaction.atomic():
            self._write_revision(self.policy_values(), None)
            return super().delete(*args, **kwargs)

    def _stored_values(self) -> dict[str, Any] | None:
        stored = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        return None if stored is None else stored.policy_values()

    def policy_values(self) -> dict[str, Any]:
        """Return the fields as JSON values, as revisions keep them."""
        fields = [field.name for field in self._meta.concrete_fields]
        row: dict[str, Any] = serializers.serialize("python", [self], fields=fields)[0]["fields"]
        return {name: value if isinstance(value, JSON_TYPES) else str(value) for name, value in row.items()}

    def _write_revision(self, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        PolicyRevision.objects.create(
            author=self.author,
            author_level=self.author_level,
            policy=self._meta.label_lower,
            object_key=str(self)[:200],
            object_id=str(self.pk),
            before=before,
            after=after,
            reason=self.reason,
        )
