"""The application of the OAuth server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    """Connected apps, grants, tokens."""

    name = "oauth"
    verbose_name = _("Connected apps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the policy book which app has which rule."""
        from sessions_policy import policy_book, policy_tables

        from .models.connected_apps import app_rules

        policy_tables.register("oauth.connectedapp", "name", "session_policy", "session_policy_mode")
        policy_book.register_apps(app_rules)
