"""The Content Security Policy stands on every answer, whoever gives it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from authsite.content_security import HEADER

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/security/", 302),
        ("/login/", 200),
        ("/admin/", 302),
        ("/healthz", 200),
        ("/no/such/page", 404),
        ("/no/such/page?x=%00", 400),
        ("/api/v1/session/", 401),
        ("/api/v1/no-such-thing/", 404),
        ("/.well-known/openid-configuration", 200),
        ("/static/admin/css/base.css", 200),
    ],
)
def test_every_answer_has_exactly_our_policy(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    response.close()
    assert response.status_code == status
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY


@pytest.mark.django_db
def test_an_answer_from_outside_the_middleware_has_our_policy_too(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/login/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY


def test_answers_outside_django_have_the_same_policy() -> None:
    assert set(HEADER.split("; ")) == POLICY


@pytest.mark.django_db
def test_the_other_headers_of_a_page(client: Client) -> None:
    headers = client.get("/login/").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
