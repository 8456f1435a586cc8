"""``/api/v1/policies/``: every kind of policy that the administration has, read and changed under the same rules.

A change is rehearsed, asks for a reason and a confirmation where it takes protection away, and is a revision.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as InvalidValues
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_policy import changing, policy_book, policy_kinds, resources, revisions
from sessions_policy.api_schema import PAGES, documented
from sessions_policy.json_parser import BoundedJSONParser
from sessions_policy.models import PermissionSet, PolicyModel, PolicyRevision
from sessions_policy.policy_kinds import Kind
from sessions_policy.responses import problem

from . import rights, shapes
from .policy_changes import REASON, Refused, delete, fields_of, make, reason_of


class PoliciesView(APIView):
    """The policies in force."""

    policy_resource = "profiles"

    @documented(shapes.PoliciesShape)
    def get(self, request: Request) -> Response:
        """Return every policy, and the revision that it is of."""
        rights.require(request, "sessions_policy.view_profile", "profiles")
        book = policy_book.current()
        return Response(
            {
                "revision": book.revision,
                "session_settings": {name: level.slug for name, level in book.columns.items()},
                "profiles": [
                    {
                        "name": profile.name,
                        "required_level": profile.required_level.slug,
                        "login_flow": profile.login_flow,
                        "api_only": pk in book.api_only_profiles,
                    }
                    for pk, profile in book.profiles.items()
                ],
                "permission_sets": list(
                    PermissionSet.objects.values("name", "two_factor_ui", "two_factor_api", "waive_two_factor", "api_only")
                ),
                "resources": [
                    {"key": rule.key, "action": rule.action.value, "max_age": rule.max_age}
                    for rule in (book.resource(each.key) for each in resources.registered())
                ],
                "trusted_networks": [str(network) for network in book.trusted_networks],
            }
        )


class KindView(APIView):
    """Policies of one kind. They are sent as JSON: a form has no false and no null."""

    parser_classes = (BoundedJSONParser,)
    kind: Kind

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a refused change with its own document."""
        return exc.document if isinstance(exc, Refused) else super().handle_exception(exc)

    def require(self, request: Request, act: str) -> None:
        """Ask for the right to ``act``, and for what the area asks."""
        rights.require(request, self.kind.right(act), self.kind.area)

    def save(self, request: Request, policy: PolicyModel, values: dict[str, Any]) -> PolicyModel:
        """Save ``policy`` with ``values``; answers 400, 409 or 422 where that is not done."""
        try:
            members = policy_kinds.fill(self.kind, policy, values)
        except InvalidValues as error:
            raise ValidationError(error.message_dict) from error
        saved = make(request, self.kind.area, changing.saving(policy, members))
        assert saved is not None
        return saved

    def found(self, key: str | int) -> PolicyModel:
        """Return the policy that ``key`` names, or answer 404."""
        policy = policy_kinds.find(self.kind, key)
        if policy is None:
            raise Http404
        return policy

    def shown(self, policy: PolicyModel) -> dict[str, Any]:
        """Return a policy as JSON values."""
        return policy_kinds.shown(self.kind, policy)


class PolicyListView(KindView):
    """All policies of one kind, and new ones."""

    @documented(shapes.POLICY_PAGE, parameters=PAGES)
    def get(self, request: Request) -> Response:
        """Return one page of them, by name."""
        self.require(request, "view")
        return Response(rights.paged(request, policy_kinds.every(self.kind), self.shown))

    @documented(shapes.POLICY, sends=shapes.CHANGE, status=201, errors=shapes.NOT_CHANGED)
    def post(self, request: Request) -> Response:
        """Make a new one."""
        self.require(request, "add")
        with changing.locked():
            saved = self.save(request, policy_kinds.new(self.kind), fields_of(request))
        return Response(self.shown(saved), status=HTTPStatus.CREATED)


class DeclaredListView(PolicyListView):
    """All that the code declares, whether an administrator ruled it or not. None is added here."""

    http_method_names = ("get", "head", "options")


class PolicyView(KindView):
    """One policy."""

    @documented(shapes.POLICY)
    def get(self, request: Request, key: str | int = "") -> Response:
        """Return it."""
        self.require(request, "view")
        return Response(self.shown(self.found(key)))

    @documented(shapes.POLICY, sends=shapes.CHANGE, errors=shapes.NOT_CHANGED)
    def patch(self, request: Request, key: str | int = "") -> Response:
        """Change the fields that are sent, and leave the others."""
        self.require(request, "change")
        with changing.locked():
            # Read under the lock: what somebody else saves in the same moment is kept.
            saved = self.save(request, self.found(key), fields_of(request))
        return Response(self.shown(saved))

    @documented(None, status=204, parameters=shapes.SAID, errors=shapes.NOT_CHANGED)
    def delete(self, request: Request, key: str | int = "") -> Response:
        """Delete it; of what the code declares, bring its default back."""
        self.require(request, "delete")
        with changing.locked():
            policy = self.found(key)
            if policy.pk is not None:
                delete(request, self.kind.area, policy)
        return Response(status=HTTPStatus.NO_CONTENT)


