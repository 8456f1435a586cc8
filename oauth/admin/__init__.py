"""Connected apps and their tokens in the administration. The library registers them, with the classes in the settings."""

from .approvals import ApprovalAdmin
from .connected_apps import ConnectedAppAdmin
from .tokens import AccessTokenAdmin, HiddenAdmin, RefreshTokenAdmin

__all__ = ["AccessTokenAdmin", "ApprovalAdmin", "ConnectedAppAdmin", "HiddenAdmin", "RefreshTokenAdmin"]
