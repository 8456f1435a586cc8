"""The form of one element, drawn from the fields of its kind, and of a decision with its outcomes.

Saving keeps a draft, so what is missing is no error here: the list of findings says it, with a link back to the element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_policy.storable_text import is_storable

from .. import conditions, element_texts, tree
from ..elements import KINDS
from ..elements.kind import Field, FieldType
from ..tree import Row
from . import choices

MOST_ROWS = 40
WIDE = {"class": "vTextField"}


class StorableText(forms.CharField):
    """A text that every database can hold."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with the line ends of JSON; raises ValidationError for characters that no database holds."""
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        if not is_storable(text):
            raise forms.ValidationError(_("This has characters that cannot be kept. Type it again."))
        return text


class ElementForm(forms.Form):
    """The title and the plain fields of an element."""

    def __init__(self, row: Row, flow: str, data: Any = None) -> None:
        super().__init__(data, prefix="el", initial={name: _shown(value) for name, value in row.items()})
        self.row = row
        self.kind = KINDS[tree.text(row, "kind")]
        for each in self.kind.fields:
            if each.type in _MAKERS:
                made = _MAKERS[each.type](each, flow)
                made.label, made.required = element_texts.field_label(self.kind.name, each.name), False
                made.help_text = made.help_text or element_texts.field_help(self.kind.name, each.name)
                if isinstance(made, Kept):
                    made.kept = tree.text(row, each.name)
                self.fields[each.name] = made

    def values(self) -> Row:
        """Return what was filled in, as the definition keeps it: what is empty is left out."""
        kept = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: value for name, value in kept.items() if value not in (None, "", [], False)}


class RowForm(forms.Form):
    """One row of a list inside an element. A row in which nothing is filled in is none."""

    key = ""

    def values(self) -> Row:
        """Return the row; empty when nothing is in its first box."""
        kept = {
            name: value for name, value in self.cleaned_data.items() if name != "DELETE" and value not in (None, "", False)
        }
        return kept if kept.get(self.key) and not self.cleaned_data.get("DELETE") else {}


