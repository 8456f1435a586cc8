"""Connected apps, their keys and tokens in the administration. The library registers some, by the settings."""

from .app_keys import AppKeyAdmin
from .approvals import ApprovalAdmin
from .connected_apps import ConnectedAppAdmin
from .signing_keys import SigningKeyAdmin
from .tokens import AccessTokenAdmin, HiddenAdmin, RefreshTokenAdmin

__all__ = [
    "AccessTokenAdmin",
    "AppKeyAdmin",
    "ApprovalAdmin",
    "ConnectedAppAdmin",
    "HiddenAdmin",
    "RefreshTokenAdmin",
    "SigningKeyAdmin",
]
