"""The site of a browser app: an origin of its own on the loopback interface, with one page and its scripts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def serving(address: str, scripts: dict[str, Path], settings: dict[str, str]) -> Iterator[None]:
    """Serve at the host and port of ``address`` a page that holds ``settings`` and loads ``scripts`` (name: file)."""
    tags = "".join(f'<script src="/{name}"></script>' for name in scripts)
    kept = f'<script type="application/json" id="settings">{json.dumps(settings)}</script>'
    html = f"<!doctype html><html lang=en><title>App</title><h1>App</h1>{kept}{tags}".encode()

    class Handler(BaseHTTPRequestHandler):
        """Answers with a script of that name, and with the page for everything else."""

        def do_GET(self) -> None:
            name = urlsplit(self.path).path.lstrip("/")
            body = scripts[name].read_bytes() if name in scripts else html
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if name in scripts else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's signature
            """Say nothing."""

    parts = urlsplit(address)
    with ThreadingHTTPServer((parts.hostname or "", parts.port or 80), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
