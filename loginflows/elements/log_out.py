"""The end of a flow that does not let the person in, and says why (R8.9)."""

from __future__ import annotations

from .kind import Ending, Kind, Text

KIND = Kind("log_out", texts=(Text("text", 1_000),), ending=Ending.LOG_OUT)
