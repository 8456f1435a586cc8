"""The methods that a person can be challenged with: one module each, with the same verbs.

``begin_verify(user)`` returns what the page shows (the device's name or ""); ``finish_verify(user, value)`` consumes
``value`` and says how that went. A method that has to be set up has ``begin_enrol`` and ``finish_enrol`` as well.
"""

from __future__ import annotations

from sessions_policy.levels import Method

from ..forms import AuthenticatorCodeForm, PasswordForm, RecoveryCodeForm, TemporaryCodeForm
from . import authenticator_app, password, recovery_code, temporary_code
from .method import DeviceMethod

# The first that somebody may use is offered first: a live temporary code stands before everything (R9.3).
METHODS: dict[str, DeviceMethod] = {
    Method.TEMPORARY_CODE.value: DeviceMethod(
        TemporaryCodeForm, "code", temporary_code.begin_verify, temporary_code.finish_verify
    ),
    Method.AUTHENTICATOR_APP.value: DeviceMethod(
        AuthenticatorCodeForm, "code", authenticator_app.begin_verify, authenticator_app.finish_verify
    ),
    Method.RECOVERY_CODE.value: DeviceMethod(
        RecoveryCodeForm, "code", recovery_code.begin_verify, recovery_code.finish_verify
    ),
    Method.PASSWORD.value: DeviceMethod(PasswordForm, "password", password.begin_verify, password.finish_verify),
}
