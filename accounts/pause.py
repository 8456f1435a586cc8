"""The pause after too many wrong tries, as pages and headers tell it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when tries are refused: the moment, the minutes that remain, the seconds that remain."""

    until: datetime
    minutes: int
    seconds: int


def until(seconds: int) -> Pause:
    """Return the pause that ends in ``seconds``."""
    return Pause(timezone.now() + timedelta(seconds=seconds), math.ceil(seconds / 60), seconds)


def announce(response: HttpResponse, pause: Pause | None) -> None:
    """Give ``response`` the header ``Retry-After`` if there is a pause."""
    if pause is not None:
        response["Retry-After"] = str(pause.seconds)
