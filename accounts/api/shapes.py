"""What the API returns, as shapes for its schema. The views make the values; a test holds them to these."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, DateTimeField, IntegerField, JSONField, ListField

from sessions_policy.api_schema import page_of
from sessions_policy.levels import Channel, Level, SessionPolicy

Shape = serializers.Serializer[Any]
LEVELS = [level.slug for level in Level]


class LevelField(serializers.ChoiceField):
    """A level by its slug."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=LEVELS, **kwargs)


class ProofShape(Shape):
    """One thing that a session has proven."""

    method = CharField(help_text="The method, such as password or authenticator_app.")
    at = DateTimeField()
    level = LevelField(help_text="What it is worth under the session settings of this moment.")


class CallerSessionShape(Shape):
    """The caller's session or token."""

    user = CharField()
    level = LevelField(help_text="What was proven, derived at this moment.")
    level_required = LevelField(help_text="What the caller's profile requires.")
    proofs = ProofShape(many=True)
    auth_time = IntegerField(allow_null=True, help_text="Seconds since the epoch of the newest proof.")
    channel = serializers.ChoiceField(choices=[channel.value for channel in Channel])
    grant = CharField(allow_null=True, help_text="The grant that the token came by; null for a cookie.")


class PersonShape(Shape):
    """The caller."""

    id = CharField()
    username = CharField()
    email = CharField(allow_blank=True)
    first_name = CharField(allow_blank=True)
    last_name = CharField(allow_blank=True)
    profile = CharField()


class StatusCountShape(Shape):
    """How often something occurred."""

    label = CharField()  # type: ignore[assignment] # a field of its own, not the label of this one
    count = IntegerField()


class SignInShape(Shape):
    """One row of the login history."""

    at = DateTimeField()
    username = CharField(allow_blank=True)
    channel = CharField(allow_blank=True)
    method = CharField(allow_blank=True)
    status = CharField()
    status_label = CharField()
    application = CharField(allow_blank=True)
    ip = CharField(allow_null=True)
    level = CharField(allow_blank=True)
    level_label = CharField(allow_blank=True)
    reference = CharField(allow_blank=True)


class VerificationShape(Shape):
    """One row of the verification history."""

    at = DateTimeField()
    attempt = CharField(allow_blank=True)
    username = CharField()
    method = CharField(allow_blank=True)
    status = CharField()
    status_label = CharField()
    triggered_by = CharField(allow_blank=True)
    triggered_by_label = CharField(allow_blank=True)
    activity = CharField(allow_blank=True)
    activity_label = CharField(allow_blank=True)
    ip = CharField(allow_null=True)
    reference = CharField(allow_blank=True)


class DecisionShape(Shape):
    """One recorded decision, with the trace that led to it."""

    reference = CharField()
    at = DateTimeField()
    user = CharField(allow_null=True)
    channel = CharField()
    outcome = CharField()
    reason = CharField()
    level = CharField(allow_blank=True)
    subject = CharField(allow_blank=True)
    ip = CharField(allow_null=True)
    revision = IntegerField()
    mode = CharField(allow_blank=True)
    trace = JSONField(allow_null=True)


class ReportsShape(Shape):
    """Sign-ins and verifications, the newest first."""

    days = JSONField(allow_null=True)
    numbers = JSONField()
    counts = StatusCountShape(many=True)
    sign_ins = SignInShape(many=True)
    verifications = VerificationShape(many=True)


class SessionShape(Shape):
    """One browser session."""

    id = CharField()
    browser = CharField(allow_blank=True)
    user = CharField(allow_null=True)
    level = CharField(allow_blank=True)
    methods = ListField(child=CharField(allow_blank=True))
    ip = CharField(allow_null=True)
    created = DateTimeField()
    last_seen = DateTimeField()


class DeviceShape(Shape):
    """One authenticator app, without its secret."""

    id = IntegerField()
    user = CharField()
    name = CharField(allow_blank=True)
    created = DateTimeField()
    last_used = DateTimeField(allow_null=True)


class TemporaryCodeShape(Shape):
    """A temporary code: in this answer and nowhere else."""

    user = CharField()
    code = CharField()
    hours = IntegerField()
    reason = CharField()


class EndedShape(Shape):
    """Whether there was one to end."""

    ended = BooleanField()


