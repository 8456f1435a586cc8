"""A message to read."""

from __future__ import annotations

from .kind import Kind, Text

KIND = Kind("message", texts=(Text("title", 100), Text("text", 10_000)))
