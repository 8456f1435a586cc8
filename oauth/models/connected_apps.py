"""Connected apps: OAuth clients with a policy of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication, ApplicationManager

from sessions_policy.facts import AppRule
from sessions_policy.levels import Grant, Mode, SessionPolicy
from sessions_policy.models import PermissionSet, PolicyModel, Profile
from sessions_policy.models.policy_model import mode_field
from sessions_policy.storable_text import is_storable

from .. import redirects
from . import app_rules
from .client_secrets import RotatingSecret
from .token_policies import TokenPolicy
from .tokens import end_tokens

GRANTS = (
    (Grant.AUTHORIZATION_CODE.value, _("Web server (authorization code)")),
    (Grant.REFRESH_TOKEN.value, _("Refresh token")),
    (Grant.IMPLICIT.value, _("User-agent (implicit)")),
    (Grant.JWT_BEARER.value, _("JWT bearer")),
    (Grant.PASSWORD.value, _("Username and password")),
    (Grant.CLIENT_CREDENTIALS.value, _("Client credentials")),
)
# The library's own column holds one grant, under other names; it is kept in step and decides nothing.
_LIBRARY_NAMES = {
    Grant.AUTHORIZATION_CODE.value: AbstractApplication.GRANT_AUTHORIZATION_CODE,
    Grant.CLIENT_CREDENTIALS.value: AbstractApplication.GRANT_CLIENT_CREDENTIALS,
}
_BY_LIBRARY_NAME = {name: grant for grant, name in _LIBRARY_NAMES.items()}
NEED_REDIRECT = frozenset({Grant.AUTHORIZATION_CODE.value, Grant.IMPLICIT.value})


def every_scope() -> list[str]:
    """Return the names of all scopes: what a new app may ask for."""
    return list(settings.OAUTH2_PROVIDER["SCOPES"])


# Columns of no interest to a revision, secrets first.
_NO_POLICY = frozenset(
    {
        "client_secret",
        "previous_secret",
        "previous_secret_until",
        "previous_secret_used_at",
        "secret_made_at",
        "created",
        "updated",
    }
)
# One question for both lists: it is asked at every call with a token of an app for approved people.
_APPROVED = """
    SELECT EXISTS (
        SELECT 1 FROM oauth_connectedapp_approved_profiles
        WHERE connectedapp_id = %(app)s AND profile_id = %(profile)s
    ) OR EXISTS (
        SELECT 1 FROM oauth_connectedapp_approved_permission_sets AS approved
        JOIN sessions_policy_permissionset_users AS held ON held.permissionset_id = approved.permissionset_id
        WHERE approved.connectedapp_id = %(app)s AND held.user_id = %(user)s
    )
