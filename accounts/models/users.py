"""The user of this site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import connections, models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from sessions_policy import columns, revisions
from sessions_policy.levels import Method
from sessions_policy.models import Profile

from .credentials import Credentials


class People(UserManager["User"]):
    """Creates users; one who is given no profile gets the profile named by ``DEFAULT_PROFILE``, made when it is missing."""

    def _create_user_object(self, username: str, email: str | None, password: str | None, **fields: object) -> User:
        if not fields.get("profile") and not fields.get("profile_id"):
            name = settings.SUPERUSER_PROFILE if fields.get("is_superuser") else settings.DEFAULT_PROFILE
            fields["profile"] = Profile.objects.get_or_create(name=name)[0]
        user: User = super()._create_user_object(username, email, password, **fields)  # type: ignore[misc]
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of that name, as every login asks: by one statement whose text is made once. Raises DoesNotExist."""
        user_columns = columns.of(self.model, self.db)
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT {user_columns.sql} FROM accounts_user WHERE username = %s", (username,))  # noqa: S608
            row = cursor.fetchone()
        user: User | None = user_columns.read(row) if row else None
        if user is None:
            raise self.model.DoesNotExist
        return user


class User(AbstractUser):  # type: ignore[django-manager-missing] # django-otp has no types
    """A person, or an account that an integration runs as.

    ``session_epoch`` is folded into the session auth hash: raising it ends every session of this user, at no query.
    ``device_epoch`` counts changes of devices: a half-finished login from before a change is worth nothing.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="users", verbose_name=_("profile"))
    is_frozen = models.BooleanField(
        _("frozen"), default=False, help_text=_("A frozen account cannot sign in, and its sessions and tokens are refused.")
    )
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    device_epoch = models.PositiveIntegerField(default=0, editable=False)
    security_token_digest = models.CharField(max_length=64, blank=True, editable=False)

    # What was found at the last look; None when nobody looked since this object was loaded.
    credentials: Credentials | None = None

    objects: ClassVar[People] = People()

    # Who moves this person to another profile, as revisions of policies want to know it.
    author: Any = None
    author_level: str = ""
    reason: str = ""

    class Meta(AbstractUser.Meta):
        permissions: ClassVar = [("manage_two_factor", _("Can manage other people's two-factor authentication"))]

    def usable_methods(self) -> frozenset[str]:
        """Return the methods that this person could use on a challenge now. One query, which also notes the credentials."""
        return self.methods_of(self.look_up_credentials())

    def look_up_credentials(self) -> Credentials:
        """Return what this person could prove with now, and note it for the rest of the request. One query."""
        self.credentials = Credentials.of(self.pk)
        return self.credentials

    def methods_of(self, found: Credentials) -> frozenset[str]:
        """Return the methods that this person could use on a challenge when ``found`` is what they have."""
        return found.methods | {Method.PASSWORD.value} if self.has_usable_password() else found.methods

    def policy_values(self) -> dict[str, Any]:
        """Return what is policy of a person: which profile they have."""
        return {"username": self.username, "profile": self.profile.name}

    def restore(self, values: dict[str, Any]) -> None:
        """Give this person the profile of an older revision back, as a new one. Raises CannotRevert when it is gone."""
        before, profile = self.policy_values(), Profile.objects.filter(name=values["profile"]).first()
        if profile is None:
            raise revisions.CannotRevert(_("The profile %(name)s does not exist any more.") % {"name": values["profile"]})
        self.profile = profile
        self.save(update_fields=["profile"])
        revisions.write(self, before, self.policy_values())

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.session_auth_hash", value, secret=secret, algorithm="sha256").hexdigest()
