"""System checks: settings under which the promises of this application would not hold."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security)
def sessions_live_on_the_server(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse session engines that a client can replay (signed cookies) or that are not ours."""
    if settings.SESSION_ENGINE in ("sessions_policy.session_store", "sessions_policy.cached_session_store"):
        return []
    return [
        checks.Error(
            f"SESSION_ENGINE is {settings.SESSION_ENGINE!r}.",
            hint=(
                "Use 'sessions_policy.session_store' or 'sessions_policy.cached_session_store': a session kept in a cookie "
                "can be replayed after logout, at the level that it had."
            ),
            id="sessions_policy.E001",
        )
    ]
