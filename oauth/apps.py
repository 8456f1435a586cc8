"""The application of the OAuth server."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    """Connected apps, grants, tokens."""

    name = "oauth"
    verbose_name = _("Connected apps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and what taking protection away means for an app."""
        from sessions_policy import protection

        from . import checks  # noqa: F401 - importing registers them
        from .protection import taken_away

        protection.register("oauth.connectedapp", taken_away)
