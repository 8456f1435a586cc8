"""People in the administration: who they are, what they sign in with, and what they did."""

from .devices import AuthenticatorDeviceAdmin
from .groups import GroupAdmin
from .help_desk import HelpDeskAdmin
from .histories import LoginRecordAdmin, VerificationRecordAdmin
from .remembered_browsers import RememberedBrowserAdmin
from .users import UserAdmin

__all__ = [
    "AuthenticatorDeviceAdmin",
    "GroupAdmin",
    "HelpDeskAdmin",
    "LoginRecordAdmin",
    "RememberedBrowserAdmin",
    "UserAdmin",
    "VerificationRecordAdmin",
]
