"""The end of a flow that lets the person in."""

from __future__ import annotations

from .kind import Ending, Kind

KIND = Kind("finish", ending=Ending.FINISH)
