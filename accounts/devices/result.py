"""How one try went."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Result:
    """``error`` is the sentence for the person, "" when the try was right; ``detail`` names the device that it proves."""

    error: str | Promise = ""
    detail: str = ""

    @property
    def right(self) -> bool:
        """Whether the value was right and is now used."""
        return not self.error
