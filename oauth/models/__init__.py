"""Connected apps, what they were given, and what works once."""

from .app_keys import AppKey
from .approvals import Approval
from .connected_apps import ConnectedApp
from .pushed_requests import PushedRequest
from .signing_keys import SigningKey
from .single_use import BridgeTicket, JwtReplay
from .tokens import AccessToken, Grant, IDToken, RefreshToken

__all__ = [
    "AccessToken",
    "AppKey",
    "Approval",
    "BridgeTicket",
    "ConnectedApp",
    "Grant",
    "IDToken",
    "JwtReplay",
    "PushedRequest",
    "RefreshToken",
    "SigningKey",
]
