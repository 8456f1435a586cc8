"""What every method here offers, as a value that the challenge can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from ..models import User
from .result import Result


@dataclass(frozen=True, slots=True)
class DeviceMethod:
    """``form`` takes the value in ``field``; ``begin_verify`` names what is asked; ``finish_verify`` consumes the value.

    ``finish_verify`` may be given statements to run in the transaction that consumes it; ``Result.also`` says whether it did.
    """

    form: type[forms.Form]
    field: str
    begin_verify: Callable[[User], str]
    finish_verify: Callable[..., Result]
