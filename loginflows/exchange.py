"""Flows as files: a flow with its definition and its test cases as JSON, out of one site and into another. Secrets stay behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sessions_policy.storable_text import is_storable

from . import texts, tree
from .cases import read_case
from .draft_models import FlowTestCase
from .elements import KINDS
from .elements.kind import FieldType
from .models import FlowVersion, LoginFlow
from .shape_rules import find as shape_findings
from .tree import Row

FORMAT = "authsite/login-flow/2"
MOST_BYTES = 1_000_000
MOST_CASES = 100


class NotReadable(Exception):
    """A file that is no flow. Its text says what is wrong with it, for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A flow as a file holds it."""

    name: str
    description: str
    definition: Row
    test_cases: tuple[Row, ...] = ()


def export(version: FlowVersion) -> dict[str, Any]:
    """Return the version and the flow's test cases as JSON values, without passcodes and keys."""
    cases = [
        {"name": each.name, "inputs": each.inputs, "answers": each.answers, "expected": each.expected}
        for each in version.flow.test_cases.all()
    ]
    return {
        "format": FORMAT,
        "name": version.flow.name,
        "description": version.flow.description,
        "definition": without_secrets(version.definition),
        "test_cases": cases,
    }


def without_secrets(definition: Row) -> Row:
    """Return ``definition`` with every secret left out."""
    copied: Row = json.loads(json.dumps(definition))
    for item in tree.walk(copied):
        for name in secret_fields(tree.text(item.row, "kind")):
            item.row.pop(name, None)
    return copied


def secret_fields(kind: str) -> list[str]:
    """Return the names of the fields of a kind that hold secrets."""
    known = KINDS.get(kind)
    return [field.name for field in known.fields if field.type is FieldType.SECRET] if known else []


def read_upload(sent: Any) -> Bundle:
    """Return the flow in an uploaded file; raises NotReadable."""
    if sent.size > MOST_BYTES:
        raise NotReadable(_("The file is larger than 1 MB. A flow is smaller: choose what “Export” gave."))
    try:
        return read(json.loads(sent.read().decode("utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotReadable(_("The file is no JSON. Choose what “Export” gave.")) from error


def read(values: Any) -> Bundle:
    """Return the flow in JSON values; raises NotReadable. What can be mended in the builder is no reason to refuse."""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise NotReadable(_("The file is no login flow of this format: its “format” must be “%(format)s”.") % {"format": FORMAT})
    definition = values.get("definition")
    wrong = [each for each in shape_findings(definition) if each.code != "flow.empty"]
    if wrong:
        raise NotReadable(_("The flow in the file cannot be read. %(why)s") % {"why": texts.sentence(wrong[0])})
    if not is_storable(json.dumps(values, ensure_ascii=False)):
        raise NotReadable(_("The file has characters that cannot be kept."))
    assert isinstance(definition, dict)
    named = [values.get(name) or "" for name in ("name", "description")]
    if not all(isinstance(each, str) for each in named):
        raise NotReadable(_("The name and the description in the file must be texts."))
    return Bundle(named[0][:100], named[1][:300], {"schema": 2, **definition}, _cases(values.get("test_cases", [])))


def _cases(rows: Any) -> tuple[Row, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_CASES:
        raise NotReadable(_("The test cases in the file cannot be read."))
    try:
        for row in rows:
            read_case(row)
    except ValueError as error:
        raise NotReadable(_("A test case in the file cannot be read.")) from error
    return tuple(rows)


def begin(flow: LoginFlow, bundle: Bundle | None, author: Any) -> FlowVersion:
    """Give ``flow`` a draft with what ``bundle`` holds, and its test cases; those of a name that there is already are left."""
    draft = flow.new_draft(bundle.definition if bundle else {"schema": 2, "elements": []}, author=author)
    for row in bundle.test_cases if bundle else ():
        kept = {name: row[name] for name in ("inputs", "answers", "expected")}
        FlowTestCase.objects.get_or_create(flow=flow, name=str(row["name"])[:100], defaults={**kept, "author": author})
    return draft
