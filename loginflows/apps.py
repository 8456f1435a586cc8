"""The application of login flows."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoginFlowsConfig(AppConfig):
    """What people of a profile read or do before they are let in."""

    name = "loginflows"
    verbose_name = _("Login flows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the policy book which profile has which flow, and find the actions that applications register."""
        from django.utils.module_loading import autodiscover_modules

        from sessions_policy import policy_book, policy_tables

        from .models import flow_names

        policy_tables.register("loginflows.loginflow", "name")
        policy_tables.register("loginflows.flowversion", "flow", "state")
        policy_tables.register("loginflows.flowassignment", "profile", "flow", "mode")
        policy_book.register_login_flows(flow_names)
        autodiscover_modules("login_flow_actions")
