"""Flows as files: what an export holds, and what an import makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from . import context, exchange, secret_fields, shape_rules
from .definition import SCHEMA
from .findings import Finding
from .models import FlowVersion, LoginFlow
from .validate import validate

MEMBERS = ("schema", "name", "description", "version", "elements", "attributes", "test_cases")


class NoDocument(Exception):
    """What was read is no export of a flow; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds, and what is wrong with it on this site. ``is_shapeless``: no draft can be made of it."""

    name: str
    description: str
    definition: dict[str, Any]
    findings: tuple[Finding, ...]
    is_shapeless: bool
    luggage: exchange.Luggage = exchange.NONE


def export(version: FlowVersion) -> dict[str, Any]:
    """Return a version as a document: its flow's name, and its elements without secrets."""
    definition = secret_fields.leave_out(version.definition)
    return {
        "schema": SCHEMA,
        "name": version.flow.name,
        "description": version.flow.description,
        "version": version.number,
        "elements": definition["elements"],
        **exchange.pack(version),
    }


def read(document: Any, name: str | None = None) -> Imported:
    """Return what ``document`` holds, under ``name`` if one is given. Raises NoDocument."""
    if not isinstance(document, dict) or set(document) - set(MEMBERS) or "elements" not in document:
        raise NoDocument("A flow is an object with schema, name, description, version and elements.")
    called = name or document.get("name")
    description = document.get("description", "")
    if not isinstance(called, str) or not isinstance(description, str):
        raise NoDocument("The flow has no name: give it one with --name.")
    flow = LoginFlow.objects.filter(name=called).first() or LoginFlow(name=called, description=description)
    try:
        flow.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise NoDocument(" ".join(error.messages)) from error
    definition = {"schema": document.get("schema", SCHEMA), "elements": document["elements"]}
    try:
        luggage = exchange.unpack(document)
    except exchange.NotReadable as error:
        raise NoDocument(str(error)) from error
    site = context.of(flow)
    # What the flow brings along is there once it is saved.
    site = replace(site, attributes=site.attributes | {attribute for attribute, _label in luggage.attributes})
    findings = validate(definition, site)
    return Imported(called, description, definition, findings, any(shape_rules.find(definition)), luggage)


def save(imported: Imported, author: Any = None, reason: str = "") -> FlowVersion:
    """Return a new draft of the flow, which is made when there is none of that name."""
    with transaction.atomic():
        flow = LoginFlow.objects.filter(name=imported.name).first()
        if flow is None:
            flow = LoginFlow(name=imported.name, description=imported.description)
            flow.author, flow.reason = author, reason
            flow.save()
        return begin(flow, imported.definition, imported.luggage, author)


def begin(flow: LoginFlow, definition: dict[str, Any], luggage: exchange.Luggage, author: Any = None) -> FlowVersion:
    """Return a new draft of ``flow`` with ``definition``, and give it what goes along."""
    with transaction.atomic():
        exchange.attach(flow, luggage, author)
        return flow.new_draft(definition, author)