class ResetShape(Shape):
    """How many devices were removed."""

    removed = IntegerField()


class UnlockedShape(Shape):
    """Whether tries were refused until now."""

    was_locked = BooleanField()


class RequirementShape(Shape):
    """One requirement, and where it comes from."""

    what = CharField()
    source = CharField()  # type: ignore[assignment]
    lifted_by = CharField(allow_blank=True)


class ProfileRuleShape(Shape):
    """What a profile requires."""

    name = CharField()
    required_level = LevelField()
    login_flow = CharField(allow_blank=True, allow_null=True)


class PermissionSetRuleShape(Shape):
    """What a permission set grants."""

    name = CharField()
    two_factor_ui = BooleanField()
    two_factor_api = BooleanField()
    waive_two_factor = BooleanField()


class ResourceRuleShape(Shape):
    """What holds for a resource."""

    key = CharField()
    action = serializers.ChoiceField(choices=[action.value for action in SessionPolicy])
    max_age = IntegerField(allow_null=True, help_text="Seconds since the proof, where it is asked again.")


class PoliciesShape(Shape):
    """The policies in force, and the revision that they are of."""

    revision = IntegerField()
    session_settings = serializers.DictField(child=CharField(), help_text="Each method with its level.")
    profiles = ProfileRuleShape(many=True)
    permission_sets = PermissionSetRuleShape(many=True)
    resources = ResourceRuleShape(many=True)
    trusted_networks = ListField(child=CharField())


class RevisionShape(Shape):
    """One change of one policy. `before` is null for a new policy, `after` for a deleted one."""

    id = IntegerField()
    at = DateTimeField()
    author = CharField(allow_null=True)
    author_level = CharField(allow_blank=True)
    policy = CharField()
    object = CharField()
    before = JSONField(allow_null=True)
    after = JSONField(allow_null=True)
    reason = CharField(allow_blank=True)


class ReasonShape(Shape):
    """Why, and whether it is confirmed."""

    reason = CharField(max_length=300)
    confirm = BooleanField(required=False)


class TokenShape(Shape):
    """A bearer token."""

    access_token = CharField()
    token_type = CharField()
    expires_in = IntegerField(help_text="Seconds.")
    scope = CharField()


SessionPage = page_of(SessionShape, "Session")
DevicePage = page_of(DeviceShape, "Device")
SignInPage = page_of(SignInShape, "SignIn")
VerificationPage = page_of(VerificationShape, "Verification")
DecisionPage = page_of(DecisionShape, "Decision")
RevisionPage = page_of(RevisionShape, "Revision")

# Policies differ in their fields, which are those that revisions keep. What is sent names the fields to change.
POLICY = {"type": "object", "description": "The fields of the policy, by name.", "additionalProperties": True}
POLICY_OR_NONE = {"type": "object", "properties": {"policy": {**POLICY, "nullable": True}}, "required": ["policy"]}
POLICY_PAGE = {
    "type": "object",
    "required": ["count", "results"],
    "properties": {"count": {"type": "integer"}, "results": {"type": "array", "items": POLICY}},
}
CHANGE = {
    "application/json": {
        "type": "object",
        "description": "The fields to set. A change that takes protection away needs `reason` and `confirm`.",
        "properties": {"reason": {"type": "string", "maxLength": 300}, "confirm": {"type": "boolean"}},
        "additionalProperties": True,
    }
}
FILTERS = tuple(
    OpenApiParameter(name, {"type": "string"}, description="A filter of the reports; an unknown value answers 400.")
    for name in ("days", "profile", "method", "outcome", "user")
)
# Free in their parts: the trace and the cells are explained in docs/.
ANSWER = {"type": "object", "additionalProperties": True}
_OBJECT = {"type": "object"}
_PARTS = {"question": _OBJECT, "draft": {"type": "array", "items": _OBJECT}}
QUESTION = {"application/json": {"type": "object", "properties": _PARTS}}
NOT_CHANGED = (409, 422)
SAID = (
    OpenApiParameter("reason", {"type": "string", "maxLength": 300}, description="Kept with the revision."),
    OpenApiParameter("confirm", {"type": "boolean"}, description="Where the change takes protection away."),
)
KIND = OpenApiParameter("policy", {"type": "string"}, description="Revisions of one kind, such as sessions_policy.profile.")
