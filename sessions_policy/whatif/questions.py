"""A question of What-If as a value: every part may be left out, and what is left out is said, not guessed silently.

The same names are the fields of the page, the query of its permalink, the members of the API and the options of the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from .. import resources
from ..levels import CATEGORIES, SSO_PREFIX, Channel, Grant, Level

LIVE, REPORT_ONLY, REVISION, DRAFT = "live", "report_only", "revision:", "draft:"
LOGIN = "login"
YES, NO = "yes", "no"
Json = dict[str, Any]
LONGEST_DRAFT = 8000


class BadQuestion(ValueError):
    """A question that cannot be asked. ``field`` names the part that is wrong; the message says what to write instead."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Given:
    """A method that was proven, and how many seconds ago."""

    method: str
    age: float = 0.0

    @classmethod
    def read(cls, text: str) -> Given:
        """Return what ``password`` or ``authenticator_app:600`` says."""
        # A provider's name has a colon of its own: sso:corp.
        method, _colon, age = text.strip().rpartition(":")
        if not age.isdecimal():
            method, age = text.strip(), ""
        if method not in CATEGORIES and not method.startswith(SSO_PREFIX):
            raise BadQuestion("methods", _("“%(name)s” is no sign-in method.") % {"name": method})
        return cls(str(method), float(age or 0))

    def __str__(self) -> str:
        return f"{self.method}:{self.age:.0f}" if self.age else self.method


@dataclass(frozen=True, slots=True)
class Question:
    """Who comes how, from where, when, by which client, to what, in which session, under which policies.

    "" and None mean "not given". ``to`` is ``login``, a resource's key or a path of this site; ``session`` says whether they
    are signed in already, with ``methods`` as what the session has proven; ``policies`` is ``live``, ``report_only`` or
    ``revision:N``.
    """

    user: str = ""
    profile: str = ""
    methods: tuple[Given, ...] | None = None
    available: tuple[str, ...] | None = None
    device_known: bool | None = None
    ip: str = ""
    at: datetime | None = None
    channel: str = ""
    grant: str = ""
    app: str = ""
    scopes: tuple[str, ...] = ()
    to: str = ""
    session: bool | None = None
    session_age: int | None = None
    idle: int | None = None
    level: str = ""
    max_age: int | None = None
    policies: str = LIVE

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Question:
        """Return the question that ``values`` (texts, as a form or a query has them) ask. Raises BadQuestion."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise BadQuestion(min(unknown), _("There is no such part of a question."))
        found = cls()
        for name, value in values.items():
            if value not in (None, "", [], ()):
                found = replace(found, **{name: _READERS.get(name, _text)(name, value)})
        return found

    def given(self) -> dict[str, str]:
        """Return what is given, as texts: the query of the permalink and what is saved."""
        found: dict[str, str] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value not in (None, "", ()) and not (field.name == "policies" and value == LIVE):
                found[field.name] = _written(value)
        return found

    def query(self) -> str:
        """Return the question as a query string."""
        return urlencode(self.given())

    def command(self) -> str:
        """Return the command line that asks it."""
        options = (f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in self.given().items())
        return " ".join(["python manage.py whatif", *options])


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return value.isoformat()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _quoted(text: str) -> str:
    return text if all(c.isalnum() or c in "_.,:/@+-" for c in text) else "'" + text.replace("'", "'\\''") + "'"


def _text(name: str, value: Any) -> str:
    text = str(value).strip()
    if len(text) > 500 or "\0" in text:
        raise BadQuestion(name, _("This is too long, or holds a character that no text can hold."))
    return text


def _items(name: str, value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else _text(name, value).replace(" ", ",").split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _methods(name: str, value: Any) -> tuple[Given, ...]:
    return tuple(Given.read(part) for part in _items(name, value) if part != "none")


def _available(name: str, value: Any) -> tuple[str, ...]:
    return tuple(each.method for each in _methods(name, value))


def _yes_or_no(name: str, value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in (YES, NO, "true", "false"):
        raise BadQuestion(name, _("Write yes or no, or leave it out."))
    return text in (YES, "true")


def _number(name: str, value: Any) -> int:
    text = str(value).strip()
    if not text.isdecimal() or len(text) > 9:
        raise BadQuestion(name, _("Write a number of seconds."))
    return int(text)


def _address(name: str, value: Any) -> str:
    try:
        return str(ip_address(str(value).strip()))
    except ValueError as error:
        raise BadQuestion(name, _("Write an address such as 192.0.2.7.")) from error


def _moment(name: str, value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else parse_datetime(str(value).strip())
    except ValueError:
        found = None
    if found is None:
        raise BadQuestion(name, _("Write a date and time such as 2026-11-24T14:30."))
    return found


def _one_of(*allowed: str) -> Any:
    def read(name: str, value: Any) -> str:
        text = _text(name, value)
        if text not in allowed:
            raise BadQuestion(name, _("Write one of: %(names)s.") % {"names": ", ".join(allowed)})
        return text

    return read


def _policies(name: str, value: Any) -> str:
    text = str(value).strip()
    if text.startswith(DRAFT) and len(text) <= LONGEST_DRAFT:
        return text
    number = text.removeprefix(REVISION)
    if text in (LIVE, REPORT_ONLY) or (text.startswith(REVISION) and number.isdecimal() and len(number) < 15):
        return text
    raise BadQuestion(name, _("Write live, report_only or revision:N."))


def _target(name: str, value: Any) -> str:
    text = _text(name, value)
    if text == LOGIN or text.startswith("/") or any(each.key == text for each in resources.registered()):
        return text
    raise BadQuestion(name, _("“%(name)s” is neither login, nor a resource, nor a path that begins with /.") % {"name": text})


_READERS: dict[str, Any] = {
    "methods": _methods,
    "available": _available,
    "device_known": _yes_or_no,
    "session": _yes_or_no,
    "ip": _address,
    "at": _moment,
    "channel": _one_of(*(channel.value for channel in Channel)),
    "grant": _one_of(*(grant.value for grant in Grant)),
    "scopes": _items,
    "to": _target,
    "session_age": _number,
    "idle": _number,
    "level": _one_of(*(level.slug for level in Level)),
    "max_age": _number,
    "policies": _policies,
}
