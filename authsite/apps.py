"""The application that wires the others together."""

from django.apps import AppConfig


class AuthsiteConfig(AppConfig):
    """Settings, addresses, health, error pages, commands that span applications."""

    name = "authsite"
    verbose_name = "Authsite"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks  # noqa: F401 - importing registers them
