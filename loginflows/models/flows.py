"""Login flows, their versions, and the profiles that have them."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy.levels import Mode
from sessions_policy.models import PolicyModel, Profile
from sessions_policy.models.policy_model import mode_field
from sessions_policy.policy_tables import Tables

from .. import context, finding_texts, secret_fields
from ..definition import SCHEMA
from ..findings import Finding
from ..validate import validate

START: dict[str, Any] = {
    "schema": SCHEMA,
    "elements": [
        {"id": "welcome", "kind": "message", "title": "Welcome", "text": "Please read this before you go on."},
        {"id": "end", "kind": "finish"},
    ],
}


def starting_definition() -> dict[str, Any]:
    """Return the definition that a new draft begins with."""
    return copy.deepcopy(START)


class LoginFlow(PolicyModel):
    """A flow by name. What it does is in its versions, of which at most one is active."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name = _("login flow")
        verbose_name_plural = _("login flows")

    def __str__(self) -> str:
        return self.name

    def active_version(self) -> FlowVersion | None:
        """Return the version that new runs take; None when the flow is off."""
        return self.versions.filter(state=FlowVersion.State.ACTIVE).first()

    def new_draft(self, definition: dict[str, Any] | None = None, author: Any = None) -> FlowVersion:
        """Return a new draft with ``definition``, or with a message to begin with."""
        with transaction.atomic():
            LoginFlow.objects.select_for_update().get(pk=self.pk)
            newest = self.versions.aggregate(newest=Max("number"))["newest"] or 0
            draft = FlowVersion(flow=self, number=newest + 1, definition=definition or starting_definition())
            draft.author = author
            draft.save()
        return draft


class FlowVersion(PolicyModel):
    """One version of a flow. Only drafts are edited: a run finishes on the version that it began."""

    class State(models.TextChoices):
        """A version is drafted, then active, then retired, and never goes back."""

        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    flow = models.ForeignKey(LoginFlow, models.CASCADE, related_name="versions", verbose_name=_("login flow"))
    number = models.PositiveIntegerField(_("version"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    definition = models.JSONField(
        _("definition"),
        default=starting_definition,
        help_text=_("The elements, in their order, each with an id and a kind. The builder writes it."),
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ("flow", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("flow", "number"), name="version_number_once"),
            models.UniqueConstraint(fields=("flow",), condition=Q(state="active"), name="one_active_version"),
        ]
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self) -> str:
        return f"{self.flow} {self.number}"

    def clean(self) -> None:
        """Raise ValidationError with every error of the definition, each with its element."""
        errors = [finding_texts.sentence(finding) for finding in self.findings() if finding.is_error]
        if errors:
            raise ValidationError({"definition": errors})

    def findings(self) -> tuple[Finding, ...]:
        """Return everything that is wrong or odd about the definition, on this site as it is now."""
        return validate(self.definition, context.of(self.flow))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, secrets in the definition encrypted; raises ValidationError for a change to what is not a draft any more."""
        self.definition = secret_fields.hide(self.definition)
        stored = FlowVersion.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.state != self.State.DRAFT and stored.definition != self.definition:
            raise ValidationError(_("Only a draft can be edited. Make a new draft from this version."))
        super().save(*args, **kwargs)

    def activate(self, author: Any = None, reason: str = "") -> None:
        """Make this draft the version of new runs, and retire the one before it; running logins finish on theirs.

        Raises ValidationError when the definition has errors, or when this is not a draft.
        """
        with transaction.atomic():
            LoginFlow.objects.select_for_update().get(pk=self.flow_id)
            self.refresh_from_db()
            if self.state != self.State.DRAFT:
                raise ValidationError(_("Only a draft can be activated. Make a new draft from this version."))
            self.clean()
            active = self.flow.active_version()
            if active is not None:
                active.retire(author, reason)
            self.state, self.activated_at = self.State.ACTIVE, timezone.now()
            self.author, self.reason = author, reason
            self.save()

    def retire(self, author: Any = None, reason: str = "") -> None:
        """Take this version out of use: a flow without an active version does not run. Raises ValidationError if it is not."""
        if self.state != self.State.ACTIVE:
            raise ValidationError(_("Only an active version can be retired."))
        self.state, self.retired_at = self.State.RETIRED, timezone.now()
        self.author, self.reason = author, reason
        self.save()

    def policy_values(self) -> dict[str, Any]:
        """Return the fields as JSON values, the definition as it is."""
        values: dict[str, Any] = super().policy_values()
        return {**values, "definition": self.definition}


class FlowAssignment(PolicyModel):
    """The flow of a profile. One flow serves many profiles; a profile has at most one (R8.14)."""

    profile = models.OneToOneField(Profile, models.CASCADE, related_name="flow_assignment", verbose_name=_("profile"))
    flow = models.ForeignKey(LoginFlow, models.PROTECT, related_name="assignments", verbose_name=_("login flow"))
    mode = mode_field(_("this assignment is"))

    class Meta:
        ordering: ClassVar = ("profile__name",)
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.profile}: {self.flow}"


def flow_names(tables: Tables) -> dict[int, str]:
    """Return the flow that runs for each profile, by the profile's id. A flow without an active version runs for nobody."""
    versions = tables["loginflows.flowversion"].values()
    active = {str(row["flow"]) for row in versions if row["state"] == FlowVersion.State.ACTIVE}
    names = {key: row["name"] for key, row in tables["loginflows.loginflow"].items() if key in active}
    assigned = tables["loginflows.flowassignment"].values()
    return {row["profile"]: names[str(row["flow"])] for row in assigned if str(row["flow"]) in names}


def version_for(profile_id: int) -> FlowVersion | None:
    """Return the version that a new run of somebody with that profile takes; None when there is none."""
    assigned = {"flow__assignments__profile_id": profile_id, "flow__assignments__mode": Mode.ON.value}
    return FlowVersion.objects.filter(state=FlowVersion.State.ACTIVE, **assigned).first()
