"""The help desk: find somebody, give them a temporary code, reset their two-factor authentication, unlock them.

For people with the right to manage other people's two-factor authentication, superuser or not. Every act is one of
:mod:`accounts.two_factor_help`, which says who may do it to whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy import gate, texts
from sessions_policy.admin.read_only import ReadOnlyAdmin
from sessions_policy.gate import Asked
from sessions_policy.levels import Level, Method

from .. import reports, requirements, two_factor_help
from ..devices import temporary_code
from ..models import TemporaryCode, User
from ..two_factor_help import NotAllowed

MOST_FOUND = 20
MOST_RECORDS = 20
# R9.17, ruling 15: helping takes more than a password, whatever the area asks.
HELPING = Asked(resources=("two_factor_ui",), level=Level.HIGH_ASSURANCE)
UNLOCKING = Asked(resources=("unlock",))


class ReasonForm(forms.Form):
    """Why somebody is helped."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class CodeForm(ReasonForm):
    """How long a temporary code works, and why it is given."""

    hours = forms.IntegerField(
        label=gettext_lazy("Works for (hours)"),
        initial=4,
        min_value=temporary_code.SHORTEST_HOURS,
        max_value=temporary_code.LONGEST_HOURS,
        help_text=gettext_lazy("1 to 24. It works any number of times until then, and ends any older code."),
    )
    field_order = ("hours", "reason")


@admin.register(TemporaryCode)
class HelpDeskAdmin(ReadOnlyAdmin):
    """The help desk's pages, and the temporary codes that work now. The codes themselves are stored nowhere."""

    policy_resource = "two_factor_ui"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person helps others."""
        return request.user.has_perm(two_factor_help.RIGHT)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the person helps others."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Return the help desk's two pages."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="accounts_temporarycode_changelist"),
            path("people/<int:pk>/", view(self.person_view), name="accounts_help"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Find somebody to help; list the codes that work now."""
        self._enter(request)
        sought = request.GET.get("q", "").strip()
        alive = TemporaryCode.objects.filter(expires__gt=timezone.now()).select_related("user", "issued_by")
        context = {"sought": sought, "found": _people(sought)[:MOST_FOUND] if sought else [], "codes": alive}
        return self._page(request, "help_desk.html", context | {"title": _("Help desk")})

    def person_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what matters of one person, and do one of the acts."""
        self._enter(request)
        user = get_object_or_404(User.objects.select_related("profile"), pk=pk)
        if request.method != "POST":
            return self._person(request, user)
        act = self._acts.get(request.POST.get("act", ""))
        if act is None:
            return self._person(request, user, error=_("Choose one of the buttons on this page."), status=400)
        try:
            return act(self, request, user)
        except NotAllowed as error:
            return self._person(request, user, error=str(error), status=403)

    def _issue(self, request: HttpRequest, user: User) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._person(request, user, code_form=form, status=400)
        code = two_factor_help.issue_temporary_code(user, helper=_helper(request), **form.cleaned_data)
        self.log_change(request, user, _("A temporary code was issued."))
        # In this answer and nowhere else: the site keeps a digest.
        context = {"person": user, "code": code, "hours": form.cleaned_data["hours"], "title": _("Temporary code")}
        return self._page(request, "temporary_code.html", context)

    def _end(self, request: HttpRequest, user: User) -> HttpResponse:
        two_factor_help.require_right(_helper(request), user)
        if two_factor_help.end_temporary_code(user, helper=_helper(request)):
            self.log_change(request, user, _("A temporary code was ended."))
            return self._done(request, user, _("The temporary code of %(user)s has ended."))
        return self._done(request, user, _("There was no code of %(user)s that still worked."))

    def _reset(self, request: HttpRequest, user: User) -> HttpResponse:
        form = ReasonForm(request.POST, prefix="reset")
        if not form.is_valid():
            return self._person(request, user, reset_form=form, status=400)
        two_factor_help.reset(user, reason=form.cleaned_data["reason"], helper=_helper(request))
        self.log_change(request, user, _("Two-factor authentication was reset."))
        said = _("Authenticators and codes of %(user)s were removed, and their sessions and tokens ended.")
        return self._done(request, user, said)

    def _unlock(self, request: HttpRequest, user: User) -> HttpResponse:
        gate.enforce(request, UNLOCKING)
        if two_factor_help.unlock(user, helper=_helper(request)):
            self.log_change(request, user, _("Unlocked."))
            return self._done(request, user, _("The wrong tries of %(user)s are forgotten."))
        return self._done(request, user, _("There was nothing to unlock for %(user)s."))

    _acts: ClassVar[dict[str, Callable[[HelpDeskAdmin, HttpRequest, User], HttpResponse]]] = {
        "issue": _issue,
        "end": _end,
        "reset": _reset,
        "unlock": _unlock,
    }

    def _enter(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        gate.enforce(request, HELPING)

    def _done(self, request: HttpRequest, user: User, said: str) -> HttpResponse:
        messages.success(request, said % {"user": user.get_username()})
        return HttpResponseRedirect(reverse("admin:accounts_help", args=(user.pk,)))

    def _person(self, request: HttpRequest, user: User, *, status: int = 200, **more: Any) -> HttpResponse:
        methods = user.usable_methods() - {Method.TEMPORARY_CODE.value}
        context = {
            "title": _("Help %(user)s") % {"user": user.get_username()},
            "person": user,
            "locked": two_factor_help.is_locked(user),
            "methods": sorted(map(texts.method_name, methods)),
            "devices": user.authenticators.filter(confirmed=True),
            "code": user.temporary_codes.filter(expires__gt=timezone.now()).select_related("issued_by").first(),
            "requirements": requirements.of(user),
            "records": [reports.verification_row(each) for each in user.verification_records.all()[:MOST_RECORDS]],
            "code_form": CodeForm(),
            "reset_form": ReasonForm(prefix="reset"),
            "may_open_user": request.user.has_perm("accounts.view_user"),
            **more,
        }
        return self._page(request, "help_person.html", context, status=status)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        request.current_app = self.admin_site.name
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/accounts/{template}", {**everywhere, **context}, status=status)


def _helper(request: HttpRequest) -> User:
    helper: User = request.user  # type: ignore[assignment]
    return helper


def _people(sought: str) -> QuerySet[User]:
    """Return the people whose username, name or address of mail holds every word of ``sought``."""
    found = User.objects.select_related("profile").order_by("username")
    for word in sought.split():
        names = Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(names | Q(email__icontains=word))
    return found
