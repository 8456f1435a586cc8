"""The application of the OAuth server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    """Connected apps, grants, tokens."""

    name = "oauth"
    verbose_name = _("Connected apps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have sentences about an authorization request name its app."""
        from sessions_policy import page_names

        from . import authorization

        page_names.register("authorize", authorization.app_name_of)
