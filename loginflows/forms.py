"""The form of a screen. It only draws: what counts as an answer is the engine's business."""

from __future__ import annotations

from typing import Any

from django import forms

from . import texts
from .elements.kind import Input
from .engine import Screen, Submission, Turn

RUN, ELEMENT = "run", "element"
NOT_ANSWERS = frozenset({RUN, ELEMENT, "csrfmiddlewaretoken"})
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "text", "enterkeyhint": "go", "spellcheck": "false"}


class ScreenForm(forms.Form):
    """The hidden names of the run and the element, and a field for each input that is no button."""

    def __init__(self, turn: Turn, screen: Screen, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, value in ((RUN, turn.state.run), (ELEMENT, screen.element.id)):
            self.fields[name] = forms.CharField(initial=value, widget=forms.HiddenInput())
        for each in screen.inputs:
            if not each.is_button:
                self.fields[each.name] = field_of(each)
        first = next((each.name for each in screen.inputs if not each.is_button), "")
        if first == "code":
            self.fields[first].widget.attrs["autofocus"] = not turn.problems


def field_of(asked: Input) -> forms.Field:
    """Return the form field that draws ``asked``."""
    label, required = texts.input_label(asked), asked.required
    if asked.type == "tick":
        return forms.BooleanField(label=label, required=required, initial=asked.value == "")
    if asked.type == "choice":
        return _choice(asked, label)
    widgets: dict[str, forms.Widget] = {
        "long_text": forms.Textarea(attrs={"rows": 5}),
        "date": forms.DateInput(attrs={"type": "date"}),
        "code": forms.TextInput(attrs=CODE_ATTRIBUTES),
        "password": forms.PasswordInput(attrs={"autocomplete": "off"}),
        "email": forms.EmailInput(attrs={"autocomplete": "email"}),
    }
    widget = widgets.get(asked.type, forms.TextInput())
    return forms.CharField(label=label, required=required, initial=asked.value, widget=widget, help_text=asked.hint)


def _choice(asked: Input, label: str) -> forms.Field:
    choices = [(value, said or texts.choice_label("", "methods", value)) for value, said in asked.choices]
    return forms.ChoiceField(
        label=label, required=asked.required, choices=choices, initial=asked.value, widget=forms.RadioSelect()
    )


def screen_form(turn: Turn, screen: Screen, sent: Submission | None = None) -> ScreenForm:
    """Return the form of ``screen``, with the problems that the engine found beside their fields, and what was typed in place.

    SECURITY: codes, passwords and secrets are not typed over: their fields are empty again.
    """
    if not turn.problems:
        return ScreenForm(turn, screen, auto_id="id_%s")
    typed = {} if sent is None else {name: values[0] for name, values in sent.values.items() if values}
    kept = {
        each.name: typed[each.name] for each in screen.inputs if each.name in typed and each.type not in ("code", "password")
    }
    form = ScreenForm(turn, screen, data={**kept, RUN: turn.state.run, ELEMENT: screen.element.id})
    form.is_valid()
    form.errors.clear()
    for name, code in turn.problems.items():
        said = screen.shown.get("error") if code in ("wrong", "malformed") else ""
        form.add_error(name if name in form.fields else None, str(said or texts.PROBLEMS[code]))
    return form


def submission(sent: Any) -> Submission:
    """Return what a form sent (a QueryDict) as the engine takes it. Of a repeated run or element none counts."""
    values = {name: tuple(sent.getlist(name)) for name in sent if name not in NOT_ANSWERS}
    return Submission(_only(sent.getlist(RUN)), _only(sent.getlist(ELEMENT)), values)


def _only(sent: list[str]) -> str:
    return sent[0] if len(sent) == 1 else ""
