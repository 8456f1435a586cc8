"""The kinds of elements: one module each, listed here in the order of the palette."""

from __future__ import annotations

from . import (
    assignment,
    choose_method,
    confirm_details,
    decision,
    email_code,
    enrol,
    finish,
    finish_at,
    form,
    history_entry,
    limit_sessions,
    log_out,
    message,
    passcode,
    python_action,
    raise_level,
    recovery_codes,
    send_mail,
    set_attribute,
    sub_flow,
    terms,
    totp_check,
    verify,
    webhook,
)
from .kind import Kind

_MODULES = (
    message,
    form,
    terms,
    confirm_details,
    choose_method,
    verify,
    enrol,
    recovery_codes,
    email_code,
    totp_check,
    passcode,
    decision,
    assignment,
    sub_flow,
    raise_level,
    limit_sessions,
    send_mail,
    history_entry,
    set_attribute,
    webhook,
    python_action,
    finish,
    finish_at,
    log_out,
)
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in _MODULES}
