"""The session rows."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserSession(AbstractBaseSession):
    """A session with what people want to see of it. The columns are copies; the data is the authority."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="user_sessions", verbose_name=_("user")
    )
    public_id = models.CharField(max_length=16, db_index=True, editable=False)
    level = models.CharField(_("level"), max_length=20)
    method = models.CharField(_("methods"), max_length=200, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    created = models.DateTimeField(_("created"))
    last_seen = models.DateTimeField(_("last seen"))
    browser = models.CharField(_("browser"), max_length=60, blank=True)

    class Meta(AbstractBaseSession.Meta):
        ordering: ClassVar = ("-last_seen",)

    def __str__(self) -> str:
        # SECURITY: the stock one is the key, which is as good as the cookie.
        return self.public_id

    @staticmethod
    def public_id_of(session_key: str) -> str:
        """Return a name for a session that may be shown. SECURITY: the key itself is as good as the cookie."""
        return hashlib.sha256(session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the configured engine's store."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class EndedSession(models.Model):
    """Why a session was ended by somebody, for the one browser that held it; found by the digest of its key, for a day."""

    digest = models.CharField(max_length=64, primary_key=True)
    why = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.why
