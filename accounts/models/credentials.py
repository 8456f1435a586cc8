"""What a person could prove with at the moment, and the permission sets that they hold: everything in one statement."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from sessions_policy import columns
from sessions_policy.levels import Method
from sessions_policy.policy_book import HeldSet

from .devices import AuthenticatorDevice

if TYPE_CHECKING:
    from .users import User

# Every prompt asks this, and building the questions anew costs Django many times what answering them does. The words in the
# first column say what a row is; a device has its secret and its newest used step, a set what it demands.
_HELD = """
    SELECT 'set' AS kind, held.id, held.name, '' AS secret, 0 AS step,
        two_factor_ui AND two_factor_mode NOT IN ('off', 'report_only') AS ui,
        two_factor_api AND two_factor_mode NOT IN ('off', 'report_only') AS api, waive_two_factor
    FROM sessions_policy_permissionset AS held
    JOIN sessions_policy_permissionset_users AS holders ON holders.permissionset_id = held.id
    WHERE holders.user_id = %(user)s
    UNION ALL
    SELECT 'device', id, name, secret_encrypted, last_step, FALSE, FALSE, FALSE
    FROM accounts_authenticatordevice WHERE user_id = %(user)s AND confirmed
    UNION ALL
    SELECT 'recovery code', 0, '', '', 0, FALSE, FALSE, FALSE
    WHERE EXISTS (SELECT 1 FROM accounts_recoverycode WHERE user_id = %(user)s AND used_at IS NULL)
    UNION ALL
    SELECT 'temporary code', 0, '', '', 0, FALSE, FALSE, FALSE
    WHERE EXISTS (SELECT 1 FROM accounts_temporarycode WHERE user_id = %(user)s AND expires > %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The confirmed authenticator apps, oldest first; the other methods that are set up; the permission sets, by name."""

    authenticators: tuple[AuthenticatorDevice, ...]
    others: frozenset[str]
    permission_sets: tuple[HeldSet, ...]

    @property
    def methods(self) -> frozenset[str]:
        """The methods that are set up. A password is not among them: whether there is one, the user's own row says."""
        return self.others | {Method.AUTHENTICATOR_APP.value} if self.authenticators else self.others

    @classmethod
    def of(cls, user_id: int) -> Credentials:
        """Return the credentials of a person, as they are now."""
        with connection.cursor() as cursor:
            cursor.execute(_HELD, _parameters(user_id))
            return _read(user_id, cursor.fetchall())


def with_their_user(user_id: int) -> User | None:
    """Return the user, with their credentials; None when there is none with that id."""
    model: type[User] = apps.get_model("accounts", "User")
    user_columns = columns.of(model, DEFAULT_DB_ALIAS)
    with connection.cursor() as cursor:
        cursor.execute(_user_and_held(user_columns.sql), _parameters(user_id))
        rows = cursor.fetchall()
    width = len(user_columns.names)
    user = user_columns.read(rows[0][:width]) if rows else None
    if user is not None:
        user.credentials = _read(user_id, (row[width:] for row in rows))
    return user


@functools.cache
def _user_and_held(user_columns: str) -> str:
    # Not a condition of the join: SQLite would read everybody's rows before it.
    return (
        f"SELECT {user_columns}, own.* FROM accounts_user "  # noqa: S608 - names of our own only
        f"LEFT OUTER JOIN ({_HELD}) AS own ON TRUE WHERE accounts_user.id = %(user)s"
    )


def _parameters(user_id: int) -> dict[str, Any]:
    return {"user": user_id, "now": connection.ops.adapt_datetimefield_value(timezone.now())}


def _read(user_id: int, rows: Iterable[tuple[Any, ...]]) -> Credentials:
    devices, others, sets = [], set(), []
    for kind, key, name, secret, step, ui, api, waives in rows:
        if kind == "set":
            sets.append(HeldSet(name, bool(ui), bool(api), bool(waives), key))
        elif kind == "device":
            devices.append(
                _device(id=key, user_id=user_id, name=name, confirmed=True, secret_encrypted=secret, last_step=step)
            )
        elif kind is not None:
            others.add(_METHODS[kind])
    devices.sort(key=lambda device: device.pk)
    return Credentials(tuple(devices), frozenset(others), tuple(sorted(sets)))


def _device(**values: Any) -> AuthenticatorDevice:
    # from_db takes the values in the order of the model's fields; those that are not given are loaded when they are asked for.
    names = [field.attname for field in AuthenticatorDevice._meta.concrete_fields if field.attname in values]
    device: AuthenticatorDevice = AuthenticatorDevice.from_db(DEFAULT_DB_ALIAS, names, [values[name] for name in names])
    return device


_METHODS = {"recovery code": Method.RECOVERY_CODE.value, "temporary code": Method.TEMPORARY_CODE.value}
