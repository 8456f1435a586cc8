"""What goes along with a flow when it is written to a file: its test cases, and the attributes of people that it needs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sessions_policy.storable_text import is_storable

from . import tree
from .cases import read_case
from .elements import KINDS
from .elements.form import USER_FIELDS
from .elements.kind import FieldType
from .models import FlowTestCase, FlowVersion, LoginFlow, UserAttribute
from .tree import Row

MOST_CASES, MOST_ATTRIBUTES = 100, 50


class NotReadable(Exception):
    """A file that is no flow. Its text says what is wrong with it, for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Luggage:
    """Test cases as ``{"name", "inputs", "answers", "expected"}``, and attributes as pairs of name and label."""

    test_cases: tuple[Row, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


NONE = Luggage()


def pack(version: FlowVersion) -> dict[str, Any]:
    """Return what goes along with ``version``, as JSON values; nothing where there is nothing."""
    cases = [
        {"name": each.name, "inputs": each.inputs, "answers": each.answers, "expected": each.expected}
        for each in version.flow.test_cases.all()
    ]
    known = UserAttribute.objects.filter(name__in=attributes_in(version.definition))
    attributes = [{"name": each.name, "label": each.label} for each in known]
    return {**({"attributes": attributes} if attributes else {}), **({"test_cases": cases} if cases else {})}


def unpack(document: Any) -> Luggage:
    """Return what goes along with the flow in ``document``; raises NotReadable."""
    if not is_storable(json.dumps(document, ensure_ascii=False)):
        raise NotReadable(_("The file has characters that cannot be kept."))
    return Luggage(_cases(document.get("test_cases", [])), _attributes(document.get("attributes", [])))


def attach(flow: LoginFlow, luggage: Luggage, author: Any = None) -> None:
    """Give ``flow`` its test cases, and the site the attributes. What there is already, by its name, stays as it is."""
    known = set(UserAttribute.objects.values_list("name", flat=True))
    for name, label in luggage.attributes:
        if name not in known:
            attribute = UserAttribute(name=name, label=label)
            attribute.author = author
            attribute.save()
    for row in luggage.test_cases:
        kept = {name: row[name] for name in ("inputs", "answers", "expected")}
        FlowTestCase.objects.get_or_create(flow=flow, name=row["name"][:100], defaults={**kept, "author": author})


def attributes_in(definition: Row) -> set[str]:
    """Return the names of the attributes, beside those that everybody has, that elements show or set."""
    found = (name for item in tree.walk(definition) for name in _attributes_of(item.row))
    return {name for name in found if isinstance(name, str) and name} - set(USER_FIELDS)


def _attributes_of(row: Row) -> Iterable[Any]:
    kind = KINDS.get(tree.text(row, "kind"))
    for field in kind.fields if kind else ():
        value = row.get(field.name)
        rows = value if isinstance(value, list) else []
        if field.type is FieldType.ATTRIBUTE:
            yield value
        elif field.type is FieldType.ATTRIBUTES:
            yield from rows
        elif field.type is FieldType.FORM_FIELDS:
            yield from (each.get("attribute") for each in rows if isinstance(each, dict))


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
