"""The application of people."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

# What our own pages are called, where a sentence speaks of them.
PAGES = {
    "security": _("Security"),
    "change-password": _("Change your password"),
    "security-add-authenticator": _("Adding an authenticator app"),
    "security-remove-device": _("Removing an authenticator app"),
    "security-recovery-codes": _("Recovery codes"),
    "admin:index": _("Administration"),
}


class AccountsConfig(AppConfig):
    """Users, devices, login."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have a person's profile count as policy, pages named, and the time of the last login in our own hands.

        :func:`accounts.login.open_session` writes it.
        """
        from sessions_policy import page_names, protection

        from . import placing

        for url_name, name in PAGES.items():
            page_names.register(url_name, name)
        protection.register(placing.KIND, placing.taken_away)
        user_logged_in.disconnect(dispatch_uid="update_last_login")
