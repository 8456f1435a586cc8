"""The application of the OAuth server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    """Connected apps, grants, tokens."""

    name = "oauth"
    verbose_name = _("Connected apps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, what taking protection away means for an app, its rule, and how sentences name it."""
        from sessions_policy import page_names, policy_book, policy_tables, protection

        from . import (
            authorization,
            checks,  # noqa: F401 - importing registers them
        )
        from .models import app_rules
        from .protection import taken_away

        page_names.register("authorize", authorization.app_name_of)
        protection.register("oauth.connectedapp", taken_away)
        policy_tables.register("oauth.connectedapp", *app_rules.FIELDS)
        policy_book.register_apps(app_rules.of, app_rules.admits)
