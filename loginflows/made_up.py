"""A made-up person at a made-up moment, for debug runs and test cases. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .conditions import SUBJECTS, UNTRUSTED, WEEKDAYS, ValueType

# RFC 5737: an address of nobody.
ADDRESS = "203.0.113.9"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PERSON: Mapping[str, Any] = {
    "login.type": "password",
    "login.method": "password",
    "login.ip": ADDRESS,
    "login.network": UNTRUSTED,
    "login.in_profile_ranges": True,
    "login.user_agent": USER_AGENT,
    "login.platform": "linux",
    "login.app": "",
    "login.session_level": "standard",
    "user.id": "0",
    "user.username": "sam",
    "user.email": "sam@example.org",
    "user.first_name": "Sam",
    "user.last_name": "Sample",
    "profile.name": "",
    "profile.required_level": "none",
    "time.within_login_hours": True,
}
_EMPTY = {ValueType.NUMBER: 0, ValueType.TICK: False}


def values(at: datetime, **changed: Any) -> dict[str, Any]:
    """Return a value for every subject. ``changed`` has subjects with ``__`` for their dots."""
    found = {key: _EMPTY.get(subject.type, "") for key, subject in SUBJECTS.items()}
    return {**found, **PERSON, **moment(at), **{key.replace("__", "."): value for key, value in changed.items()}}


def moment(at: datetime) -> dict[str, Any]:
    """Return the subjects of a moment, in the zone of ``at``."""
    return {"time.weekday": WEEKDAYS[at.weekday()], "time.hour": at.hour, "time.date": at.date().isoformat()}
