"""The application of the administration site, in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class AuthsiteAdminConfig(AdminConfig):
    """Every model registers with our own site, so that no second site stays open with a password alone."""

    default_site = "authsite.admin.site.AuthsiteAdminSite"
