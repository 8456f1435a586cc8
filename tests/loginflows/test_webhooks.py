"""Webhooks: signed, bounded, and never into a network that is not meant."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.test import Client

from accounts.models import User
from loginflows import webhooks
from loginflows.models import FlowRun
from loginflows.webhooks import WebhookFailed
from tests.accounts.people import give_password, person, profile
from tests.loginflows.flows import END, active, assign
from tests.loginflows.signing_in import FLOW, is_signed_in

SECRET = "0123456789abcdef"


class Receiver(BaseHTTPRequestHandler):
    """The organisation's service at the other end."""

    seen: ClassVar[list[tuple[Any, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers, body))
        getattr(self, self.path.strip("/").split("?")[0])()

    def fine(self) -> None:
        self.reply(200, b'{"risk": "low", "score": 3}')

    def empty(self) -> None:
        self.reply(204, b"")

    def broken(self) -> None:
        self.reply(500, b"{}")

    def nonsense(self) -> None:
        self.reply(200, b"<html>")

    def away(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/fine")
        self.end_headers()

    def endless(self) -> None:
        self.reply(200, b" " * (webhooks.MOST_BYTES + 9_000))

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(20):
            try:
                self.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.1)

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[str]:
    settings.LOGIN_FLOW_PRIVATE_WEBHOOKS = True
    Receiver.seen = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def post(url: str, timeout: float = 5) -> dict[str, Any]:
    return webhooks.post(url, {"user": "carl"}, secret=SECRET, delivery="run.hook", timeout=timeout)


def test_a_call_is_signed_and_its_answer_is_read(receiver: str) -> None:
    assert post(f"{receiver}/fine?x=1") == {"risk": "low", "score": 3}
    headers, body = Receiver.seen[0]
    assert json.loads(body) == {"user": "carl"}
    assert headers["X-Signature"] == webhooks.signature(SECRET, headers["X-Signature-Timestamp"], body)
    assert headers["X-Delivery"] == "run.hook"
    assert abs(int(headers["X-Signature-Timestamp"]) - time.time()) < 5


def test_an_answer_without_a_body_is_fine(receiver: str) -> None:
    assert post(f"{receiver}/empty") == {}


@pytest.mark.parametrize("path", ["broken", "nonsense", "away", "endless"])
def test_what_is_no_answer_fails(receiver: str, path: str) -> None:
    with pytest.raises(WebhookFailed):
        post(f"{receiver}/{path}")
    assert len(Receiver.seen) == 1


def test_an_answer_that_drips_in_does_not_outlast_the_time_out(receiver: str) -> None:
    began = time.monotonic()
    with pytest.raises(WebhookFailed):
        post(f"{receiver}/drip", timeout=0.4)
    assert time.monotonic() - began < 1.5


def test_nobody_there_fails(receiver: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(WebhookFailed):
        post(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "http://203.0.113.9/",
        "ftp://example.org/",
        "https://user@example.org/",
    ],
)
def test_the_sites_own_network_is_not_called(url: str) -> None:
    with pytest.raises(WebhookFailed):
        post(url)


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> None:
    """Let the name server answer with these addresses, one list after the other."""
    waiting = list(rounds)

    def look_up(host: str, port: int, **_more: Any) -> list[Any]:
        found = waiting.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(webhooks.socket, "getaddrinfo", look_up)


def test_a_name_with_one_private_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.216.34", "10.0.0.7"])
    with pytest.raises(WebhookFailed, match="private network"):
        post("https://hooks.example.org/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    called: list[Any] = []

    def connect(address: Any, timeout: float) -> Any:
        called.append(address)
        raise OSError("No network here.")

    monkeypatch.setattr(webhooks.socket, "create_connection", connect)
    with pytest.raises(WebhookFailed):
        post("https://hooks.example.org/")
    assert called == [("93.184.216.34", 443)]


# In a flow.
@pytest.fixture
def carl(db: None) -> User:
    return person("carl", profile("Contractor"))


def hook(url: str, **more: Any) -> dict[str, Any]:
    row = {"id": "hook", "kind": "webhook", "url": url, "secret": SECRET, "answer": ["risk", "score"]}
    return {**row, "payload": [{"name": "ip", "subject": "login.ip"}], **more}


def test_a_flow_calls_once_and_keeps_the_answer(client: Client, carl: User, receiver: str) -> None:
    version = active(hook(f"{receiver}/fine"), END)
    assert SECRET not in str(version.definition)
    assign(version, carl.profile)
    give_password(client, carl)
    assert client.get(FLOW).headers["Location"] == "/"
    client.get(FLOW)
    assert len(Receiver.seen) == 1
    sent = json.loads(Receiver.seen[0][1])
    assert (sent["user"]["username"], sent["values"]) == ("carl", {"ip": "127.0.0.1"})
    assert FlowRun.objects.get().path[0]["after"] == {"risk": "low", "score": 3}


def test_a_flow_whose_call_fails_lets_nobody_in(client: Client, carl: User, receiver: str) -> None:
    assign(active(hook(f"{receiver}/broken", failed="The risk service does not answer."), END), carl.profile)
    give_password(client, carl)
    page = client.get(FLOW)
    assert page.status_code == 403
    assert b"The risk service does not answer." in page.content
    assert not is_signed_in(client)


def test_a_flow_may_go_on_without_an_answer(client: Client, carl: User, receiver: str) -> None:
    assign(active(hook(f"{receiver}/broken", on_failure="go_on"), END), carl.profile)
    give_password(client, carl)
    assert client.get(FLOW).headers["Location"] == "/"
    assert is_signed_in(client)
