"""``manage.py mfa_status USER``: what somebody has, and what is asked of them."""

from __future__ import annotations

from typing import Any

from accounts import requirements, two_factor_help
from accounts.devices import recovery_code
from accounts.management.answers import PersonCommand


class Command(PersonCommand):
    """Shows one person's methods, requirements and pauses."""

    help = "Show somebody's sign-in methods and every requirement that holds for them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the status."""
        user = self.find(options["username"])
        values = {
            "username": user.get_username(),
            "profile": user.profile.name,
            "active": user.is_active and not user.is_frozen,
            "methods": sorted(user.usable_methods()),
            "authenticators": [device.name for device in user.authenticators.filter(confirmed=True)],
            "recovery_codes_left": recovery_code.remaining(user),
            "locked": two_factor_help.is_locked(user),
            "requirements": [str(each) for each in requirements.of(user)],
        }
        self.answer(values, as_json=options["json"])
