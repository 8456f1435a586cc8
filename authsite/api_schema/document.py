"""The OpenAPI document: what the views say about themselves, the OAuth endpoints, and the levels in force."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from rest_framework.utils.encoders import JSONEncoder

from sessions_policy import policy_book, resources
from sessions_policy.api_schema import AGE, LEVEL, OTHERS, RESOURCE, SCOPES
from sessions_policy.facts import ResourceRule
from sessions_policy.levels import Level, SessionPolicy

from . import components, oauth_paths

RuleOf = Callable[[str], ResourceRule]
METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1/"
ABOUT = """The API of this identity site: people, sessions, devices, histories, policies and connected apps.

**Authenticate** with a bearer token, or with the cookie of a signed-in browser (then changes need the CSRF header).
Errors are problem documents (RFC 9457). Lists have `count` and `results`, and take `limit` and `offset`.

**Levels.** A session or token counts for `standard` or `high_assurance`. `x-resource` names what administrators rule, and
`x-required-level` the level that it asks for. A token is Standard unless the client asked for more: where that is
not enough, the API answers 401 with `error="insufficient_user_authentication"` and the `acr_values` to ask for (RFC 9470).
The API never prompts. Beside the resource, the profile of the person is always asked.
"""


def document(*, in_force: bool) -> dict[str, Any]:
    """Return the document. With ``in_force`` the levels are those of now, else those that the code declares."""
    made = copy.deepcopy(_skeleton(settings.BASE_URL))
    rule_of = policy_book.current().resource if in_force else _declared
    for _path, _method, operation in operations(made):
        if RESOURCE in operation:
            _tell_level(operation, rule_of)
    return made


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of everything that ``made`` describes."""
    for path, item in made["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


@lru_cache(maxsize=1)
def _skeleton(base_url: str) -> dict[str, Any]:
    """Return the document without levels. It is the same for the life of the process, and slow to make."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    paths = {path: item for path, item in made["paths"].items() if path.startswith(PREFIX)}
    found = made.setdefault("components", {})
    whole = {
        "openapi": made["openapi"],
        "info": {"title": f"{settings.SITE_NAME} API", "version": "1", "description": ABOUT},
        "servers": [{"url": base_url}],
        "paths": {**paths, **oauth_paths.paths()},
        "components": {
            "schemas": {**found.get("schemas", {}), **components.SHAPES},
            "securitySchemes": components.security_schemes(),
        },
    }
    # Only what JSON has: translated texts become plain ones.
    plain: dict[str, Any] = json.loads(json.dumps(whole, cls=JSONEncoder))
    return plain


def _declared(key: str) -> ResourceRule:
    return resources.find(key).default_rule()


def _tell_level(operation: dict[str, Any], rule_of: RuleOf) -> None:
    keys: list[str] = operation[RESOURCE]
    level = max([Level.from_slug(operation.get(LEVEL, "")), *(_level(rule_of(key)) for key in keys)])
    ages = [operation.get(AGE), *(rule_of(key).max_age for key in keys)]
    known = [age for age in ages if age is not None]
    operation[LEVEL] = level.slug
    if known:
        operation[AGE] = min(known)
    operation["description"] = "\n\n".join(filter(None, (operation.get("description", ""), *_words(operation, rule_of))))


def _level(rule: ResourceRule) -> Level:
    return Level.NONE if rule.action is SessionPolicy.ALLOW else Level.HIGH_ASSURANCE


def _words(operation: dict[str, Any], rule_of: RuleOf) -> Iterator[str]:
    for key in operation[RESOURCE]:
        yield f"Resource `{key}`: {_asks(rule_of(key))}"
    if OTHERS in operation:
        key = operation[OTHERS]
        yield f"For other people's, resource `{key}`: {_asks(rule_of(key))}"
    yield "Scope: " + " or ".join(f"`{scope}`" for scope in operation[SCOPES]) + "."


def _asks(rule: ResourceRule) -> str:
    if rule.action is SessionPolicy.ALLOW:
        return "asks for no more than the person's profile does."
    if rule.action is SessionPolicy.BLOCK:
        return "refuses (403) whatever is below High Assurance."
    age = f", proven within the last {int(rule.max_age) // 60} minutes" if rule.max_age is not None else ""
    return f"needs High Assurance{age}; below it the answer is 401 with a step-up challenge (RFC 9470)."
