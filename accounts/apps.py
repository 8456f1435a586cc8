"""The application of people."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, devices, login."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the time of the last login into our own hands: :func:`accounts.login.open_session` writes it."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