class ProfileListView(PolicyListView):
    """Profiles."""

    kind, policy_resource = policy_kinds.PROFILES, policy_kinds.PROFILES.area


class ProfileView(PolicyView):
    """One profile."""

    kind, policy_resource = policy_kinds.PROFILES, policy_kinds.PROFILES.area


class PermissionSetListView(PolicyListView):
    """Permission sets."""

    kind, policy_resource = policy_kinds.PERMISSION_SETS, policy_kinds.PERMISSION_SETS.area


class PermissionSetView(PolicyView):
    """One permission set, with who is in it."""

    kind, policy_resource = policy_kinds.PERMISSION_SETS, policy_kinds.PERMISSION_SETS.area


class NetworkListView(PolicyListView):
    """Trusted networks."""

    kind, policy_resource = policy_kinds.NETWORKS, policy_kinds.NETWORKS.area


class NetworkView(PolicyView):
    """One trusted network."""

    kind, policy_resource = policy_kinds.NETWORKS, policy_kinds.NETWORKS.area


class SessionSettingListView(DeclaredListView):
    """Session settings: every method with its column."""

    kind, policy_resource = policy_kinds.SESSION_SETTINGS, policy_kinds.SESSION_SETTINGS.area


class SessionSettingView(PolicyView):
    """One method and its column."""

    # A method is moved back, as on the page of the two columns; its row says since when it stands where it stands.
    http_method_names = ("get", "head", "patch", "options")
    kind, policy_resource = policy_kinds.SESSION_SETTINGS, policy_kinds.SESSION_SETTINGS.area


class ResourceListView(DeclaredListView):
    """Every resource with its action."""

    kind, policy_resource = policy_kinds.RESOURCES, policy_kinds.RESOURCES.area


class ResourceView(PolicyView):
    """One resource and its action."""

    kind, policy_resource = policy_kinds.RESOURCES, policy_kinds.RESOURCES.area


class OrganisationView(PolicyView):
    """The organisation's own settings: there is one of them."""

    http_method_names = ("get", "head", "patch", "options")
    kind, policy_resource = policy_kinds.ORGANISATION, policy_kinds.ORGANISATION.area


class RevisionsView(APIView):
    """Every change of every policy."""

    policy_resource = "histories"

    @documented(shapes.RevisionPage, parameters=(shapes.KIND, *PAGES))
    def get(self, request: Request) -> Response:
        """Return revisions, the newest first; ``?policy=app.model`` those of one kind."""
        rights.require(request, "sessions_policy.view_policyrevision", "histories")
        rows = PolicyRevision.objects.select_related("author")
        kind = request.query_params.get("policy", "")
        return Response(rights.paged(request, rows.filter(policy=kind) if kind else rows, self.shown))

    @staticmethod
    def shown(row: PolicyRevision) -> dict[str, Any]:
        """Return one revision."""
        return {
            "id": row.pk,
            "at": row.at,
            "author": row.author.get_username() if row.author else None,
            "author_level": row.author_level,
            "policy": row.policy,
            "object": row.object_key,
            "before": row.before,
            "after": row.after,
            "reason": row.reason,
        }


class RevertView(KindView):
    """Taking one revision back."""

    policy_resource = "histories"

    @documented(shapes.POLICY_OR_NONE, sends=shapes.ReasonShape, errors=shapes.NOT_CHANGED)
    def post(self, request: Request, pk: int) -> Response:
        """Bring back what was before it, as a new revision. A reason is always asked for."""
        revision = get_object_or_404(PolicyRevision, pk=pk)
        kind = next((each for each in policy_kinds.KINDS if each.model._meta.label_lower == revision.policy), None)
        rights.require(request, "sessions_policy.view_policyrevision", "histories")
        if kind is None:
            raise Http404
        for act in revisions.acts(revision):
            rights.require(request, kind.right(act), kind.area)
        if not reason_of(request):
            raise ValidationError({REASON: [_("Say why: it is kept with the revision.")]})
        try:
            policy = make(request, kind.area, changing.reverting(revision))
        except revisions.CannotRevert as error:
            document = problem(HTTPStatus.CONFLICT, _("Not reverted"), str(error), code="cannot_revert")
            raise Refused(document) from error
        return Response({"policy": None if policy is None else policy_kinds.shown(kind, policy)})
