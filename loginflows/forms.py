"""The form of a screen. It only draws: what counts as an answer is the engine's business."""

from __future__ import annotations

from typing import Any

from django import forms

from . import texts
from .engine import Screen, Submission, Turn

RUN, ELEMENT = "run", "element"
NOT_ANSWERS = frozenset({RUN, ELEMENT, "csrfmiddlewaretoken"})


class ScreenForm(forms.Form):
    """The hidden name of the run and the element, and a tick box for each input that is no button."""

    def __init__(self, turn: Turn, screen: Screen, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, value in ((RUN, turn.state.run), (ELEMENT, screen.element.id)):
            self.fields[name] = forms.CharField(initial=value, widget=forms.HiddenInput())
        for each in screen.inputs:
            if not each.is_button:
                self.fields[each.name] = forms.BooleanField(label=str(texts.LABELS[each.name]))


def screen_form(turn: Turn, screen: Screen) -> ScreenForm:
    """Return the form of ``screen``, with the problems that the engine found beside their fields."""
    if not turn.problems:
        return ScreenForm(turn, screen, auto_id="id_%s")
    form = ScreenForm(turn, screen, data={RUN: turn.state.run, ELEMENT: screen.element.id})
    form.is_valid()
    form.errors.clear()
    for name, code in turn.problems.items():
        form.add_error(name, str(texts.PROBLEMS[code]))
    return form


def submission(sent: Any) -> Submission:
    """Return what a form sent (a QueryDict) as the engine takes it. Of a repeated run or element none counts."""
    values = {name: tuple(sent.getlist(name)) for name in sent if name not in NOT_ANSWERS}
    return Submission(_only(sent.getlist(RUN)), _only(sent.getlist(ELEMENT)), values)


def _only(sent: list[str]) -> str:
    return sent[0] if len(sent) == 1 else ""
