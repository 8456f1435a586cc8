"""People in the administration: who they are, what they sign in with, and what they did."""

from .devices import AuthenticatorDeviceAdmin
from .groups import GroupAdmin
from .histories import LoginRecordAdmin, VerificationRecordAdmin
from .users import UserAdmin

__all__ = ["AuthenticatorDeviceAdmin", "GroupAdmin", "LoginRecordAdmin", "UserAdmin", "VerificationRecordAdmin"]
