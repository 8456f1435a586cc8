"""Each request has an id: that of ``X-Request-ID``, or a new one. It is in the answer and in every line of the log."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
# SECURITY: the id is written to logs. Anything else than this could forge a line, or fill the disk.
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
current: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """Gives each request its id, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with the id set for as long as it lasts."""
        given = request.headers.get(HEADER, "")
        token = current.set(given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response[HEADER] = current.get()
        finally:
            current.reset(token)
        return response


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``ts`` (UTC), ``level``, ``logger``, ``event``, ``request_id`` and after an error ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. JSON escapes line breaks, so that no message makes two lines of itself."""
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "request_id": current.get() or None,
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
