"""``manage.py unlock USER``: forget somebody's wrong tries."""

from __future__ import annotations

from typing import Any

from accounts import two_factor_help
from accounts.management.answers import PersonCommand


class Command(PersonCommand):
    """Ends the pause after too many wrong passwords or codes."""

    help = "Forget the wrong passwords and codes of somebody, so that they can try again now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Unlock."""
        user = self.find(options["username"])
        was_locked = two_factor_help.is_locked(user)
        two_factor_help.unlock(user, helper=None)
        self.answer({"username": user.get_username(), "was_locked": was_locked}, as_json=options["json"])
