"""The proofs in a session: the only module that reads or writes them.

Every record or drop changes the data and rotates the session key in one step. A request that loaded the session earlier
then writes to a key that is gone, so it can neither undo a raise nor bring a dropped proof back.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from . import browsers
from .client_address import client_address
from .facts import Proof
from .levels import Level

PROOFS_KEY = "proofs"
ORIGIN_KEY = "origin"
SEEN_KEY = "seen"
# Seconds: the last activity of a session is written at most this often.
SEEN_EVERY = 60


def read(session: SessionBase) -> tuple[Proof, ...]:
    """Return the proofs in ``session``, oldest first. What cannot be read is left out: it proves nothing."""
    rows = session.get(PROOFS_KEY, ())
    return unpack(rows)


def record(request: HttpRequest, proof: Proof) -> None:
    """Add ``proof`` to the request's session, in place of an older one by the same method and device."""
    kept = [p for p in read(request.session) if (p.method, p.detail, p.owner) != (proof.method, proof.detail, proof.owner)]
    _replace(request, [*kept, proof])


def forget(request: HttpRequest, *, methods: Iterable[str]) -> None:
    """Drop the proofs that were given by ``methods``."""
    dropped = set(methods)
    _replace(request, [p for p in read(request.session) if p.method not in dropped])


def carry_into_session(request: HttpRequest, given: Iterable[Proof]) -> None:
    """Write the proofs of a finished login and its origin; the caller logs in right after, which rotates the key."""
    request.session[PROOFS_KEY] = pack(given)
    browser = browsers.in_short(request.headers.get("User-Agent", ""))
    request.session[ORIGIN_KEY] = {"ip": client_address(request), "created": int(time.time()), "browser": browser}
    request.session[SEEN_KEY] = int(time.time())


def origin_address(session: SessionBase) -> str:
    """Return the address at which the session began, or "" when that is not known."""
    origin = session.get(ORIGIN_KEY)
    return str(origin.get("ip", "")) if isinstance(origin, dict) else ""


def started(session: SessionBase) -> float | None:
    """Return when the session began, in seconds since the epoch."""
    origin = session.get(ORIGIN_KEY)
    return float(origin.get("created", 0)) if isinstance(origin, dict) else None


def last_seen(session: SessionBase) -> float | None:
    """Return when the session was last used, to the minute."""
    seen = session.get(SEEN_KEY)
    return float(seen) if isinstance(seen, int | float) else None


def touch(session: SessionBase) -> None:
    """Note that the session is in use; it changes the session at most once a minute."""
    seen, now = last_seen(session), int(time.time())
    if seen is None or now - seen >= SEEN_EVERY:
        session[SEEN_KEY] = now


def pack(given: Iterable[Proof]) -> list[list[Any]]:
    """Return proofs as JSON values: ``[method, at, owner, detail, level or null]``."""
    return [[p.method, p.at, p.owner, p.detail, None if p.level is None else int(p.level)] for p in given]


def unpack(rows: Any) -> tuple[Proof, ...]:
    """Return the proofs that :func:`pack` wrote, without those that cannot be read."""
    found = []
    for row in rows if isinstance(rows, list | tuple) else ():
        proof = _unpack_one(row)
        if proof is not None:
            found.append(proof)
    return tuple(found)


def _unpack_one(row: Any) -> Proof | None:
    try:
        method, at, owner, detail, level = row
        return Proof(str(method), float(at), str(owner), str(detail), None if level is None else Level(level))
    except (TypeError, ValueError):
        return None


def _replace(request: HttpRequest, given: Iterable[Proof]) -> None:
    request.session[PROOFS_KEY] = pack(given)
    request.session[SEEN_KEY] = int(time.time())
    request.session.cycle_key()
    rotate_token(request)
