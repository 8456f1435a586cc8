"""A browser that costs next to nothing: it calls the application in this process, keeps cookies, and follows redirects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

Application = Callable[..., Iterable[bytes]]
CSRF_COOKIE = "csrftoken"


class UnexpectedAnswer(Exception):
    """The application did not answer what the measured flow needs; a number without this check would mean nothing."""


@dataclass(slots=True)
class Answer:
    """What the application answered."""

    status: int
    location: str
    body: bytes


@dataclass(slots=True)
class Browser:
    """One person's browser, and how many requests and redirects it has made."""

    application: Application
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    redirects: int = 0

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address, b"")

    def post(self, address: str, **fields: str) -> Answer:
        """Send a form, with the token that its page set."""
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get(CSRF_COOKIE, ""), **fields}).encode()
        return self._ask("POST", address, body)

    def follow(self, answer: Answer) -> Answer:
        """Go where ``answer`` leads, if it is a redirect."""
        while answer.location:
            self.redirects += 1
            answer = self.get(answer.location)
        return answer

    def _ask(self, method: str, address: str, body: bytes) -> Answer:
        self.requests += 1
        parts = urlsplit(address)
        answer = Answer(0, "", b"")

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answer.status = int(status[:3])
            for name, value in headers:
                if name == "Location":
                    answer.location = value
                elif name == "Set-Cookie":
                    self._keep(value)

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": None,
        }
        chunks = self.application(environ, start_response)
        answer.body = b"".join(chunks)
        # The server's last act, which ends the request for Django: connections are looked after here.
        chunks.close()  # type: ignore[attr-defined]
        return answer

    def _keep(self, header: str) -> None:
        name, _equals, value = header.strip().partition(";")[0].partition("=")
        if value in ("", '""'):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def expect(answer: Answer, *, status: int = 200, body: str | None = None) -> Answer:
    """Return ``answer`` when it is the one that is wanted; raises UnexpectedAnswer for any other."""
    if answer.status != status or (body is not None and answer.body != body.encode()):
        raise UnexpectedAnswer(f"{answer.status} {answer.location} {answer.body[:2000]!r} in place of {status} {body}")
    return answer
