"""People and what belongs to them."""

from .attempts import AttemptCount
from .devices import AuthenticatorDevice
from .histories import LoginRecord, VerificationRecord
from .recovery_codes import RecoveryCode
from .remembered_browsers import RememberedBrowser
from .temporary_codes import TemporaryCode
from .users import User

__all__ = [
    "AttemptCount",
    "AuthenticatorDevice",
    "LoginRecord",
    "RecoveryCode",
    "RememberedBrowser",
    "TemporaryCode",
    "User",
    "VerificationRecord",
]
