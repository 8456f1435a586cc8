"""Connected apps, what they were given, and what works once."""

from .approvals import Approval
from .connected_apps import ConnectedApp
from .pushed_requests import PushedRequest
from .single_use import BridgeTicket, JwtReplay
from .tokens import AccessToken, Grant, IDToken, RefreshToken

__all__ = [
    "AccessToken",
    "Approval",
    "BridgeTicket",
    "ConnectedApp",
    "Grant",
    "IDToken",
    "JwtReplay",
    "PushedRequest",
    "RefreshToken",
]
