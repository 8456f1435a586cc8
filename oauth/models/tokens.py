"""Codes and tokens, each with the facts of how it came to be. Codes and tokens are kept as checksums only."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractAccessToken, AbstractGrant, AbstractIDToken, AbstractRefreshToken

from sessions_policy import gate, proofs
from sessions_policy.facts import AppRule, Proof
from sessions_policy.facts import Facts as DecisionFacts
from sessions_policy.levels import Channel, Level

from ..issued import Issued


class Facts(models.Model):
    """How a code or token came to be. It travels from the code to every token that descends from it.

    ``proofs`` are those of the browser session that approved, as ``sessions_policy.proofs.pack`` writes them. ``acr`` is the
    level that the client asked for and got, by its slug; empty means that it asked for none, and then the token is Standard
    whatever the session was (R7.6). ``flow`` is the grant that began it, ``auth_time`` in seconds since the epoch.
    """

    proofs = models.JSONField(default=list, editable=False)
    acr = models.CharField(_("granted level"), max_length=20, blank=True, editable=False)
    auth_time = models.BigIntegerField(_("authenticated"), null=True, editable=False)
    flow = models.CharField(_("grant"), max_length=60, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def level_cap(self) -> Level:
        """The most that the proofs count for. An unknown name is the lowest level."""
        return Level.from_slug(self.acr) if self.acr else Level.STANDARD

    @property
    def given(self) -> tuple[Proof, ...]:
        """The proofs, unpacked."""
        return proofs.unpack(self.proofs)

    def facts(self: Any, now: datetime, ip: str) -> DecisionFacts:
        """Return the facts of a call with this token, or of one that could be had for it."""
        return DecisionFacts(
            now=now,
            channel=Channel.TOKEN,
            person=gate.person_of(self.user),
            proofs=self.given,
            ip=ip,
            grant=self.flow,
            level_cap=self.level_cap,
        )

    def issued(self, family: uuid.UUID | None) -> Issued:
        """Return the facts as a value that goes on to the next token of the same ``family``."""
        return Issued(self.given, self.acr, self.auth_time, self.flow, family or uuid.uuid4())


class Grant(Facts, AbstractGrant):  # type: ignore[misc]
    """An authorization code. ``code`` is its checksum; ``used_at`` is set by the one request that redeemed it."""

    objects: ClassVar[models.Manager[Grant]] = models.Manager()

    token_family = models.UUIDField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta(AbstractGrant.Meta):  # type: ignore[misc]
        indexes: ClassVar = [models.Index(fields=("expires",))]
        verbose_name = _("authorization code")
        verbose_name_plural = _("authorization codes")

    def __str__(self) -> str:
        return f"code {self.pk}"

    def claim(self) -> bool:
        """Whether this is the code's first use; a conditional UPDATE decides."""
        return Grant.objects.filter(pk=self.pk, used_at=None).update(used_at=timezone.now()) == 1


class AccessToken(Facts, AbstractAccessToken):  # type: ignore[misc]
    """An access token. As ``request.auth`` it tells the gate its facts (``sessions_policy.gate.TokenFacts``)."""

    objects: ClassVar[models.Manager[AccessToken]] = models.Manager()

    token_family = models.UUIDField(editable=False, db_index=True)

    class Meta(AbstractAccessToken.Meta):  # type: ignore[misc]
        indexes: ClassVar = [models.Index(fields=("expires",))]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return f"access token {self.pk}"

    def app_rule(self) -> AppRule | None:
        """Return what the token's app asks of its user. An app for approved people costs one query."""
        return self.application.rule_for(self.user) if self.application is not None else None

    def is_alive(self) -> bool:
        """Whether the token works at all: not ended, its owner active and not frozen, its app (if it has one) open."""
        user, app = self.user, self.application
        owned = user is not None and user.is_active and not user.is_frozen
        return bool(owned and not self.is_expired() and (app is None or app.is_usable(None)))

    def revoke(self) -> None:
        """End this token, and nothing else (R6.50)."""
        AccessToken.objects.filter(pk=self.pk).update(expires=timezone.now())


class RefreshToken(Facts, AbstractRefreshToken):  # type: ignore[misc]
    """A refresh token: works once, and hands on its facts and its scope.

    ``family_began`` is when the person approved; ``expires`` is when the family ends at the latest, by the policy of that day.
    The app's policy of today is asked when the token is used (:func:`oauth.app_policy.refresh_problem`).
    """

    objects: ClassVar[models.Manager[RefreshToken]] = models.Manager()

    scope = models.TextField(_("scope"), blank=True)
    expires = models.DateTimeField(_("expires"), db_index=True)
    family_began = models.DateTimeField(_("approved"), default=timezone.now, editable=False)

    class Meta(AbstractRefreshToken.Meta):  # type: ignore[misc]
        # Revoked ones of families without an end are found by the second when they may go.
        indexes: ClassVar = [models.Index(fields=("token_family",)), models.Index(fields=("revoked",))]
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return f"refresh token {self.pk}"

    def claim(self) -> bool:
        """Whether this is the token's first use; a conditional UPDATE decides."""
        return RefreshToken.objects.filter(pk=self.pk, revoked=None).update(revoked=timezone.now()) == 1

    def revoke(self) -> None:
        """End this token and every token of its family (R6.50)."""
        self.revoke_family(self.token_family)

    @classmethod
    def revoke_family(cls, token_family: uuid.UUID | None) -> None:
        """End every token that descends from one approval: three statements, however long the chain."""
        if token_family is None:
            return
        now = timezone.now()
        with transaction.atomic():
            _update_all(cls.objects.filter(token_family=token_family, revoked=None), revoked=now)
            AccessToken.objects.filter(token_family=token_family, expires__gt=now).update(expires=now)


class IDToken(AbstractIDToken):  # type: ignore[misc]
    """The library wants this model. ID tokens are signed and sent, not kept: nothing here looks one up."""

    class Meta(AbstractIDToken.Meta):  # type: ignore[misc]
        verbose_name = _("ID token")
        verbose_name_plural = _("ID tokens")


def end_tokens(**which: Any) -> None:
    """End every access and refresh token that the look-up ``which`` finds (``user=…``, ``application=…``)."""
    now = timezone.now()
    with transaction.atomic():
        Grant.objects.filter(used_at=None, **which).update(used_at=now)
        _update_all(RefreshToken.objects.filter(revoked=None, **which), revoked=now)
        AccessToken.objects.filter(expires__gt=now, **which).update(expires=now)


def _update_all(rows: models.QuerySet[Any], **values: Any) -> None:
    """Update ``rows``, and those that were written while the update waited.

    SECURITY: PostgreSQL looks at the rows once, when a statement begins. An exchange that is under way holds the row that it
    redeems; when the statement has waited for it, the successor is there and was not seen. The next statement sees it.
    """
    rows.update(**values)
    while rows.update(**values):
        pass
