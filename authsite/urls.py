"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from . import health, metrics
from .api_schema.views import SchemaView, api_reference

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("developers/api/", api_reference, name="api-reference"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("oauth.urls")),
    path("", include("loginflows.urls")),
    path("", include("sessions_policy.urls")),
]

handler400 = "authsite.errors.bad_request"
handler403 = "authsite.errors.permission_denied"
handler404 = "authsite.errors.page_not_found"
handler500 = "authsite.errors.server_error"
