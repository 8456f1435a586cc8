"""How one try went."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Result:
    """``error`` is the sentence for the person, "" when the try was right; ``detail`` names the device that it proves.

    ``also`` says how many rows each statement touched that was run with it, and is empty when none was.
    """

    error: str | Promise = ""
    detail: str = ""
    also: tuple[int, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the value was right and is now used."""
        return not self.error
