"""``/api/v1/schema/``: every address of the API is in it, with what its door asks."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from authsite.addresses import addresses
from authsite.api_schema import document
from oauth.metadata import openid_configuration
from tests.accounts.people import person, rule, sign_in

pytestmark = pytest.mark.django_db
SCHEMA = "/api/v1/schema/"


@pytest.fixture
def made() -> dict[str, Any]:
    return Client().get(SCHEMA).json()


def test_it_is_valid_and_no_view_is_left_undescribed() -> None:
    document._skeleton.cache_clear()
    GENERATOR_STATS.reset()
    validate_schema(document.document(in_force=False))
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_address_of_the_api_is_in_it(made: dict[str, Any]) -> None:
    wanted = {shape(each.path) for each in addresses() if each.path.startswith("/api/v1/")}
    assert wanted == {shape(path) for path in made["paths"] if path.startswith("/api/v1/")}


def shape(path: str) -> tuple[str, ...]:
    """Return the parts of a path, its parameters without their names."""
    return tuple("*" if part[:1] in ("<", "{") else part for part in path.split("/"))


def test_the_oauth_endpoints_are_in_it_with_their_real_addresses(made: dict[str, Any]) -> None:
    metadata = openid_configuration()
    base = made["servers"][0]["url"]
    described = {base + path for path in made["paths"]}
    endpoints = {value for name, value in metadata.items() if name.endswith("_endpoint")}
    assert endpoints <= described
    flows = made["components"]["securitySchemes"]["oauth2"]["flows"]
    assert flows["authorizationCode"]["authorizationUrl"] == metadata["authorization_endpoint"]
    assert flows["clientCredentials"]["tokenUrl"] == metadata["token_endpoint"]
    assert set(flows["authorizationCode"]["scopes"]) == set(metadata["scopes_supported"])
    assert (
        made["paths"]["/oauth/token/"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"][
            "properties"
        ]["grant_type"]["enum"]
        == metadata["grant_types_supported"]
    )


def test_every_closed_operation_says_what_it_asks_and_how_it_refuses(made: dict[str, Any]) -> None:
    for path, method, operation in document.operations(made):
        if not path.startswith("/api/v1/") or {} in operation["security"]:
            continue
        where = f"{method} {path}"
        assert isinstance(operation["x-resource"], list), where
        assert operation["x-required-level"] in ("none", "standard", "high_assurance"), where
        assert operation["x-scopes"], where
        for status in ("401", "403"):
            content = operation["responses"][status]["content"]
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}, where
        assert "WWW-Authenticate" in operation["responses"]["401"]["headers"], where
        if method != "get":
            assert {"cookie": [], "csrf": []} in operation["security"], where


def test_the_reports_need_high_assurance(made: dict[str, Any]) -> None:
    reports = made["paths"]["/api/v1/reports/"]["get"]
    assert reports["x-resource"] == ["reports"]
    assert reports["x-required-level"] == "high_assurance"
    assert "RFC 9470" in reports["description"]


def test_what_administrators_rule_is_told_to_those_who_are_signed_in_only(client: Client) -> None:
    rule("profiles", "raise", 5)
    sign_in(client, person("alice"))
    asked = client.get(SCHEMA).json()["paths"]["/api/v1/policies/"]["get"]
    assert (asked["x-required-level"], asked["x-required-max-age"]) == ("high_assurance", 300)
    assert "within the last 5 minutes" in asked["description"]
    assert Client().get(SCHEMA).json()["paths"]["/api/v1/policies/"]["get"]["x-required-level"] == "none"


def test_yaml_says_the_same(made: dict[str, Any]) -> None:
    for wanted in ({"path": SCHEMA + "?format=yaml"}, {"path": SCHEMA, "headers": {"Accept": "application/yaml"}}):
        response = Client().get(**wanted)
        assert response.headers["Content-Type"].startswith("application/yaml")
        assert yaml.safe_load(response.content) == made
    assert Client().get(SCHEMA + "?format=toml").status_code == 404


def test_the_page_shows_every_operation(client: Client, made: dict[str, Any]) -> None:
    assert Client().get("/developers/api/").status_code == 302
    sign_in(client, person("alice"))
    page = client.get("/developers/api/").content.decode()
    for path, method, operation in document.operations(made):
        assert f'id="{operation["operationId"]}"' in page
        assert f"{method.upper()} {path}" in page
    for name in made["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    # A link to a shape leads to one.
    targets = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert all(f'id="{target}"' in page for target in targets)
