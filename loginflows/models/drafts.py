"""What belongs to the making of a flow: the edits of a draft, which can be undone, and the cases that a flow is tried with."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FlowEdit(models.Model):
    """One edit of a draft: what it was before, what was done, by whom. Undoing takes the newest one back and deletes it."""

    version = models.ForeignKey("loginflows.FlowVersion", models.CASCADE, related_name="edits", verbose_name=_("version"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    said = models.CharField(_("what was done"), max_length=200)
    element = models.CharField(_("element"), max_length=40, blank=True)
    before = models.JSONField(_("definition before"))

    class Meta:
        ordering: ClassVar = ("-id",)
        verbose_name = _("edit of a draft")
        verbose_name_plural = _("edits of drafts")

    def __str__(self) -> str:
        return self.said


class FlowTestCase(models.Model):
    """A case that a flow is tried with: who comes from where and answers what, and the path that they are to take.

    ``inputs`` are those of a debug run, ``answers`` what is sent to each screen, ``expected`` the path and how it ends.
    """

    flow = models.ForeignKey("loginflows.LoginFlow", models.CASCADE, related_name="test_cases", verbose_name=_("login flow"))
    name = models.CharField(_("name"), max_length=100)
    inputs = models.JSONField(_("inputs"))
    answers = models.JSONField(_("answers"))
    expected = models.JSONField(_("expected path"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("flow", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=("flow", "name"), name="test_case_name_once")]
        verbose_name = _("test case")
        verbose_name_plural = _("test cases")

    def __str__(self) -> str:
        return self.name
