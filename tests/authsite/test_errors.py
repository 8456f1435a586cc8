"""Errors: a page for people, a problem document for programs, and never another error."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def misbehaving(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.authsite.misbehaving_urls"


@pytest.fixture
def client() -> Client:
    """A browser that is shown what went wrong, instead of a test that is."""
    return Client(raise_request_exception=False)


def reference_in(response: HttpResponse) -> bool:
    return any(
        len(word) == 9 and word[4] == "-" for word in response.content.decode().replace("<", " ").replace(">", " ").split()
    )


@pytest.mark.parametrize(
    ("path", "status", "page"),
    [("/no/such/page", 404, "404"), ("/forbid", 403, "403"), ("/suspect", 400, "400"), ("/fail", 500, "500")],
)
def test_people_get_a_page_with_a_reference(client: Client, path: str, status: int, page: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert f'data-page="error-{page}"' in response.content.decode()
    assert reference_in(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert b"the secret reason" not in response.content


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/no-such-thing/", 404), ("/api/forbid", 403), ("/oauth/fail", 500), ("/services/oauth2/no-such-thing", 404)],
)
def test_programs_get_a_problem_document(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    body = response.json()
    assert response.status_code == body["status"] == status
    assert response.headers["Content-Type"] == PROBLEM
    assert {"type", "title", "detail", "reference"} <= set(body)
    assert b"the secret reason" not in response.content


def test_the_reference_of_an_error_is_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    reference = client.get("/oauth/fail").json()["reference"]
    assert reference in caplog.text


@pytest.mark.parametrize("path", ["/no/such/page", "/fail", "/forbid"])
def test_an_error_page_that_fails_still_says_what_is_known(client: Client, settings: Any, path: str) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    response = client.get(path)
    assert response.status_code in (403, 404, 500)
    assert 'data-page="error-' in response.content.decode()
    assert reference_in(response)


def test_a_form_without_its_token_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "ann", "password": "x"})
    assert response.status_code == 403
    assert 'data-page="error-csrf"' in response.content.decode()


def test_a_program_without_the_token_of_its_form_gets_a_problem_document() -> None:
    response = Client(enforce_csrf_checks=True).post("/api/v1/no-such-thing/")
    assert response.headers["Content-Type"] == PROBLEM
