"""Forms that say, before a policy is saved, which tokens it refuses and which go on working (ruling 6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import token_impact
from ..models import PolicyModel
from ..token_impact import TokenImpact
from .policies import PolicyAdmin, PolicyForm


class TokenImpactForm(PolicyForm):
    """A policy that reaches tokens. ``tokens_of`` names the look-up from a token to the policy.

    A change that refuses tokens, or asks more of people while their tokens go on, is saved at the second press only: the
    first shows ``impact``, with a tick to revoke all of them.
    """

    revoke_tokens = forms.BooleanField(
        label=gettext_lazy("Revoke all of these tokens now, also those that would go on"), required=False
    )
    impact_seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    tokens_of = ""
    impact: TokenImpact | None = None

    def asks_more(self, stored: Any) -> bool:
        """Whether the change asks more of people than ``stored`` did, so that tokens that go on are worth a word."""
        return False

    def full_clean(self) -> None:
        """Validate, rehearse, ask about what is taken away, and show what happens to tokens."""
        super().full_clean()
        if not self.is_bound or set(self.errors) - {"understood", "reason"} or not self.instance.pk:
            return
        stored = self._meta.model._default_manager.get(pk=self.instance.pk)
        found = token_impact.of_change(self._try, **{self.tokens_of: self.instance})
        if found.refused or (found.kept and self.asks_more(stored)):
            self.impact = found
            if not self.is_preview and self.data.get("impact_seen") != found.fingerprint:
                words = _(
                    "Nothing was saved yet. The end of this page says what happens to tokens in use. Save again to go on."
                )
                self.add_error(None, words)


class TokenImpactAdmin(PolicyAdmin):
    """Revokes the tokens of a policy when the tick was set."""

    form = TokenImpactForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Save, and end the tokens if that was wanted."""
        super().save_related(request, form, formsets, change)
        if change and form.cleaned_data.get("revoke_tokens"):
            policy: PolicyModel = form.instance
            token_impact.take_back(**{form.tokens_of: policy})
            self.log_change(request, policy, _("All tokens were revoked."))
            messages.success(request, _("The tokens were revoked: apps have to be approved anew."))
