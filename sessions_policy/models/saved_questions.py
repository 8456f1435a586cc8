"""Questions of What-If that were saved as tests of the policies."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedQuestion(models.Model):
    """A question with the answer that it has to have: run before each change of a policy, and by ``policy_check``.

    ``question`` is what :meth:`sessions_policy.whatif.Question.given` returns.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    question = models.JSONField(_("question"))
    verdict = models.CharField(_("verdict"), max_length=20)
    reason = models.CharField(_("reason"), max_length=60)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    created = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("What-If test")
        verbose_name_plural = _("What-If tests")

    def __str__(self) -> str:
        return self.name
