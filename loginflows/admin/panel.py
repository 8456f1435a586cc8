"""What stands beside the outline: the form of the selected element, its lists, and the outcomes of a decision."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from .. import condition_texts, element_texts, tree
from ..tree import DECISION, Branch, Row
from .element_forms import ROWS, ConditionForm, ElementForm, StorableText, row_values, rows_form


class OutcomeForm(forms.Form):
    """The label of an outcome, and how its conditions go together."""

    label = StorableText(label=gettext_lazy("Label"), max_length=100)
    match = forms.ChoiceField(
        label=gettext_lazy("Taken when"),
        required=False,
        choices=[("all", gettext_lazy("all of these hold")), ("any", gettext_lazy("any of these holds"))],
    )


class OtherwiseForm(forms.Form):
    """The label of what is taken when no outcome is."""

    label = StorableText(label=gettext_lazy("Label"), max_length=100)


@dataclass(frozen=True, slots=True)
class OutcomeEditor:
    """An outcome with its form, its conditions, and what they say as a sentence."""

    id: str
    form: forms.Form
    conditions: Any
    says: str
    number: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class ListEditor:
    """A list inside an element."""

    name: str
    label: str
    help: str
    rows: Any


class Panel:
    """The forms of one element. ``flow`` is the name of the flow, which cannot run inside itself."""

    def __init__(self, definition: Row, row: Row, flow: str, data: Any = None) -> None:
        self.row = row
        self.form = ElementForm(row, flow, data)
        self.lists = [self._list(each, definition, data) for each in self.form.kind.fields if each.type in ROWS]
        ways = tree.branches(row)
        self.outcomes = [self._outcome(way, place, len(ways) - 1, definition, data) for place, way in enumerate(ways[:-1])]
        self.otherwise = OtherwiseForm(data, prefix="otherwise", initial={"label": ways[-1].label}) if ways else None

    def _list(self, field: Any, definition: Row, data: Any) -> ListEditor:
        rows = rows_form(ROWS[field.type], f"list-{field.name}", self.row.get(field.name), definition, data)
        kind = self.form.kind.name
        return ListEditor(
            field.name, element_texts.field_label(kind, field.name), element_texts.field_help(kind, field.name), rows
        )

    @staticmethod
    def _outcome(way: Branch, place: int, count: int, definition: Row, data: Any) -> OutcomeEditor:
        name = str(way.outcome.get("id", ""))
        form = OutcomeForm(data, prefix=f"o-{name}", initial={"label": way.label, "match": way.outcome.get("match", "all")})
        rows = rows_form(ConditionForm, f"c-{name}", way.outcome.get("conditions"), definition, data)
        return OutcomeEditor(name, form, rows, condition_texts.says(way.outcome), place + 1, place == 0, place + 1 == count)

    def is_valid(self) -> bool:
        """Whether everything can be kept."""
        outcomes = [part for each in self.outcomes for part in (each.form, each.conditions)]
        parts = [self.form, *(each.rows for each in self.lists), *outcomes, *([self.otherwise] if self.otherwise else [])]
        # Each is asked, so that each shows what is wrong with it.
        return not [part for part in parts if not part.is_valid()]

    def show_only(self) -> None:
        """Disable every box: this is a version that is not edited any more."""
        rows = [form for each in self.lists for form in each.rows.forms]
        conditions = [form for each in self.outcomes for form in each.conditions.forms]
        outcomes = [each.form for each in self.outcomes]
        for form in (self.form, *rows, *conditions, *outcomes, *([self.otherwise] if self.otherwise else [])):
            for field in form.fields.values():
                field.disabled = True

    def values(self) -> Row:
        """Return the element with what was filled in; what is on the branches of a decision stays."""
        row: Row = {"id": self.row.get("id"), "kind": self.row.get("kind"), **self.form.values()}
        row |= {each.name: rows for each in self.lists if (rows := row_values(each.rows))}
        if tree.text(self.row, "kind") == DECISION:
            row |= self._branches()
        return row

    def _branches(self) -> Row:
        by_id = {str(way.outcome.get("id", "")): way for way in tree.branches(self.row)[:-1]}
        outcomes = []
        for each in self.outcomes:
            kept = {"label": each.form.cleaned_data["label"], "match": each.form.cleaned_data["match"] or "all"}
            elements = copy.deepcopy(by_id[each.id].elements)
            outcomes.append({"id": each.id, **kept, "conditions": row_values(each.conditions), "elements": elements})
        otherwise = copy.deepcopy(tree.branches(self.row)[-1].elements)
        label = self.otherwise.cleaned_data["label"] if self.otherwise else ""
        return {"outcomes": outcomes, "otherwise": {"label": label, "elements": otherwise}}
