"""Whether each field of each element holds what its type allows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sessions_policy.storable_text import is_storable

from . import address_rules, condition_rules, conditions, row_rules
from .conditions import NAME
from .elements import KINDS
from .elements.form import USER_FIELDS
from .elements.kind import Element, Field, FieldType, Kind
from .findings import Context, Finding

Found = tuple[str, dict[str, str | int]]
STRUCTURE = frozenset({"id", "kind"})


def find(definition: Mapping[str, Any], context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the fields of every element. The definition has the shape of a flow."""
    yield from _in_sequence(definition["elements"], context)


def _in_sequence(rows: list[Any], context: Context) -> Iterator[Finding]:
    for row in rows:
        kind = KINDS[row["kind"]]
        for code, values in _in_element(row, kind, context):
            yield Finding(code, row["id"], values)
        if kind.has_outcomes:
            for outcome in row["outcomes"]:
                for code, values in condition_rules.find(outcome):
                    yield Finding(code, row["id"], {**values, "outcome": outcome.get("label") or outcome["id"]})
                yield from _in_sequence(outcome.get("elements", []), context)
            yield from _in_sequence(row.get("otherwise", {}).get("elements", []), context)


def _in_element(row: Mapping[str, Any], kind: Kind, context: Context) -> Iterator[Found]:
    structure = STRUCTURE | {"outcomes", "otherwise"} if kind.has_outcomes else STRUCTURE
    known = structure | {each.name for each in kind.fields}
    for extra in row:
        if extra not in known:
            yield "field.unknown", {"field": str(extra)[:40]}
    found: list[Found] = [
        (code, {"field": each.name, **values}) for each in kind.fields for code, values in _in_field(row, each, context)
    ]
    yield from found
    if not found:
        fields = {name: value for name, value in row.items() if name not in structure}
        yield from ((code, dict(values)) for code, values in kind.findings(Element(row["id"], kind.name, fields)))


def _in_field(row: Mapping[str, Any], asked: Field, context: Context) -> Iterator[Found]:
    value = row.get(asked.name)
    if value is None:
        if asked.required:
            yield "field.missing", {}
        return
    yield from _CHECKS[asked.type](value, asked, context)


def _in_text(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or not is_storable(value):
        yield "field.not_text", {}
    elif not value.strip():
        if asked.required:
            yield "field.empty", {}
    elif len(value) > asked.most:
        yield "field.too_long", {"most": asked.most}
    elif len(value) < asked.least:
        yield "field.too_short", {"least": asked.least}


def _in_number(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, int) or isinstance(value, bool) or not asked.least <= value <= asked.most:
        yield "field.number", {"least": asked.least, "most": asked.most}


def _in_tick(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, bool):
        yield "field.tick", {}


def _in_choice(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if value not in asked.choices:
        yield "field.choice", {"choices": ", ".join(asked.choices)}


def _in_list(value: Any, asked: Field) -> Iterator[Found]:
    if not isinstance(value, list) or not asked.least <= len(value) <= asked.most:
        yield "field.list", {"least": asked.least, "most": asked.most}


def _in_choices(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    if not wrong and (any(each not in asked.choices for each in value) or len(set(value)) < len(value)):
        yield "field.choice", {"choices": ", ".join(asked.choices)}


def _in_names(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    yield from (found for each in ([] if wrong else value) for found in _in_name(each, asked, context))


def _in_name(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or ((value or asked.required) and not NAME.fullmatch(value)):
        yield "field.name", {"name": str(value)[:40]}


def _in_attribute(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if value not in USER_FIELDS and (not isinstance(value, str) or value not in context.attributes):
        yield "field.attribute", {"name": str(value)[:40]}


def _in_attributes(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    yield from (found for each in ([] if wrong else value) for found in _in_attribute(each, asked, context))


def _in_url(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_text(value, asked, context))
    yield from wrong
    if not wrong and value.strip():
        problem = address_rules.problem_of(value, context)
        if problem is not None:
            yield problem


def _in_location(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_text(value, asked, context))
    yield from wrong
    if not wrong and not address_rules.is_allowed_location(value, context.locations):
        yield "location.not_allowed", {"location": value[:100]}


def _in_flow(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or value not in context.flows:
        yield "sub_flow.unknown", {"flow": str(value)[:100]}


def _in_action(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or value not in context.actions:
        yield "action.unknown", {"action": str(value)[:60]}


def _in_subject(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or conditions.subject(value) is None:
        yield "condition.subject", {"subject": str(value)[:80]}


def _in_rows(check: Callable[[list[Any], Context], Iterator[Found]]) -> Callable[[Any, Field, Context], Iterator[Found]]:
    def in_list(value: Any, asked: Field, context: Context) -> Iterator[Found]:
        wrong = list(_in_list(value, asked))
        yield from wrong
        if not wrong:
            yield from check(value, context)

    return in_list


_CHECKS: dict[FieldType, Callable[[Any, Field, Context], Iterator[Found]]] = {
    FieldType.TEXT: _in_text,
    FieldType.LONG_TEXT: _in_text,
    FieldType.SECRET: _in_text,
    FieldType.NUMBER: _in_number,
    FieldType.TICK: _in_tick,
    FieldType.CHOICE: _in_choice,
    FieldType.CHOICES: _in_choices,
    FieldType.VARIABLE: _in_name,
    FieldType.VARIABLES: _in_names,
    FieldType.ATTRIBUTE: _in_attribute,
    FieldType.ATTRIBUTES: _in_attributes,
    FieldType.URL: _in_url,
    FieldType.LOCATION: _in_location,
    FieldType.FLOW: _in_flow,
    FieldType.ACTION: _in_action,
    FieldType.SUBJECT: _in_subject,
    FieldType.INPUTS: _in_rows(row_rules.in_inputs),
    FieldType.OUTPUTS: _in_rows(row_rules.in_outputs),
    FieldType.FORM_FIELDS: _in_rows(row_rules.in_form_fields),
}