"""


class ConnectedApp(RotatingSecret, TokenPolicy, PolicyModel, AbstractApplication):  # type: ignore[misc, django-manager-missing]
    """A client app: who it is, which grants and scopes it may use, what it asks of a session, how long its tokens last.

    Saving one writes a policy revision, without its secret. ``session_policy`` *block* closes the app for everyone and kills
    its tokens (ruling on Block).
    """

    class SessionPolicyChoice(models.TextChoices):
        """What the app does with a session below High Assurance (R4.18 to R4.20)."""

        ALLOW = SessionPolicy.ALLOW.value, _("Allow")
        RAISE = SessionPolicy.RAISE.value, _("High Assurance: raise the session level")
        BLOCK = SessionPolicy.BLOCK.value, _("High Assurance: block the app")

    class PermittedUsers(models.TextChoices):
        """Who may use the app (R6.21)."""

        SELF_AUTHORISE = "self_authorise", _("All users may approve it for themselves")
        ADMIN_APPROVED = "admin_approved", _("Users whom an administrator approved, without an approval page")

    name = models.CharField(_("name"), max_length=100, unique=True)
    authorization_grant_type = models.CharField(max_length=44, editable=False, default="", blank=True)
    algorithm = models.CharField(max_length=5, editable=False, default=AbstractApplication.RS256_ALGORITHM)
    grant_types = models.JSONField(_("grants"), default=list, help_text=_("The ways in which this app may get tokens."))
    scopes = models.JSONField(_("scopes"), default=every_scope, help_text=_("What this app may ask for."))
    require_pkce = models.BooleanField(_("require PKCE"), default=False, help_text=_("Public apps always need it (RFC 7636)."))
    session_policy = models.CharField(
        _("session policy"), max_length=10, choices=SessionPolicyChoice, default=SessionPolicyChoice.ALLOW
    )
    session_policy_mode = mode_field(_("the session policy is"))
    permitted_users = models.CharField(
        _("permitted users"), max_length=20, choices=PermittedUsers, default=PermittedUsers.SELF_AUTHORISE
    )
    approved_profiles = models.ManyToManyField(
        Profile, blank=True, related_name="approved_apps", verbose_name=_("approved profiles")
    )
    approved_permission_sets = models.ManyToManyField(
        PermissionSet, blank=True, related_name="approved_apps", verbose_name=_("approved permission sets")
    )
    run_as = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="apps_run_as",
        verbose_name=_("run as"),
        help_text=_("Whom client credentials stand for."),
    )
    require_jti = models.BooleanField(
        _("require a jti"), default=False, help_text=_("Refuse assertions without an id, so that none is used twice.")
    )

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        ordering: ClassVar = ("name",)
        verbose_name = _("connected app")
        verbose_name_plural = _("connected apps")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def find(cls, client_id: str | None) -> ConnectedApp | None:
        """Return the app with ``client_id``, open or blocked: whether it is open is the gate's to say."""
        if not client_id or len(client_id) > 255 or not is_storable(client_id):
            return None
        found: ConnectedApp | None = cls.objects.filter(client_id=client_id).first()
        return found

    @property
    def is_public(self) -> bool:
        """Whether the app cannot keep a secret."""
        return bool(self.client_type == self.CLIENT_PUBLIC)

    def rule(self) -> AppRule:
        """Return what the app asks before it is known who comes. An unknown policy closes the app."""
        action = self.session_policy if self.session_policy_mode == Mode.ON else SessionPolicy.ALLOW.value
        return app_rules.rule(self.name, action, self.relaxation(), self.grant_types)

    def rule_for(self, user: Any) -> AppRule:
        """Return what the app asks of ``user``: every door that knows the person asks with this. One query at most."""
        return replace(self.rule(), admits=self.admits(user))

    def admits(self, user: Any) -> bool:
        """Whether ``user`` may use the app at all: everybody, or those whom an administrator approved (R6.21).

        Nobody in particular is nobody to refuse: the decision asks them to sign in first.
        """
        if self.permitted_users == self.PermittedUsers.SELF_AUTHORISE or getattr(user, "pk", None) is None:
            return True
        return self.admits_somebody(user.profile_id, user.pk)

    def admits_somebody(self, profile_id: int, user_id: int | None) -> bool:
        """Whether the app is open to somebody of the profile, who may be a known user. One query at most."""
        if self.permitted_users == self.PermittedUsers.SELF_AUTHORISE:
            return True
        with connection.cursor() as cursor:
            cursor.execute(_APPROVED, {"app": self.pk, "profile": profile_id, "user": user_id})
            return bool(cursor.fetchone()[0])

    def is_usable(self, request: Any) -> bool:
        """Whether tokens of the app work at all. The library asks this at every use of one."""
        return self.rule().action is not SessionPolicy.BLOCK

    def allows_grant_type(self, *grant_types: str) -> bool:
        """Whether the app may use one of ``grant_types``, by their standard or by the library's names."""
        return any(_BY_LIBRARY_NAME.get(grant, grant) in self.grant_types for grant in grant_types)

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Whether ``uri`` is registered, character for character; only a loopback address may differ in its port."""
        try:
            # Raises for a port that does not exist.
            port = urlsplit(uri).port
            return bool(super().redirect_uri_allowed(uri)) and port != 0
        except ValueError:
            return False

    def get_allowed_schemes(self) -> list[str]:
        """Return the schemes that a redirect to this app may have: those of its registered addresses."""
        return sorted({uri.partition(":")[0].lower() for uri in self.redirect_uris.split()})

    def clean(self) -> None:
        """Raise ValidationError, by field, for everything that cannot work or is not safe."""
        checks = (self._redirect_problems, self._address_problems, self._unknown_names, self._credential_problems)
        problems = {field: found for check in checks for field, found in check().items()}
        if problems:
            raise ValidationError(problems)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the library's own column in step, and write a policy revision; the tokens of a blocked app end."""
        first = next(iter(self.grant_types), "")
        self.authorization_grant_type = _LIBRARY_NAMES.get(first, first)[:44]
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.rule().action is SessionPolicy.BLOCK:
                # Opening the app again brings none of them back (ruling on Block).
                end_tokens(application=self)

    def policy_values(self) -> dict[str, Any]:
        """Return the fields without secrets and dates of no interest, as revisions keep them."""
        return {name: value for name, value in super().policy_values().items() if name not in _NO_POLICY}

    def _redirect_problems(self) -> dict[str, Any]:
        registered = self.redirect_uris.split()
        found = [problem for uri in registered if (problem := redirects.problem(uri))]
        if not registered and NEED_REDIRECT & set(self.grant_types):
            found = [str(_("These grants need at least one redirect URI."))]
        return {"redirect_uris": found} if found else {}

    def _address_problems(self) -> dict[str, Any]:
        judges = {"post_logout_redirect_uris": redirects.problem, "allowed_origins": redirects.origin_problem}
        found = {field: list(filter(None, map(judge, getattr(self, field).split()))) for field, judge in judges.items()}
        return {field: problems for field, problems in found.items() if problems}

    def _unknown_names(self) -> dict[str, Any]:
        scopes = set(map(str, self.scopes)) - set(every_scope())
        grants = set(map(str, self.grant_types)) - {name for name, _label in GRANTS}
        problems = {}
        if scopes:
            problems["scopes"] = _("Unknown scopes: %(names)s") % {"names": ", ".join(sorted(scopes))}
        if grants:
            problems["grant_types"] = _("Unknown grants: %(names)s") % {"names": ", ".join(sorted(grants))}
        return problems

    def _credential_problems(self) -> dict[str, Any]:
        if Grant.CLIENT_CREDENTIALS.value not in self.grant_types:
            return {}
        problems: dict[str, Any] = {}
        if self.is_public:
            problems["client_type"] = _("Client credentials need an app that can keep a secret.")
        if self.run_as is None:
            problems["run_as"] = _("Client credentials need a user to run as.")
        elif not _is_api_only(self.run_as):
            problems["run_as"] = _(
                "%(user)s lacks the permission “API only user”. Grant it by their profile or a permission set first."
            ) % {"user": self.run_as}
        return problems


def _is_api_only(user: Any) -> bool:
    # Asked of the database, not of the book, which may be a second older than the right.
    return bool(user.profile.api_only or user.permission_sets.filter(api_only=True).exists())
