"""What a run is told of the world: one value for each subject (R8.17, R8.20). Pure.

The caller reads them from the request and the database; a debug run makes them up. They are read again at every request, so
a decision late in a run sees the world of that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class _Nothing(Mapping[str, Any]):
    """A mapping that is empty and stays so; unlike a dictionary it may be the default of a frozen value."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"


NOTHING: Mapping[str, Any] = _Nothing()


@dataclass(frozen=True, slots=True)
class Inputs:
    """``values`` by subject (see ``conditions.SUBJECTS``), and what elements need beside them.

    ``now`` is in seconds since the epoch. ``methods`` are what the person could verify with now, by name. ``attributes`` are
    the values of the attributes that flows may show and set, by name. ``accepted`` are the terms that the person accepted
    before (``document@version``), ``kept_secrets`` the names of the secrets that flows made for them.
    """

    values: Mapping[str, Any] = NOTHING
    now: float = 0.0
    methods: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = NOTHING
    accepted: frozenset[str] = frozenset()
    kept_secrets: frozenset[str] = frozenset()

    def get(self, subject: str) -> Any:
        """Return the value of ``subject``; None when nobody knows it."""
        return self.values.get(subject)
