"""The administration site: entered only through the product's own login, and a resource like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from accounts.views.sign_in import sign_out
from sessions_policy.doors import open_to_all

from . import dashboard, finding

ONLY_STAFF = _("Only staff may open the administration.")


class AuthsiteAdminSite(AdminSite):
    """Django's administration, without its own login, logout and password pages."""

    site_title = _("Authsite administration")
    site_header = _("Administration")
    index_title = _("Administration")
    site_url = "/"
    index_template = "admin/home.html"

    def get_urls(self) -> list[Any]:
        """Add the page of the search box."""
        return [path("find/", self.admin_view(self.find), name="find"), *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """Show what the search box found."""
        term = request.GET.get("q", "").strip()[:100]
        context = {
            **self.each_context(request),
            "title": _("Find"),
            "term": term,
            "groups": finding.find(self, request, term) if term else [],
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/find.html", context)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person is active staff. How strongly they must have signed in is the resource ``admin``'s business."""
        return bool(request.user.is_active and request.user.is_staff)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the dashboard above what there is to administer."""
        return super().index(request, {**dashboard.context_of(request), **(extra_context or {})})

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Return ``view`` as part of this site, so that :func:`sessions_policy.doors.mark_of` asks for its resources.

        SECURITY: an address that a ModelAdmin adds for itself (setting a password is one) is wrapped by this method alone and
        carries none of the attributes by which Django's own pages are known; without them it would ask for no level.
        """
        part: Any = super().admin_view(view, cacheable)
        part.admin_site = self
        owner = getattr(view, "__self__", None)
        if isinstance(owner, ModelAdmin):
            part.model_admin = owner
        return part

    @open_to_all
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send to the product's login. Whoever is signed in already and is no staff is told so: no login would help.

        SECURITY: the stock view would check a password and open a session by itself, past every policy.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(ONLY_STAFF)
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, None, require_https=request.is_secure()):
            target = reverse("admin:index")
        return redirect(f"{reverse('login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign out as everywhere else."""
        return sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Send to the product's own page.

        SECURITY: the stock view asks for no fresh second factor, and leaves the person's other sessions in the list.
        """
        return redirect("change-password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Send to the security page, which says the same."""
        return redirect("security")
