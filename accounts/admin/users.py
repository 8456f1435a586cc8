"""Users in the administration: everything about them that matters for signing in, and no secret of theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters

from sessions_policy import ending, gate, safety, texts
from sessions_policy.admin.policies import ConfirmedForm
from sessions_policy.admin.rehearsal import RehearsedAdmin
from sessions_policy.changing import Author
from sessions_policy.farewell import Why
from sessions_policy.gate import Asked

from .. import notifications, placing, report_numbers, requirements, tokens
from ..models import User

# Whoever sets these decides what somebody may do, or that they may do nothing.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
SWITCHES = ("is_active", "is_frozen")


class MethodFilter(admin.SimpleListFilter):
    """By whether people have a method beside their password."""

    title = gettext_lazy("second factor")
    parameter_name = "has_method"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return both."""
        return [("yes", gettext_lazy("Has a method")), ("no", gettext_lazy("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep those who have one, or none."""
        if self.value() not in ("yes", "no"):
            return queryset
        bare = report_numbers.without_method(User.objects.all()).values("pk")
        return queryset.filter(pk__in=bare) if self.value() == "no" else queryset.exclude(pk__in=bare)


class UserForm(ConfirmedForm):
    """A user without their password, which has a page of its own. Another profile may ask for less than theirs."""

    def rehearse(self) -> safety.Refusal | None:
        """Return what the change would be refused for, or None; keep what the person would no longer be asked for."""
        stored = User.objects.select_related("profile").get(pk=self.instance.pk)
        self.taken_away = tuple(placing.taken_away(stored.policy_values(), self.instance.policy_values()))
        return super().rehearse()


class NewUserForm(UserCreationForm):  # type: ignore[type-arg] # not generic when it runs
    """A new user with their profile and first password."""

    class Meta:
        model = User
        fields = ("username", "email", "profile")


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg] # not generic when it runs
    """A new password for somebody else. Their sessions end with the old one."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Save it, and end every session of the person."""
        with transaction.atomic():
            user: User = super().save(commit)
            ending.end_all_by_epoch(user, Why.PASSWORD)
            tokens.end(user)
        return user


@admin.register(User)
class UserAdmin(RehearsedAdmin, StockUserAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Users. People are switched off and not deleted: what they did has to stay known."""

    policy_resource = "users"
    form = UserForm
    add_form = NewUserForm
    add_form_template = None
    change_password_form = NewPasswordForm
    list_display = ("username", "email", "profile", *SWITCHES, "is_staff", "last_login")
    list_filter = (MethodFilter, "profile", "permission_sets", *SWITCHES, "is_staff", "is_superuser", "groups")
    list_select_related = ("profile",)
    search_fields = ("username", "email", "first_name", "last_name")
    actions = ("end_sessions",)
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (gettext_lazy("Signing in"), {"fields": ("profile", *SWITCHES, "password_state", "methods")}),
        (gettext_lazy("What is asked of this person"), {"fields": ("in_permission_sets", "asked")}),
        (gettext_lazy("Rights"), {"fields": RIGHTS}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
        (None, {"fields": ("reason",)}),
    )
    add_fieldsets: Any = ((None, {"fields": ("username", "email", "profile", "password1", "password2")}),)
    readonly_fields = ("password_state", "methods", "in_permission_sets", "asked", "last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Keep people from giving themselves rights, and from locking themselves out by a click.

        SECURITY: whoever may edit users but is no superuser could otherwise become one, or hand their own account a weaker
        profile.
        """
        fixed = self.readonly_fields
        if obj is None:
            return fixed
        own, superuser = obj.pk == request.user.pk, bool(getattr(request.user, "is_superuser", False))
        if not superuser:
            fixed = (*fixed, *RIGHTS, *(("profile",) if own else ()))
        return (*fixed, *SWITCHES, "is_staff", "is_superuser") if own else fixed

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whether the person may edit users; a superuser is edited by superusers only."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or bool(getattr(request.user, "is_superuser", False)))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False: deleting a user would delete their history."""
        return False

    def may_revert(self, request: HttpRequest, user: User | None) -> bool:
        """Whether the person may give ``user`` an older profile back: who may change it on the user's own page."""
        fixed = self.get_readonly_fields(request, user)
        return user is not None and self.has_change_permission(request, user) and "profile" not in fixed

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save; another profile is a revision, and who was switched off or frozen has no session any more."""
        stored = User.objects.select_related("profile").get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if stored is None:
            return
        if "profile" in form.changed_data:
            placing.write(obj, stored.policy_values(), Author.of(request), form.cleaned_data.get("reason", ""))
        if stored.email != obj.email:
            helper: Any = request.user
            notifications.email_changed(obj, stored.email, helper)
        if set(SWITCHES) & set(form.changed_data) and (obj.is_frozen or not obj.is_active):
            ending.end_all_by_epoch(obj)
            tokens.end(obj)

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's
        """Set somebody's password, which is an area of its own. One's own is changed on the security page."""
        user = self.get_object(request, unquote(id))
        if user is not None and user.pk == request.user.pk:
            return HttpResponseRedirect(reverse("change-password"))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        gate.enforce(request, Asked(resources=("unlock",)))
        before = user.password if user is not None else ""
        response = super().user_change_password(request, id, form_url)
        changed = self.get_object(request, unquote(id))
        if changed is not None and changed.password != before:
            notifications.password_changed(request, changed)
        return response

    @admin.action(description=gettext_lazy("End all sessions of the selected people"), permissions=["end"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End every session of these people at once, also those that a cache still serves."""
        people = list(queryset)
        for user in people:
            self.log_change(request, user, _("All sessions were ended."))
            ending.end_all_by_epoch(user)
        said = ngettext("The sessions of %(n)d person were ended.", "The sessions of %(n)d people were ended.", len(people))
        self.message_user(request, said % {"n": len(people)}, messages.SUCCESS)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether the person may end sessions."""
        return request.user.has_perm("sessions_policy.delete_usersession")

    @admin.display(description=gettext_lazy("password"))
    def password_state(self, user: User) -> SafeString | str:
        """Return whether there is a password, and the way to set one. Nothing of its hash."""
        if not user.pk:
            return ""
        state = _("Set") if user.has_usable_password() else _("None: this account cannot sign in with a password")
        url = reverse("admin:auth_user_password_change", args=(user.pk,))
        return format_html('{} – <a href="{}">{}</a>', state, url, _("Set a new password"))

    @admin.display(description=gettext_lazy("can use now"))
    def methods(self, user: User) -> str:
        """Return the methods that the person could use on a challenge."""
        return ", ".join(texts.method_name(method) for method in sorted(user.usable_methods())) or _("nothing")

    @admin.display(description=gettext_lazy("permission sets"))
    def in_permission_sets(self, user: User) -> SafeString | str:
        """Return the permission sets that the person is in, each as a link."""
        rows = [
            (reverse("admin:sessions_policy_permissionset_change", args=(each.pk,)), each)
            for each in user.permission_sets.all()
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', rows) or _("none")

    @admin.display(description=gettext_lazy("requirements"))
    def asked(self, user: User) -> SafeString | str:
        """Return every requirement that holds for the person at login, with where it comes from."""
        found = format_html_join("", "<li>{}</li>", [(str(each),) for each in requirements.of(user)])
        return format_html("<ul>{}</ul>", found) if found else _("nothing beyond the first factor")
