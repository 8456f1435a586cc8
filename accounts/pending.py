"""A login that is not finished: a small value in an anonymous session, with an owner and an age.

It is not a session of that person: ``request.user`` stays anonymous until every stage has passed, so nothing else is open
by construction (R8.2). It dies of age, with a change of password or devices, with a logout, and with another login.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from sessions_policy import proofs
from sessions_policy.facts import Proof

from .models import User, credentials

PENDING_KEY = "pending_login"
# Seconds without a submission, and seconds altogether.
IDLE_AGE = 10 * 60
MAX_AGE = 60 * 60


@dataclass(slots=True)
class PendingLogin:
    """What a half-finished login knows. ``data`` belongs to the stages, each under its own name; it holds JSON values."""

    user: User
    proofs: tuple[Proof, ...]
    next: str = ""
    started: float = field(default_factory=time.time)
    attempt: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    stage_url: str = ""
    reference: str = ""
    flow_finished: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        """The owner's id, as it stands in proofs."""
        return str(self.user.pk)


def save(request: HttpRequest, login: PendingLogin) -> None:
    """Keep ``login`` in the request's session, bound to its owner's password and devices as they are now."""
    request.session[PENDING_KEY] = {
        "user": login.user.pk,
        "binding": _binding(login.user),
        "started": login.started,
        "touched": time.time(),
        "proofs": proofs.pack(login.proofs),
        "next": login.next,
        "attempt": login.attempt,
        "stage_url": login.stage_url,
        "reference": login.reference,
        "flow_finished": login.flow_finished,
        "data": login.data,
    }


def is_kept(request: HttpRequest) -> bool:
    """Whether the session holds a pending login, alive or not."""
    return PENDING_KEY in request.session


def load(request: HttpRequest) -> PendingLogin | None:
    """Return the pending login of the request's session; None when there is none or it has died."""
    kept = request.session.get(PENDING_KEY)
    if not isinstance(kept, dict) or _is_old(kept):
        return None
    user = credentials.with_their_user(kept["user"])
    if user is None or not hmac.compare_digest(str(kept["binding"]), _binding(user)):
        return None
    return PendingLogin(
        user=user,
        proofs=proofs.unpack(kept["proofs"]),
        next=kept["next"],
        started=kept["started"],
        attempt=kept["attempt"],
        stage_url=kept["stage_url"],
        reference=kept["reference"],
        flow_finished=kept["flow_finished"],
        data=kept["data"],
    )


def of(request: HttpRequest) -> PendingLogin | None:
    """Return the pending login that the middleware found for ``request``."""
    found: PendingLogin | None = getattr(request, "pending_login", None)
    return found


def abandon(request: HttpRequest) -> None:
    """End the pending login and the anonymous session that held it."""
    request.session.flush()


def _is_old(kept: dict[str, Any]) -> bool:
    now = time.time()
    return bool(now - kept["touched"] > IDLE_AGE or now - kept["started"] > MAX_AGE)


def _binding(user: User) -> str:
    return f"{user.get_session_auth_hash()}.{user.device_epoch}"
