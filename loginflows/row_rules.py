"""Whether the rows of a list are right: inputs, outputs, the fields of a form. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import conditions
from .conditions import NAME
from .elements.form import KEEPS, TYPES, USER_FIELDS
from .findings import Context

Found = tuple[str, dict[str, str | int]]
VALUE_LENGTH = 1_000
INPUT_MEMBERS, OUTPUT_MEMBERS = frozenset({"name", "subject", "value"}), frozenset({"name", "value"})
FORM_MEMBERS = frozenset({"name", "label", "type", "required", "choices", "keep", "attribute", "secret"})
# What every screen's form sends beside the answers.
TAKEN = frozenset({"run", "element", "csrfmiddlewaretoken"})


def in_inputs(rows: list[Any], context: Context) -> Iterator[Found]:
    """Yield what is wrong with rows of a name and a subject or a value."""
    for row in rows:
        if not isinstance(row, dict) or set(row) - INPUT_MEMBERS or not _is_name(row.get("name")):
            yield "inputs.row", {}
        elif row.get("subject"):
            if not isinstance(row["subject"], str) or conditions.subject(row["subject"]) is None:
                yield "condition.subject", {"subject": str(row["subject"])[:80]}
        elif not isinstance(row.get("value", ""), str) or len(row.get("value", "")) > VALUE_LENGTH:
            yield "inputs.row", {}


def in_outputs(rows: list[Any], context: Context) -> Iterator[Found]:
    """Yield what is wrong with rows of an output and a variable."""
    for row in rows:
        if (
            not isinstance(row, dict)
            or set(row) - OUTPUT_MEMBERS
            or not all(_is_name(row.get(each)) for each in OUTPUT_MEMBERS)
        ):
            yield "outputs.row", {}


def in_form_fields(rows: list[Any], context: Context) -> Iterator[Found]:
    """Yield what is wrong with the fields of a form."""
    for number, row in enumerate(rows, start=1):
        problem = _in_form_field(row, context)
        if problem:
            yield f"form.{problem}", {"number": number}
    names = [row.get("name") for row in rows if isinstance(row, dict)]
    if len({str(each) for each in names}) < len(names):
        yield "form.name_twice", {}


def _in_form_field(row: Any, context: Context) -> str:
    if not isinstance(row, dict) or set(row) - FORM_MEMBERS or not _is_name(row.get("name")) or row["name"] in TAKEN:
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
