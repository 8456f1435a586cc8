"""Who may say that a request came over TLS: the proxies of ``TRUSTED_PROXIES``, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.server import serving

PAGE = "/.well-known/openid-configuration"
OVER_TLS = {"X-Forwarded-Proto": "https", "Host": "id.example.org"}


@pytest.fixture(scope="module", params=["127.0.0.0/8", "10.0.0.0/8", ""], ids=["trusted", "other", "none"])
def answered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, requests.Response]]:
    """The networks that are trusted, and what a request of ours, which says that it came over TLS, is answered."""
    variables = {"DEMO": "1", "BASE_URL": "https://id.example.org", "TRUSTED_PROXIES": request.param}
    with serving(tmp_path_factory.mktemp("var"), **variables) as port:
        url = f"http://127.0.0.1:{port}{PAGE}"
        yield request.param, requests.get(url, headers=OVER_TLS, allow_redirects=False, timeout=20)


def test_the_word_of_a_trusted_proxy_counts_and_no_other(answered: tuple[str, requests.Response]) -> None:
    trusted, response = answered
    if trusted == "127.0.0.0/8":
        assert response.status_code == 200
        assert response.json()["issuer"] == "https://id.example.org"
    else:
        assert response.status_code == 301
        assert response.headers["Location"] == f"https://id.example.org{PAGE}"
