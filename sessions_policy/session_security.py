"""``request.session_security``: what the request's session has proven, for views and templates."""

from __future__ import annotations

import time

from django.http import HttpRequest

from . import gate, policy_book, proofs
from .decision import Decision, required_level
from .facts import Proof, level_of, level_of_proof, own_proofs
from .gate import Asked
from .levels import Level


class SessionSecurity:
    """The level of a request's session and how it came about. Nothing is read before it is asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @classmethod
    def of(cls, request: HttpRequest) -> SessionSecurity:
        """Return the one that the middleware attached to ``request``."""
        found: SessionSecurity = request.session_security  # type: ignore[attr-defined]
        return found

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """The proofs of the session's own user, oldest first."""
        return own_proofs(gate.person_of(self._request.user), proofs.read(self._request.session))

    @property
    def level(self) -> Level:
        """The level, derived from the proofs and the session settings of this moment."""
        if not self._request.user.is_authenticated:
            return Level.NONE
        return level_of(policy_book.current().columns, self.proofs)

    @property
    def level_required(self) -> Level:
        """What the profile asks of every request."""
        return required_level(gate.request_policy(self._request), gate.session_facts(self._request, self._request.user))

    @property
    def auth_time(self) -> float | None:
        """When somebody last proved something in this session, in seconds since the epoch."""
        return max((proof.at for proof in self.proofs), default=None)

    def seconds_left(self) -> int | None:
        """Return in how many seconds the session ends if nothing happens; None where nothing ends it."""
        session, profile = self._request.session, gate.request_policy(self._request).profile
        ends = [
            since + limit
            for since, limit in (
                (proofs.last_seen(session), profile.idle_timeout),
                (proofs.started(session), profile.absolute_timeout),
            )
            if since is not None and limit is not None
        ]
        return int(min(ends) - time.time()) if ends else None

    def level_of(self, proof: Proof) -> Level:
        """Return what one proof gives now."""
        return level_of_proof(policy_book.current().columns, proof)

    def opens(self, resource: str) -> bool:
        """Whether ``resource`` opens for this session at once, without a query."""
        return gate.opens(self._request, Asked(resources=(resource,)))

    def check(self, resource: str) -> Decision:
        """Return the decision about the resource ``resource`` for this session; writes nothing."""
        return gate.check(self._request, Asked(resources=(resource,)))
