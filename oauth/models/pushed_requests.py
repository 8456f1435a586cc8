"""Authorization requests that an app pushed before it sends the person (RFC 9126)."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

from .connected_apps import ConnectedApp
from .single_use import checksum

PREFIX = "urn:ietf:params:oauth:request_uri:"
# Seconds within which the person has to arrive with it.
REQUEST_LIFE = 60


class PushedRequest(models.Model):
    """The parameters of one authorization request, form-encoded; found by the checksum of its ``request_uri``.

    ``used_at`` is set by the one answer that it got.
    """

    application = models.ForeignKey(ConnectedApp, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    query = models.TextField()
    expires = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"pushed request {self.pk}"

    @classmethod
    def keep(cls, application: ConnectedApp, query: str) -> str:
        """Keep the request ``query`` of ``application`` and return its ``request_uri``: 256 random bits."""
        request_uri = PREFIX + secrets.token_urlsafe(32)
        expires = timezone.now() + timedelta(seconds=REQUEST_LIFE)
        cls.objects.create(application=application, digest=checksum(request_uri), query=query, expires=expires)
        return request_uri

    @classmethod
    def find(cls, client_id: str, request_uri: str) -> PushedRequest | None:
        """Return the request that the app ``client_id`` pushed and that got no answer yet, in time or late; else None."""
        rows = cls.objects.filter(digest=checksum(request_uri), used_at=None)
        found = rows.select_related("application").first()
        # SECURITY: bound to its client (RFC 9126 section 2.2); of another client's request nothing is told.
        return found if found is not None and found.application.client_id == client_id else None

    def claim(self) -> bool:
        """Whether this is the request's first answer; a conditional UPDATE decides, and forgets what the request said."""
        waiting = PushedRequest.objects.filter(pk=self.pk, used_at=None)
        return waiting.update(used_at=timezone.now(), query="") == 1
