"""What the boxes of the builder offer: subjects, operators, flows, actions, attributes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import actions as registered
from .. import conditions, element_texts, tree
from ..elements import KINDS, form
from ..elements.kind import Element, Field
from ..models import LoginFlow, UserAttribute
from ..tree import Row

Choice = tuple[str, Any]

GROUPS = {
    "login": gettext_lazy("The login"),
    "user": gettext_lazy("The person"),
    "profile": gettext_lazy("The profile"),
    "time": gettext_lazy("Time"),
    "device": gettext_lazy("The browser"),
    "sessions": gettext_lazy("Sessions"),
    "methods": gettext_lazy("Methods"),
}


def subjects(definition: Row) -> list[Choice]:
    """Return what a condition can ask about, in groups, with the flow's own variables and what its elements came to."""
    found: dict[str, list[Choice]] = {}
    for key in conditions.SUBJECTS:
        found.setdefault(str(GROUPS[key.partition(".")[0]]), []).append((key, element_texts.subject_label(key)))
    variables, results = own(definition)
    groups: list[Choice] = list(found.items())
    groups += [(_("Variables of this flow"), variables)] if variables else []
    groups += [(_("How an element went"), results)] if results else []
    return groups


def own(definition: Row) -> tuple[list[Choice], list[Choice]]:
    """Return the variables that elements of the flow set, and the results that they leave."""
    variables: dict[str, str] = {}
    results: list[Choice] = []
    for item in tree.walk(definition):
        kind = KINDS.get(tree.text(item.row, "kind"))
        if kind is None:
            continue
        for name in sorted(kind.sets(_element(item.row))):
            variables.setdefault(f"variables.{name}", name)
        if kind.results:
            results.append((f"results.{item.id}", f"{item.number} {tree.text(item.row, 'title') or item.id}"))
    return list(variables.items()), results


def operators() -> list[Choice]:
    """Return the operators in words."""
    return [(each.value, str(element_texts.OPERATORS[each])) for each in conditions.Operator]


def of_field(field: Field, flow: str = "") -> list[Choice]:
    """Return the choices of a field in words."""
    return [(each, element_texts.choice_label("", field.name, each)) for each in field.choices]


def flows(field: Field, flow: str = "") -> list[Choice]:
    """Return the other flows: what can run inside this one."""
    return [(name, name) for name in LoginFlow.objects.exclude(name=flow).values_list("name", flat=True)]


def form_field_types() -> list[Choice]:
    """Return the types that a field of a form can have."""
    return [(each, element_texts.choice_label("", "type", each)) for each in form.TYPES]


def keeps() -> list[Choice]:
    """Return where the answer to a field can be kept."""
    return [(each, element_texts.choice_label("", "keep", each)) for each in form.KEEPS]


def _element(row: Row) -> Element:
    fields = {name: value for name, value in row.items() if name not in ("id", "kind")}
    return Element(tree.text(row, "id"), tree.text(row, "kind"), fields)


def attributes(field: Field | None = None, flow: str = "") -> list[Choice]:
    """Return the attributes of people that flows may show and set."""
    found = [(name, element_texts.subject_label(form.attribute_subject(name))) for name in form.USER_FIELDS]
    return [*found, *((each.name, each.label) for each in UserAttribute.objects.all())]


def actions(field: Field, flow: str = "") -> list[Choice]:
    """Return the actions that developers registered."""
    return [(name, f"{each.label} ({name})") for name, each in registered.signatures().items()]
