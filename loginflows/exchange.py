"""Flows as files: a flow with its definition and its test cases as JSON, out of one site and into another. Secrets stay behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sessions_policy.storable_text import is_storable

from . import finding_texts, secret_fields, tree
from .cases import read_case
from .elements import KINDS
from .elements.form import USER_FIELDS
from .elements.kind import FieldType
from .models import FlowTestCase, FlowVersion, LoginFlow, UserAttribute
from .shape_rules import find as shape_findings
from .tree import Row

FORMAT = "authsite/login-flow/2"
MOST_BYTES = 1_000_000
MOST_CASES, MOST_ATTRIBUTES = 100, 50


class NotReadable(Exception):
    """A file that is no flow. Its text says what is wrong with it, for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A flow as a file holds it. ``attributes`` are the user attributes that it needs, as pairs of name and label."""

    name: str
    description: str
    definition: Row
    test_cases: tuple[Row, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


def export(version: FlowVersion) -> dict[str, Any]:
    """Return the version and the flow's test cases as JSON values, without passcodes and keys."""
    cases = [
        {"name": each.name, "inputs": each.inputs, "answers": each.answers, "expected": each.expected}
        for each in version.flow.test_cases.all()
    ]
    known = UserAttribute.objects.filter(name__in=attributes_in(version.definition))
    return {
        "format": FORMAT,
        "name": version.flow.name,
        "description": version.flow.description,
        "attributes": [{"name": each.name, "label": each.label} for each in known],
        "definition": secret_fields.leave_out(version.definition),
        "test_cases": cases,
    }


def attributes_in(definition: Row) -> set[str]:
    """Return the names of the attributes, beside those that everybody has, that elements show or set."""
    found: set[Any] = set()
    for item in tree.walk(definition):
        kind = KINDS.get(tree.text(item.row, "kind"))
        for field in kind.fields if kind else ():
            value = item.row.get(field.name)
            rows = value if isinstance(value, list) else []
            if field.type is FieldType.ATTRIBUTE:
                found.add(value)
            elif field.type is FieldType.ATTRIBUTES:
                found |= set(map(str, rows))
            elif field.type is FieldType.FORM_FIELDS:
                found |= {row.get("attribute") for row in rows if isinstance(row, dict) and row.get("keep") == "attribute"}
    return {name for name in found if isinstance(name, str) and name} - set(USER_FIELDS)


def read_upload(sent: Any) -> Bundle:
    """Return the flow in an uploaded file; raises NotReadable."""
    if sent.size > MOST_BYTES:
        raise NotReadable(_("The file is larger than 1 MB. A flow is smaller: choose what “Export” gave."))
    try:
        values = json.loads(sent.read().decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotReadable(_("The file is no JSON. Choose what “Export” gave.")) from error
    return read(values)


def read(values: Any) -> Bundle:
    """Return the flow in JSON values; raises NotReadable. What can be mended in the builder is no reason to refuse."""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise NotReadable(_("The file is no login flow of this format: its “format” must be “%(format)s”.") % {"format": FORMAT})
    if not is_storable(json.dumps(values, ensure_ascii=False)):
        raise NotReadable(_("The file has characters that cannot be kept."))
    name, description = (_text(values, key) for key in ("name", "description"))
    cases, attributes = _cases(values.get("test_cases", [])), _attributes(values.get("attributes", []))
    return Bundle(name[:100], description[:300], _definition(values.get("definition")), cases, attributes)


def _text(values: Row, key: str) -> str:
    value = values.get(key) or ""
    if not isinstance(value, str):
        raise NotReadable(_("The name and the description in the file must be texts."))
    return value


def _definition(definition: Any) -> Row:
    wrong = [each for each in shape_findings(definition) if each.code != "flow.empty"]
    if wrong:
        raise NotReadable(_("The flow in the file cannot be read. %(why)s") % {"why": finding_texts.sentence(wrong[0])})
    return {**definition, "schema": 2}


def _cases(rows: Any) -> tuple[Row, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_CASES:
        raise NotReadable(_("The test cases in the file cannot be read."))
    try:
        for row in rows:
            read_case(row)
    except ValueError as error:
        raise NotReadable(_("A test case in the file cannot be read. %(why)s") % {"why": error}) from error
    return tuple(rows)


def _attributes(rows: Any) -> tuple[tuple[str, str], ...]:
    try:
        found = tuple((row["name"], row["label"]) for row in rows)
        for name, label in found:
            UserAttribute(name=name, label=label).clean_fields()
    except (TypeError, KeyError, ValidationError) as error:
        raise NotReadable(_("The attributes in the file cannot be read.")) from error
    return found[:MOST_ATTRIBUTES]


def begin(flow: LoginFlow, bundle: Bundle | None, author: Any) -> FlowVersion:
    """Give ``flow`` a draft with what ``bundle`` holds, its test cases and the attributes that it needs.

    What there is already, by its name, stays as it is.
    """
    for name, label in bundle.attributes if bundle else ():
        if not UserAttribute.objects.filter(name=name).exists():
            attribute = UserAttribute(name=name, label=label)
            attribute.author = author
            attribute.save()
    draft = flow.new_draft(bundle.definition if bundle else {"schema": 2, "elements": []}, author=author)
    for row in bundle.test_cases if bundle else ():
        kept = {name: row[name] for name in ("inputs", "answers", "expected")}
        FlowTestCase.objects.get_or_create(flow=flow, name=str(row["name"])[:100], defaults={**kept, "author": author})
    return draft
