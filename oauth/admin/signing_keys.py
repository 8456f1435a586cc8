"""The keys that sign ID tokens: which one signs, which are published, and how they rotate. No private half is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.admin.confirmation import ReasonField
from sessions_policy.admin.policies import revisions_url
from sessions_policy.admin.read_only import ReadOnlyAdmin
from sessions_policy.session_security import SessionSecurity

from .. import key_rotation, signing_keys
from ..models import SigningKey

GRACES = (
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (1, gettext_lazy("1 day")),
    (0, gettext_lazy("Not at all: the key became known to others")),
)


class RotationForm(forms.Form):
    """How long the old key stays published, and why keys are rotated. ``expected`` is the key that the person saw."""

    grace = forms.TypedChoiceField(
        label=gettext_lazy("The old key stays published for"),
        choices=GRACES,
        coerce=int,
        initial=7,
        help_text=gettext_lazy("What it signed is verified with it until then. ID tokens live an hour."),
    )
    reason = ReasonField(required=False)
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """Signing keys."""

    policy_resource = "keys"
    list_display = ("kid", "state_in_words", "created_at", "activated_at", "retires_at")
    fields = ("kid", "state_in_words", "created_at", "activated_at", "retires_at")
    readonly_fields = fields
    change_list_template = "admin/oauth/signingkey/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that rotates."""
        view = self.admin_site.admin_view(self.rotate_view)
        return [path("rotate/", view, name="oauth_signingkey_rotate"), *super().get_urls()]

    def has_rotate_permission(self, request: HttpRequest) -> bool:
        """Whether the person may rotate."""
        return request.user.has_perm("oauth.change_signingkey")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """List the keys, with the one that signs."""
        age = key_rotation.age()
        context = {
            "signs": signing_keys.ring().active.thumbprint(),
            "from_the_settings": age is None,
            "is_old": age is not None and age >= key_rotation.OLD_AFTER,
            "may_rotate": self.has_rotate_permission(request),
            "revisions_url": revisions_url(SigningKey),
        }
        response: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return response

    def rotate_view(self, request: HttpRequest) -> HttpResponse:
        """Rotate, or publish the next key ahead of its turn."""
        if not self.has_rotate_permission(request):
            raise PermissionDenied
        signs = signing_keys.ring().active.thumbprint()
        form = RotationForm(request.POST if request.POST.get("act") == "rotate" else None, initial={"expected": signs})
        refused = ""
        try:
            if request.POST.get("act") == "publish":
                return self._publish(request)
            if form.is_bound and form.is_valid():
                return self._rotate(request, form.cleaned_data)
        except key_rotation.RotationRefused as why:
            refused = str(why)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rotate the signing key"),
            "opts": self.opts,
            "form": form,
            "refused": refused,
            "signs": signs,
            "following": SigningKey.objects.filter(state=SigningKey.State.NEXT).first(),
            "revisions_url": revisions_url(SigningKey),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/oauth/signingkey/rotate.html", context)

    @admin.display(description=gettext_lazy("state"))
    def state_in_words(self, key: SigningKey) -> str:
        """Return what the key is for now."""
        if key.state != SigningKey.State.OLD:
            return str(key.get_state_display())
        return _("retiring: still published") if key.is_published(timezone.now()) else _("retired")

    def _rotate(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        done = key_rotation.rotate(
            timedelta(days=given["grace"]), _author(request, given["reason"]), expected=given["expected"]
        )
        messages.success(request, _("The key %(kid)s signs from now on.") % {"kid": done.signs})
        return _to_the_list()

    def _publish(self, request: HttpRequest) -> HttpResponse:
        made = key_rotation.publish_next(_author(request, request.POST.get("reason", "")[:300]))
        messages.success(request, _("The key %(kid)s is published, and signs after the next rotation.") % {"kid": made.kid})
        return _to_the_list()


def _author(request: HttpRequest, reason: str) -> key_rotation.Author:
    return key_rotation.Author(request.user, SessionSecurity.of(request).level.slug, reason)


def _to_the_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:oauth_signingkey_changelist"))
