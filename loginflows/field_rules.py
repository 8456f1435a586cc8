"""Whether each field of each element holds what its type allows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from sessions_policy.storable_text import is_storable

from . import conditions
from .conditions import NAME, WITHOUT_VALUE, Operator, ValueType
from .elements import KINDS
from .elements.form import KEEPS, TYPES, USER_FIELDS
from .elements.kind import Element, Field, FieldType, Kind
from .findings import Context, Finding

Found = tuple[str, dict[str, str | int]]
MOST_CONDITIONS = 20
VALUE_LENGTH = 1_000
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
                for code, values in _in_conditions(outcome):
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
        yield from _in_web_address(value, context)


def _in_web_address(value: str, context: Context) -> Iterator[Found]:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        yield "url.unreadable", {}
        return
    schemes = ("https", "http") if context.private_webhooks else ("https",)
    if parts.scheme not in schemes or not host or parts.username or parts.fragment or port == 0:
        yield "url.unreadable", {}
    elif not context.private_webhooks and _is_private(host):
        yield "url.private", {"host": host}


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _in_location(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_text(value, asked, context))
    yield from wrong
    if not wrong and not is_allowed_location(value, context.locations):
        yield "location.not_allowed", {"location": value[:100]}


def is_allowed_location(location: str, allowed: tuple[str, ...]) -> bool:
    """Whether *finish at* may lead there: a path of this site, or an address that begins with one of ``allowed``.

    SECURITY: ``//host`` and a backslash are addresses of other sites to a browser; an allowed address has to end where a
    part ends.
    """
    if any(each.isspace() or each == "\\" or not each.isprintable() for each in location):
        return False
    if location.startswith("/"):
        return not location.startswith("//")
    ends = [prefix if prefix.endswith("/") else f"{prefix}/" for prefix in allowed]
    return location in allowed or any(location.startswith(each) for each in ends)


def _in_flow(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or value not in context.flows:
        yield "sub_flow.unknown", {"flow": str(value)[:100]}


def _in_action(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or value not in context.actions:
        yield "action.unknown", {"action": str(value)[:60]}


def _in_subject(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    if not isinstance(value, str) or conditions.subject(value) is None:
        yield "condition.subject", {"subject": str(value)[:80]}


def _in_inputs(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    for row in [] if wrong else value:
        if not isinstance(row, dict) or set(row) - {"name", "subject", "value"} or not _is_name(row.get("name")):
            yield "inputs.row", {}
        elif row.get("subject"):
            yield from _in_subject(row["subject"], asked, context)
        elif not isinstance(row.get("value", ""), str) or len(row.get("value", "")) > VALUE_LENGTH:
            yield "inputs.row", {}


def _in_outputs(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    for row in [] if wrong else value:
        if (
            not isinstance(row, dict)
            or set(row) - {"name", "value"}
            or not (_is_name(row.get("name")) and _is_name(row.get("value")))
        ):
            yield "outputs.row", {}


FORM_MEMBERS = frozenset({"name", "label", "type", "required", "choices", "keep", "attribute", "secret"})


def _in_form_fields(value: Any, asked: Field, context: Context) -> Iterator[Found]:
    wrong = list(_in_list(value, asked))
    yield from wrong
    rows = [] if wrong else value
    for number, row in enumerate(rows, start=1):
        problem = _in_form_field(row, context)
        if problem:
            yield f"form.{problem}", {"number": number}
    names = [row.get("name") for row in rows if isinstance(row, dict)]
    if len({str(each) for each in names}) < len(names):
        yield "form.name_twice", {}


def _in_form_field(row: Any, context: Context) -> str:
    if (
        not isinstance(row, dict)
        or set(row) - FORM_MEMBERS
        or not _is_name(row.get("name"))
        or row["name"] in ("run", "element")
    ):
        return "row"
    if not isinstance(row.get("label"), str) or not row["label"].strip() or len(row["label"]) > VALUE_LENGTH:
        return "label"
    if row.get("type", "text") not in TYPES or row.get("keep", "variable") not in KEEPS:
        return "type"
    if any(not isinstance(row.get(name, False), bool) for name in ("secret",)) or not isinstance(
        row.get("required", True), bool
    ):
        return "type"
    if row.get("type") == "choice" and not _are_choices(row.get("choices")):
        return "choices"
    known = row.get("attribute") in USER_FIELDS or row.get("attribute") in context.attributes
    return "attribute" if row.get("keep") == "attribute" and not known else ""


def _are_choices(value: Any) -> bool:
    texts = (
        isinstance(value, list) and 1 <= len(value) <= 100 and all(isinstance(each, str) and each.strip() for each in value)
    )
    return texts and len(set(value)) == len(value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _in_conditions(outcome: Mapping[str, Any]) -> Iterator[Found]:
    rows = outcome.get("conditions", [])
    if not 1 <= len(rows) <= MOST_CONDITIONS:
        yield "outcome.conditions", {"most": MOST_CONDITIONS}
    for row in rows:
        yield from _in_condition(row)


def _in_condition(row: Any) -> Iterator[Found]:
    if not isinstance(row, dict) or set(row) - {"subject", "operator", "value"}:
        yield "condition.shape", {}
        return
    key, operator, value = row.get("subject"), row.get("operator"), row.get("value", "")
    subject = conditions.subject(key) if isinstance(key, str) else None
    if subject is None:
        yield "condition.subject", {"subject": str(key)[:80]}
    elif not isinstance(operator, str) or operator not in allowed_operators(subject):
        yield "condition.operator", {"subject": subject.key, "operators": ", ".join(allowed_operators(subject))}
    elif operator not in WITHOUT_VALUE and not _is_value(subject, operator, value):
        yield "condition.value", {"subject": subject.key}


def allowed_operators(subject: conditions.Subject) -> tuple[str, ...]:
    """Return how ``subject`` may be compared. The type of a variable is not known before it runs: it may be any."""
    if subject.key.startswith("variables."):
        return tuple(operator.value for operator in Operator)
    return tuple(operator.value for operator in subject.operators)


def _is_value(subject: conditions.Subject, operator: str, value: Any) -> bool:
    if not isinstance(value, str) or not value.strip() or len(value) > VALUE_LENGTH or not is_storable(value):
        return False
    lines = (
        [each.strip() for each in value.splitlines() if each.strip()] if operator == Operator.IS_ONE_OF else [value.strip()]
    )
    if operator in (Operator.IN_NETWORK, Operator.NOT_IN_NETWORK):
        return _reads(lambda: [ip_network(each) for each in value.split()])
    if operator in (Operator.BEFORE, Operator.ON_OR_AFTER):
        return _reads(lambda: date.fromisoformat(value))
    if operator in (Operator.AT_LEAST, Operator.AT_MOST) or subject.type is ValueType.NUMBER:
        return all(_reads(lambda each=each: float(each)) for each in lines)  # type: ignore[misc]
    return subject.type is not ValueType.CHOICE or all(each in subject.choices for each in lines)


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except ValueError:
        return False
    return True


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
    FieldType.INPUTS: _in_inputs,
    FieldType.OUTPUTS: _in_outputs,
    FieldType.FORM_FIELDS: _in_form_fields,
}
