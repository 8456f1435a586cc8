"""The OpenAPI document as values for a page: areas, operations with what they ask, take and answer, and shapes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sessions_policy import texts
from sessions_policy.api_schema import AGE, LEVEL, RESOURCE, SCOPES
from sessions_policy.levels import Level

from .document import operations

REF = "#/components/schemas/"
FORM = "application/x-www-form-urlencoded"
SAFE = ("get", "head")
# Text, and whether it is code.
Words = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a field of a body, or a member of a shape. ``shape`` names the shape that it holds, "" for none."""

    name: str
    kind: str
    words: Words
    required: bool = False
    where: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation."""

    status: str
    words: Words
    media_types: str
    shape: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: list[Words]
    resources: list[str]
    level: Level
    level_name: str
    minutes: int
    scopes: list[str]
    parameters: list[Field]
    body: list[Field]
    answers: list[Answer]
    curl: str


def page(made: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of the document ``made``."""
    shapes = made["components"]["schemas"]
    areas: dict[str, list[Operation]] = {}
    for path, method, found in operations(made):
        areas.setdefault(found["tags"][0], []).append(_operation(made, path, method, found))
    return {
        "title": made["info"]["title"],
        "about": paragraphs(made["info"]["description"]),
        "areas": areas,
        "shapes": {name: (words(shape.get("description", "")), fields(shape)) for name, shape in sorted(shapes.items())},
    }


def paragraphs(text: str) -> list[Words]:
    """Return the paragraphs of a description."""
    return [words(part) for part in re.split(r"\n\s*\n", text.strip()) if part]


def words(text: str) -> Words:
    """Return ``text`` in pieces: what stands between backquotes is code. Stars for bold are left out."""
    parts = re.split(r"`+([^`]+)`+", " ".join(text.replace("**", "").split()))
    return [(part, number % 2 == 1) for number, part in enumerate(parts) if part]


def fields(schema: dict[str, Any]) -> list[Field]:
    """Return the members of an object."""
    required = schema.get("required", ())
    return [
        Field(name, kind(each), words(each.get("description", "")), name in required, shape=shape_of(each))
        for name, each in schema.get("properties", {}).items()
    ]


def kind(schema: dict[str, Any]) -> str:
    """Return the type of a value in words: "integer, at least 1"."""
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"] if each is not None)
    if schema.get("type") == "array":
        return "list of " + (kind(schema["items"]) or "values")
    limits = {"minimum": "at least {}", "maximum": "at most {}", "maxLength": "at most {} characters"}
    found = [text.format(schema[name]) for name, text in limits.items() if name in schema]
    return ", ".join([str(schema.get("format") or schema.get("type") or ""), *found]).strip(", ")


def shape_of(schema: dict[str, Any]) -> str:
    """Return the name of the shape that ``schema`` refers to, alone or as a list; "" for none."""
    found = schema.get("$ref") or schema.get("items", {}).get("$ref") or ""
    found = found or next((each["$ref"] for each in schema.get("allOf", ()) if "$ref" in each), "")
    return str(found).removeprefix(REF)


def _operation(made: dict[str, Any], path: str, method: str, found: dict[str, Any]) -> Operation:
    level = Level.from_slug(found.get(LEVEL, ""))
    body = _body(made, found)
    return Operation(
        anchor=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found["summary"],
        paragraphs=paragraphs(found.get("description", "")),
        resources=found.get(RESOURCE, []),
        level=level,
        level_name=texts.level_name(level),
        minutes=int(found.get(AGE, 0)) // 60,
        scopes=found.get(SCOPES, []),
        parameters=[_parameter(each) for each in found.get("parameters", ())],
        body=fields(body),
        answers=[_answer(status, each) for status, each in sorted(found["responses"].items())],
        curl=_curl(made, path, method, found, body),
    )


def _parameter(found: dict[str, Any]) -> Field:
    schema = found["schema"]
    return Field(found["name"], kind(schema), words(found.get("description", "")), found.get("required", False), found["in"])


def _body(made: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("requestBody", {}).get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    schema: dict[str, Any] = first.get("schema", {})
    known: dict[str, Any] = made["components"]["schemas"]
    return known[shape_of(schema)] if shape_of(schema) else schema


def _answer(status: str, found: dict[str, Any]) -> Answer:
    content = found.get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    example = next((each["value"] for each in first.get("examples", {}).values()), None)
    text = found.get("description") or HTTPStatus(int(status)).phrase
    shown = "" if example is None else json.dumps(example, indent=2)
    return Answer(status, words(text), ", ".join(content), shape_of(first.get("schema", {})), shown)


def _curl(made: dict[str, Any], path: str, method: str, found: dict[str, Any], body: dict[str, Any]) -> str:
    return " \\\n  ".join(_curl_parts(made, path, method, found, body))


def _curl_parts(made: dict[str, Any], path: str, method: str, found: dict[str, Any], body: dict[str, Any]) -> Iterator[str]:
    address = made["servers"][0]["url"] + path.replace("{", "$").replace("}", "")
    yield "curl" + ("" if method == "get" else f" -X {method.upper()}") + f' "{address}"'
    schemes = {name for each in found.get("security", ()) for name in each}
    if "client" in schemes:
        yield '-u "$CLIENT_ID:$CLIENT_SECRET"'
    if "bearer" in schemes:
        yield '-H "Authorization: Bearer $TOKEN"'
    required = {name: each for name, each in body.get("properties", {}).items() if name in body.get("required", ())}
    if FORM in found.get("requestBody", {}).get("content", {}) and "client" in schemes:
        for name in required:
            yield f'-d {name}="${name.upper()}"'
    elif body:
        yield "-H 'Content-Type: application/json'"
        yield "-d " + shlex.quote(json.dumps({name: _sample(each) for name, each in required.items()}))


def _sample(schema: dict[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    samples = {"integer": schema.get("minimum", 1), "boolean": True, "array": [], "object": {}}
    return samples.get(schema.get("type", ""), "…")
