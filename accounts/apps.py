"""The application of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, devices, login."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have a person's profile count as policy."""
        from sessions_policy import protection

        from . import placing

        protection.register(placing.KIND, placing.taken_away)
