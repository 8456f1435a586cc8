"""Off, report-only or on: which parts of a stored policy are in force.

Read from the values of a policy, as the database and its revisions hold them, so that a book of today, of an older revision
and of a form that is not saved are all compiled alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .levels import Level, Mode, SessionPolicy

Values = dict[str, Any]

_NO_TWO_FACTOR = {"two_factor_ui": False, "two_factor_api": False}

# Kind of policy, the field that holds its mode, and what the policy says while it is not on; None: as if it were not there.
MODES: Mapping[str, Mapping[str, Values | None]] = {
    "sessions_policy.profile": {
        "required_level_mode": {"required_level": Level.NONE.slug},
        "login_hours_mode": {"login_hours": {}},
        "ip_ranges_mode": {"ip_ranges": ""},
        "two_factor_mode": _NO_TWO_FACTOR,
    },
    "sessions_policy.permissionset": {"two_factor_mode": _NO_TWO_FACTOR},
    "sessions_policy.resourcepolicy": {"mode": None},
    "oauth.connectedapp": {"session_policy_mode": {"session_policy": SessionPolicy.ALLOW.value}},
    "loginflows.flowassignment": {"mode": None},
}


def in_force(kind: str, values: Values, *, with_report_only: bool = False) -> Values | None:
    """Return ``values`` with what is not in force taken out; None when nothing of the policy is.

    ``with_report_only`` takes what is only watched as on. A value without a mode (of a revision from before there were any)
    is on; an unknown mode is on, too: nothing opens because of a word that nobody knows.
    """
    found = values
    for field, without in MODES.get(kind, {}).items():
        mode = values.get(field, Mode.ON.value)
        if mode == Mode.OFF or (mode == Mode.REPORT_ONLY and not with_report_only):
            if without is None:
                return None
            found = {**found, **without}
    return found


def is_watched(kind: str, values: Values) -> bool:
    """Whether something of the policy is report-only."""
    return any(values.get(field) == Mode.REPORT_ONLY for field in MODES.get(kind, {}))