class ConditionForm(RowForm):
    """One condition of an outcome."""

    key = "subject"
    subject = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    operator = forms.ChoiceField(label=gettext_lazy("Comparison"), required=False)
    value = StorableText(label=gettext_lazy("Value"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 1, "cols": 20}))

    def __init__(self, *args: Any, subjects: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        known = {key for _name, group in subjects for key, _label in group}
        current = self.initial.get("subject")
        # A subject that is gone stays to be seen, and to be taken out on purpose.
        extra = [(current, current)] if current and current not in known else []
        self.fields["subject"].choices = [("", _("(nothing)")), *subjects, *extra]  # type: ignore[attr-defined]
        self.fields["operator"].choices = choices.operators()  # type: ignore[attr-defined]
        key = self["subject"].value()
        offered = conditions.subject(key) if isinstance(key, str) else None
        if offered is not None and offered.choices:
            self.fields["value"].help_text = _("One of: %(values)s") % {"values": ", ".join(offered.choices)}


class OutputForm(RowForm):
    """What an action gives, and the variable in which it is kept."""

    key = "name"
    name = StorableText(label=gettext_lazy("What the action gives"), max_length=40)
    value = StorableText(label=gettext_lazy("Kept in the variable"), max_length=40)


class FormFieldForm(RowForm):
    """One field of a form that people fill in."""

    key = "name"
    name = StorableText(label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("Letters, digits and _."))
    label = StorableText(label=gettext_lazy("Label"), max_length=100)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    choices = StorableText(
        label=gettext_lazy("Choices"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 20}),
        help_text=gettext_lazy("One a line, for the type choice."),
    )
    keep = forms.ChoiceField(label=gettext_lazy("Kept in"), required=False)
    attribute = forms.ChoiceField(label=gettext_lazy("Attribute"), required=False)
    secret = forms.BooleanField(label=gettext_lazy("Secret: masked in every trace"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].choices = choices.form_field_types()  # type: ignore[attr-defined]
        self.fields["keep"].choices = choices.keeps()  # type: ignore[attr-defined]
        self.fields["attribute"].choices = [("", "–"), *choices.attributes()]  # type: ignore[attr-defined]
        if self.initial:
            self.initial.setdefault("required", True)
        listed = self.initial.get("choices")
        if isinstance(listed, list):
            self.initial["choices"] = "\n".join(map(str, listed))

    def values(self) -> Row:
        """Return the field: its choices as a list, and nothing that its type or place has no use for."""
        row = super().values()
        if not row:
            return row
        listed = [each.strip() for each in row.pop("choices", "").splitlines() if each.strip()]
        if row.get("type") == "choice":
            row["choices"] = list(dict.fromkeys(listed))
        if row.get("keep") != "attribute":
            row.pop("attribute", None)
        return {**row, "required": bool(row.get("required"))}


class InputForm(RowForm):
    """One value by name: what a subject holds, or a value that is written here."""

    key = "name"
    name = StorableText(label=gettext_lazy("Name"), max_length=40)
    subject = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    value = StorableText(label=gettext_lazy("Or this value"), max_length=1_000)

    def __init__(self, *args: Any, subjects: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = [("", _("(the value beside)")), *subjects]  # type: ignore[attr-defined]


ROWS: dict[FieldType, type[RowForm]] = {
    FieldType.CONDITIONS: ConditionForm,
    FieldType.FORM_FIELDS: FormFieldForm,
    FieldType.INPUTS: InputForm,
    FieldType.OUTPUTS: OutputForm,
}
WITH_SUBJECTS = (ConditionForm, InputForm)


def rows_form(row_form: type[RowForm], prefix: str, rows: Any, definition: Row, data: Any = None) -> Any:
    """Return the editor of a list of rows: those that are there, and an empty one."""
    formset = forms.formset_factory(row_form, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    options = {"subjects": choices.subjects(definition)} if row_form in WITH_SUBJECTS else {}
    return formset(data, prefix=prefix, initial=[dict(row) for row in known], form_kwargs=options)


def row_values(formset: Any) -> list[Row]:
    """Return the rows that are filled in."""
    return [row for form in formset.forms if (row := form.values())]


def _shown(value: Any) -> Any:
    return "\n".join(map(str, value)) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value


def _text(field: Field, flow: str) -> forms.Field:
    return StorableText(max_length=field.most, widget=forms.TextInput(attrs=WIDE))


def _long_text(field: Field, flow: str) -> forms.Field:
    return StorableText(max_length=field.most, widget=forms.Textarea(attrs={"rows": 5, "cols": 40}))


def _lines(field: Field, flow: str) -> forms.Field:
    return Lines(widget=forms.Textarea(attrs={"rows": 3, "cols": 40}), help_text=_("One a line."))


def _secret(field: Field, flow: str) -> forms.Field:
    attrs = {**WIDE, "autocomplete": "new-password"}
    said = _("At least %(least)d characters. What is kept is not shown; leave the box empty to keep it.") % {
        "least": field.least
    }
    return Kept(max_length=field.most, widget=forms.PasswordInput(attrs=attrs), help_text=said)


def _number(field: Field, flow: str) -> forms.Field:
    said = _("From %(least)d to %(most)d.") % {"least": field.least, "most": field.most}
    return forms.IntegerField(min_value=field.least, max_value=field.most, help_text=said)


def _tick(field: Field, flow: str) -> forms.Field:
    return forms.BooleanField()


def _chosen(offered: Callable[[Field, str], list[Any]]) -> Callable[[Field, str], forms.Field]:
    def make(field: Field, flow: str) -> forms.Field:
        return forms.ChoiceField(choices=[*([] if field.required else [("", "–")]), *offered(field, flow)])

    return make


class Lines(StorableText):
    """Several short texts, one a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        """Return them as a list."""
        return [each.strip() for each in super().clean(value).splitlines() if each.strip()]


class Kept(StorableText):
    """A secret: what is kept is never shown, and an empty box leaves it as it is."""

    widget = forms.PasswordInput

    def __init__(self, kept: str = "", **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.kept = kept

    def clean(self, value: Any) -> Any:
        """Return what was typed, or what is kept."""
        return super().clean(value) or self.kept


class Ticks(forms.MultipleChoiceField):
    """Several of what is offered, as boxes."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Return the values of a text that lists them one a line."""
        return value.split("\n") if isinstance(value, str) else value


def _ticked(offered: Callable[[Field, str], list[Any]]) -> Callable[[Field, str], forms.Field]:
    return lambda field, flow: Ticks(choices=offered(field, flow))


_MAKERS: dict[FieldType, Callable[[Field, str], forms.Field]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.URL: _text,
    FieldType.LOCATION: _text,
    FieldType.VARIABLE: _text,
    FieldType.VARIABLES: _lines,
    FieldType.SECRET: _secret,
    FieldType.NUMBER: _number,
    FieldType.TICK: _tick,
    FieldType.CHOICE: _chosen(choices.of_field),
    FieldType.CHOICES: _ticked(choices.of_field),
    FieldType.FLOW: _chosen(choices.flows),
    FieldType.ACTION: _chosen(choices.actions),
    FieldType.ATTRIBUTE: _chosen(choices.attributes),
    FieldType.ATTRIBUTES: _ticked(choices.attributes),
}
