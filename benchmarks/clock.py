"""A clock that is moved by hand, so that a minute of traffic takes as long as its requests."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import time_machine


class Clock:
    """The time of day and the machine's own seconds, which both go on only when told."""

    def __init__(self, traveller: time_machine.Traveller, seconds: float) -> None:
        self._traveller = traveller
        self._seconds = seconds

    def monotonic(self) -> float:
        """Stand in for ``time.monotonic``."""
        return self._seconds

    def go_on(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._traveller.shift(seconds)
        self._seconds += seconds


@contextmanager
def by_hand() -> Iterator[Clock]:
    """Stop the clocks of this process at this moment. CPU time goes on being counted."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as traveller:
        clock = Clock(traveller, time.monotonic())
        with mock.patch("time.monotonic", clock.monotonic):
            yield clock
