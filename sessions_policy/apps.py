"""The application that holds session security."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsPolicyConfig(AppConfig):
    """Levels, proofs, policies and the decision."""

    name = "sessions_policy"
    verbose_name = _("Session security")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks  # noqa: F401 - importing registers them
