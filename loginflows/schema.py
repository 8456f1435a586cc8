"""The JSON schema (draft 2020-12) of exported flows, made from the kinds themselves. Pure."""

from __future__ import annotations

from typing import Any

from .conditions import NAME, Operator
from .definition import SCHEMA
from .elements import KINDS
from .elements.form import KEEPS, TYPES
from .elements.kind import Field, FieldType, Kind
from .shape_rules import LABEL_LENGTH, MATCHES, MOST_OUTCOMES
from .shape_rules import NAME as ELEMENT_ID

# How a test case takes codes.
OUTCOMES = ("right", "wrong")
TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.SECRET, FieldType.URL, FieldType.LOCATION, FieldType.FLOW})
NAMES = frozenset({FieldType.ACTION, FieldType.VARIABLE, FieldType.ATTRIBUTE, FieldType.SUBJECT})
NAME_LISTS = frozenset({FieldType.ATTRIBUTES, FieldType.VARIABLES})


def json_schema() -> dict[str, Any]:
    """Return the schema. What only a whole flow shows (paths, variables) is the validator's business."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Login flow",
        "type": "object",
        "required": ["elements"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "name": _text(100),
            "description": {"type": "string", "maxLength": 300},
            "version": {"type": "integer", "minimum": 1},
            "elements": {"$ref": "#/$defs/sequence", "minItems": 1},
            "attributes": {"type": "array", "items": _attribute(), "maxItems": 50},
            "test_cases": {"type": "array", "items": _test_case(), "maxItems": 100},
        },
        "$defs": {
            "id": {"type": "string", "pattern": f"^{ELEMENT_ID.pattern}$"},
            "name": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "sequence": {"type": "array", "items": {"$ref": "#/$defs/element"}},
            "element": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS]},
            "condition": _condition(),
            "outcome": _outcome(),
            **{name: _kind(kind) for name, kind in KINDS.items()},
        },
    }


def _attribute() -> dict[str, Any]:
    return _object({"name": {"$ref": "#/$defs/name"}, "label": _text(100)}, ["name", "label"])


def _test_case() -> dict[str, Any]:
    answer = _object(
        {"element": {"type": "string"}, "values": {"type": "object"}, "codes": {"enum": ["", *OUTCOMES]}}, ["element"]
    )
    path = {"type": "array", "items": {"type": "string"}}
    expected = _object({"path": path, "ending": {"type": "string"}, "waits": {"type": "string"}}, ["path", "ending", "waits"])
    properties = {
        "name": _text(100),
        "inputs": {"type": "object"},
        "answers": {"type": "array", "items": answer},
        "expected": expected,
    }
    return _object(properties, list(properties))


def _kind(kind: Kind) -> dict[str, Any]:
    properties = {
        "id": {"$ref": "#/$defs/id"},
        "kind": {"const": kind.name},
        **{each.name: _field(each) for each in kind.fields},
    }
    required = ["id", "kind", *(each.name for each in kind.fields if each.required)]
    if kind.has_outcomes:
        outcomes = {"type": "array", "items": {"$ref": "#/$defs/outcome"}, "minItems": 1, "maxItems": MOST_OUTCOMES}
        otherwise = {"label": {"type": "string", "maxLength": LABEL_LENGTH}, "elements": {"$ref": "#/$defs/sequence"}}
        properties |= {"outcomes": outcomes, "otherwise": _object(otherwise, [])}
        required.append("outcomes")
    return _object(properties, required)


def _field(field: Field) -> dict[str, Any]:
    if field.type in TEXTS:
        return _text(field.most) if field.required else {"type": "string", "maxLength": field.most}
    if field.type in NAMES:
        return {"type": "string", "maxLength": field.most}
    if field.type in NAME_LISTS:
        return _list(field, {"$ref": "#/$defs/name"})
    return _SHAPES[field.type](field)


def _form_field(field: Field) -> dict[str, Any]:
    properties = {
        "name": {"$ref": "#/$defs/name"},
        "label": _text(1_000),
        "type": {"enum": list(TYPES)},
        "required": {"type": "boolean"},
        "choices": {"type": "array", "items": _text(1_000), "maxItems": 100},
        "keep": {"enum": list(KEEPS)},
        "attribute": {"type": "string"},
        "secret": {"type": "boolean"},
    }
    return _list(field, _object(properties, ["name", "label"]))


def _inputs(field: Field) -> dict[str, Any]:
    properties = {
        "name": {"$ref": "#/$defs/name"},
        "subject": {"type": "string"},
        "value": {"type": "string", "maxLength": 1_000},
    }
    return _list(field, _object(properties, ["name"]))


def _outputs(field: Field) -> dict[str, Any]:
    name = {"$ref": "#/$defs/name"}
    return _list(field, _object({"name": name, "value": name}, ["name", "value"]))


_SHAPES = {
    FieldType.NUMBER: lambda field: {"type": "integer", "minimum": field.least, "maximum": field.most},
    FieldType.TICK: lambda _field: {"type": "boolean"},
    FieldType.CHOICE: lambda field: {"enum": list(field.choices)},
    FieldType.CHOICES: lambda field: _list(field, {"enum": list(field.choices)}) | {"uniqueItems": True},
    FieldType.INPUTS: _inputs,
    FieldType.OUTPUTS: _outputs,
    FieldType.FORM_FIELDS: _form_field,
}


def _condition() -> dict[str, Any]:
    properties = {
        "subject": {"type": "string"},
        "operator": {"enum": [operator.value for operator in Operator]},
        "value": {"type": "string", "maxLength": 1_000},
    }
    return _object(properties, ["subject", "operator"])


def _outcome() -> dict[str, Any]:
    properties = {
        "id": {"$ref": "#/$defs/id"},
        "label": {"type": "string", "maxLength": LABEL_LENGTH},
        "match": {"enum": list(MATCHES)},
        "conditions": {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1, "maxItems": 20},
        "elements": {"$ref": "#/$defs/sequence"},
    }
    return _object(properties, ["id", "conditions"])


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(field: Field, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": field.least, "maxItems": field.most}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}
