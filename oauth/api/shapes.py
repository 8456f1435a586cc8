"""What the API takes and returns about connected apps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField, ListField

from accounts.api.shapes import Shape
from sessions_policy.api_schema import page_of
from sessions_policy.levels import Level
from sessions_policy.models import PermissionSet, Profile

from ..models import ConnectedApp
from ..models.client_secrets import LONGEST_OVERLAP
from ..models.connected_apps import GRANTS
from ..models.token_policies import MOST_HOURS, MOST_MINUTES

MOST_OVERLAP = int(LONGEST_OVERLAP.total_seconds()) // 3600
TEXTS = ("redirect_uris", "post_logout_redirect_uris", "allowed_origins")


class AppFields(Shape):
    """The fields of an app that can be set. Addresses are separated by spaces; lists name profiles and permission sets."""

    name = CharField(max_length=100)
    client_type = ChoiceField(ConnectedApp.CLIENT_TYPES, default=ConnectedApp.CLIENT_CONFIDENTIAL)
    redirect_uris = CharField(max_length=5000, allow_blank=True, default="")
    post_logout_redirect_uris = CharField(max_length=5000, allow_blank=True, default="")
    allowed_origins = CharField(max_length=5000, allow_blank=True, default="")
    grant_types = ListField(child=ChoiceField(GRANTS), allow_empty=False)
    scopes = ListField(child=ChoiceField(list(settings.OAUTH2_PROVIDER["SCOPES"])), allow_empty=False)
    require_pkce = BooleanField(default=False)
    require_jti = BooleanField(default=False)
    session_policy = ChoiceField(ConnectedApp.SessionPolicyChoice.choices, default="allow")
    ip_relaxation = ChoiceField(ConnectedApp.IpRelaxationChoice.choices, default="enforce")
    permitted_users = ChoiceField(ConnectedApp.PermittedUsers.choices, default="self_authorise")
    approved_profiles = serializers.SlugRelatedField(
        slug_field="name", queryset=Profile.objects.all(), many=True, required=False
    )
    approved_permission_sets = serializers.SlugRelatedField(
        slug_field="name", queryset=PermissionSet.objects.all(), many=True, required=False
    )
    run_as = serializers.SlugRelatedField(
        slug_field="username", queryset=get_user_model().objects.all(), allow_null=True, default=None
    )
    access_token_minutes = IntegerField(min_value=1, max_value=MOST_MINUTES, allow_null=True, default=None)
    refresh_policy = ChoiceField(ConnectedApp.RefreshPolicy.choices, default="fixed")
    refresh_hours = IntegerField(min_value=1, max_value=MOST_HOURS, allow_null=True, default=None)


class AppShape(AppFields):
    """A connected app. Its secret is in no answer but the one that made it."""

    id = IntegerField(read_only=True)
    client_id = CharField(read_only=True)
    redirect_uris = CharField(allow_blank=True)
    secret_made_at = DateTimeField(read_only=True)
    previous_secret_until = DateTimeField(allow_null=True, read_only=True)


class NewAppShape(AppShape):
    """A new app. `client_secret` is shown this once; null for a public app."""

    client_secret = CharField(allow_null=True)


class RotationRequest(Shape):
    """How long the old secret goes on, and why it is rotated."""

    overlap_hours = IntegerField(min_value=0, max_value=MOST_OVERLAP, default=24)
    reason = CharField(max_length=300, allow_blank=True, default="")


class RotatedShape(Shape):
    """The new secret: in this answer and nowhere else."""

    client_id = CharField()
    client_secret = CharField()
    previous_secret_until = DateTimeField(allow_null=True)


class EndedTokensShape(Shape):
    """How many live tokens ended."""

    ended = IntegerField()


class AppTokenShape(Shape):
    """A live access or refresh token, without its value, which nobody keeps."""

    id = IntegerField()
    kind = ChoiceField(("access", "refresh"))
    user = CharField(allow_null=True)
    app = CharField(allow_null=True)
    grant = CharField(allow_blank=True)
    scope = CharField(allow_blank=True)
    level = ChoiceField([level.slug for level in Level])
    created = DateTimeField()
    expires = DateTimeField()


class ApprovalShape(Shape):
    """What somebody approved."""

    id = IntegerField()
    user = CharField()
    app = CharField()
    scope = CharField(allow_blank=True)
    since = DateTimeField()
    last = DateTimeField()


AppPage = page_of(AppShape, "ConnectedApp")
AppTokenPage = page_of(AppTokenShape, "AppToken")
ApprovalPage = page_of(ApprovalShape, "Approval")


def app(found: ConnectedApp) -> dict[str, Any]:
    """Return ``found`` as JSON values."""
    values: dict[str, Any] = dict(AppShape(found).data)
    return values
