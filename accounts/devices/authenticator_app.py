"""Authenticator apps."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_policy import statements
from sessions_policy.statements import Statement

from .. import qr, totp
from ..models import AuthenticatorDevice, RecoveryCode, User
from .result import Result


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that is not a device yet."""

    secret: str
    account: str
    issuer: str

    @property
    def uri(self) -> str:
        """The ``otpauth://`` address that an app reads."""
        return totp.provisioning_uri(self.secret, self.account, self.issuer)

    @property
    def qr_svg(self) -> str:
        """The address as an SVG picture."""
        return qr.svg(self.uri)

    @property
    def secret_groups(self) -> list[str]:
        """The secret in groups of four characters, to be typed."""
        return [self.secret[i : i + 4] for i in range(0, len(self.secret), 4)]


def begin_enrol(user: User, secret: str = "") -> Enrolment:
    """Return an enrolment with a fresh secret of 160 bits, or with the one that was begun."""
    return Enrolment(secret or totp.new_secret(), user.get_username(), settings.SITE_NAME)


def finish_enrol(user: User, secret: str, code: str, name: str) -> AuthenticatorDevice | None:
    """Make the device when ``code`` proves that the app holds ``secret``; None when it does not.

    Also None when the person's devices changed since ``user`` was loaded: of two submissions one makes a device, and an
    enrolment that began before there was a device cannot add a second one unseen. The code counts as used.
    """
    step = totp.step_of(secret, code)
    if step is None:
        return None
    with transaction.atomic():
        epoch = User.objects.filter(pk=user.pk, device_epoch=user.device_epoch)
        if epoch.update(device_epoch=F("device_epoch") + 1) != 1:
            return None
        device = AuthenticatorDevice(user=user, name=name, confirmed=True, last_step=step, last_used=timezone.now())
        device.secret = secret
        device.save()
    user.device_epoch += 1
    user.credentials = None
    return device


def remove(device: AuthenticatorDevice) -> None:
    """Remove the device; a half-finished login of its owner dies with it.

    Recovery codes stand in for a device and go with the last one: whoever still needs a second factor sets one up again.
    """
    with transaction.atomic():
        User.objects.filter(pk=device.user_id).update(device_epoch=F("device_epoch") + 1)
        device.delete()
        if not AuthenticatorDevice.objects.filter(user=device.user_id, confirmed=True).exists():
            RecoveryCode.objects.filter(user=device.user_id).delete()


def begin_verify(user: User) -> str:
    """Return the name of the device that a code is wanted from; "" when there are several."""
    devices = _devices_of(user)
    return devices[0].name if len(devices) == 1 else ""


def finish_verify(user: User, value: str, *also: Statement) -> Result:
    """Try ``value`` (six digits) on the person's devices; the first that accepts it consumes it, and runs ``also``."""
    used = False
    for device in _devices_of(user):
        step = device.step_of(value)
        if step is None:
            continue
        consumed, *rest = statements.run(device.consume(step), *also)
        if consumed:
            return Result(detail=device.persistent_id, also=tuple(rest))
        used = True
    if used:
        return Result(_("That code was already used. Wait for the next one."))
    return Result(_("That code is not right. Wait for the next code and try again."))


def _devices_of(user: User) -> tuple[AuthenticatorDevice, ...]:
    found = user.credentials or user.look_up_credentials()
    return found.authenticators
