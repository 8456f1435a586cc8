"""The debug run: the screens as people see them, beside the trace. Dry: nothing is saved, sent or used up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import select_template
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.devices import authenticator_app
from accounts.models import User

from .. import checks, dry_run, element_texts, texts
from ..definition import FlowBroken, read
from ..dry_run import Answer, Played, Scenario
from ..elements.kind import Group
from ..engine import End, Screen, Step
from ..forms import screen_form, submission
from ..models import FlowTestCase, FlowVersion
from . import scenarios
from .flow_pages import FlowPages
from .outline import group_of, kind_name

# One debug run for each of the last versions that were tried, in the administrator's own session.
KEY, MOST_KEPT, MOST_ANSWERS = "flow_debug", 3, 100


class CaseForm(forms.Form):
    """The name of a test case."""

    name = forms.CharField(label=gettext_lazy("Name of the test case"), max_length=100)


@dataclass(frozen=True, slots=True)
class Traced:
    """A step of the trace as the page shows it."""

    number: int
    step: Step
    kind: str
    result: str
    conditions: list[dict[str, Any]]
    variables: list[dict[str, Any]]
    milliseconds: str


class DebugPage(FlowPages):
    """The page on which a version is tried."""

    def debug_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show where the debug run of this version stands; begin, answer, go back, begin again, keep it as a test case."""
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return self._shown(request, version)
        if "start" in request.POST:
            return self._start(request, version)
        kept = _kept(request, version)
        if kept is None or "restart" in request.POST:
            return self._keep(request, version, None if kept is None else (kept[0], []))
        if "back" in request.POST:
            return self._keep(request, version, (kept[0], kept[1][:-1]))
        if "save_case" in request.POST:
            return self._save_case(request, version, *kept)
        return self._answer(request, version, *kept)

    def _start(self, request: HttpRequest, version: FlowVersion) -> HttpResponse:
        form, more = scenarios.ScenarioForm(request.POST), scenarios.value_forms(request.POST)
        if not form.is_valid() or not more.is_valid():
            return self._shown(request, version, form=form, more=more)
        who = {name: form[name].value() for name in form.fields}
        return self._keep(request, version, (scenarios.scenario(form, more), []), who)

    def _answer(self, request: HttpRequest, version: FlowVersion, scenario: Scenario, answers: list[Answer]) -> HttpResponse:
        played = self._play(version, scenario, answers)
        sent = submission(request.POST)
        values = {name: each[0] for name, each in sent.values.items() if len(each) == 1}
        if isinstance(played, Played) and isinstance(played.turn.next, Screen):
            values = scenarios.hidden(values, played.turn.next.inputs)
        return self._keep(request, version, (scenario, [*answers, Answer(sent.element, values)][:MOST_ANSWERS]))

    def _save_case(
        self, request: HttpRequest, version: FlowVersion, scenario: Scenario, answers: list[Answer]
    ) -> HttpResponse:
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        form, played = CaseForm(request.POST), self._play(version, scenario, answers)
        if form.is_valid() and FlowTestCase.objects.filter(flow=version.flow, name=form.cleaned_data["name"]).exists():
            form.add_error("name", _("There is a test case of that name. Choose another one."))
        if not isinstance(played, Played) or not form.is_valid():
            return self._shown(request, version, case_form=form)
        inputs, kept = scenario.as_json(), [each.as_json() for each in answers]
        name = form.cleaned_data["name"]
        FlowTestCase.objects.create(
            flow=version.flow, name=name, inputs=inputs, answers=kept, expected=played.result(), author_id=request.user.pk
        )
        messages.success(request, _("Saved as test case “%(name)s”. It is tried before every activation.") % {"name": name})
        return HttpResponseRedirect(request.path)

    @staticmethod
    def _keep(
        request: HttpRequest,
        version: FlowVersion,
        run: tuple[Scenario, list[Answer]] | None,
        who: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Keep the run, and what was typed to begin it, in the session; lead to the page, so that a reload sends nothing."""
        before = request.session.get(KEY, {}).get(str(version.pk), {})
        kept = {key: value for key, value in request.session.get(KEY, {}).items() if key != str(version.pk)}
        if run is not None:
            answers = [each.as_json() for each in run[1]]
            row = {"scenario": run[0].as_json(), "answers": answers, "who": who or before.get("who", {})}
            kept = {**dict(list(kept.items())[-MOST_KEPT + 1 :]), str(version.pk): row}
        request.session[KEY] = kept
        return HttpResponseRedirect(request.path)

    @staticmethod
    def _play(version: FlowVersion, scenario: Scenario, answers: list[Answer]) -> Played | str:
        try:
            flow = read(version.definition, checks.sub_flows(version.flow.name))
            return dry_run.play(flow, scenario, answers, time.perf_counter)
        except FlowBroken as broken:
            return str(broken)

    def _shown(self, request: HttpRequest, version: FlowVersion, **forms_: Any) -> HttpResponse:
        kept = _kept(request, version)
        played = self._play(version, *kept) if kept else None
        context = self.page_context(request, version.flow, version) | {
            "form": forms_.get("form") or scenarios.ScenarioForm(initial=_typed(request, version)),
            "more": forms_.get("more") or scenarios.value_forms(),
            "case_form": forms_.get("case_form") or CaseForm(),
            "broken": played if isinstance(played, str) else "",
            "answers": len(kept[1]) if kept else 0,
        }
        if isinstance(played, Played) and kept:
            context |= _run(played, kept[0])
        wrong = any(each.is_bound for each in forms_.values() if hasattr(each, "is_bound"))
        return TemplateResponse(request, "admin/loginflows/debug.html", context, status=400 if wrong else 200)


def _typed(request: HttpRequest, version: FlowVersion) -> dict[str, Any]:
    who: dict[str, Any] = request.session.get(KEY, {}).get(str(version.pk), {}).get("who", {})
    return who


def _kept(request: HttpRequest, version: FlowVersion) -> tuple[Scenario, list[Answer]] | None:
    row = request.session.get(KEY, {}).get(str(version.pk))
    try:
        return (Scenario.from_json(row["scenario"]), [Answer.from_json(each) for each in row["answers"]]) if row else None
    except (ValueError, KeyError, TypeError):
        return None


def _run(played: Played, scenario: Scenario) -> dict[str, Any]:
    following = played.turn.next
    screen = _screen(played, following, scenario) if isinstance(following, Screen) else {}
    ended = following if isinstance(following, End) else None
    effects = [{"kind": each.kind, "element": each.element, "values": dict(each.values)} for each in played.effects]
    return {
        "run_shown": True,
        "screen": screen,
        "ended": ended,
        "ended_text": (ended.text or str(texts.ending(ended.reason))) if ended and ended.ending != "finish" else "",
        "trace": _trace(played),
        "here": {"kind": kind_name(following.element.kind), "title": following.element.title}
        if isinstance(following, Screen)
        else None,
        "effects": effects,
        "calls": [{"kind": each.kind, "element": each.element} for each in played.calls],
        "variables": {**played.state.variables, **dict.fromkeys(played.state.secrets, "••••")},
        "scenario": scenario,
        "who": scenario.values.get("user.username") or "–",
        "ip": scenario.values.get("login.ip") or "–",
    }


def _screen(played: Played, screen: Screen, scenario: Scenario) -> dict[str, Any]:
    """Return what the screen's own template needs, as the page of the login gives it."""
    kind, shown = screen.element.kind, dict(screen.shown)
    person = User(username=str(scenario.values.get("user.username") or "sam"))
    if shown.get("secret"):
        shown["enrolment"] = authenticator_app.begin_enrol(person, str(shown["secret"]))
    return {
        "element": screen.element,
        "part": select_template([f"loginflows/screens/{kind}.html", "loginflows/screens/plain.html"]).template.name,
        "form": screen_form(played.turn, screen),
        "notice": texts.REFUSALS[played.turn.refusal] if played.turn.refusal else "",
        "buttons": [(each, texts.input_label(each)) for each in screen.inputs if each.is_button],
        "has_form": not screen.inputs or any(not each.is_button for each in screen.inputs),
        "run": played.state.run,
        "step": screen.step,
        "steps": screen.steps,
        **shown,
    }


def _trace(played: Played) -> list[Traced]:
    milliseconds = _moves(played)
    found = []
    for number, step in enumerate(played.steps, start=1):
        conditions = [{"outcome": name, "said": _condition(each), "holds": each.holds} for name, each in step.conditions]
        names = sorted({*step.before, *step.after})
        changes = [(name, step.before.get(name), step.after.get(name)) for name in names]
        variables = [{"name": name, "before": old, "after": new} for name, old, new in changes if old != new]
        result = str(element_texts.RESULTS.get(step.result, step.result))
        spent = milliseconds.get(number, "")
        said = "" if step.outcome or group_of(step.kind) == Group.END else result
        found.append(Traced(number, step, kind_name(step.kind), said, conditions, variables, spent))
    return found


def _moves(played: Played) -> Mapping[int, str]:
    """Return the milliseconds of each move, at the last step that it passed."""
    return {steps: f"{spent:.1f}" for steps, spent in played.times if steps}


def _condition(checked: Any) -> dict[str, str]:
    words = {
        "subject": element_texts.subject_label(checked.subject),
        "operator": element_texts.OPERATORS.get(checked.operator, "?"),
    }
    value = ", ".join(str(element_texts.value_label(checked.subject, each)) for each in checked.value.splitlines())
    return {**{name: str(word) for name, word in words.items()}, "value": value, "actual": _actual(checked)}


def _actual(checked: Any) -> str:
    if isinstance(checked.actual, bool):
        return _("yes") if checked.actual else _("no")
    return "–" if checked.actual in (None, "") else str(element_texts.value_label(checked.subject, str(checked.actual)))
