"""The facts that a code hands on to its tokens, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sessions_policy.decision import Decision
from sessions_policy.facts import Proof


@dataclass(frozen=True, slots=True)
class Issued:
    """Why something is issued.

    The proofs behind it, the level that the client asked for and got ("" when it asked for none), when somebody last
    authenticated (seconds since the epoch), the grant that began it, and the family of tokens that comes of it. ``decision``
    is the one about the session that approved, as long as it is at hand.
    """

    proofs: tuple[Proof, ...]
    acr: str = ""
    auth_time: int | None = None
    flow: str = ""
    family: UUID = field(default_factory=uuid4)
    decision: Decision | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_proofs(cls, proofs: tuple[Proof, ...], flow: str, acr: str = "") -> Issued:
        """Return the facts of something that begins now, by ``flow``."""
        newest = max((proof.at for proof in proofs), default=None)
        return cls(proofs, acr, None if newest is None else int(newest), flow)
