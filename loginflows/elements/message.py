"""A message to read."""

from __future__ import annotations

from .kind import TEXT, TITLE, Field, Group, Kind

BUTTON = Field("button", required=False, most=40)

KIND = Kind("message", Group.SCREEN, fields=(TITLE, TEXT, BUTTON))
