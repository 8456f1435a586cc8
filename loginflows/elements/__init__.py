"""The kinds of elements: one module each, listed here."""

from __future__ import annotations

from . import finish, log_out, message, terms
from .kind import Kind

KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in (message, terms, finish, log_out)}
